//! Charts drawn on the server: geometry in an SVG of 300 × 100 units, words beside it, and the numbers in a table.

use std::fmt::Write;

use jeton_oauth::Timestamp;
use serde::Serialize;

use super::{frame::Frame, times};
use crate::{
    activity::figures::Span,
    page_parts::texts::{Text, text},
};

/// One chart with all of its words.
#[derive(Serialize)]
pub struct Chart {
    title: String,
    /// What it is now, and words that go on from there.
    now: String,
    rest: String,
    legend: Vec<Legend>,
    /// At the top, the middle and the bottom.
    scale: [String; 3],
    /// What one should see.
    label: String,
    marks: Vec<Mark>,
    axis: Vec<String>,
    low: bool,
    summary: String,
    head: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Legend {
    class: &'static str,
    name: String,
}

/// A shape of the drawing.
#[derive(Serialize)]
struct Mark {
    class: String,
    path: String,
}

#[derive(Serialize)]
struct Row {
    name: String,
    cells: Vec<String>,
}

/// A line of numbers: as many as there are columns.
pub struct Series {
    pub name: String,
    /// `s1` to `s6`; refusals are `s6`.
    pub class: &'static str,
    pub values: Vec<f64>,
}

/// How numbers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A bar for each column, one series before the other.
    Bars,
    /// Areas on top of each other.
    Areas,
    /// Lines, the first with what is below it.
    Curves,
}

/// What a chart says besides its numbers.
pub struct Words {
    pub title: String,
    pub now: String,
    pub rest: String,
    pub label: String,
    /// What the columns are called in the table.
    pub column: String,
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 100.0;

impl Chart {
    /// `began` are the columns' times; `unit` writes a number of the scale and of the table.
    pub fn draw(
        frame: &Frame<'_>,
        words: Words,
        shape: Shape,
        (span, began): (Span, &[Timestamp]),
        series: Vec<Series>,
        unit: impl Fn(f64) -> String,
    ) -> Self {
        let stacked = shape == Shape::Areas;
        let total = |place: usize| series.iter().filter_map(|one| one.values.get(place)).sum::<f64>();
        let most = |place: usize| series.iter().filter_map(|one| one.values.get(place).copied()).fold(0.0, f64::max);
        let highest = (0..began.len()).map(|place| if stacked { total(place) } else { most(place) }).fold(0.0, f64::max);
        let top = ceiling(highest);
        let rows = began.iter().enumerate().map(|(place, at)| Row {
            name: moment(frame, span, *at),
            cells: series.iter().map(|one| unit(one.values.get(place).copied().unwrap_or_default())).collect(),
        });
        Self {
            marks: marks(shape, &series, top),
            axis: axis(frame, span, began),
            scale: [unit(top), unit(top / 2.0), unit(0.0)],
            low: shape == Shape::Curves,
            summary: frame.say(&text("chart-table")),
            rows: rows.collect(),
            head: std::iter::once(words.column).chain(series.iter().map(|one| one.name.clone())).collect(),
            legend: match series.len() {
                1 => Vec::new(),
                _ => series.into_iter().map(|one| Legend { class: one.class, name: one.name }).collect(),
            },
            title: words.title,
            now: words.now,
            rest: words.rest,
            label: words.label,
        }
    }
}

fn marks(shape: Shape, series: &[Series], top: f64) -> Vec<Mark> {
    let mut marks = vec![Mark { class: "rule".to_owned(), path: "M0 0H300M0 50H300M0 100H300".to_owned() }];
    let height = |value: f64| HEIGHT - value / top * HEIGHT;
    let mut below: Vec<f64> = Vec::new();
    for (place, one) in series.iter().enumerate() {
        let class = |kind: &str| format!("{kind} {}", one.class);
        match shape {
            Shape::Bars => marks.push(Mark { class: class("block"), path: bars(&one.values, height) }),
            Shape::Areas => {
                below.resize(one.values.len(), 0.0);
                let above: Vec<f64> = below.iter().zip(&one.values).map(|(below, value)| below + value).collect();
                let back: Vec<(f64, f64)> = points(&below, height).into_iter().rev().collect();
                let path = format!("M{}L{}Z", line(&points(&above, height)), line(&back));
                marks.push(Mark { class: class("block"), path });
                below = above;
            }
            Shape::Curves => {
                let points = points(&one.values, height);
                if place == 0 {
                    marks.push(Mark { class: class("veil"), path: format!("M{}L300 100 0 100Z", line(&points)) });
                }
                marks.push(Mark { class: class("curve"), path: format!("M{}", line(&points)) });
            }
        }
    }
    marks
}

fn bars(values: &[f64], height: impl Fn(f64) -> f64) -> String {
    let step = WIDTH / values.len().max(1) as f64;
    let mut path = String::new();
    for (place, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        let from = step * (place as f64 + 0.14);
        _ = write!(path, "M{from:.1} 100V{:.1}h{:.1}V100Z", height(*value), step * 0.72);
    }
    path
}

fn points(values: &[f64], height: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let step = WIDTH / values.len().saturating_sub(1).max(1) as f64;
    values.iter().enumerate().map(|(place, value)| (step * place as f64, height(*value))).collect()
}

fn line(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect::<Vec<_>>().join(" ")
}

/// The least even number of one significant digit or a little more that is not below.
fn ceiling(highest: f64) -> f64 {
    let mut unit = 1.0;
    loop {
        for step in [2.0, 4.0, 6.0, 8.0, 12.0, 16.0] {
            if step * unit >= highest {
                return step * unit;
            }
        }
        unit *= 10.0;
    }
}

/// Five words below the drawing.
fn axis(frame: &Frame<'_>, span: Span, began: &[Timestamp]) -> Vec<String> {
    let quarter = |part: usize| began.get(began.len() * part / 4).map(|at| moment(frame, span, *at)).unwrap_or_default();
    (0..4).map(quarter).chain([frame.say(&text("chart-now"))]).collect()
}

/// When a column began, as closely as the span needs it.
pub fn moment(frame: &Frame<'_>, span: Span, at: Timestamp) -> String {
    match span {
        Span::Hour | Span::Day => times::hour(at),
        Span::Week => format!("{} {}", frame.say(&times::short_day(at)), times::hour(at)),
        Span::Month | Span::Year => frame.say(&times::short_day(at)),
    }
}

/// A whole number as it is read: 18,204.
pub fn grouped(frame: &Frame<'_>, number: u64) -> String {
    let (digits, separator) = (number.to_string(), frame.say(&text("number-group")));
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push_str(&separator);
        }
        out.push(digit);
    }
    out
}

