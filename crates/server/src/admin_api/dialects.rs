//! Dialects: listed, checked, shown, written. Those that are built in stay as they are.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    ErrorCode, OAuthError,
    dialect::{Dialect, DialectFile, Fault as FileFault},
    manage::{
        Act, DialectApplied, Fault, Noun,
        administrator::{Area, Need},
        apply_dialect, did_you_mean, remove_dialect,
    },
    model::{RealmConfig, StoredDialect},
};
use serde_json::{Map, Value, json};

use super::{Api, Page, Reply, api::decided, instant, request::Document};
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

const READ: (Area, Need) = (Area::Dialects, Need::Read);
const WRITE: (Area, Need) = (Area::Dialects, Need::Write);

/// GET: built-in and stored ones, by name.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, READ, (Noun::Realm, Act::Read))?;
    let page = Page::of(&api, &[])?;
    let mut dialects: Vec<Map<String, Value>> = Dialect::BUILT_IN.iter().filter_map(|name| built_in(name)).collect();
    dialects.extend(app.store.dialects().await?.iter().map(stored));
    let name = |dialect: &Map<String, Value>| dialect["name"].as_str().unwrap_or_default().to_owned();
    dialects.retain(|dialect| page.after().is_none_or(|after| name(dialect).as_str() > after));
    dialects.sort_by_key(name);
    Ok(page.answer(dialects, name, |dialect| {
        let mut shown = dialect.clone();
        shown.remove("toml");
        shown
    }))
}

/// GET, with its file.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    Api::of(app, incoming, READ, (Noun::Realm, Act::Read))?;
    let name = incoming.path_parameter("name")?;
    if let Some(dialect) = built_in(&name) {
        return Ok(Reply::ok(dialect).into_response());
    }
    let missing = || OAuthError::new(ErrorCode::NotFound, format!("there is no dialect {name:?} that is built in or stored"));
    let found = app.store.dialect(&name).await?.ok_or_else(missing)?;
    Ok(Reply::ok(stored(&found)).etag(tag(&found)).into_response())
}

/// POST …/check: `{"toml": …}`; every fault at once, and nothing is written.
pub async fn check(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, READ, (Noun::Realm, Act::Read))?;
    api.expects_json()?;
    let text = toml(&api.document()?)?;
    let body = match DialectFile::check(text) {
        Ok(file) => json!({ "name": file.name(), "relaxes": relaxes(file.dialect()), "faults": [] }),
        Err(faults) => {
            let fault =
                |fault: &FileFault| json!({ "line": fault.line, "column": fault.column, "what": fault.message, "instead": fault.help });
            json!({ "name": null, "relaxes": [], "faults": faults.iter().map(fault).collect::<Vec<_>>() })
        }
    };
    Ok(respond::json(StatusCode::OK, &body))
}

/// PUT: `{"toml": …}`, whose name is the path's. Realms that speak it speak so from now on.
pub async fn write(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, WRITE, (Noun::Realm, Act::Create))?;
    let name = incoming.path_parameter("name")?;
    let before = app.store.dialect(&name).await?;
    api.expects_json()?;
    api.if_match_of_what_may_be(before.as_ref().map(tag).as_deref())?;
    let file = DialectFile::check(toml(&api.document()?)?).map_err(broken)?;
    if file.name() != name {
        let what = format!("the file is of the dialect {:?}, and not of {name:?}", file.name());
        return Err(OAuthError::faulty(vec![Fault::new("toml", what, "send it to the address of its own name")]).into());
    }
    let look = || async { Ok((app.store.dialect(&name).await?, app.store.realms_speaking(&name).await?)) };
    let response = api
        .act(look, |(stored, speak): (Option<StoredDialect>, Vec<RealmConfig>), desk| {
            api.if_match_of_what_may_be(stored.as_ref().map(tag).as_deref())?;
            let now = desk.now;
            decided(apply_dialect(&file, stored.as_ref(), &speak, desk.by, now, desk.rng), |applied| {
                let written = match stored.clone().filter(|_| applied == DialectApplied::Unchanged) {
                    Some(as_before) => as_before,
                    None => {
                        let version = stored.map_or(0, |stored| stored.version) + 1;
                        StoredDialect { name: name.clone(), toml: file.text().to_owned(), version, changed_at: now }
                    }
                };
                Reply::ok(self::stored(&written)).etag(tag(&written))
            })
        })
        .await?;
    app.realms.catch_up().await?;
    Ok(response)
}

