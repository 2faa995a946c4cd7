//! The two databases side by side.

use std::time::Duration;

use jeton_fill::Size;
use serde::Serialize;

use super::operations::{MANY_CLIENTS, ONE_CLIENT, Operated};
use crate::database::Engine;
use crate::table::{Table, cpu, mebibytes, micros, rate};

pub struct State {
    pub operations: Vec<Operated>,
    /// From the start of the process to its first answer.
    pub started: Duration,
    /// Octets, of the server.
    pub resident: u64,
    /// Octets on the disk.
    pub bytes: u64,
}

pub struct Report {
    pub engine: Engine,
    pub size: Rows,
    pub rows: u64,
    pub filled_seconds: f64,
    pub empty: State,
    pub full: State,
}

#[derive(Clone, Copy, Serialize)]
pub struct Rows {
    realms: u64,
    clients: u64,
    people: u64,
    authorizations: u64,
}

impl From<Size> for Rows {
    fn from(Size { realms, clients, people, authorizations }: Size) -> Self {
        Self { realms, clients, people, authorizations }
    }
}

/// One operation on both.
#[derive(Serialize)]
pub struct Line {
    pub name: &'static str,
    pub empty: Cost,
    pub full: Cost,
    /// Server CPU per request when full ÷ when empty.
    pub times_cpu: f64,
    /// Requests per second when empty ÷ when full.
    pub times_slower: f64,
}

#[derive(Serialize)]
pub struct Cost {
    pub per_second: f64,
    pub p99_us: u64,
    pub server_cpu_us: f64,
    pub errors: u64,
    pub double_spends: u64,
}

/// What every operation may cost more when full.
pub const MOST: f64 = 1.3;

impl Report {
    pub fn lines(&self) -> Vec<Line> {
        let empty = |name| {
            // Many clients cost more than one, but there are not many on an empty database.
            let name = if name == MANY_CLIENTS { ONE_CLIENT } else { name };
            self.empty.operations.iter().find(|operated| operated.name == name)
        };
        let pairs = self.full.operations.iter().filter_map(|full| Some((empty(full.name)?, full)));
        pairs
            .map(|(empty, full)| {
                let (before, after) = (Cost::of(empty), Cost::of(full));
                Line {
                    name: full.name,
                    times_cpu: after.server_cpu_us / before.server_cpu_us,
                    times_slower: before.per_second / after.per_second,
                    empty: before,
                    full: after,
                }
            })
            .collect()
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new(&["operation", "empty", "full", "p99 empty", "p99 full", "CPU empty", "CPU full", "CPU", "slower"]);
        for line in self.lines() {
            let broken = line.empty.errors + line.full.errors + line.empty.double_spends + line.full.double_spends;
            let remark = if broken > 0 { format!(" ({broken} errors)") } else { String::new() };
            table.row(vec![
                format!("{}{remark}", line.name),
                format!("{}/s", rate(line.empty.per_second)),
                format!("{}/s", rate(line.full.per_second)),
                micros(line.empty.p99_us),
                micros(line.full.p99_us),
                cpu(Some(line.empty.server_cpu_us)),
                cpu(Some(line.full.server_cpu_us)),
                format!("{:.2}×", line.times_cpu),
                format!("{:.2}×", line.times_slower),
            ]);
        }
        let start = |state: &State| format!("{:.0} ms", state.started.as_secs_f64() * 1e3);
        let dashes = |count: usize| (0..count).map(|_| "–".to_owned());
        let mut figure = |name: &str, empty: String, full: String| {
            table.row([name.to_owned(), empty, full].into_iter().chain(dashes(6)).collect());
        };
        figure("later start to first answer", start(&self.empty), start(&self.full));
        figure("memory after it all", mebibytes(self.empty.resident), mebibytes(self.full.resident));
        figure("on the disk", mebibytes(self.empty.bytes), mebibytes(self.full.bytes));
        table
    }

    pub fn markdown(&self) -> String {
        let Rows { realms, clients, people, authorizations } = self.size;
        format!(
            "#### {}\n\n{} realms, {} clients, {} people, {} authorizations; filled in {:.0} s.\n\n{}",
            self.engine.name(),
            rate(realms as f64),
            rate(clients as f64),
            rate(people as f64),
            rate(authorizations as f64),
            self.filled_seconds,
            self.table().markdown()
        )
    }
}

impl Cost {
    fn of(Operated { measured, .. }: &Operated) -> Self {
        Self {
            per_second: measured.per_second,
            p99_us: measured.p99_us,
            server_cpu_us: measured.server_cpu_us.unwrap_or(f64::NAN),
            errors: measured.errors,
            double_spends: measured.double_spends.as_ref().map_or(0, |found| found.total()),
        }
    }
}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            engine: Engine,
            size: &'a Rows,
            rows: u64,
            filled_seconds: f64,
            operations: Vec<Line>,
            start_ms: [f64; 2],
            resident_bytes: [u64; 2],
            disk_bytes: [u64; 2],
        }
        let both = [&self.empty, &self.full];
        let shown = Shown {
            engine: self.engine,
            size: &self.size,
            rows: self.rows,
            filled_seconds: self.filled_seconds,
            operations: self.lines(),
            start_ms: both.map(|state| state.started.as_secs_f64() * 1e3),
            resident_bytes: both.map(|state| state.resident),
            disk_bytes: both.map(|state| state.bytes),
        };
        shown.serialize(serializer)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::work::{Tally, summarise};

    fn operated(name: &'static str, cpu_us: u64, per_second: u64) -> Operated {
        let mut tally = Tally::default();
        tally.statuses.insert(200, per_second);
        let cpu = Duration::from_micros(cpu_us * per_second);
        Operated { name, measured: summarise("x", &tally, Duration::from_secs(1), Some(cpu)) }
    }

    pub fn report() -> Report {
        let state = |operations| State { operations, started: Duration::from_millis(40), resident: 1 << 25, bytes: 1 << 20 };
        Report {
            engine: Engine::Sqlite,
            size: Size::FULL.into(),
            rows: 1,
            filled_seconds: 1.0,
            empty: state(vec![operated(ONE_CLIENT, 40, 1_000), operated("discovery", 10, 2_000)]),
            full: state(vec![operated(ONE_CLIENT, 40, 1_000), operated(MANY_CLIENTS, 60, 500), operated("discovery", 11, 2_000)]),
        }
    }

    #[test]
    fn each_operation_stands_beside_itself_and_many_clients_beside_one() {
        let lines = report().lines();
        assert_eq!(lines.len(), 3);
        assert_eq!((lines[1].name, lines[1].times_cpu, lines[1].times_slower), (MANY_CLIENTS, 1.5, 2.0));
        assert_eq!((lines[2].name, lines[2].times_cpu), ("discovery", 1.1));
    }

    #[test]
    fn the_table_says_what_was_filled_and_how_much_dearer_it_is() {
        let text = report().markdown();
        assert!(text.starts_with("#### SQLite\n\n10,000 realms, 100,000 clients, 1,000,000 people, 10,000,000 authorizations"), "{text}");
        assert!(text.contains("1.50×") && text.contains("2.00×"), "{text}");
    }
}
