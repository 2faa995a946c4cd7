//! The first page: what happens in the realms that one reaches, drawn from what was counted.

use std::collections::BTreeMap;

use axum::response::Response;
use jeton_oauth::{
    Timestamp,
    activity::{Call, Level},
    manage::Reach,
};
use jeton_store::Measured;
use serde_json::{Value, json};

use super::{Ask, Console, views};
use crate::{
    activity::figures::{Column, Figures, Span, quantile},
    admin_api,
    failure::Failure,
    page_parts::texts::text,
    pages::{
        chart::{self, Chart, Series, Shape, Words, grouped},
        frame::Frame,
        reasons::Reasons,
    },
};

/// GET: `span` says how far back.
pub async fn dashboard(console: &Console<'_>) -> Result<Response, Failure> {
    let span = console.incoming.query()?.get("span").and_then(Span::parse).unwrap_or_default();
    let app = console.app;
    let reach = &console.administrator.reach;
    let figures = admin_api::activity::of_reach(app, reach, span).await?;
    let frame = console.frame();
    let everything = *reach == Reach::All;
    let charts = vec![tokens(&frame, &figures)];
    let mut beside = vec![sign_ins(&frame, &figures)];
    let mut nodes = Vec::new();
    if everything {
        beside.push(latency(&frame, &figures));
        for level in Level::ALL {
            let measured = admin_api::activity::levels(app, *level, span).await?;
            beside.push(levels(&frame, *level, &figures, &measured));
        }
        nodes = app.store.nodes().await?.iter().map(|node| json!({ "place": node.place, "program": node.program })).collect();
    }
    let ask = Ask::get("/activity").with("span", Some(span.as_str()));
    let page = json!({
        "everything": everything,
        "spans": chart::spans(&frame, &Span::ALL, span),
        "figures": totals(&frame, &figures, everything),
        "charts": charts,
        "beside": beside,
        "reasons": Reasons::of(&frame, &figures),
        "nodes": nodes,
    });
    console.render(views::Dashboard, page, &ask).await
}

/// Figures in a row: what, how much.
fn totals(frame: &Frame<'_>, figures: &Figures, everything: bool) -> Vec<Value> {
    let tokens = figures.ends(Call::gives_tokens);
    let signed = figures.ends(|call| call == Call::SignIn);
    let all = figures.ends(|_| true);
    let share = |part: u64, of: u64| if of == 0 { 0.0 } else { part as f64 * 100.0 / of as f64 };
    let mut shown = vec![
        (text("dashboard-tokens-per-minute"), rate(frame, tokens.answered as f64 / figures.all_minutes())),
        (text("dashboard-refused-share"), format!("{:.1} %", share(all.refused, all.answered + all.refused))),
        (text("dashboard-sign-ins"), grouped(frame, signed.answered)),
    ];
    if everything {
        shown.push((text("dashboard-p99"), quantile(&figures.latency, 0.99).map_or_else(|| "–".to_owned(), milliseconds)));
    }
    shown.into_iter().map(|(name, value)| json!({ "name": frame.say(&name), "value": value })).collect()
}

const GRANTS: [(Call, &str, &str); 4] = [
    (Call::RefreshToken, "s1", "dashboard-refresh-token"),
    (Call::ClientCredentials, "s2", "dashboard-client-credentials"),
    (Call::Password, "s3", "dashboard-password"),
    (Call::AuthorizationCode, "s4", "dashboard-authorization-code"),
];

fn tokens(frame: &Frame<'_>, figures: &Figures) -> Chart {
    let per_minute = |call, column: &Column| column.ends(|one| one == call).answered as f64 / figures.minutes(column);
    let values = |call: Call| figures.columns.iter().map(|column| per_minute(call, column)).collect();
    let series: Vec<_> =
        GRANTS.iter().map(|(call, class, name)| Series { name: frame.say(&text(name)), class, values: values(*call) }).collect();
    let sums: Vec<f64> = (0..figures.columns.len()).map(|place| series.iter().map(|one| one.values[place]).sum()).collect();
    let words = words(frame, "dashboard-by-grant", figures.span, &sums);
    drawn(frame, figures, words, Shape::Areas, series, |number| rate(frame, number))
}

