//! The order of a benchmark run: limits, starts, memory at rest, operations, passwords last.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::passwords;
use super::report::{Figure, Report, Row};
use super::targets::{self, Benchmark};
use crate::database::Engine;
use crate::jeton::{Installation, Jeton, RealmFile};
use crate::limits::{Limits, bare_handler};
use crate::process::memory_of;
use crate::work::{Measured, Operation, Plan, Scene, measure, measure_pages};

pub struct Effort {
    pub engine: Engine,
    /// Per operation.
    pub each: Duration,
    pub connections: usize,
    /// Refresh tokens in rotation.
    pub authorizations: usize,
    pub cores: usize,
}

/// Passwords of one account, from one address, through one client, as fast as they go.
const NO_LIMITS: &str = "password_attempts = 1000000\nnetwork_attempts = 1000000\nclient_attempts = 1000000";

pub fn run(installation: &Installation, effort: &Effort, folder: &Path) -> Result<Report> {
    let limits = Limits::measure(effort.each, effort.connections, folder)?;
    let handlers = vec![limits.bare_handler.clone()];
    let (jeton, mut figures) = start(installation)?;
    thread::sleep(Duration::from_secs(1));
    let idle = memory_of(&[jeton.pid()])?.resident;
    figures.push(Figure::at_most("memory, idle with the demo", mib(idle), "MiB", targets::IDLE_MIB));

    let mut suite = Suite { jeton, limits, effort, handlers, measured: Vec::new(), most: idle };
    let plain = suite.realm(installation, "bench", NO_LIMITS)?;
    let eddsa = suite.realm(installation, "bench-eddsa", "access_token_alg = \"EdDSA\"")?;
    let rs256 = suite.realm(installation, "bench-rs256", "access_token_alg = \"RS256\"")?;
    let opaque = suite.realm(installation, "bench-opaque", "access_token_format = \"opaque\"")?;
    suite.measure(&plain, Operation::Discovery, &[targets::DISCOVERY])?;
    suite.measure(&plain, Operation::Jwks, &[targets::JWKS])?;
    suite.measure(&plain, Operation::ClientCredentials, &[targets::CLIENT_CREDENTIALS_ES256])?;
    suite.measure(&eddsa, Operation::ClientCredentials, &[targets::CLIENT_CREDENTIALS_EDDSA])?;
    suite.measure(&rs256, Operation::ClientCredentials, &[targets::CLIENT_CREDENTIALS_RS256])?;
    suite.measure_handler_again()?;
    suite.measure(&opaque, Operation::Introspect, &[targets::INTROSPECT_OPAQUE])?;
    suite.measure(&plain, Operation::IntrospectJwt, &[targets::INTROSPECT_JWT])?;
    suite.measure(&plain, Operation::Refresh, &[targets::refresh(effort.engine)])?;
    suite.measure(&plain, Operation::Code, &[targets::CODE_OBTAIN, targets::CODE_REDEEM])?;
    suite.measure_pages(&plain)?;
    suite.measure_handler_again()?;
    figures.push(Figure::at_most("memory, loaded, without passwords", mib(suite.most), "MiB", targets::LOADED_MIB));

    let passwords = passwords::measure(&plain, effort, &[suite.jeton.pid()])?;
    suite.limits.cryptography.argon2id_per_second_all_cores = passwords.argon2id_per_second;
    suite.measured.push((targets::PASSWORD, passwords.alone));
    let slower = passwords.others_p99_meanwhile as f64 / passwords.others_p99_before.max(1) as f64;
    figures.push(Figure::at_most("others' p99 beside passwords", slower, "×", targets::OTHERS_P99_BESIDE_PASSWORDS));
    let size = fs::metadata(&installation.binary)?.len();
    figures.push(Figure::at_most("binary", size as f64 / 1e6, "MB", targets::BINARY_MB));
    Ok(suite.report(figures))
}

/// The first start, on an empty folder, then the median of five on what it left.
fn start(installation: &Installation) -> Result<(Jeton, Vec<Figure>)> {
    let mut jeton = installation.start("127.0.0.1:0")?;
    let first = jeton.first_answer;
    let listen = jeton.address()?.to_string();
    let mut later = Vec::new();
    for _ in 0..5 {
        jeton.kill()?;
        jeton = installation.start(&listen)?;
        later.push(jeton.first_answer);
    }
    later.sort();
    let figures = vec![
        Figure::at_most("first start to first answer", millis(first), "ms", targets::FIRST_START_MS),
        Figure::at_most("later start to first answer", millis(later[later.len() / 2]), "ms", targets::LATER_START_MS),
    ];
    Ok((jeton, figures))
}

struct Suite<'a> {
    jeton: Jeton,
    limits: Limits,
    effort: &'a Effort,
    /// The bare handler at the beginning, in the middle and at the end.
    handlers: Vec<Measured>,
    measured: Vec<(Benchmark, Measured)>,
    /// The most memory seen after an operation, in octets.
    most: u64,
}

impl Suite<'_> {
    fn realm(&self, installation: &Installation, name: &str, settings: &str) -> Result<Scene> {
        let file = RealmFile::new(&self.jeton, name, settings)?;
        installation.apply(&file)?;
        file.scene(self.effort.connections, self.effort.authorizations)
    }

    fn measure(&mut self, scene: &Scene, operation: Operation, benchmarks: &[Benchmark]) -> Result<()> {
        let results: Vec<Measured> = measure(scene, operation, self.effort.each, &[self.jeton.pid()])?;
        benchmarks.iter().zip(results).for_each(|(benchmark, measured)| self.keep(*benchmark, measured));
        Ok(())
    }

    fn measure_pages(&mut self, scene: &Scene) -> Result<()> {
        let plan = Plan::counting(self.effort.each / 2);
        let results = measure_pages(scene, plan, &[self.jeton.pid()])?;
        results.into_iter().for_each(|(name, measured)| self.keep(targets::page(name), measured));
        Ok(())
    }

    fn keep(&mut self, benchmark: Benchmark, measured: Measured) {
        eprintln!("{}: {:.0} per second", benchmark.name, measured.per_second);
        self.most = self.most.max(measured.memory_after.map_or(0, |memory| memory.resident));
        self.measured.push((benchmark, measured));
    }

    /// What else the machine does changes from minute to minute, and the limit with it.
    fn measure_handler_again(&mut self) -> Result<()> {
        let handler = bare_handler::measure(self.effort.each, self.effort.connections)?;
        self.handlers.push(handler);
        Ok(())
    }

    fn report(mut self, figures: Vec<Figure>) -> Report {
        let cpu = |handler: &Measured| handler.server_cpu_us.unwrap_or(f64::MAX);
        self.handlers.sort_by(|one, other| cpu(one).total_cmp(&cpu(other)));
        let median = self.handlers.len() / 2;
        self.limits.bare_handler = self.handlers.swap_remove(median);
        let rows = self.measured.iter().map(|(benchmark, measured)| Row::of(benchmark, measured, &self.limits));
        Report { rows: rows.collect(), limits: self.limits, figures }
    }
}

fn mib(octets: u64) -> f64 {
    octets as f64 / f64::from(1 << 20)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
