//! Keys: current, announced, retired, revoked; and the next one of a line.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::manage::{Act, Noun};
use serde_json::{Map, json};

use super::{Ask, Console, ask::ask, people::allow, views};
use crate::{admin_api::keys as api, failure::Failure, page_parts::texts::text};

pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let ask = Ask::get(format!("{}/keys", console.path()?)).with("after", query.get("after"));
    let answer = ask!(console, api::list, &ask)?;
    let realm = console.realm()?;
    let settings = &realm.settings;
    let page = json!({
        "list": answer.body, "start": query.get("after").is_none(), "filters": "", "may": console.mays(Noun::Realm),
        "jwks": format!("{}/jwks", realm.issuer), "interval": settings.key_rotation_interval.0 / 86_400,
        "announcement": settings.key_announcement.0 / 3600,
    });
    console.render(views::Keys, page, &ask).await
}

/// GET: asks when the next key is to sign. POST: makes it.
pub async fn rotate(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Realm, Act::Change)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    let path = console.path()?;
    let algorithm = console.realm()?.settings.access_token_alg.to_string();
    let body = |purpose: &str, now: bool| {
        let mut body = Map::new();
        body.insert("purpose".to_owned(), purpose.into());
        body.insert("now".to_owned(), now.into());
        body
    };
    let ask = Ask::post(format!("{path}/keys/rotate"));
    let mut fault = None;
    let query = console.incoming.query()?;
    let asked = query.get("purpose").filter(|purpose| !purpose.is_empty()).unwrap_or(&algorithm).to_owned();
    if console.is_post() {
        let sent = console.incoming.page_form()?;
        let ask = ask.clone().json(body(sent.get("purpose").unwrap_or(&asked), sent.get("when") == Some("now"))).once(&sent);
        match ask!(console, api::rotate, &ask) {
            Ok(answer) => return Ok(console.back_to(&format!("{path}/keys"), &text("admin-rotated").with("key", answer.text("id")))),
            Err(failure) => fault = Some(console.refused(failure)?.description.into_owned()),
        }
    }
    let all = ask!(console, api::list, Ask::get(format!("{path}/keys")).with("limit", Some("200")))?;
    let items = all.body["items"].as_array().into_iter().flatten();
    let mut purposes: Vec<&str> = items.filter_map(|key| key["purpose"].as_str()).chain([asked.as_str()]).collect();
    purposes.sort_unstable();
    purposes.dedup();
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let announced =
        all.body["items"].as_array().into_iter().flatten().find(|key| key["state"] == "announced" && key["purpose"] == asked.as_str());
    let page = json!({
        "fault": fault, "purpose": asked, "purposes": purposes, "announced": announced,
        "announcement": console.realm()?.settings.key_announcement.0 / 3600,
    });
    console.answer(status, views::Rotation, page, Some(&ask.json(body(&asked, false)))).await
}
