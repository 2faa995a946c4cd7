//! `jeton apply`: realms, clients and people become what files say.

mod server;

use std::path::PathBuf;

use clap::Args;
use comfy_table::Color;
use jeton_oauth::manage::Actor;
use jeton_provision::{Action, Difference, Files, Options, PlainHttp, Process, Prune};

use crate::{
    api::Server,
    cli::Common,
    failure::Failure,
    installation::{self, Installation},
    output,
};
use server::Applied;

/// Make realms, clients and people what files say.
///
/// Either everything in the files can be, or nothing is written. What no file names stays, unless
/// --prune removes it. Applying the same files again changes nothing. More than 2,000 changes are
/// written in steps, so that others need not wait. A server that runs on the same data follows the
/// change within a second.
///
/// A file gives the first password of an account; `always = true` beside it puts it back each time.
///
/// Secrets come from the environment ({ env = "NAME" }), from a file ({ file = "path" }) or as
/// hashes ({ hash = "$2b$12$…" }); never in the clear.
///
/// --prune removes only the kinds that it names: clients, secrets (of clients that stay), scopes,
/// settings (what is left out goes back to what is usual), people, api_users. Realms are never
/// removed: disable them.
///
/// With --server the files go to a server's admin API, with the secrets that they name, and it plans and writes;
/// the token needs realms:write, and clients:write and people:write where the files speak of those.
#[derive(Args)]
#[command(after_help = "Examples:
  jeton apply acme.toml
  jeton apply realms/*.toml --dry-run
  WEB_SECRET=$(cat secret) jeton apply acme.toml --prune=clients,secrets
  JETON_TOKEN=… jeton apply acme.toml --dry-run --server https://auth.example.com

Exit codes: 0 done, or nothing would change; 1 failed; 2 usage; 3 files refused (nothing was changed);
  5 changed by somebody else meanwhile; 6 something would change (--dry-run)")]
pub struct Apply {
    /// Realm files (TOML); several may speak of one realm
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove what the files do not name, of these kinds: clients, secrets, scopes, settings, people, api_users
    #[arg(long, value_name = "KINDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub prune: Option<String>,
    /// Take issuers with plain http, for development on a network of your own
    #[arg(long, env = "JETON_ALLOW_PLAIN_HTTP")]
    pub allow_plain_http: bool,
    #[command(flatten)]
    pub common: Common,
}

pub async fn run(apply: Apply) -> Result<(), Failure> {
    let files = Files::read(&apply.files).map_err(Failure::Refused)?;
    let kinds = apply.prune.as_deref();
    let prune = prune(kinds)?;
    let applied = match Server::of(&apply.common)? {
        Some(server) => server::apply(&server, files, kinds, apply.dry_run).await?,
        None => here(&apply, files, prune).await?,
    };
    if apply.common.json {
        output::json(&serde_json::json!({
            "dry_run": apply.dry_run,
            "changed": !apply.dry_run && applied.differs,
            "would_change": apply.dry_run && applied.differs,
            "differences": applied.differences,
        }));
    } else {
        print(&applied.differences, apply.dry_run);
    }
    if apply.dry_run && applied.differs { Err(Failure::WouldChange) } else { Ok(()) }
}

/// In a data folder.
async fn here(apply: &Apply, files: Files, prune: Prune) -> Result<Applied, Failure> {
    let prepared = jeton_provision::prepare(files, &Process);
    let plain_http = if apply.allow_plain_http { PlainHttp::Anywhere } else { PlainHttp::Loopback };
    let options = Options { prune, dry_run: apply.dry_run, plain_http };
    let plan = match Installation::open(&apply.common) {
        Ok(installation) => installation.apply(&Actor::REALM_FILE, &prepared, options).await?,
        // A folder is only made for files that are fine.
        Err(Failure::NotFound(_)) => {
            let plan = installation::plan_from_nothing(&Actor::REALM_FILE, &prepared, options).await?;
            if apply.dry_run {
                plan
            } else {
                Installation::open_or_make(&apply.common)?.apply(&Actor::REALM_FILE, &prepared, options).await?
            }
        }
        Err(other) => return Err(other),
    };
    Ok(Applied { differs: !plan.changes.is_empty(), differences: plan.differences })
}

/// Kinds are named, so that nobody removes people by accident.
fn prune(kinds: Option<&str>) -> Result<Prune, Failure> {
    match kinds {
        None => Ok(Prune::default()),
        Some("") => Err(Failure::Usage(format!("say what to remove: --prune=KIND,… with kinds out of {}", Prune::KINDS.join(", ")))),
        Some(kinds) => Prune::parse(kinds.split(',')).map_err(|words| Failure::Usage(format!("--prune: {words}"))),
    }
}

fn print(differences: &[Difference], dry_run: bool) {
    let changed: Vec<&Difference> = differences.iter().filter(|difference| difference.action != Action::Unchanged).collect();
    let mut rows = output::Rows::new(&["action", "realm", "kind", "name", "what"], "");
    for difference in &changed {
        let colour = match difference.action {
            Action::Create => Color::Green,
            Action::Update => Color::Yellow,
            Action::Remove => Color::Red,
            Action::Unchanged => Color::Reset,
        };
        let cells =
            [difference.action.as_str(), &difference.realm, difference.kind.as_str(), &difference.name, &difference.what.join("; ")];
        rows.add_coloured(colour, cells.map(str::to_owned));
    }
    if !changed.is_empty() {
        rows.print();
    }
    let same = differences.len() - changed.len();
    match (changed.len(), dry_run) {
        (0, _) => output::say!("nothing to change: {same} as the files say"),
        (changes, true) => output::say!("{changes} would change, {same} would stay; nothing was written (--dry-run)"),
        (changes, false) => output::say!("{changes} changed, {same} as they were"),
    }
}
