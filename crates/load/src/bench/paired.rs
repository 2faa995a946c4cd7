//! Two binaries in one run: each operation of both in turn, so that what else the machine does
//! happens to both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::database::{Database, Engine};
use crate::jeton::{Installation, Jeton, RealmFile};
use crate::table::Table;
use crate::work::{Measured, Operation, Scene, measure};

/// Part by which an operation must cost more to count as worse.
const TOLERANCE: f64 = 0.08;
/// Who goes first changes from round to round: the first of a round finds the machine as the one before left it.
const ROUNDS: [[Side; 2]; 4] =
    [[Side::Before, Side::After], [Side::After, Side::Before], [Side::Before, Side::After], [Side::After, Side::Before]];

/// Only settings that both binaries know.
const REALMS: [(&str, &str, &[Operation]); 4] = [
    (
        "pair",
        "",
        &[
            Operation::Discovery,
            Operation::Jwks,
            Operation::ClientCredentials,
            Operation::IntrospectJwt,
            Operation::Refresh,
            Operation::Code,
        ],
    ),
    ("pair-eddsa", "access_token_alg = \"EdDSA\"", &[Operation::ClientCredentials]),
    ("pair-rs256", "access_token_alg = \"RS256\"", &[Operation::ClientCredentials]),
    ("pair-opaque", "access_token_format = \"opaque\"", &[Operation::Introspect]),
];

pub struct Effort {
    pub engine: Engine,
    /// Per operation and binary.
    pub each: Duration,
    pub connections: usize,
    pub authorizations: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// One operation of both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    pub operation: String,
    pub before: Cost,
    pub after: Cost,
    /// CPU before by CPU after: above 1 is better.
    pub ratio: f64,
}

/// Of all rounds together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Microseconds of the server's CPU for a request.
    pub cpu_us: f64,
    pub per_second: f64,
    pub errors: u64,
}

impl Pair {
    fn of(operation: String, before: Cost, after: Cost) -> Self {
        Self { operation, before, after, ratio: before.cpu_us / after.cpu_us }
    }

    pub fn is_worse(&self) -> bool {
        self.ratio < 1.0 - TOLERANCE || self.after.errors > self.before.errors
    }
}

impl Cost {
    fn of(rounds: &[Measured]) -> Self {
        let requests: u64 = rounds.iter().map(|round| round.requests).sum();
        let seconds: f64 = rounds.iter().map(|round| round.seconds).sum();
        let cpu: f64 = rounds.iter().map(|round| round.server_cpu_us.unwrap_or(0.0) * round.requests as f64).sum();
        Self {
            cpu_us: cpu / requests.max(1) as f64,
            per_second: requests as f64 / seconds.max(f64::MIN_POSITIVE),
            errors: rounds.iter().map(|round| round.errors).sum(),
        }
    }
}

/// Measures both; `folder` takes their data.
pub fn run(before: &Path, after: &Path, effort: &Effort, extra: &[String], folder: &Path) -> Result<Vec<Pair>> {
    let (before, after) = (One::start(before, "before", effort, extra, folder)?, One::start(after, "after", effort, extra, folder)?);
    let mut pairs = Vec::new();
    for (name, settings, operations) in REALMS {
        let scenes = [before.realm(name, settings, effort)?, after.realm(name, settings, effort)?];
        for operation in operations {
            let mut rounds = [Vec::new(), Vec::new()];
            for side in ROUNDS.into_iter().flatten() {
                let one = if side == Side::Before { &before } else { &after };
                let each = effort.each / ROUNDS.len() as u32;
                rounds[side as usize].push(measure(&scenes[side as usize], *operation, each, &[one.jeton.pid()])?);
            }
            pairs.extend(paired(name, &rounds));
            pairs.last().into_iter().for_each(|pair| eprintln!("{}: {:.2}", pair.operation, pair.ratio));
        }
    }
    Ok(pairs)
}

/// The results of an operation's rounds, of which the code flow has two.
fn paired(realm: &str, [before, after]: &[Vec<Vec<Measured>>; 2]) -> Vec<Pair> {
    let results = before.first().map_or(0, Vec::len);
    let cost =
        |rounds: &[Vec<Measured>], index: usize| Cost::of(&rounds.iter().filter_map(|round| round.get(index).cloned()).collect::<Vec<_>>());
    let named = |index: usize| {
        let operation = before[0][index].operation.clone();
        realm.strip_prefix("pair-").map_or(operation.clone(), |kind| format!("{operation}, {kind}"))
    };
    (0..results).map(|index| Pair::of(named(index), cost(before, index), cost(after, index))).collect()
}

