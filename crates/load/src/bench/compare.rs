//! What changed between two runs, by the figures that a busy machine changes least.

use super::report::Report;
use crate::table::Table;

/// Part by which a figure must be worse to count: runs differ by about a tenth by themselves.
const TOLERANCE: f64 = 0.15;

#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub name: String,
    pub before: f64,
    pub after: f64,
    /// Above 1 is better.
    pub ratio: f64,
}

impl Change {
    pub fn is_regression(&self) -> bool {
        self.ratio < 1.0 - TOLERANCE
    }
}

/// Efficiencies, or rates where there is none, and the other figures of both runs.
pub fn changes(old: &Report, new: &Report) -> Vec<Change> {
    let rows = new.rows.iter().filter_map(|row| {
        let was = old.rows.iter().find(|was| was.operation == row.operation)?;
        let (before, after) = was.efficiency.zip(row.efficiency).unwrap_or((was.per_second, row.per_second));
        Some(Change { name: row.operation.clone(), before, after, ratio: after / before })
    });
    let figures = new.figures.iter().filter_map(|figure| {
        let was = old.figures.iter().find(|was| was.name == figure.name)?;
        Some(Change { name: figure.name.clone(), before: was.value, after: figure.value, ratio: was.value / figure.value })
    });
    rows.chain(figures).collect()
}

pub fn table(changes: &[Change]) -> Table {
    let mut table = Table::new(&["compared", "before", "after", "change", ""]);
    for change in changes {
        let remark = if change.is_regression() { "worse" } else { "" };
        table.row(vec![
            change.name.clone(),
            format!("{:.2}", change.before),
            format!("{:.2}", change.after),
            format!("{:+.0} %", (change.ratio - 1.0) * 100.0),
            remark.to_owned(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::tests::{limits, measured};
    use crate::bench::report::{Figure, Row};
    use crate::bench::targets;

    fn report(cpu_us: f64, start_ms: f64) -> Report {
        Report {
            limits: limits(),
            rows: vec![Row::of(&targets::CLIENT_CREDENTIALS_ES256, &measured(cpu_us), &limits())],
            figures: vec![Figure::at_most("start", start_ms, "ms", 50.0)],
        }
    }

    fn worse(old: &Report, new: &Report) -> Vec<String> {
        changes(old, new).into_iter().filter(Change::is_regression).map(|change| change.name).collect()
    }

    #[test]
    fn a_dearer_operation_and_a_slower_start_are_regressions() {
        assert_eq!(worse(&report(40.0, 30.0), &report(60.0, 30.0)), ["client_credentials, ES256"]);
        assert_eq!(worse(&report(40.0, 30.0), &report(40.0, 60.0)), ["start"]);
    }

    #[test]
    fn noise_and_improvements_are_not() {
        assert!(worse(&report(40.0, 30.0), &report(43.0, 32.0)).is_empty());
        assert!(worse(&report(40.0, 30.0), &report(20.0, 10.0)).is_empty());
    }

    #[test]
    fn what_only_one_run_has_is_left_out() {
        let mut old = report(40.0, 30.0);
        old.rows.clear();
        assert_eq!(changes(&old, &report(40.0, 30.0)).len(), 1);
    }

    #[test]
    fn a_report_survives_json() {
        let report = report(40.0, 30.0);
        let text = serde_json::to_string(&report).unwrap();
        let back: Report = serde_json::from_str(&text).unwrap();
        assert_eq!((back.rows, back.figures), (report.rows, report.figures));
    }
}
