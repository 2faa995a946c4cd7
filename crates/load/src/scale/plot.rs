//! A picture of it: how much dearer each operation is when the database is full.

use std::fmt::Write;

use super::report::{Line, MOST, Report};
use crate::database::Engine;

const WIDTH: f64 = 860.0;
const NAMES: f64 = 320.0;
const BAR: f64 = 15.0;
const ROW: f64 = 46.0;
const TOP: f64 = 70.0;
/// The scale ends here; a longer bar is cut, and says its number.
const LONGEST: f64 = 2.0;

/// Bars of server CPU per request, full ÷ empty, a colour per engine; the line is the target.
pub fn draw(reports: &[Report]) -> String {
    let lines: Vec<(Engine, Vec<Line>)> = reports.iter().map(|report| (report.engine, report.lines())).collect();
    let names: Vec<&str> = lines.first().map(|(_, lines)| lines.iter().map(|line| line.name).collect()).unwrap_or_default();
    let bottom = TOP + ROW * names.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"Server CPU per request, full database \
         divided by empty database\">\n{STYLE}\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"16\" y=\"28\">Server CPU per request: full database ÷ empty database</text>\n",
        bottom + 34.0
    );
    for (place, (engine, _)) in lines.iter().enumerate() {
        let x = NAMES + 110.0 * place as f64;
        let _ = writeln!(
            svg,
            "<rect class=\"{0:?}\" x=\"{x}\" y=\"42\" width=\"12\" height=\"12\"/><text x=\"{1}\" y=\"53\">{2}</text>",
            engine,
            x + 18.0,
            engine.name()
        );
    }
    for tick in [0.0, 0.5, 1.0, 1.5, 2.0] {
        let x = x_of(tick);
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{x} {TOP}V{bottom}\"/><text class=\"tick\" x=\"{x}\" y=\"{}\">{tick}×</text>",
            bottom + 18.0
        );
    }
    for (row, name) in names.iter().enumerate() {
        let y = TOP + ROW * row as f64 + (ROW - BAR * lines.len() as f64) / 2.0;
        let _ = writeln!(svg, "<text class=\"name\" x=\"{}\" y=\"{}\">{name}</text>", NAMES - 10.0, TOP + ROW * (row as f64 + 0.5) + 4.0);
        for (place, (engine, lines)) in lines.iter().enumerate() {
            let Some(times) = lines.iter().find(|line| line.name == *name).map(|line| line.times_cpu).filter(|times| times.is_finite())
            else {
                continue;
            };
            let (y, width) = (y + BAR * place as f64, x_of(times) - NAMES);
            let _ = writeln!(
                svg,
                "<rect class=\"{engine:?}\" x=\"{NAMES}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\"/><text class=\"value\" x=\"{:.1}\" y=\"{}\">{times:.2}</text>",
                BAR - 2.0,
                NAMES + width + 5.0,
                y + BAR - 4.0
            );
        }
    }
    let target = x_of(MOST);
    let _ = writeln!(
        svg,
        "<path class=\"target\" d=\"M{target} {}V{bottom}\"/><text class=\"tick\" x=\"{target}\" y=\"{}\">target {MOST}×</text>\n</svg>",
        TOP - 4.0,
        TOP - 8.0
    );
    svg
}

fn x_of(times: f64) -> f64 {
    NAMES + times.clamp(0.0, LONGEST) / LONGEST * (WIDTH - NAMES - 60.0)
}

/// Legible on a light page and on a dark one.
const STYLE: &str = "<style>
text { font: 13px system-ui, sans-serif; fill: #1f2430 }
.title { font-weight: 600; font-size: 15px }
.name { text-anchor: end }
.tick { text-anchor: middle; font-size: 12px; fill: #5b6270 }
.value { font-size: 11px }
.ground { fill: #fff }
.grid { stroke: #d8dbe2; fill: none }
.target { stroke: #b3261e; stroke-dasharray: 5 4; fill: none }
.Sqlite { fill: #2f6fb2 }
.Postgres { fill: #7a4fa3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e7e9ee } .tick { fill: #a9b0bd } .ground { fill: #16181d } .grid { stroke: #343944 } .target { stroke: #f2857d }
  .Sqlite { fill: #6aa8e6 } .Postgres { fill: #b592dc }
}
</style>";

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::draw;

    #[test]
    fn every_operation_has_a_bar_as_long_as_its_cost() {
        let svg = draw(&[report()]);
        assert_eq!(svg.matches("class=\"value\"").count(), 3);
        assert!(svg.contains(">1.50</text>") && svg.contains("target 1.3×") && svg.ends_with("</svg>\n"), "{svg}");
    }

    #[test]
    fn a_picture_without_reports_is_still_one() {
        assert!(draw(&[]).ends_with("</svg>\n"));
    }
}
