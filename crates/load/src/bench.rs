//! `jeton-load bench`: every operation of a Jeton of our own, beside the limits of the machine,
//! in one run; as ratios, because absolute rates depend on the day.

mod compare;
pub mod markdown;
mod paired;
mod passwords;
mod report;
mod suite;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::database::{Database, Engine};
use crate::jeton::Installation;
use crate::scale;
use report::Report;
use suite::Effort;

/// Measure every operation of a Jeton binary against this machine's limits.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  jeton-load bench --jeton target/release/jeton
  jeton-load bench --jeton target/release/jeton --quick --json > before.json
  jeton-load bench --jeton target/release/jeton --postgres
  jeton-load bench --jeton target/release/jeton --compare                 with the last commit, in the same run
  jeton-load bench --jeton target/release/jeton --compare v0.1.0          with a revision, which is built first
  jeton-load bench --jeton target/release/jeton --compare /usr/bin/jeton  with another binary
  jeton-load bench --jeton target/release/jeton --compare before.json --markdown docs/performance.md
  jeton-load bench --jeton target/release/jeton --scale --part 0.01
  jeton-load bench --jeton target/release/jeton --scale --markdown docs/performance.md --plot docs/scale.svg")]
pub struct Arguments {
    /// The binary, built with --release.
    #[arg(long, value_name = "PATH")]
    jeton: PathBuf,
    /// A second and a half per operation instead of six, and a small database.
    #[arg(long)]
    quick: bool,
    /// Authorizations that are refreshed in turn.
    #[arg(long, value_name = "COUNT")]
    authorizations: Option<usize>,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Where the server's data goes: a folder on the disk that matters.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Put the tables into this file: between its marks if it has them, else as a new file.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Show what became dearer, and exit 1 if anything did: than another binary or git revision in the same run,
    /// operation by operation, or than an earlier run's JSON.
    #[arg(long, value_name = "BINARY|REVISION|OLD.json", num_args = 0..=1, default_missing_value = "HEAD")]
    compare: Option<String>,
    /// Keep the rows in a PostgreSQL that is made for the run from the installed one (fsync on).
    #[arg(long)]
    postgres: bool,
    #[command(flatten)]
    scale: scale::Options,
    /// More arguments for `jeton demo` and `jeton apply`.
    #[arg(last = true)]
    extra: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.scale.scale {
        return scale::run(&arguments.scale, &common(arguments));
    }
    // What cannot be compared with is better known before minutes of measuring.
    let old = match arguments.compare.as_deref() {
        Some(file) if file.ends_with(".json") => Some(read(Path::new(file))?),
        Some(other) => return beside(&paired::binary(other)?, arguments),
        None => None,
    };
    let folder = tempfile::Builder::new()
        .prefix("jeton-bench-")
        .tempdir_in(&arguments.dir)
        .with_context(|| format!("{} is not a folder to write in", arguments.dir.display()))?;
    let engine = if arguments.postgres { Engine::Postgres } else { Engine::Sqlite };
    let database = Database::make(engine, folder.path())?;
    let extra: Vec<String> = database.arguments().into_iter().chain(arguments.extra.iter().cloned()).collect();
    let installation = Installation::new(&arguments.jeton, folder.path(), &extra)?;
    let report = suite::run(&installation, &effort(arguments, engine), folder.path())
        .with_context(|| format!("the server's log ends:\n{}", installation.end_of_log()))?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    if let Some(file) = &arguments.markdown {
        markdown::put(if arguments.postgres { "bench-postgres" } else { "bench" }, &report.markdown(), file)?;
    }
    match old {
        Some(old) => compare(&old, &report),
        None => Ok(()),
    }
}

/// Both binaries in one run.
fn beside(other: &Path, arguments: &Arguments) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("jeton-bench-").tempdir_in(&arguments.dir)?;
    let engine = if arguments.postgres { Engine::Postgres } else { Engine::Sqlite };
    let Effort { each, connections, authorizations, .. } = effort(arguments, engine);
    let effort = paired::Effort { engine, each, connections, authorizations };
    let pairs = paired::run(other, &arguments.jeton, &effort, &arguments.extra, folder.path())?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&pairs)?);
    } else {
        paired::table(&pairs).print();
    }
    let worse: Vec<_> = pairs.iter().filter(|pair| pair.is_worse()).map(|pair| pair.operation.as_str()).collect();
    if !worse.is_empty() {
        bail!("worse than before: {}", worse.join(", "));
    }
    Ok(())
}

fn common(arguments: &Arguments) -> scale::Common<'_> {
    scale::Common {
        jeton: &arguments.jeton,
        dir: &arguments.dir,
        connections: arguments.connections,
        each: each(arguments),
        json: arguments.json,
        markdown: arguments.markdown.as_deref(),
    }
}

fn each(arguments: &Arguments) -> Duration {
    Duration::from_millis(if arguments.quick { 1_500 } else { 6_000 })
}

fn effort(arguments: &Arguments, engine: Engine) -> Effort {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Effort {
        engine,
        each: each(arguments),
        connections: arguments.connections,
        authorizations: arguments.authorizations.unwrap_or(if arguments.quick { 1_000 } else { 20_000 }),
        cores,
    }
}

fn read(path: &Path) -> Result<Report> {
    let text = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not what jeton-load bench --json prints", path.display()))
}

fn compare(old: &Report, new: &Report) -> Result<()> {
    let changes = compare::changes(old, new);
    compare::table(&changes).print();
    let slower: Vec<_> = changes.iter().filter(|change| change.is_regression()).map(|change| change.name.as_str()).collect();
    if !slower.is_empty() {
        bail!("worse than before: {}", slower.join(", "));
    }
    Ok(())
}