fn sign_ins(frame: &Frame<'_>, figures: &Figures) -> Chart {
    let values = |of: fn(&Column) -> u64| figures.columns.iter().map(|column| of(column) as f64).collect::<Vec<f64>>();
    let succeeded = values(|column| column.ends(|call| call == Call::SignIn).answered);
    let refused = values(|column| column.ends(|call| call == Call::SignIn).refused);
    let words = words(frame, "dashboard-sign-ins", figures.span, &succeeded);
    let series = vec![
        Series { name: frame.say(&text("dashboard-succeeded")), class: "s1", values: succeeded },
        Series { name: frame.say(&text("activity-refused")), class: "s6", values: refused },
    ];
    drawn(frame, figures, words, Shape::Curves, series, |number| grouped(frame, number as u64))
}

/// In milliseconds.
fn latency(frame: &Frame<'_>, figures: &Figures) -> Chart {
    let within = |latency: &BTreeMap<u64, u64>, share| quantile(latency, share).map_or(0.0, |micros| bounded(micros) / 1000.0);
    let values = |share| figures.columns.iter().map(|column| within(&column.latency, share)).collect::<Vec<f64>>();
    let (half, most) = (values(0.5), values(0.99));
    let mut words = words(frame, "dashboard-latency", figures.span, &most);
    words.now = quantile(&figures.latency, 0.99).map_or_else(|| "–".to_owned(), milliseconds);
    words.rest = frame.say(&text("dashboard-at-p99"));
    let series =
        vec![Series { name: "p50".to_owned(), class: "s1", values: half }, Series { name: "p99".to_owned(), class: "s2", values: most }];
    drawn(frame, figures, words, Shape::Curves, series, |number| milliseconds((number * 1000.0) as u64))
}

fn levels(frame: &Frame<'_>, level: Level, figures: &Figures, measured: &[Measured]) -> Chart {
    let millis = figures.span.columns().1;
    // A column without a measure is as the one before.
    let mut last = measured.first().map_or(0.0, |one| one.value as f64);
    let values: Vec<f64> = figures
        .columns
        .iter()
        .map(|column| {
            let end = column.began_at.as_millis() + millis;
            let within = |one: &&Measured| one.began_at.as_millis() < end;
            last = measured.iter().rev().find(within).map_or(last, |one| one.value as f64);
            last
        })
        .collect();
    let title = match level {
        Level::Authorizations => "dashboard-authorizations",
        Level::DatabaseSize => "dashboard-database",
    };
    let unit = |number: f64| match level {
        Level::Authorizations => grouped(frame, number as u64),
        Level::DatabaseSize => bytes(number),
    };
    let mut words = words(frame, title, figures.span, &values);
    words.now = unit(values.last().copied().unwrap_or_default());
    words.rest = String::new();
    let series = vec![Series { name: frame.say(&text(title)), class: "s1", values }];
    drawn(frame, figures, words, Shape::Curves, series, unit)
}

fn words(frame: &Frame<'_>, title: &'static str, span: Span, values: &[f64]) -> Words {
    let (least, most) = values.iter().fold((f64::MAX, 0.0_f64), |(least, most), value| (least.min(*value), most.max(*value)));
    let title = frame.say(&text(title));
    let label = text("dashboard-label")
        .with("title", title.as_str())
        .with("span", frame.say(&chart::named(span)))
        .with("least", rate(frame, if values.is_empty() { 0.0 } else { least }))
        .with("most", rate(frame, most));
    Words {
        // The last column is not over.
        now: rate(frame, values.iter().rev().nth(1).copied().unwrap_or_default()),
        rest: frame.say(&text("dashboard-lately")),
        label: frame.say(&label),
        column: frame.say(&text("chart-time")),
        title,
    }
}

fn drawn(frame: &Frame<'_>, figures: &Figures, words: Words, shape: Shape, series: Vec<Series>, unit: impl Fn(f64) -> String) -> Chart {
    let began: Vec<Timestamp> = figures.columns.iter().map(|column| column.began_at).collect();
    Chart::draw(frame, words, shape, (figures.span, &began), series, unit)
}

/// Small rates with a decimal.
fn rate(frame: &Frame<'_>, number: f64) -> String {
    if number > 0.0 && number < 10.0 && number.fract() > 0.0 { format!("{number:.1}") } else { grouped(frame, number.round() as u64) }
}

/// What is above all bounds counts as twenty seconds.
fn bounded(micros: u64) -> f64 {
    micros.min(20_000_000) as f64
}

fn milliseconds(micros: u64) -> String {
    let millis = bounded(micros) / 1000.0;
    if millis < 10.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

fn bytes(number: f64) -> String {
    const MIB: f64 = 1024.0 * 1024.0;
    if number >= 1024.0 * MIB { format!("{:.1} GiB", number / (1024.0 * MIB)) } else { format!("{:.1} MiB", number / MIB) }
}
