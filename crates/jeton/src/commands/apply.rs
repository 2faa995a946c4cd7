//! `jeton apply`: realms, clients and people become what files say.

use std::path::PathBuf;

use clap::Args;
use comfy_table::Color;
use jeton_oauth::manage::Actor;
use jeton_server::provision::{self, Action, Difference, Files, Options, PlainHttp, Plan, Process, Rest};

use crate::{
    cli::Common,
    failure::Failure,
    installation::{self, Installation},
    output,
};

/// Make realms, clients and people what files say.
///
/// All files are one unit: everything in them is written, or nothing. What no file names stays,
/// unless --prune removes it. Applying the same files again changes nothing. A server that runs on
/// the same data follows the change within a second.
///
/// Secrets come from the environment ({ env = "NAME" }), from a file ({ file = "path" }) or as
/// hashes ({ hash = "$2b$12$…" }); never in the clear.
///
/// --prune removes people only where the files name people at all, so that a file of applications
/// does not remove those who signed up. Realms are never removed: disable them.
#[derive(Args)]
#[command(after_help = "Examples:
  jeton apply acme.toml
  jeton apply realms/*.toml --dry-run
  WEB_SECRET=$(cat secret) jeton apply acme.toml --prune

Exit codes: 0 done, 1 failed, 2 usage, 3 files refused (nothing was changed), 5 changed by somebody else meanwhile")]
pub struct Apply {
    /// Realm files (TOML); several may speak of one realm
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove what the files do not name
    #[arg(long)]
    pub prune: bool,
    /// Take issuers with plain http, for development on a network of your own
    #[arg(long, env = "JETON_ALLOW_PLAIN_HTTP")]
    pub allow_plain_http: bool,
    #[command(flatten)]
    pub common: Common,
}

pub async fn run(apply: Apply) -> Result<(), Failure> {
    let files = Files::read(&apply.files).map_err(Failure::Refused)?;
    let prepared = provision::prepare(files, &Process);
    let rest = if apply.prune { Rest::Goes } else { Rest::Stays };
    let plain_http = if apply.allow_plain_http { PlainHttp::Anywhere } else { PlainHttp::Loopback };
    let options = Options { rest, dry_run: apply.dry_run, plain_http };
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
    if apply.common.json {
        output::json(
            &serde_json::json!({ "dry_run": apply.dry_run, "changed": !apply.dry_run && !plan.changes.is_empty(), "differences": plan.differences }),
        );
    } else {
        print(&plan, apply.dry_run);
    }
    Ok(())
}

fn print(plan: &Plan, dry_run: bool) {
    let changed: Vec<&Difference> = plan.differences.iter().filter(|difference| difference.action != Action::Unchanged).collect();
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
    let same = plan.differences.len() - changed.len();
    match (changed.len(), dry_run) {
        (0, _) => output::say!("nothing to change: {same} as the files say"),
        (changes, true) => output::say!("{changes} would change, {same} would stay; nothing was written (--dry-run)"),
        (changes, false) => output::say!("{changes} changed, {same} as they were"),
    }
}
