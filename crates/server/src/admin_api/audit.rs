//! Who did what: a part at a time, or everything as lines of JSON or as a table.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
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
    let page = Page::of(&api, &["kind", "actor", "subject", "address", "since", "until"])?;
    let query = query(&api, &page).await?;
    let before: Option<AuditId> = page.after_id()?;
    if let Some(format) = Format::wanted(incoming) {
        return Ok(everything(app.clone(), api.realm().id(), query, before, format));
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
    if let Some(address) = page.filter("address") {
        let fault = |_| {
            let what = format!("{address:?} is no address");
            OAuthError::faulty(vec![Fault::new(Path::default(), what, "write one such as 203.0.113.5")])
        };
        query.address = Some(address.parse().map_err(fault)?);
    }
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

/// All events at once, where that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// JSON, one a line.
    Lines,
    /// RFC 4180, with a line of names.
    Table,
}

impl Format {
    fn wanted(incoming: &Incoming) -> Option<Self> {
        let accept = incoming.text_header(header::ACCEPT)?;
        let wants = |format: &Self| accept.split(',').any(|range| range.trim().starts_with(format.media_type()));
        [Self::Lines, Self::Table].into_iter().find(wants)
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Table => "text/csv",
        }
    }

    fn write(self, row: &AuditRow, text: &mut Vec<u8>) {
        let members = view(row);
        match self {
            Self::Lines => drop(serde_json::to_writer(&mut *text, &members)),
            Self::Table => text.extend(COLUMNS.map(|name| cell(&members[name])).join(",").bytes()),
        }
        text.extend(if self == Self::Table { b"\r\n".as_slice() } else { b"\n" });
    }
}

const COLUMNS: [&str; 17] = [
    "id",
    "at",
    "kind",
    "actor",
    "actor_id",
    "actor_name",
    "address",
    "request",
    "endpoint",
    "sub",
    "username",
    "client_id",
    "authorization",
    "redirect_uri",
    "times",
    "last_at",
    "detail",
];

/// A cell that no program for tables takes for a formula: what begins like one gets an apostrophe before it.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text };
    if text.contains(['\u{22}', ',', '\n', '\r']) { format!("\u{22}{}\u{22}", text.replace('\u{22}', "\u{22}\u{22}")) } else { text }
}

/// All that pass, a line each, as they are read: nothing waits in memory.
fn everything(app: App, realm: RealmId, query: AuditQuery, before: Option<AuditId>, format: Format) -> Response {
    let head = match format {
        Format::Lines => Bytes::new(),
        Format::Table => Bytes::from(format!("{}\r\n", COLUMNS.join(","))),
    };
    let next = move |from: Option<Option<AuditId>>| {
        let (app, query) = (app.clone(), query.clone());
        async move {
            let part = match app.store.in_realm(realm).audit_part(&query, from?, CHUNK).await {
                Ok(part) => part,
                Err(error) => return Some((Err::<Bytes, StoreError>(error), None)),
            };
            let mut text = Vec::new();
            part.rows.iter().for_each(|row| format.write(row, &mut text));
            Some((Ok(Bytes::from(text)), part.next.map(|id| Some(AuditId(id)))))
        }
    };
    let rows = stream::once(async move { Ok(head) }).chain(stream::unfold(Some(before), next));
    let mut response = Response::new(Body::from_stream(rows));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
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
    put("username", row.username.clone().into());
    put("client_id", event.client_id.clone().into());
    put("authorization", event.authorization.map(|id| id.to_string()).into());
    put("redirect_uri", event.redirect_uri.clone().into());
    put("times", event.times.into());
    put("last_at", event.last_at.map(instant).into());
    put("detail", event.detail.clone().into());
    members
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::cell;

    #[test]
    fn a_cell_is_no_formula_and_stays_one_cell() {
        for (value, shown) in [
            (json!(null), ""),
            (json!(3), "3"),
            (json!("plain words"), "plain words"),
            (json!("=1+1"), "'=1+1"),
            (json!("@sum"), "'@sum"),
            (json!("-2"), "'-2"),
            (json!("a,b"), "\u{22}a,b\u{22}"),
            (json!("+a \u{22}b\u{22}"), "\u{22}'+a \u{22}\u{22}b\u{22}\u{22}\u{22}"),
            (json!("two\nlines"), "\u{22}two\nlines\u{22}"),
        ] {
            assert_eq!(cell(&value), shown, "{value}");
        }
    }
}
