//! `jeton copy`: a whole installation, from one database to another.

mod folder;

use std::ops::ControlFlow;

use clap::Args;
use jeton_server::keys::{MASTER_KEY_FILE, MASTER_KEY_VARIABLE};
use jeton_store::{
    Location,
    copy::{Begin, CopyError, Options, Report, Step, copy},
};

use crate::{failure::Failure, output, progress::Progress};

/// Move an installation to another folder or database.
///
/// Copies every row, then reads both sides and compares them table by table, by count and SHA-256.
/// Tokens, sessions and keys go on working at the destination. The source is left as it is; stop its
/// servers first, and keep it still until this is done.
///
/// A copy that was interrupted goes on where it stopped when the same command is run again. Until it
/// is done and compared, nothing else opens the destination. A destination with rows of its own is
/// refused, and nothing in it is touched.
///
/// The master key and dialects/ are in the data folder, not in the database: from folder to folder
/// they are copied too, where the new one lacks them.
#[derive(Args)]
#[command(after_help = "Examples:
  jeton copy --from sqlite://jeton-data --to postgres://jeton@db.example.com/jeton
  jeton copy --from postgres://jeton@db.example.com/jeton --to sqlite:///var/lib/jeton
  jeton copy --from sqlite:///old/disk --to sqlite:///new/disk

A password may be in the URL or, better, in PGPASSWORD.

Exit codes: 0 done and compared, 1 failed (run it again: it goes on), 2 usage, 4 no such source,
5 the destination holds other rows, or all of them already; nothing was written")]
pub struct Copy {
    /// Where the installation is: sqlite://FOLDER or postgres://…
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// Where it is to be: sqlite://FOLDER or postgres://…
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// Throw away the half copy at the destination, and start again
    #[arg(long)]
    pub restart: bool,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub json: bool,
}

pub async fn run(command: Copy) -> Result<(), Failure> {
    let place = |option: &str, text: &str| Location::parse(text).map_err(|error| Failure::Usage(format!("--{option}: {error}")));
    let (from, to) = (place("from", &command.from)?, place("to", &command.to)?);
    let folders = match (&from, &to) {
        (Location::Sqlite { folder: from }, Location::Sqlite { folder: to }) => Some((from.as_path(), to.as_path())),
        _ => None,
    };
    if let Some((from, to)) = folders {
        folder::refuse_another_key(from, to)?;
    }
    let begin = if command.restart { Begin::Anew } else { Begin::WhereItStopped };
    let mut shown = Shown::default();
    let copied = copy(&from, &to, Options { begin, ..Options::default() }, &mut |step| shown.at(step)).await;
    let report = match copied {
        Ok(report) => report,
        // It may have been killed before it came to the folder's other files.
        Err(error @ CopyError::Complete { .. }) => {
            folders.map(|(from, to)| folder::carry(from, to)).transpose()?;
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    let carried = folders.map(|(from, to)| folder::carry(from, to)).transpose()?.unwrap_or_default();
    let next = next_steps(&from, &to);
    if command.json {
        output::json(&json(&report, &from, &to, &carried, &next));
    } else {
        print(&report, &carried, &next);
    }
    Ok(())
}

/// A bar for each table that takes over a second.
#[derive(Default)]
struct Shown {
    bar: Option<(Step, Progress)>,
}

impl Shown {
    fn at(&mut self, step: Step) -> ControlFlow<()> {
        let (what, rows, of) = match step {
            Step::Copying { table, rows, of } => (table, rows, of),
            Step::Indexing { .. } => ("making indexes", 0, 0),
            Step::Comparing { rows, of, .. } => ("comparing", rows, of),
        };
        let same = self.bar.as_ref().is_some_and(|(before, _)| about(*before) == about(step));
        if !same {
            self.bar = Some((step, Progress::new(what)));
        }
        if let Some((_, bar)) = &self.bar {
            bar.at(rows as usize, of as usize);
        }
        ControlFlow::Continue(())
    }
}

/// Which bar a step belongs to.
fn about(step: Step) -> (u8, &'static str) {
    match step {
        Step::Copying { table, .. } => (0, table),
        Step::Indexing { table } => (1, table),
        Step::Comparing { table, .. } => (2, table),
    }
}

/// What is left to do, in an order in which it can be done.
fn next_steps(from: &Location, to: &Location) -> Vec<String> {
    let old = match from {
        Location::Sqlite { folder } => format!("{} (move its jeton.db away)", folder.display()),
        Location::Postgres { url } => format!("{url} (rename the database)"),
    };
    let key = format!("{MASTER_KEY_FILE} (or {MASTER_KEY_VARIABLE})");
    let serve = match (from, to) {
        (Location::Sqlite { folder }, Location::Postgres { url }) => {
            format!("serve with --data {} and --database {url}: the master key and dialects/ stay in that folder", folder.display())
        }
        (_, Location::Postgres { url }) => {
            format!("serve with the --data folder that you have, for its {key} and dialects/, and --database {url}")
        }
        (Location::Sqlite { .. }, Location::Sqlite { folder }) => format!("serve with --data {}", folder.display()),
        (Location::Postgres { .. }, Location::Sqlite { folder }) => format!(
            "copy {key} and dialects/ from the data folder of a server to {0}, and serve with --data {0}, without --database",
            folder.display()
        ),
    };
    // Both know all keys and tokens: what is revoked on one would live on the other.
    vec![serve, format!("never serve the old rows again: {old}")]
}

fn json(report: &Report, from: &Location, to: &Location, carried: &[String], next: &[String]) -> serde_json::Value {
    let table = |table: &jeton_store::copy::Copied| serde_json::json!({ "table": table.table, "rows": table.rows, "copied_now": table.now, "sha256": hex(&table.sha256) });
    serde_json::json!({
        "installation": report.installation,
        "from": from.to_string(),
        "to": to.to_string(),
        "resumed": report.resumed,
        "tables": report.tables.iter().map(table).collect::<Vec<_>>(),
        "files": carried,
        "next": next,
    })
}

fn print(report: &Report, carried: &[String], next: &[String]) {
    let mut rows = output::Rows::new(&["table", "rows", "copied now", "SHA-256, the same on both sides"], "");
    for table in &report.tables {
        rows.add([table.table.to_owned(), table.rows.to_string(), table.now.to_string(), hex(&table.sha256[..8])]);
    }
    rows.print();
    let total: u64 = report.tables.iter().map(|table| table.rows).sum();
    output::say!("\n{total} rows are the same on both sides; tokens, sessions and keys go on working");
    for file in carried {
        output::say!("copied {file}");
    }
    output::say!("now:");
    for (number, step) in next.iter().enumerate() {
        output::say!("  {}. {step}", number + 1);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