/// Links to the spans, the present one marked.
#[derive(Serialize)]
pub struct SpanLink {
    word: &'static str,
    name: String,
    current: bool,
}

pub fn spans(frame: &Frame<'_>, offered: &[Span], current: Span) -> Vec<SpanLink> {
    offered.iter().map(|span| SpanLink { word: span.as_str(), name: frame.say(&named(*span)), current: *span == current }).collect()
}

/// "24 hours".
pub fn named(span: Span) -> Text {
    text(match span {
        Span::Hour => "span-hour",
        Span::Day => "span-day",
        Span::Week => "span-week",
        Span::Month => "span-month",
        Span::Year => "span-year",
    })
}

#[cfg(test)]
mod tests {
    use super::{Series, Shape, ceiling, marks};

    #[test]
    fn scales_end_at_a_number_whose_half_is_one_too() {
        for (highest, top) in [(0.0, 2.0), (1.0, 2.0), (3.0, 4.0), (9.0, 12.0), (17.0, 20.0), (1_050.0, 1_200.0), (161.0, 200.0)] {
            assert_eq!(ceiling(highest).to_bits(), f64::to_bits(top), "{highest}");
        }
    }

    #[test]
    fn areas_stand_on_each_other_and_bars_on_the_ground() {
        let series = [("s1", [1.0, 2.0]), ("s2", [1.0, 0.0])];
        let series: Vec<Series> =
            series.into_iter().map(|(class, values)| Series { name: String::new(), class, values: values.to_vec() }).collect();
        let paths = |shape| marks(shape, &series, 2.0).into_iter().skip(1).map(|mark| mark.path).collect::<Vec<_>>();
        assert_eq!(paths(Shape::Areas)[1], "M0.0 0.0 300.0 0.0L300.0 0.0 0.0 50.0Z");
        assert_eq!(paths(Shape::Bars)[1], "M21.0 100V50.0h108.0V100Z");
    }
}