/// DELETE: one that no realm speaks.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, WRITE, (Noun::Realm, Act::Create))?;
    let name = incoming.path_parameter("name")?;
    let missing = || OAuthError::new(ErrorCode::NotFound, format!("no dialect {name:?} is stored"));
    if Dialect::built_in(&name).is_some() {
        return Err(OAuthError::new(ErrorCode::Conflict, format!("the dialect {name} is built in and stays")).into());
    }
    let before = app.store.dialect(&name).await?.ok_or_else(missing)?;
    api.if_match_at_all(&tag(&before))?;
    let look = || async { Ok((app.store.dialect(&name).await?, app.store.realms_speaking(&name).await?)) };
    let response = api
        .act(look, |(stored, speak): (Option<StoredDialect>, Vec<RealmConfig>), desk| {
            let stored = stored.ok_or_else(missing)?;
            api.if_match_at_all(&tag(&stored))?;
            decided(remove_dialect(&stored, &speak, desk.by, desk.now, desk.rng), |()| Reply::done())
        })
        .await?;
    app.realms.catch_up().await?;
    Ok(response)
}

fn toml(sent: &Document) -> Result<String, OAuthError> {
    if let Some(unknown) = sent.keys().find(|name| *name != "toml") {
        let what = format!("`{unknown}` is not known here");
        return Err(OAuthError::faulty(vec![Fault::new(unknown.as_str(), what, did_you_mean(unknown, &["toml"]))]));
    }
    let fault = || OAuthError::faulty(vec![Fault::new("toml", "`toml` is missing, or is no text", "send the text of the dialect's file")]);
    sent.get("toml").and_then(Value::as_str).map(str::to_owned).ok_or_else(fault)
}

fn broken(faults: Vec<FileFault>) -> OAuthError {
    let fault =
        |fault: FileFault| Fault::new("toml", format!("line {}, column {}: {}", fault.line, fault.column, fault.message), fault.help);
    OAuthError::faulty(faults.into_iter().map(fault).collect())
}

fn relaxes(dialect: &Dialect) -> Vec<&'static str> {
    dialect.relaxes.iter().map(|relaxation| relaxation.as_str()).collect()
}

fn tag(dialect: &StoredDialect) -> String {
    format!("\"{}-{}\"", dialect.changed_at.as_millis(), dialect.version)
}

fn built_in(name: &str) -> Option<Map<String, Value>> {
    let dialect = Dialect::built_in(name)?;
    Some(view(name, Dialect::source(name)?, Some(&dialect), None))
}

fn stored(row: &StoredDialect) -> Map<String, Value> {
    view(&row.name, &row.toml, Dialect::parse(&row.toml).ok().as_ref(), Some(row))
}

/// One that this program cannot read any more has no title.
fn view(name: &str, toml: &str, dialect: Option<&Dialect>, row: Option<&StoredDialect>) -> Map<String, Value> {
    let members: [(&str, Value); 8] = [
        ("name", name.into()),
        ("title", dialect.map(|dialect| dialect.title.clone()).into()),
        ("summary", dialect.map(|dialect| dialect.summary.clone()).into()),
        ("built_in", row.is_none().into()),
        ("relaxes", dialect.map(relaxes).unwrap_or_default().into()),
        ("version", row.map(|row| row.version).into()),
        ("changed_at", row.map(|row| instant(row.changed_at)).into()),
        ("toml", toml.into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