pub fn table(pairs: &[Pair]) -> Table {
    let mut table = Table::new(&["operation", "µs before", "µs after", "per s before", "per s after", "before / after", ""]);
    for pair in pairs {
        table.row(vec![
            pair.operation.clone(),
            format!("{:.1}", pair.before.cpu_us),
            format!("{:.1}", pair.after.cpu_us),
            format!("{:.0}", pair.before.per_second),
            format!("{:.0}", pair.after.per_second),
            format!("{:.2}", pair.ratio),
            if pair.is_worse() { "worse" } else { "" }.to_owned(),
        ]);
    }
    table
}

/// A running binary with its own data.
struct One {
    jeton: Jeton,
    installation: Installation,
    _database: Database,
}

impl One {
    fn start(binary: &Path, name: &str, effort: &Effort, extra: &[String], folder: &Path) -> Result<Self> {
        let folder = folder.join(name);
        fs::create_dir(&folder)?;
        let database = Database::make(effort.engine, &folder)?;
        let extra: Vec<String> = database.arguments().into_iter().chain(extra.iter().cloned()).collect();
        let installation = Installation::new(binary, &folder, &extra)?;
        Ok(Self { jeton: installation.start("127.0.0.1:0")?, installation, _database: database })
    }

    fn realm(&self, name: &str, settings: &str, effort: &Effort) -> Result<Scene> {
        let file = RealmFile::new(&self.jeton, name, settings)?;
        self.installation.apply(&file)?;
        file.scene(effort.connections, effort.authorizations)
    }
}

/// The binary that a path or a git revision names. A revision is built in a worktree of its own and
/// kept in `target/compare`.
pub fn binary(text: &str) -> Result<PathBuf> {
    let path = Path::new(text);
    if path.is_file() {
        return Ok(path.canonicalize()?);
    }
    let commit = git(&["rev-parse", "--verify", "--quiet", &format!("{text}^{{commit}}")])
        .with_context(|| format!("{text:?} is neither a binary, nor a .json of an earlier run, nor a git revision"))?;
    let root = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?).join("target/compare");
    let kept = root.join(format!("jeton-{}", commit.get(..12).unwrap_or(&commit)));
    if kept.is_file() {
        return Ok(kept);
    }
    fs::create_dir_all(&root)?;
    let sources = tempfile::Builder::new().prefix("sources-").tempdir_in(&root)?;
    let tree = sources.path().join("tree");
    let tree_text = tree.to_str().context("the path of this checkout is not UTF-8")?;
    git(&["worktree", "add", "--detach", tree_text, &commit])?;
    eprintln!("building {text} ({commit})");
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--locked", "-p", "jeton"]).current_dir(&tree).env("CARGO_TARGET_DIR", root.join("build"));
    let built = build.status();
    git(&["worktree", "remove", "--force", tree_text])?;
    if !built.context("running cargo")?.success() {
        bail!("{text} does not build");
    }
    fs::copy(root.join("build/release/jeton"), &kept)?;
    Ok(kept)
}

fn git(words: &[&str]) -> Result<String> {
    let output = Command::new("git").args(words).output().context("running git")?;
    if !output.status.success() {
        bail!("git {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::tests::measured;

    fn pair(before: f64, after: f64) -> Pair {
        paired("pair-eddsa", &[vec![vec![measured(before)]], vec![vec![measured(after)]]]).remove(0)
    }

    #[test]
    fn what_costs_more_is_worse_and_noise_is_not() {
        assert!(pair(40.0, 50.0).is_worse());
        assert!(!pair(40.0, 42.0).is_worse() && !pair(40.0, 20.0).is_worse());
        assert!(pair(40.0, 50.0).operation.ends_with(", eddsa"));
    }

    #[test]
    fn rounds_count_by_their_requests() {
        let mut long = measured(10.0);
        long.requests *= 3;
        assert_eq!(Cost::of(&[long, measured(50.0)]).cpu_us, 20.0);
    }

    #[test]
    fn what_names_nothing_is_refused() {
        assert!(binary("no-such-revision-anywhere").is_err());
    }
}
