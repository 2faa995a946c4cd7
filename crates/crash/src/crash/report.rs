//! What a crash run did and found, in figures.

use serde::Serialize;

use super::check::Violation;
use super::entry::{Entry, Event, Intent, Outcome};
use jeton_load::histogram::Histogram;
use jeton_load::table::Table;

#[derive(Debug, Serialize)]
pub struct Report {
    pub kills: usize,
    pub operations: usize,
    pub acknowledged_rotations: usize,
    pub redeemed_codes: usize,
    pub revocations: usize,
    pub refusals: usize,
    /// Operations whose answer never came, or said nothing.
    pub unanswered: usize,
    /// From the start of the process to its first answer, milliseconds.
    pub serving_again_p50_ms: u64,
    pub serving_again_p99_ms: u64,
    pub serving_again_max_ms: u64,
    pub violations: Vec<Violation>,
}

impl Report {
    pub fn of(entries: &[Entry], violations: Vec<Violation>) -> Self {
        let count = |matching: fn(&Event) -> bool| entries.iter().filter(|entry| matching(&entry.event)).count();
        let mut serving = Histogram::default();
        for entry in entries {
            if let Event::Serving { after } = entry.event {
                serving.record(after);
            }
        }
        let tokens = count(|event| matches!(event, Event::Outcome { outcome: Outcome::Tokens { .. }, .. }));
        let redeemed_codes = redeemed(entries);
        Self {
            kills: count(|event| matches!(event, Event::Killed)),
            operations: count(|event| matches!(event, Event::Intent { .. })),
            acknowledged_rotations: tokens - redeemed_codes,
            redeemed_codes,
            revocations: count(|event| matches!(event, Event::Outcome { outcome: Outcome::Revoked, .. })),
            refusals: count(|event| matches!(event, Event::Outcome { outcome: Outcome::Refused { .. }, .. })),
            unanswered: count(|event| matches!(event, Event::Outcome { outcome: Outcome::Unknown { .. }, .. })),
            serving_again_p50_ms: serving.quantile(0.5),
            serving_again_p99_ms: serving.quantile(0.99),
            serving_again_max_ms: serving.max(),
            violations,
        }
    }

    pub fn print(&self) {
        let mut table = Table::new(&["crash test", ""]);
        for (name, figure) in [
            ("kills", self.kills),
            ("operations", self.operations),
            ("acknowledged rotations", self.acknowledged_rotations),
            ("redeemed codes", self.redeemed_codes),
            ("revocations", self.revocations),
            ("refusals", self.refusals),
            ("without an answer", self.unanswered),
        ] {
            table.row(vec![name.into(), figure.to_string()]);
        }
        for (name, millis) in [
            ("serving again, p50", self.serving_again_p50_ms),
            ("serving again, p99", self.serving_again_p99_ms),
            ("serving again, longest", self.serving_again_max_ms),
        ] {
            table.row(vec![name.into(), format!("{millis} ms")]);
        }
        table.row(vec!["violations".into(), self.violations.len().to_string()]);
        table.print();
        for violation in self.violations.iter().take(20) {
            println!("{violation}");
        }
    }
}

fn redeemed(entries: &[Entry]) -> usize {
    let redemptions: std::collections::HashSet<u64> = entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Intent { operation, intent: Intent::Redeem { .. } } => Some(*operation),
            _ => None,
        })
        .collect();
    let gave_tokens = |entry: &&Entry| match &entry.event {
        Event::Outcome { operation, outcome: Outcome::Tokens { .. } } => redemptions.contains(operation),
        _ => false,
    };
    entries.iter().filter(gave_tokens).count()
}
