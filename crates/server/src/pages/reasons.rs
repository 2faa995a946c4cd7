//! Why calls were refused, ranked, as a table with bars.

use serde::Serialize;

use super::{chart::grouped, frame::Frame};
use crate::{
    activity::{figures::Figures, why},
    page_parts::texts::text,
};

#[derive(Serialize)]
pub struct Reasons {
    reason: String,
    share: String,
    calls: String,
    rows: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    /// Of a hundred.
    share: u64,
    times: String,
}

impl Reasons {
    pub fn of(frame: &Frame<'_>, figures: &Figures) -> Self {
        let ranked = figures.reasons();
        let all: u64 = ranked.iter().map(|(_, times)| times).sum();
        let line = |(reason, times): &(_, u64)| Line {
            name: frame.say(&why::named(*reason)),
            share: (times * 100).checked_div(all).unwrap_or_default(),
            times: grouped(frame, *times),
        };
        Self {
            reason: frame.say(&text("reasons-reason")),
            share: frame.say(&text("reasons-share")),
            calls: frame.say(&text("reasons-calls")),
            rows: ranked.iter().map(line).collect(),
        }
    }
}
