//! What each scenario cost and whether a promise was broken in it: from the ledger alone.

use serde::Serialize;

use crate::crash::check::{Broken, Violation};
use crate::crash::entry::{Entry, Event, Outcome};
use jeton_load::table::Table;

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub scenarios: Vec<Line>,
    pub acknowledged_writes: u64,
    pub violations: Vec<Violation>,
}

/// All rounds of one scenario, each from its fault until all was whole again.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    pub scenario: String,
    pub rounds: usize,
    /// The longest time between two acknowledged writes: the middle one of the rounds, and the worst.
    pub window_p50_s: f64,
    pub window_max_s: f64,
    pub acknowledged_rotations: u64,
    /// Acknowledged, and gone.
    pub lost: u64,
    /// Two successors of one token, or an older token that worked.
    pub duplicates: u64,
    pub codes_redeemed_twice: u64,
    /// Any other promise that was broken.
    pub other: u64,
    pub status_503: u64,
    pub no_answer: u64,
    pub documents: u64,
    pub documents_unanswered: u64,
    #[serde(skip)]
    windows: Vec<u64>,
}

impl Report {
    pub fn of(entries: &[Entry], violations: Vec<Violation>) -> Self {
        let mut report = Self::default();
        let mut current: Option<usize> = None;
        let mut last_write = None;
        for entry in entries {
            match &entry.event {
                Event::Fault { scenario } => {
                    let line = report.line(scenario);
                    report.scenarios[line].windows.push(0);
                    current = Some(line);
                }
                Event::Healed { documents } => {
                    if let Some(line) = current.take() {
                        report.scenarios[line].documents += documents;
                    }
                }
                Event::DocumentUnanswered { .. } => {
                    if let Some(line) = current {
                        report.scenarios[line].documents_unanswered += 1;
                    }
                }
                Event::Outcome { outcome, .. } => {
                    let line = current.map(|line| &mut report.scenarios[line]);
                    if matches!(outcome, Outcome::Tokens { .. } | Outcome::Revoked) {
                        report.acknowledged_writes += 1;
                        let gap = entry.at - last_write.replace(entry.at).unwrap_or(entry.at);
                        if let Some(line) = line {
                            line.acknowledged_rotations += u64::from(*outcome != Outcome::Revoked);
                            line.windows.last_mut().into_iter().for_each(|window| *window = gap.max(*window));
                        }
                    } else if let (Outcome::Unknown { why }, Some(line)) = (outcome, line) {
                        *(if why == "status 503" { &mut line.status_503 } else { &mut line.no_answer }) += 1;
                    }
                }
                _ => {}
            }
        }
        for violation in &violations {
            report.blame(entries, violation);
        }
        report.scenarios.iter_mut().for_each(Line::conclude);
        Self { violations, ..report }
    }

    fn line(&mut self, scenario: &str) -> usize {
        self.scenarios.iter().position(|line| line.scenario == scenario).unwrap_or_else(|| {
            self.scenarios.push(Line { scenario: scenario.to_owned(), ..Line::default() });
            self.scenarios.len() - 1
        })
    }

