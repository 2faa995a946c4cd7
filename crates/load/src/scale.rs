//! `jeton-load bench --scale`: what every operation costs on a full database, beside what it costs on an
//! empty one, on each engine.

mod lists;
mod operations;
mod plot;
mod report;

use std::fs;
use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jeton_fill::{Filled, Order, Secret, Size, fill};

use crate::bench::markdown;
use crate::database::{Database, Engine};
use crate::jeton::{CLIENT_ID, CLIENT_SECRET, Installation, Jeton, RealmFile};
use crate::process::memory_of;
use crate::work::{Scene, block_on, obtain_refresh_tokens};
use lists::measure_lists;
use operations::{Operated, Tokens, measure_all};
use report::{Report, State};

/// How a full database is compared with an empty one.
#[derive(clap::Args)]
pub struct Options {
    /// Compare a full database with an empty one, on each engine: a million people, a hundred
    /// thousand clients, ten thousand realms, ten million authorizations. Half an hour, 12 GB of disk.
    #[arg(long)]
    pub scale: bool,
    /// The part of those rows that is made, from 0 to 1.
    #[arg(long, default_value_t = 1.0, requires = "scale")]
    part: f64,
    /// Only this engine.
    #[arg(long, requires = "scale")]
    engine: Option<Engine>,
    /// Draw the comparison into this file.
    #[arg(long, value_name = "FILE.svg", requires = "scale")]
    plot: Option<PathBuf>,
}

/// What a comparison has in common with every other benchmark.
pub struct Common<'a> {
    pub jeton: &'a Path,
    /// Where the data goes.
    pub dir: &'a Path,
    pub connections: usize,
    /// Per operation.
    pub each: Duration,
    pub json: bool,
    pub markdown: Option<&'a Path>,
}

/// Authorizations whose tokens are rotated, and as many whose tokens are introspected.
const POOL: usize = 20_000;

pub fn run(options: &Options, common: &Common<'_>) -> Result<()> {
    if !(0.0..=1.0).contains(&options.part) {
        bail!("--part is a part, from 0 to 1; {} is not", options.part);
    }
    let engines = options.engine.map_or_else(|| vec![Engine::Sqlite, Engine::Postgres], |engine| vec![engine]);
    let mut reports = Vec::new();
    for engine in engines {
        // A folder for each: what one has used, the other may.
        let folder = tempfile::Builder::new()
            .prefix("jeton-scale-")
            .tempdir_in(common.dir)
            .with_context(|| format!("{} is not a folder to write in", common.dir.display()))?;
        let report = compare(common, engine, Size::part(options.part), folder.path())?;
        if !common.json {
            report.table().print();
        }
        reports.push(report);
    }
    if common.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    if let Some(file) = common.markdown {
        let tables: Vec<String> = reports.iter().map(Report::markdown).collect();
        markdown::put("scale", &tables.join("\n\n"), file)?;
    }
    if let Some(file) = &options.plot {
        fs::write(file, plot::draw(&reports)).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

fn compare(common: &Common<'_>, engine: Engine, size: Size, folder: &Path) -> Result<Report> {
    let database = Database::make(engine, folder)?;
    let installation = Installation::new(common.jeton, folder, &database.arguments())?;
    let (mut jeton, scene) = prepare(&installation, common.connections)?;
    let tokens = obtain_refresh_tokens(&scene, 2 * POOL)?;
    eprintln!("{}, empty", engine.name());
    let mut operations = measure_all(&scene, Tokens::deal(tokens, Vec::new()), common.each, &[jeton.pid()])?;
    operations.extend(measure_lists(&installation, &scene, &[jeton.pid()])?);
    let empty = State::of(operations, &installation, &mut jeton, &database)?;
    let listen = jeton.address()?.to_string();
    jeton.stop()?;
    if engine == Engine::Postgres {
        thread::sleep(KILLED);
    }

    let began = Instant::now();
    let order = Order { size, realm: REALM, client_id: CLIENT_ID, client_secret: Secret(CLIENT_SECRET), tokens: 2 * POOL };
    let Filled { refresh_tokens, client_ids, rows } = block_on(fill(database.url().as_deref(), &installation.data, &order, &told()))??;
    let filled_seconds = began.elapsed().as_secs_f64();
    eprintln!("{}, full: {rows} rows in {filled_seconds:.0} s", engine.name());

    let mut jeton = installation.start(&listen)?;
    let mut operations = measure_all(&scene, Tokens::deal(refresh_tokens, client_ids), common.each, &[jeton.pid()])?;
    operations.extend(measure_lists(&installation, &scene, &[jeton.pid()])?);
    let full = State::of(operations, &installation, &mut jeton, &database)?;
    Ok(Report { engine, size: size.into(), rows, filled_seconds, empty, full })
}

/// A server that was killed holds its PostgreSQL for so long.
const KILLED: Duration = Duration::from_secs(16);

const REALM: &str = "scale";

fn prepare(installation: &Installation, connections: usize) -> Result<(Jeton, Scene)> {
    let jeton = installation.start("127.0.0.1:0")?;
    let file = RealmFile::new(&jeton, REALM, "")?;
    installation.apply(&file)?;
    let scene = file.scene(connections, POOL)?;
    Ok((jeton, scene))
}

impl State {
    /// After everything was measured: memory, disk, and the median of three starts on what a killed server left.
    fn of(operations: Vec<Operated>, installation: &Installation, jeton: &mut Jeton, database: &Database) -> Result<Self> {
        let resident = memory_of(&[jeton.pid()])?.resident;
        let listen = jeton.address()?.to_string();
        let mut starts = Vec::new();
        for _ in 0..3 {
            jeton.kill()?;
            *jeton = installation.start(&listen)?;
            starts.push(jeton.first_answer);
        }
        starts.sort();
        Ok(Self { operations, started: starts[1], resident, bytes: database.bytes(&installation.data)? })
    }
}

/// Says which table is filled, and how far: on a terminal in one line, else a line for each table.
fn told() -> impl Fn(&str, u64, u64) {
    let terminal = stderr().is_terminal();
    move |table, done, of| match (terminal, done == of) {
        (true, false) => eprint!("\r{table}: {done} of {of}    "),
        (true, true) => eprintln!("\r{table}: {of}                    "),
        (false, true) => eprintln!("{table}: {of}"),
        (false, false) => {}
    }
}
