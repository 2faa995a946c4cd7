//! The audit log of a realm: found by kind, actor, subject and time; taken along as a table or as lines.

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_oauth::{
    change::AuditKind,
    manage::{ActorKind, Noun},
    parameters::Parameters,
};
use jiff::civil::Date;
use serde_json::json;

use super::{Ask, Console, ask::ask, people::filters, views};
use crate::{admin_api::audit as api, failure::Failure};

const FILTERS: [&str; 6] = ["kind", "actor", "subject", "address", "since", "until"];

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
    console.render(views::Audit, page, &ask).await
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

/// A day that was chosen is its first moment; the last one counts whole, until the next begins.
fn asked(console: &Console<'_>, query: &Parameters) -> Result<Ask, Failure> {
    let ask = Ask::get(format!("{}/audit", console.path()?));
    let ask = FILTERS[..4].iter().fold(ask, |ask, name| ask.with(name, query.get(name).map(str::trim)));
    let since = query.get("since").map(|said| begins(said, Ok));
    let until = query.get("until").map(|said| begins(said, Date::tomorrow));
    Ok(ask.with("since", since.as_deref()).with("until", until.as_deref()))
}

/// When a day begins, or the one that `which` makes of it; anything else is as it was written.
fn begins(said: &str, which: impl Fn(Date) -> Result<Date, jiff::Error>) -> String {
    let day = said.parse::<Date>().ok().filter(|_| said.len() == DAY).and_then(|day| which(day).ok());
    day.map_or_else(|| said.to_owned(), |day| format!("{day}T00:00:00Z"))
}

/// Characters of a day as browsers send it: `2026-01-31`.
const DAY: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_whole() {
        assert_eq!(begins("2028-02-28", Ok), "2028-02-28T00:00:00Z");
        assert_eq!(begins("2028-02-28", Date::tomorrow), "2028-02-29T00:00:00Z");
        for as_it_is in ["", "yesterday", "2028-02-30", "2028-02-28T10:00:00Z"] {
            assert_eq!(begins(as_it_is, Date::tomorrow), as_it_is);
        }
    }
}
