//! The audit log of a realm: found by kind, actor, subject and time; taken along as a table or as lines.

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_oauth::{
    change::AuditKind,
    manage::{ActorKind, Noun},
    parameters::Parameters,
};
use serde_json::json;

use super::{Ask, Console, ask::ask, people::filters, views};
use crate::{admin_api::audit as api, failure::Failure};

const FILTERS: [&str; 5] = ["kind", "actor", "subject", "since", "until"];

pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let ask = asked(console, &query)?.with("after", query.get("after"));
    let (answer, fault) = match ask!(console, api::list, &ask) {
        Ok(answer) => (Some(answer.body), None),
        Err(failure) => (None, Some(console.refused(failure)?)),
    };
    let said = FILTERS.map(|name| (name, query.get(name).unwrap_or_default()));
    let fault = fault.map(|error| error.faults.first().map_or_else(|| error.description.to_string(), ToString::to_string));
    let page = json!({
        "list": answer.unwrap_or_else(|| json!({ "items": [], "next": null })),
        "fault": fault, "start": query.get("after").is_none(), "filters": filters(&said),
        "kinds": AuditKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "actors": ActorKind::ALL.map(ActorKind::as_str),
        "said": said.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
        "may": console.mays(Noun::Realm),
    });
    console.render(views::Audit, page, &ask)
}

/// GET …/audit.csv and …/audit.jsonl: all that pass the filters, as they are read.
pub async fn export(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let is_table = console.incoming.standing.pattern.ends_with(".csv");
    let format = if is_table { "text/csv" } else { "application/x-ndjson" };
    let ask = asked(console, &query)?.accept(format);
    let mut response = api::list(console.app, &ask.incoming(console).await?).await?;
    let name = format!("{}-audit.{}", console.realm()?.config.name, if is_table { "csv" } else { "jsonl" });
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\u{22}{name}\u{22}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// A day that was chosen is its first moment; the last one counts whole.
fn asked(console: &Console<'_>, query: &Parameters) -> Result<Ask, Failure> {
    let day = |name: &str, clock: &str| {
        let said = query.get(name)?;
        let is_day = said.len() == 10 && said.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        Some(if is_day { format!("{said}T{clock}Z") } else { said.to_owned() })
    };
    let ask = Ask::get(format!("{}/audit", console.path()?));
    let ask = FILTERS[..3].iter().fold(ask, |ask, name| ask.with(name, query.get(name).map(str::trim)));
    Ok(ask.with("since", day("since", "00:00:00").as_deref()).with("until", day("until", "23:59:59.999").as_deref()))
}
