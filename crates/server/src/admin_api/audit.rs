//! Who did what: a part at a time, or everything as lines of JSON.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, StatusCode, header};
use jeton_oauth::{
    AuditId, OAuthError, RealmId, Timestamp,
    change::AuditKind,
    manage::{
        Act, ActorKind, Fault, Noun, Path,
        administrator::{Area, Need},
        did_you_mean,
    },
};
use jeton_store::{AuditQuery, AuditRow, StoreError};
use serde_json::{Map, Value};

use super::{InRealm, Page, instant};
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

/// Events of one look, where all are wanted.
const CHUNK: u32 = 500;

/// GET: newest first. `kind`; `actor`, a word such as `administrator` or the id of who did it; `subject`, the `sub` or
/// `client_id` of whom it was done to; `since` and `until`, the last excluded.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Audit, Need::Read), (Noun::Realm, Act::Read)).await?;
    let page = Page::of(&api, &["kind", "actor", "subject", "since", "until"])?;
    let query = query(&api, &page).await?;
    let before: Option<AuditId> = page.after_id()?;
    if wants_lines(incoming) {
        return Ok(lines(app.clone(), api.realm().id(), query, before));
    }
    let part = api.rows().audit_part(&query, before, page.limit()).await?;
    Ok(page.part(part.rows, part.next.map(|id| id.to_string()), view))
}

async fn query(api: &InRealm<'_>, page: &Page<'_>) -> Result<AuditQuery, Failure> {
    let mut query = AuditQuery {
        since: page.filter("since").map(time).transpose()?,
        until: page.filter("until").map(time).transpose()?,
        ..AuditQuery::default()
    };
    if let Some(kind) = page.filter("kind") {
        let known: Vec<&str> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let fault =
            || OAuthError::faulty(vec![Fault::new(Path::default(), format!("there are no events {kind:?}"), did_you_mean(kind, &known))]);
        query.kind = Some(AuditKind::parse(kind).ok_or_else(fault)?);
    }
    if let Some(actor) = page.filter("actor") {
        match (ActorKind::parse(actor), actor.parse()) {
            (Some(kind), _) => query.actor = Some(kind),
            (None, Ok(id)) => query.actor_id = Some(id),
            (None, Err(_)) => {
                let known = ActorKind::ALL.map(ActorKind::as_str);
                let what = format!("nobody is called {actor:?} here");
                let fault = Fault::new(Path::default(), what, format!("{} Or write the id of who did it.", did_you_mean(actor, &known)));
                return Err(OAuthError::faulty(vec![fault]).into());
            }
        }
    }
    if let Some(subject) = page.filter("subject") {
        match api.rows().user_by_sub(subject).await? {
            Some(user) => query.user = Some(user.id()),
            None => query.client_id = Some(subject.to_owned()),
        }
    }
    Ok(query)
}

fn time(text: &str) -> Result<Timestamp, OAuthError> {
    let at: Result<jiff::Timestamp, _> = text.parse();
    let fault = |_| {
        OAuthError::faulty(vec![Fault::new(
            Path::default(),
            format!("{text:?} is no time"),
            "write it as in 2026-01-31T08:00:00Z (RFC 3339)",
        )])
    };
    at.map(|at| Timestamp::from_millis(at.as_millisecond())).map_err(fault)
}

fn wants_lines(incoming: &Incoming) -> bool {
    incoming
        .text_header(header::ACCEPT)
        .is_some_and(|accept| accept.split(',').any(|range| range.trim().starts_with("application/x-ndjson")))
}

/// All that pass, a line each, as they are read: nothing waits in memory.
fn lines(app: App, realm: RealmId, query: AuditQuery, before: Option<AuditId>) -> Response {
    let next = move |from: Option<Option<AuditId>>| {
        let (app, query) = (app.clone(), query.clone());
        async move {
            let part = match app.store.in_realm(realm).audit_part(&query, from?, CHUNK).await {
                Ok(part) => part,
                Err(error) => return Some((Err::<Bytes, StoreError>(error), None)),
            };
            let mut text = Vec::new();
            for row in &part.rows {
                let _ = serde_json::to_writer(&mut text, &view(row));
                text.push(b'\n');
            }
            Some((Ok(Bytes::from(text)), part.next.map(|id| Some(AuditId(id)))))
        }
    };
    let mut response = Response::new(Body::from_stream(stream::unfold(Some(before), next)));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    respond::no_store(response.headers_mut());
    response
}

fn view(row: &AuditRow) -> Map<String, Value> {
    let event = &row.event;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("id", event.id.to_string().into());
    put("at", instant(event.at).into());
    put("kind", event.kind.as_str().into());
    put("actor", event.actor.map(ActorKind::as_str).into());
    put("actor_id", event.actor_id.map(|id| id.to_string()).into());
    put("actor_name", row.actor_name.clone().into());
    put("address", event.address.map(|address| address.to_string()).into());
    put("request", event.request.as_deref().into());
    put("endpoint", event.endpoint.as_deref().into());
    put("sub", row.sub.clone().into());
    put("client_id", event.client_id.clone().into());
    put("authorization", event.authorization.map(|id| id.to_string()).into());
    put("redirect_uri", event.redirect_uri.clone().into());
    put("times", event.times.into());
    put("last_at", event.last_at.map(instant).into());
    put("detail", event.detail.clone().into());
    members
}
