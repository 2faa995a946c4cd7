//! `jeton-crash kill`: kills servers at random moments under load and checks, from a
//! ledger written beforehand, that nothing acknowledged was lost and nothing came twice.

#[cfg(test)]
mod bad_histories;
pub mod check;
mod dice;
pub mod entry;
mod history;
pub mod ledger;
pub mod nodes;
mod report;
pub mod user;
pub mod wire;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use tokio::sync::watch;
use tokio::task::LocalSet;

use check::violations;
use dice::Dice;
use entry::Event;
use jeton_load::database::{Database, Engine};
use jeton_load::jeton::Installation;
use jeton_load::work::block_on;
use ledger::Ledger;
use nodes::Nodes;
use report::Report;
use user::{Phase, User};
use wire::Wire;

/// Seconds of grace of the realm under test: whoever got no answer presents the same
/// token again and gets the same successor.
const GRACE: u64 = 60;

/// After an answer that did not come.
const PATIENCE: Duration = Duration::from_millis(5);

/// Kill servers at random moments under load; exit 1 if any promise is broken.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  jeton-crash kill --jeton target/release/jeton --kills 200
  jeton-crash kill --jeton target/release/jeton --postgres --nodes 2 --kills 200
  jeton-crash kill --jeton target/release/jeton --kills 20 --seed 7 --json
  jeton-crash kill --check crash-ledger.jsonl
  jeton-crash kill --jeton target/release/jeton -- --database postgres://…")]
pub struct Arguments {
    /// The binary under test.
    #[arg(long, value_name = "PATH", required_unless_present = "check")]
    jeton: Option<PathBuf>,
    /// Moments at which a server is killed, or several at once.
    #[arg(long, default_value_t = 50)]
    kills: usize,
    /// Servers on one database; users move between them, and one or all are killed.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    nodes: u8,
    /// Keep the rows in a PostgreSQL that is made for the run from the installed one (fsync on).
    #[arg(long)]
    postgres: bool,
    #[arg(long, default_value_t = 16)]
    users: usize,
    /// Decides the moments of the kills and what the users do.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The longest that the server lives, in milliseconds; each time a random part of it.
    #[arg(long, default_value_t = 600)]
    longest: u64,
    /// Where the server's data and the ledger go: a folder on the disk that matters.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// Keep the server's data and log, and the ledger, even if all went well.
    #[arg(long)]
    keep: bool,
    /// Only check a ledger that was kept.
    #[arg(long, value_name = "LEDGER", conflicts_with = "jeton")]
    check: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// More arguments for `jeton demo` and `jeton apply`.
    #[arg(last = true)]
    extra: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if let Some(path) = &arguments.check {
        return conclude(arguments, path);
    }
    let binary = arguments.jeton.as_deref().context("give --jeton")?;
    let mut folder = tempfile::Builder::new()
        .prefix("jeton-crash-")
        .tempdir_in(&arguments.dir)
        .with_context(|| format!("{} is not a folder to write in", arguments.dir.display()))?;
    folder.disable_cleanup(arguments.keep);
    let path = folder.path().join("ledger.jsonl");
    let outcome = endure(arguments, binary, folder.path(), &path).and_then(|()| conclude(arguments, &path));
    if outcome.is_err() {
        folder.disable_cleanup(true);
        eprintln!("everything is kept in {}", folder.path().display());
    }
    outcome
}

/// Starts, loads, kills and restarts the servers; all that matters ends up in the ledger.
fn endure(arguments: &Arguments, binary: &Path, folder: &Path, path: &Path) -> Result<()> {
    let database = Database::make(if arguments.postgres { Engine::Postgres } else { Engine::Sqlite }, folder)?;
    let extra: Vec<String> = database.arguments().into_iter().chain(arguments.extra.iter().cloned()).collect();
    if arguments.nodes > 1 && !extra.iter().any(|word| word.starts_with("--database")) {
        bail!("an SQLite database has one server: give --postgres, or -- --database URL, beside --nodes");
    }
    let mut nodes = Nodes::start(Installation::new(binary, folder, &extra)?, arguments.nodes)?;
    let realm = nodes.apply("crash", &format!("refresh_token_grace = {GRACE}"))?;
    let (ledger, writer) = Ledger::create(path)?;
    let scene = realm.scene(arguments.users, arguments.users)?;
    let wire = Arc::new(Wire::new(scene, nodes.addresses(), ledger, PATIENCE)?);
    let (phase, watched) = watch::channel(Phase::Serving(0));
    let users = {
        let (wire, count, seed) = (Arc::clone(&wire), arguments.users, arguments.seed);
        thread::spawn(move || let_live(&wire, &watched, count, seed))
    };

    let mut dice = Dice::new(arguments.seed);
    for crash in 1..=arguments.kills {
        thread::sleep(Duration::from_millis(30 + dice.below(arguments.longest.max(1))));
        if users.is_finished() {
            break;
        }
        let chosen = nodes.some(&mut dice);
        for &node in &chosen {
            nodes.kill(node)?;
        }
        if chosen.len() == usize::from(arguments.nodes) {
            phase.send_replace(Phase::Down);
        }
        for _ in &chosen {
            block_on(wire.ledger.record(Event::Killed))??;
        }
        let mut after = 0;
        for &node in &chosen {
            after = nodes.restart(node).with_context(|| format!("starting again after kill {crash}"))?;
            block_on(wire.ledger.record(Event::Serving { after }))??;
        }
        phase.send_replace(Phase::Serving(crash));
        if crash % 10 == 0 {
            eprintln!("{crash} of {} kills; serving again after {after} ms", arguments.kills);
        }
    }
    // A last stretch of peace, so that the last crash is examined too.
    thread::sleep(Duration::from_millis(arguments.longest));
    phase.send_replace(Phase::Ending);
    users.join().map_err(|_| anyhow!("a user panicked"))??;
    drop(wire);
    writer.finish()
}

/// Lets `count` users live until the run ends.
pub fn let_live(wire: &Arc<Wire>, phase: &watch::Receiver<Phase>, count: usize, seed: u64) -> Result<()> {
    block_on(async {
        let local = LocalSet::new();
        let users: Vec<_> = (0_u64..)
            .take(count)
            .map(|at| {
                let dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(at));
                local.spawn_local(User::new(wire, phase.clone(), dice).live())
            })
            .collect();
        local.await;
        for user in users {
            user.await??;
        }
        Ok(())
    })?
}

fn conclude(arguments: &Arguments, path: &Path) -> Result<()> {
    let entries = ledger::read(path)?;
    let report = Report::of(&entries, violations(&entries, GRACE * 1_000));
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        report.print();
    }
    match report.violations.len() {
        0 => Ok(()),
        count => bail!("{count} promises broken"),
    }
}
