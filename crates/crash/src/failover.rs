//! `jeton-crash failover`: hurts a PostgreSQL cluster under load, and checks from a ledger written
//! beforehand that what the servers acknowledged holds, whoever is the primary.

mod cluster;
mod keeper;
mod network;
mod programs;
mod report;
mod scenario;
mod settings;
mod trial;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::crash::check::violations;
use crate::crash::ledger;
use crate::crash::nodes::Nodes;
use cluster::Cluster;
use jeton_load::jeton::Installation;
use keeper::Keeper;
use network::Network;
use programs::Programs;
use report::Report;
use scenario::Scenario;
use trial::Trial;

/// Seconds of grace of the realm under test, longer than any failover: whoever got no answer
/// presents the same token again and gets the same successor.
const GRACE: u64 = 300;

/// Kill, switch over and cut off the primary under load; exit 1 if any promise is broken.
///
/// Makes three PostgreSQL under Patroni and etcd, with synchronous replication and HAProxy in
/// front, from Debian's packages: apt-get install postgresql patroni etcd-server haproxy. As root
/// each has a network namespace of its own; otherwise they share the loopback, and no cable can be
/// pulled. All of it is in one folder and gone at the end, also after Ctrl-C.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  jeton-crash failover --jeton target/release/jeton
  jeton-crash failover --jeton target/release/jeton --scenario kill,cut --rounds 5 --json
  jeton-crash failover --jeton target/release/jeton --markdown failover.md
  jeton-crash failover --check failover-ledger.jsonl")]
pub struct Arguments {
    /// The binary under test.
    #[arg(long, value_name = "PATH", required_unless_present = "check")]
    jeton: Option<PathBuf>,
    /// What happens; all of it by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    scenario: Vec<Scenario>,
    /// How often each.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Servers on the cluster.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=8))]
    nodes: u8,
    #[arg(long, default_value_t = 16)]
    users: usize,
    /// Replicate without waiting: shows what is lost then, and that this is found.
    #[arg(long)]
    asynchronous: bool,
    /// Where everything goes: a folder on the disk that matters.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// Keep data, logs and the ledger even if all went well.
    #[arg(long)]
    keep: bool,
    /// Only check a ledger that was kept.
    #[arg(long, value_name = "LEDGER", conflicts_with = "jeton")]
    check: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write the table to this file too, as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if let Some(path) = &arguments.check {
        return conclude(arguments, path);
    }
    let binary = arguments.jeton.as_deref().context("give --jeton")?;
    let programs = Programs::find()?;
    let folder = tempfile::Builder::new()
        .prefix("jeton-failover-")
        .tempdir_in(&arguments.dir)
        .with_context(|| format!("{} is not a folder to write in", arguments.dir.display()))?;
    let folder = folder.keep().canonicalize()?;
    let network = Network::plan();
    let mut keeper = Keeper::start(&folder, &network.spaces(), network.bridge())?;
    let ledger = folder.join("ledger.jsonl");
    let endured = endure(arguments, binary, (network, programs), &ledger);
    // What was promised counts even if the cluster did not recover.
    let kept = if ledger.exists() { conclude(arguments, &ledger) } else { Ok(()) };
    let outcome = match (endured, kept) {
        (Err(error), Err(broken)) => Err(error.context(broken)),
        (endured, kept) => endured.and(kept),
    };
    if arguments.keep || outcome.is_err() {
        keeper.leave_folder();
        eprintln!("everything is kept in {}", folder.display());
    }
    outcome
}

/// Makes the cluster and plays every scenario; all that matters ends up in the ledger.
fn endure(arguments: &Arguments, binary: &Path, (network, programs): (Network, Programs), ledger: &Path) -> Result<()> {
    let folder = ledger.parent().context("a ledger lies in a folder")?;
    eprintln!("starting three PostgreSQL, Patroni, etcd and HAProxy in {}", folder.display());
    let mut cluster = Cluster::start(network, programs, folder, !arguments.asynchronous)?;
    let extra = ["--database".to_owned(), cluster.url()];
    let nodes = Nodes::start(Installation::new(binary, folder, &extra)?, arguments.nodes)?;
    let realm = nodes.apply("failover", &format!("refresh_token_grace = {GRACE}"))?;
    let scene = realm.scene(arguments.users, arguments.users)?;
    let trial = Trial::start(scene, nodes.addresses(), arguments.users, ledger)?;
    let played = play(arguments, &mut cluster, &trial);
    // The users look at everything once more, whatever happened.
    trial.end()?;
    played
}

fn play(arguments: &Arguments, cluster: &mut Cluster, trial: &Trial) -> Result<()> {
    let wanted = if arguments.scenario.is_empty() { Scenario::ALL.to_vec() } else { arguments.scenario.clone() };
    for scenario in wanted {
        if scenario.needs_cables() && !cluster.can_be_cut() {
            eprintln!("{}: left out; only root may make networks that can be cut", scenario.name());
            continue;
        }
        for round in 1..=arguments.rounds {
            eprintln!("{}, round {round} of {}", scenario.name(), arguments.rounds);
            scenario.play(cluster, trial).with_context(|| format!("{}, round {round}", scenario.name()))?;
        }
    }
    Ok(())
}

fn conclude(arguments: &Arguments, path: &Path) -> Result<()> {
    let entries = ledger::read(path)?;
    let report = Report::of(&entries, violations(&entries, GRACE * 1_000));
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        report.table().print();
        for violation in report.violations.iter().take(20) {
            println!("{violation}");
        }
    }
    if let Some(file) = &arguments.markdown {
        std::fs::write(file, report.table().markdown() + "\n").with_context(|| format!("writing {}", file.display()))?;
    }
    match report.violations.len() {
        0 => Ok(()),
        count => bail!("{count} promises broken"),
    }
}
