//! `jeton-load limits`: what this machine can do at most, measured the way servers are.

pub mod bare_handler;
mod cryptography;
mod durability;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::table::{Table, cpu, micros, rate};
use crate::work::Measured;
pub use cryptography::{Cryptography, argon2id_on_all_cores};
pub use durability::Durability;

/// Measure the limits of this machine: a bare handler, cryptography, durable commits.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  jeton-load limits
  jeton-load limits --seconds 5 --dir /var/lib --json")]
pub struct Arguments {
    /// Seconds per measurement.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Where durable writes are measured: a folder on the disk that matters.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// All limits of one run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Form in, 900 octets of JSON out, on one runtime thread.
    pub bare_handler: Measured,
    pub cryptography: Cryptography,
    pub durability: Durability,
}

impl Limits {
    pub fn measure(each: Duration, connections: usize, dir: &std::path::Path) -> Result<Self> {
        Ok(Self {
            bare_handler: bare_handler::measure(each, connections)?,
            cryptography: Cryptography::measure(each / 4)?,
            durability: Durability::measure(each / 2, dir)?,
        })
    }

    /// Server CPU of the bare handler, microseconds per request.
    pub fn handler_us(&self) -> f64 {
        self.bare_handler.server_cpu_us.unwrap_or_default()
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new(&["limit", "CPU each", "per second"]);
        let handler = &self.bare_handler;
        table.row(vec![format!("bare handler, p99 {}", micros(handler.p99_us)), cpu(handler.server_cpu_us), rate(handler.per_second)]);
        for (name, us) in self.cryptography.costs() {
            table.row(vec![format!("{name}, one core"), cpu(Some(us)), rate(1e6 / us)]);
        }
        table.row(vec!["Argon2id 19 MiB t=2 p=1, all cores".into(), "–".into(), rate(self.cryptography.argon2id_per_second_all_cores)]);
        for (name, per_second) in self.durability.rates() {
            table.row(vec![name.into(), "–".into(), rate(per_second)]);
        }
        table
    }
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let limits = Limits::measure(Duration::from_secs_f64(arguments.seconds), arguments.connections, &arguments.dir)?;
    if arguments.json {
        println!("{}", serde_json::to_string(&limits)?);
    } else {
        limits.table().print();
    }
    Ok(())
}
