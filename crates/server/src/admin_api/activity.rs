//! What happened: how often, how it ended and why, of a realm and of an application.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    activity::{Failed, Grain, Level},
    manage::{
        Act, Fault, Noun, Path, Reach,
        administrator::{Area, Need},
        did_you_mean,
    },
};
use jeton_store::{Measured, SecretAddress, StoreError};
use serde_json::{Map, Value, json};

use super::{
    Api, InRealm,
    clients::{current, none},
    instant,
};
use crate::{
    activity::{
        figures::{Ends, Figures, Of, Span, quantile},
        secrets::{secret_uses, used_at},
        why,
    },
    app::App,
    failure::Failure,
    incoming::Incoming,
    respond,
};

/// GET: of everything that the administrator reaches. What is measured, how long requests took, and the servers are
/// the installation's: for those who reach all of it.
pub async fn of_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::scoped(app, incoming, (Area::Realms, Need::Read))?;
    let span = span(incoming)?;
    let reach = &api.administrator().reach;
    let figures = of_reach(app, reach, span).await?;
    let mut members = shown(app, &figures);
    if *reach == Reach::All {
        let milliseconds =
            |share| quantile(&figures.latency, share).filter(|micros| *micros < u64::MAX).map(|micros| micros as f64 / 1000.0);
        members.insert("latency".to_owned(), json!({ "p50_ms": milliseconds(0.5), "p99_ms": milliseconds(0.99) }));
        for level in Level::ALL {
            let measured = levels(app, *level, span).await?;
            let items: Vec<Value> = measured.iter().map(|one| json!({ "at": instant(one.began_at), "value": one.value })).collect();
            members.insert(level.as_str().to_owned(), items.into());
        }
    }
    Ok(respond::json(StatusCode::OK, &Value::Object(members)))
}

/// What happened where an administrator reaches.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_reach(app: &App, reach: &Reach, span: Span) -> Result<Figures, StoreError> {
    match reach {
        Reach::All => Figures::read(&[Of::Everybody(&app.store)], span, app.now()).await,
        Reach::Named(realms) => {
            let rows: Vec<_> = realms.iter().map(|realm| Of::Realm(app.store.in_realm(*realm))).collect();
            Figures::read(&rows, span, app.now()).await
        }
    }
}

/// What was measured in a span: in hours up to two weeks ago, before that in days.
///
/// # Errors
/// When rows cannot be read.
pub async fn levels(app: &App, level: Level, span: Span) -> Result<Vec<Measured>, StoreError> {
    let figures = Figures::empty(span, app.now());
    let grain = if matches!(span, Span::Month | Span::Year) { Grain::Day } else { Grain::Hour };
    app.store.levels(level, grain, grain.begin(figures.since)).await
}

/// GET: of the realm; `span` says how far back.
pub async fn of_realm(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Realms, Need::Read), (Noun::Realm, Act::Read)).await?;
    let span = span(incoming)?;
    let figures = Figures::read(&[Of::Realm(api.rows())], span, app.now()).await?;
    Ok(respond::json(StatusCode::OK, &Value::Object(shown(app, &figures))))
}

/// GET: of an application, with its last refusals and where its secrets were used.
pub async fn of_client(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Clients, Need::Read), (Noun::Client, Act::Read)).await?;
    let known = current(&api).await?;
    // What is remembered of it does not know when a secret was used last.
    let client = api.rows().client_afresh(known.key).await?.ok_or_else(|| none(&known.id))?;
    let span = span(incoming)?;
    let figures = Figures::read(&[Of::Client(api.rows(), client.key)], span, app.now()).await?;
    let mut members = shown(app, &figures);
    let failures = api.rows().failures_of(client.key).await?;
    members.insert("failures".to_owned(), failures.iter().map(|failed| failure(app, failed)).collect());
    let addresses = secret_uses(app, &client).await?;
    let secrets = client.secrets.iter().map(|secret| {
        let used: Vec<Value> = addresses.iter().filter(|used| used.secret == secret.id).map(used_from).collect();
        json!({ "id": secret.id.to_string(), "last_used_at": used_at(app, &client, secret).map(instant), "addresses": used })
    });
    members.insert("secrets".to_owned(), secrets.collect());
    Ok(respond::json(StatusCode::OK, &Value::Object(members)))
}

fn span(incoming: &Incoming) -> Result<Span, OAuthError> {
    let query = incoming.query()?;
    let fault = |what: String, instead: String| OAuthError::faulty(vec![Fault::new(Path::default(), what, instead)]);
    if let Some(unknown) = query.names().find(|name| *name != "span") {
        return Err(fault(format!("the parameter {unknown:?} is not known here"), did_you_mean(unknown, &["span"])));
    }
    let Some(said) = query.get("span") else { return Ok(Span::default()) };
    let all = Span::ALL.map(Span::as_str).join(", ");
    Span::parse(said).ok_or_else(|| fault(format!("`span` cannot be {said:?}"), format!("write one of {all}")))
}

fn shown(app: &App, figures: &Figures) -> Map<String, Value> {
    let ends = |Ends { answered, refused }: Ends| json!({ "answered": answered, "refused": refused });
    let with = |name: &str, value: &str, mut ends: Value| {
        ends[name] = value.into();
        ends
    };
    let items = figures.columns.iter().map(|column| with("at", &instant(column.began_at), ends(column.ends(|_| true))));
    let calls = figures.by_call().into_iter().map(|(call, all)| with("call", call.as_str(), ends(all)));
    let reasons = figures
        .reasons()
        .into_iter()
        .map(|(reason, times)| json!({ "reason": reason.as_str(), "why": english(app, &why::named(reason)), "times": times }));
    let mut members = Map::new();
    members.insert("span".to_owned(), figures.span.as_str().into());
    members.insert("since".to_owned(), instant(figures.since).into());
    members.insert("until".to_owned(), instant(figures.until).into());
    members.insert("items".to_owned(), items.collect());
    members.insert("calls".to_owned(), calls.collect());
    members.insert("reasons".to_owned(), reasons.collect());
    members
}

fn failure(app: &App, failed: &Failed) -> Value {
    let Failed { call, reason, error, about, address, at, last_at, times, .. } = failed;
    let day = |at| jiff::Timestamp::from_millisecond(at).unwrap_or_default().strftime("%-d %B %Y").to_string();
    json!({
        "at": instant(*at),
        "last_at": instant(*last_at),
        "times": times,
        "call": call.as_str(),
        "error": error,
        "reason": reason.as_str(),
        "why": english(app, &why::told(*reason, about, |at| day(at.as_millis()))),
        "address": address.map(|address| address.to_string()),
        "sent": about.sent,
        "registered": about.registered,
    })
}

fn used_from(used: &SecretAddress) -> Value {
    json!({ "address": used.address.to_string(), "last_at": instant(used.last_at) })
}

fn english(app: &App, said: &crate::page_parts::texts::Text) -> String {
    app.pages.texts.say(app.pages.texts.standard(), said)
}
