//! What happened to an application: calls by hour and how they ended, why they were refused, and the last
//! refusals with their true reason.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::activity::{Call, Failed};
use serde::Serialize;

use super::{Head, Own, sign_in_first};
use crate::{
    activity::{
        figures::{Figures, Of, Span},
        why,
    },
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::{Text, text},
    pages::{
        chart::{self, Chart, Series, Shape, SpanLink, Words, grouped},
        frame::{Frame, View},
        reasons::Reasons,
        times,
    },
};

#[derive(Serialize)]
struct Activity {
    head: Head,
    spans: Vec<SpanLink>,
    search: String,
    chart: Chart,
    reasons: Reasons,
    calls: Vec<Line>,
    failures: Vec<Refusal>,
    /// How many there are, where not all are shown.
    kept: usize,
}

impl View for Activity {
    const TEMPLATE: &'static str = "developers/activity.html";
}

/// A call, and how it ended.
#[derive(Serialize)]
struct Line {
    call: &'static str,
    answered: String,
    refused: String,
}

#[derive(Serialize)]
struct Refusal {
    at: i64,
    times: u32,
    error: String,
    why: String,
    call: &'static str,
    address: Option<String>,
    sent: Option<String>,
    registered: Option<String>,
}

/// Hours are the finest that an application has.
const SPANS: [Span; 4] = [Span::Day, Span::Week, Span::Month, Span::Year];

/// GET: `span` says how far back, `q` what a refusal has to contain.
pub async fn activity(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let query = incoming.query()?;
    let span = query.get("span").and_then(Span::parse).filter(|span| SPANS.contains(span)).unwrap_or_default();
    let search = query.get("q").unwrap_or_default().trim().to_owned();
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let figures = Figures::read(&[Of::Client(rows, own.client.key)], span, app.now()).await?;
    let kept = rows.failures_of(own.client.key).await?;
    let frame = own.frame(app, incoming);
    let failures: Vec<_> = kept.iter().map(|failed| refusal(&frame, failed)).filter(|one| one.contains(&search)).collect();
    let line = |(call, ends): (Call, crate::activity::figures::Ends)| Line {
        call: call.as_str(),
        answered: grouped(&frame, ends.answered),
        refused: grouped(&frame, ends.refused),
    };
    let view = Activity {
        head: own.head(app, incoming, &frame),
        spans: chart::spans(&frame, &SPANS, span),
        chart: calls(&frame, &figures),
        reasons: Reasons::of(&frame, &figures),
        calls: figures.by_call().into_iter().map(line).collect(),
        kept: kept.len(),
        failures,
        search,
    };
    frame.render(StatusCode::OK, &view)
}

fn calls(frame: &Frame<'_>, figures: &Figures) -> Chart {
    let all = |_: Call| true;
    let (ends, span) = (figures.ends(all), figures.span);
    let columns: Vec<_> = figures.columns.iter().map(|column| column.ends(all)).collect();
    let most = |of: fn(&crate::activity::figures::Ends) -> u64| columns.iter().map(of).max().unwrap_or_default();
    let in_span = frame.say(&chart::named(span));
    let words = Words {
        title: frame.say(&title(span)),
        now: grouped(frame, ends.answered + ends.refused),
        rest: frame.say(&text("activity-in-span").with("span", in_span.as_str()).with("refused", grouped(frame, ends.refused))),
        label: frame.say(
            &text("activity-chart-label")
                .with("span", in_span)
                .with("most", grouped(frame, most(|ends| ends.answered + ends.refused)))
                .with("refused", grouped(frame, most(|ends| ends.refused))),
        ),
        column: frame.say(&text("chart-time")),
    };
    let series = vec![
        Series {
            name: frame.say(&text("activity-answered")),
            class: "s1",
            values: columns.iter().map(|ends| ends.answered as f64).collect(),
        },
        Series {
            name: frame.say(&text("activity-refused")),
            class: "s6",
            values: columns.iter().map(|ends| ends.refused as f64).collect(),
        },
    ];
    let began: Vec<_> = figures.columns.iter().map(|column| column.began_at).collect();
    Chart::draw(frame, words, Shape::Bars, (span, &began), series, |number| grouped(frame, number as u64))
}

fn title(span: Span) -> Text {
    text(match span {
        Span::Hour | Span::Day => "activity-per-hour",
        Span::Week => "activity-per-three-hours",
        Span::Month => "activity-per-day",
        Span::Year => "activity-per-week",
    })
}

fn refusal(frame: &Frame<'_>, failed: &Failed) -> Refusal {
    Refusal {
        at: failed.last_at.as_millis(),
        times: failed.times,
        error: failed.error.clone().into_owned(),
        why: frame.say(&why::told(failed.reason, &failed.about, |at| frame.say(&times::short_day(at)))),
        call: failed.call.as_str(),
        address: failed.address.map(|address| address.to_string()),
        sent: failed.about.sent.clone(),
        registered: failed.about.registered.clone(),
    }
}

impl Refusal {
    fn contains(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let has = |own: &str| own.to_lowercase().contains(&text);
        text.is_empty() || has(&self.error) || has(&self.why) || has(self.call) || self.address.as_deref().is_some_and(has)
    }
}
