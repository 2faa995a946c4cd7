//! Dialects: what each loosens in plain sight, its file, and a check before it is written.

use axum::response::Response;
use jeton_oauth::{
    dialect::Dialect,
    manage::{Act, Noun},
    parameters::Parameters,
    settings::Settings,
};
use serde_json::{Map, Value, json};

use super::{
    Answer, Ask, Console,
    ask::{ask, segment},
    form::{self, Refused},
    people::allow,
    views,
};
use crate::{admin_api::dialects as api, failure::Failure, page_parts::texts::text};

pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let ask = Ask::get("/dialects").with("after", query.get("after"));
    let mut answer = ask!(console, api::list, &ask)?;
    for dialect in answer.body["items"].as_array_mut().into_iter().flatten() {
        dialect["segment"] = segment(dialect["name"].as_str().unwrap_or_default()).into();
    }
    let page = json!({ "list": answer.body, "filters": "", "start": query.get("after").is_none(), "may": console.mays(Noun::Realm) });
    console.render(views::Dialects, page, &ask)
}

/// GET: a file to begin with. POST: checks it, or writes it.
pub async fn create(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Realm, Act::Create)?;
    if !console.is_post() {
        let toml = Dialect::source("standard").unwrap_or_default().replacen("\u{22}standard\u{22}", "\u{22}my-dialect\u{22}", 1);
        return page(console, &Value::Null, &toml, None, None, None);
    }
    let sent = console.incoming.page_form()?;
    written(console, &Answer { body: Value::Null, etag: None }, &sent).await
}

/// GET: its file and what it loosens. POST: checks it, or writes it.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let ask = Ask::get(format!("/dialects/{}", segment(&console.incoming.path_parameter("name")?)));
    let stored = ask!(console, api::show, &ask)?;
    if !console.is_post() {
        let toml = stored.text("toml").to_owned();
        return page(console, &stored.body, &toml, stored.etag.as_deref(), None, None);
    }
    allow(console, Noun::Realm, Act::Create)?;
    let sent = console.incoming.page_form()?;
    written(console, &stored, &sent).await
}

async fn written(console: &Console<'_>, stored: &Answer, sent: &Parameters) -> Result<Response, Failure> {
    let toml = sent.get("toml").unwrap_or_default().replace("\r\n", "\n");
    let mut body = Map::new();
    body.insert("toml".to_owned(), toml.clone().into());
    let checked = ask!(console, api::check, Ask::post("/dialects/check").json(body.clone()))?;
    let is_sound = checked.body["faults"].as_array().is_some_and(Vec::is_empty);
    let version = sent.get("version").or(stored.etag.as_deref());
    if !is_sound || sent.get("do") != Some("save") {
        return page(console, &stored.body, &toml, version, Some(&checked.body), None);
    }
    let name = stored.body["name"].as_str().unwrap_or_else(|| checked.text("name"));
    let ask = Ask::of(http::Method::PUT, format!("/dialects/{}", segment(name))).json(body).version(sent);
    match ask!(console, api::write, ask) {
        Ok(_) => Ok(console.back_to(&format!("/dialects/{}", segment(name)), &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            let refused = Refused { typed: sent, error: &error };
            page(console, &stored.body, &toml, stored.etag.as_deref(), Some(&checked.body), Some(&refused))
        }
    }
}

fn page(
    console: &Console<'_>,
    stored: &Value,
    toml: &str,
    version: Option<&str>,
    checked: Option<&Value>,
    refused: Option<&Refused<'_>>,
) -> Result<Response, Failure> {
    let dialect = Dialect::parse(toml).ok();
    let relaxes: Vec<Value> = dialect
        .iter()
        .flat_map(|dialect| &dialect.relaxes)
        .map(|relaxation| json!({ "name": relaxation.as_str(), "explanation": relaxation.explanation() }))
        .collect();
    let usual = Settings::default().to_patch().to_document();
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let settings: Vec<Value> = dialect
        .map(|dialect| dialect.settings.to_document())
        .unwrap_or_default()
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": shown(value), "usual": usual.get(name).map(shown) }))
        .collect();
    let faults = refused.map(|refused| match refused.error.faults.as_slice() {
        [] => vec![refused.error.description.to_string()],
        faults => faults.iter().map(ToString::to_string).collect(),
    });
    let name = stored["name"].as_str();
    let page = json!({
        "dialect": stored, "toml": toml, "version": version, "relaxes": relaxes, "settings": settings, "checked": checked,
        "faults": faults.unwrap_or_default(), "may": console.mays(Noun::Realm),
        "path": name.map_or_else(|| "/new-dialect".to_owned(), |name| format!("/dialects/{}", segment(name))),
    });
    let ask = Ask::get(name.map_or_else(|| "/dialects".to_owned(), |name| format!("/dialects/{}", segment(name))));
    console.answer(form::status(refused), views::Dialect, page, Some(&ask))
}
