//! The result of a benchmark run, and how it is judged against the targets.

use serde::{Deserialize, Serialize};

use super::targets::{Benchmark, Target};
use crate::limits::Limits;
use crate::table::{Table, cpu, micros, rate};
use crate::work::Measured;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub limits: Limits,
    pub rows: Vec<Row>,
    pub figures: Vec<Figure>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub operation: String,
    pub requests: u64,
    pub errors: u64,
    /// Tokens that were worth more than once; must be 0.
    pub double_spends: u64,
    pub per_second: f64,
    pub p50_us: u64,
    pub p99_us: u64,
    pub server_cpu_us: Option<f64>,
    /// (Bare handler + the cryptography that the request needs) ÷ server CPU per request;
    /// for passwords also the rate as a part of Argon2id's on all cores, if that is less.
    pub efficiency: Option<f64>,
    pub target: String,
    pub met: Option<bool>,
}

/// One figure that is not an operation; smaller is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: String,
    pub target: f64,
    pub met: bool,
}

impl Row {
    pub fn of(benchmark: &Benchmark, measured: &Measured, limits: &Limits) -> Self {
        let least = limits.handler_us() + (benchmark.cryptography)(&limits.cryptography);
        let of_cpu = measured.server_cpu_us.filter(|us| *us > 0.0).map(|us| least / us);
        let efficiency = match benchmark.target {
            // The worse of both: idle cores lower the rate, and a busy machine may flatter it.
            Target::OfArgon2(_) => {
                let of_rate = measured.per_second / limits.cryptography.argon2id_per_second_all_cores;
                Some(of_cpu.map_or(of_rate, |of_cpu| of_cpu.min(of_rate)))
            }
            _ => of_cpu,
        };
        let reached = match benchmark.target {
            Target::Efficiency(least) | Target::OfArgon2(least) => efficiency.map(|efficiency| efficiency >= least),
            Target::Rate { per_second, p99_us } => {
                Some(measured.per_second >= per_second && p99_us.is_none_or(|most| measured.p99_us <= most))
            }
            Target::ServerCpu(most) => measured.server_cpu_us.map(|cpu| cpu <= most),
            Target::None => None,
        };
        let double_spends = measured.double_spends.as_ref().map_or(0, |found| found.total());
        // Answers that are wrong are not fast.
        let sound = measured.errors == 0 && double_spends == 0;
        Self {
            operation: benchmark.name.to_owned(),
            requests: measured.requests,
            errors: measured.errors,
            double_spends,
            per_second: measured.per_second,
            p50_us: measured.p50_us,
            p99_us: measured.p99_us,
            server_cpu_us: measured.server_cpu_us,
            efficiency,
            target: benchmark.target.describe(),
            met: reached.map(|reached| reached && sound),
        }
    }
}

impl Figure {
    pub fn at_most(name: &str, value: f64, unit: &str, target: f64) -> Self {
        Self { name: name.to_owned(), value, unit: unit.to_owned(), target, met: value <= target }
    }
}

impl Report {
    pub fn print(&self) {
        self.limits.table().print();
        self.operations().print();
        self.others().print();
        for row in self.rows.iter().filter(|row| row.errors > 0 || row.double_spends > 0) {
            println!("{}: {} errors in {} requests, {} double spends", row.operation, row.errors, row.requests, row.double_spends);
        }
    }

    pub fn markdown(&self) -> String {
        format!(
            "### Limits of the machine\n\n{}\n\n### Operations\n\n{}\n\n### Memory, start, size\n\n{}",
            self.limits.table().markdown(),
            self.operations().markdown(),
            self.others().markdown()
        )
    }

    fn operations(&self) -> Table {
        let mut table = Table::new(&["operation", "per second", "p50", "p99", "server CPU", "efficiency", "target", "met"]);
        for row in &self.rows {
            table.row(vec![
                row.operation.clone(),
                rate(row.per_second),
                micros(row.p50_us),
                micros(row.p99_us),
                cpu(row.server_cpu_us),
                row.efficiency.map_or_else(|| "–".to_owned(), |efficiency| format!("{efficiency:.2}")),
                row.target.clone(),
                verdict(row.met),
            ]);
        }
        table
    }

    fn others(&self) -> Table {
        let mut table = Table::new(&["figure", "value", "target", "met"]);
        for figure in &self.figures {
            let Figure { name, value, unit, target, met } = figure;
            table.row(vec![name.clone(), format!("{value:.1} {unit}"), format!("≤ {target} {unit}"), verdict(Some(*met))]);
        }
        table
    }
}

fn verdict(met: Option<bool>) -> String {
    match met {
        Some(true) => "yes",
        Some(false) => "no",
        None => "–",
    }
    .to_owned()
}

#[cfg(test)]
pub mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::targets;
    use crate::limits::{Cryptography, Durability};
    use crate::work::{Tally, summarise};

    /// A handler of 10 µs; ES256 costs 20 µs, Argon2id runs 100 times a second.
    pub fn limits() -> Limits {
        Limits {
            bare_handler: measured(10.0),
            cryptography: Cryptography { es256_sign_us: 20.0, argon2id_per_second_all_cores: 100.0, ..Cryptography::default() },
            durability: Durability::default(),
        }
    }

    /// A thousand requests in a second at this much server CPU each.
    pub fn measured(cpu_us: f64) -> Measured {
        let mut tally = Tally::default();
        tally.statuses.insert(200, 1_000);
        summarise("x", &tally, Duration::from_secs(1), Some(Duration::from_secs_f64(cpu_us / 1e3)))
    }

    #[test]
    fn efficiency_is_the_least_cost_over_the_real_one() {
        let row = Row::of(&targets::CLIENT_CREDENTIALS_ES256, &measured(40.0), &limits());
        assert_eq!((row.efficiency, row.met), (Some(0.75), Some(true)));
        let row = Row::of(&targets::CLIENT_CREDENTIALS_ES256, &measured(60.0), &limits());
        assert_eq!((row.efficiency, row.met), (Some(0.5), Some(false)));
    }

    #[test]
    fn a_rate_is_met_only_with_its_latency() {
        let mut fast = measured(10.0);
        fast.per_second = 20_000.0;
        assert_eq!(Row::of(&targets::REFRESH, &fast, &limits()).met, Some(true));
        fast.p99_us = 30_000;
        assert_eq!(Row::of(&targets::REFRESH, &fast, &limits()).met, Some(false));
    }

    #[test]
    fn errors_meet_no_target() {
        let mut failing = measured(1.0);
        failing.errors = 1;
        assert_eq!(Row::of(&targets::DISCOVERY, &failing, &limits()).met, Some(false));
    }

    #[test]
    fn passwords_are_held_against_argon2() {
        let mut passwords = measured(1.0);
        passwords.per_second = 95.0;
        let row = Row::of(&targets::PASSWORD, &passwords, &limits());
        assert_eq!((row.efficiency, row.met), (Some(0.95), Some(true)));
    }
}
