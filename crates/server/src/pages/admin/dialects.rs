//! Dialects: what each loosens in plain sight, its file, and a check before it is written.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, OAuthError,
    dialect::Dialect,
    manage::{Act, Noun},
    parameters::Parameters,
    settings::Settings,
};
use serde_json::{Map, Value, json};

use super::{
    Answer, Ask, Console,
    ask::{ask, is_stale, segment},
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
    console.render(views::Dialects, page, &ask).await
}

/// GET: a file to begin with. POST: checks it, or writes it.
pub async fn create(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Realm, Act::Create)?;
    if !console.is_post() {
        let toml = Dialect::source("standard").unwrap_or_default().replacen("\u{22}standard\u{22}", "\u{22}my-dialect\u{22}", 1);
        return page(console, &Value::Null, &toml, None, None, None).await;
    }
    let sent = console.incoming.page_form()?;
    written(console, None, &sent).await
}

/// GET: its file and what it loosens. POST: checks it, or writes it.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let ask = Ask::get(format!("/dialects/{}", segment(&console.incoming.path_parameter("name")?)));
    let stored = ask!(console, api::show, &ask)?;
    if !console.is_post() {
        let toml = stored.text("toml").to_owned();
        return page(console, &stored.body, &toml, stored.etag.as_deref(), None, None).await;
    }
    allow(console, Noun::Realm, Act::Create)?;
    let sent = console.incoming.page_form()?;
    written(console, Some(&stored), &sent).await
}

/// `stored`: what is there now; none where it is to be a new one.
async fn written(console: &Console<'_>, stored: Option<&Answer>, sent: &Parameters) -> Result<Response, Failure> {
    let toml = sent.get("toml").unwrap_or_default().replace("\r\n", "\n");
    let mut body = Map::new();
    body.insert("toml".to_owned(), toml.clone().into());
    let checked = ask!(console, api::check, Ask::post("/dialects/check").json(body.clone()))?;
    let is_sound = checked.body["faults"].as_array().is_some_and(Vec::is_empty);
    let shown = stored.map_or(&Value::Null, |stored| &stored.body);
    let etag = stored.and_then(|stored| stored.etag.as_deref());
    if !is_sound || sent.get("do") != Some("save") {
        return page(console, shown, &toml, sent.get("version").or(etag), Some(&checked.body), None).await;
    }
    let name = shown["name"].as_str().unwrap_or_else(|| checked.text("name"));
    let path = format!("/dialects/{}", segment(name));
    let saved = async {
        // Whoever makes a new one has not looked at any.
        if stored.is_none() && is_there(console, &path).await? {
            return Err(
                OAuthError::new(ErrorCode::Conflict, format!("there is a dialect {name:?} already; give yours another name")).into()
            );
        }
        ask!(console, api::write, Ask::of(http::Method::PUT, &path).json(body).version(sent))
    };
    match saved.await {
        Ok(_) => Ok(console.back_to(&path, &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            let refused = Refused { typed: sent, error: &error };
            page(console, shown, &toml, etag, Some(&checked.body), Some(&refused)).await
        }
    }
}

async fn is_there(console: &Console<'_>, path: &str) -> Result<bool, Failure> {
    match ask!(console, api::show, Ask::get(path)) {
        Ok(_) => Ok(true),
        Err(Failure::Refused(error)) if error.code == ErrorCode::NotFound => Ok(false),
        Err(failure) => Err(failure),
    }
}

async fn page(
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
    let is_stale = refused.is_some_and(|refused| is_stale(refused.error));
    let page = json!({
        "stale": is_stale,
        "dialect": stored, "toml": toml, "version": version, "relaxes": relaxes, "settings": settings, "checked": checked,
        "faults": faults.unwrap_or_default(), "may": console.mays(Noun::Realm),
        "path": name.map_or_else(|| "/new-dialect".to_owned(), |name| format!("/dialects/{}", segment(name))),
    });
    let ask = Ask::get(name.map_or_else(|| "/dialects".to_owned(), |name| format!("/dialects/{}", segment(name))));
    console.answer(form::status(refused), views::Dialect, page, Some(&ask)).await
}