    /// What shows later is the doing of the last fault before it.
    fn blame(&mut self, entries: &[Entry], violation: &Violation) {
        let before = entries.iter().take_while(|entry| entry.at <= violation.at);
        let fault = before.filter_map(|entry| match &entry.event {
            Event::Fault { scenario } => Some(scenario),
            _ => None,
        });
        let Some(scenario) = fault.last() else { return };
        let at = self.line(scenario);
        let line = &mut self.scenarios[at];
        *match violation.broken {
            Broken::AcknowledgedTokenLost | Broken::CodeLost | Broken::SessionLost | Broken::RevokedTokenWorked => &mut line.lost,
            Broken::TwoSuccessors | Broken::OlderTokenWorked | Broken::TokenGivenTwice => &mut line.duplicates,
            Broken::CodeWorkedTwice => &mut line.codes_redeemed_twice,
            // Counted already, where it was seen.
            Broken::DocumentUnanswered => return,
            Broken::RevocationRefused | Broken::AcknowledgedCutOff => &mut line.other,
        } += 1;
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new(&[
            "scenario",
            "rounds",
            "no service, p50",
            "longest",
            "rotations",
            "lost",
            "duplicates",
            "codes twice",
            "other",
            "503",
            "no answer",
            "documents",
            "unanswered",
        ]);
        for line in &self.scenarios {
            let mut row = vec![line.scenario.clone(), line.rounds.to_string()];
            row.extend([line.window_p50_s, line.window_max_s].map(|seconds| format!("{seconds:.1} s")));
            let counts = [line.acknowledged_rotations, line.lost, line.duplicates, line.codes_redeemed_twice, line.other];
            row.extend(counts.map(|count| count.to_string()));
            row.extend([line.status_503, line.no_answer, line.documents, line.documents_unanswered].map(|count| count.to_string()));
            table.row(row);
        }
        table
    }
}

impl Line {
    fn conclude(&mut self) {
        self.windows.sort_unstable();
        let seconds = |millis: Option<&u64>| millis.map_or(0.0, |&millis| millis as f64 / 1e3);
        self.rounds = self.windows.len();
        self.window_p50_s = seconds(self.windows.get(self.rounds.saturating_sub(1) / 2));
        self.window_max_s = seconds(self.windows.last());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::check::violations;
    use crate::crash::entry::Intent;

    fn entry(at: u64, event: Event) -> Entry {
        Entry { at, event }
    }

    fn fault(at: u64) -> Entry {
        entry(at, Event::Fault { scenario: "kill".into() })
    }

    fn healed(at: u64) -> Entry {
        entry(at, Event::Healed { documents: 7 })
    }

    fn rotation(at: u64, operation: u64, token: &str, outcome: Outcome) -> [Entry; 2] {
        let intent = Intent::Rotate { token: token.into() };
        [entry(at, Event::Intent { operation, intent }), entry(at, Event::Outcome { operation, outcome })]
    }

    fn tokens(token: &str) -> Outcome {
        Outcome::Tokens { refresh_token: token.into() }
    }

    fn report(entries: &[Entry]) -> Report {
        Report::of(entries, violations(entries, 60_000))
    }

    #[test]
    fn the_window_is_the_longest_gap_of_a_round_and_begins_before_the_fault() {
        let answered = |at: u64| rotation(at, at, "?", tokens("x"));
        let mut entries = answered(1_000).to_vec();
        entries.push(fault(1_500));
        entries.extend(rotation(1_600, 1, "?", Outcome::Unknown { why: "status 503".into() }));
        entries.extend(answered(21_000));
        entries.push(healed(22_000));
        // Peace between two rounds is nobody's doing.
        entries.extend(answered(90_000));
        entries.push(fault(90_001));
        entries.extend(answered(91_000));
        entries.push(healed(92_000));
        let report = report(&entries);
        let line = &report.scenarios[0];
        assert_eq!((line.rounds, line.window_p50_s, line.window_max_s), (2, 1.0, 20.0));
        assert_eq!((line.status_503, line.acknowledged_rotations, line.documents), (1, 2, 14));
    }

    #[test]
    fn a_rotation_that_a_failover_lost_is_blamed_on_it() {
        let redeem = Intent::Redeem { code: "c".into() };
        let mut entries = vec![
            entry(1, Event::Code { code: "c".into() }),
            entry(2, Event::Intent { operation: 1, intent: redeem }),
            entry(3, Event::Outcome { operation: 1, outcome: tokens("r0") }),
        ];
        entries.extend(rotation(4, 2, "r0", tokens("r1")));
        entries.extend([fault(5), healed(6)]);
        entries.extend(rotation(7, 3, "r1", Outcome::Refused { status: 400 }));
        let report = report(&entries);
        assert_eq!((report.scenarios[0].lost, report.violations.len()), (1, 1));
    }
}
