//! Tables for people: aligned on a terminal, Markdown in a document.

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{CellAlignment, ContentArrangement};

use std::io::{IsTerminal, stdout};

/// A first column of names, then figures.
pub struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&'static str]) -> Self {
        Self { head: head.to_vec(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn print(&self) {
        let preset = if stdout().is_terminal() { UTF8_FULL_CONDENSED } else { ASCII_MARKDOWN };
        println!("{}", self.drawn(preset, ContentArrangement::Dynamic));
    }

    pub fn markdown(&self) -> String {
        self.drawn(ASCII_MARKDOWN, ContentArrangement::Disabled).to_string()
    }

    fn drawn(&self, preset: &str, arrangement: ContentArrangement) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        table.load_preset(preset).set_content_arrangement(arrangement).set_header(&self.head).add_rows(&self.rows);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }
}

/// Microseconds in the unit that reads best.
pub fn micros(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{micros} µs"),
        10_000..10_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        _ => format!("{:.1} s", micros as f64 / 1e6),
    }
}

pub fn cpu(micros: Option<f64>) -> String {
    micros.map_or_else(
        || "–".to_owned(),
        |micros| {
            if micros < 100.0 { format!("{micros:.1} µs") } else { format!("{micros:.0} µs") }
        },
    )
}

/// A rate, with thousands parted.
pub fn rate(per_second: f64) -> String {
    if per_second < 100.0 {
        return format!("{per_second:.1}");
    }
    let digits = format!("{per_second:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub fn mebibytes(octets: u64) -> String {
    format!("{:.1} MiB", octets as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(rate(1_234_567.4), "1,234,567");
        assert_eq!(rate(999.6), "1,000");
        assert_eq!(rate(43.21), "43.2");
        assert_eq!(micros(9_999), "9999 µs");
        assert_eq!(micros(12_340), "12.3 ms");
        assert_eq!(cpu(None), "–");
        assert_eq!(mebibytes(3 << 19), "1.5 MiB");
    }

    #[test]
    fn markdown_has_a_rule_under_its_head() {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["x".into(), "1".into()]);
        assert_eq!(table.markdown().lines().count(), 3);
        assert!(table.markdown().lines().nth(1).unwrap().starts_with("|--"));
    }
}
