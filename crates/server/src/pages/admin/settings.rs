//! The settings of a realm: each with its meaning and its usual value; what would change, before it is saved.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    manage::{Act, Described, Noun, RealmDocument, issuer::PlainHttp, read},
    model::Realm,
    settings::{Settings, SettingsPatch},
};
use serde_json::{Map, Value, json};

use super::{
    Ask, Console,
    ask::{ask, is_stale},
    fields::{Fields, at, label},
    form::{self, Refused, form},
    people::allow,
    realms::relaxed_by,
    views,
};
use crate::{
    admin_api::{merge, realms as api},
    failure::Failure,
    page_parts::texts::text,
    respond,
};

/// What the form shows besides settings.
const OF_REALM: [&str; 2] = ["title", "audience"];

/// How settings are grouped: how the names of each group begin. What begins otherwise comes last.
const GROUPS: [(&str, &[&str]); 6] = [
    ("admin-group-name", &["title", "audience", "brand"]),
    ("admin-group-access", &["access_token", "client_lifetime", "scope_claim", "claims", "id_token"]),
    ("admin-group-refresh", &["refresh_token", "authorization"]),
    ("admin-group-sign-in", &["session", "second_factor", "remember_consent", "password_", "network_", "client_attempts", "attempts_"]),
    ("admin-group-register", &["sign_up", "developers", "registration", "personal_access_token"]),
    ("admin-group-keys", &[]),
];

/// GET: every setting. POST: what would change; nothing is saved yet.
pub async fn settings(console: &Console<'_>) -> Result<Response, Failure> {
    if !console.is_post() {
        return page(console, None).await;
    }
    allow(console, Noun::Realm, Act::Change)?;
    let sent = console.incoming.page_form()?;
    let said = said(&ask!(console, api::show, Ask::get(console.path()?))?.body);
    let checked = async {
        let wished = Wished::of(console.realm()?, &said, fields().patch(&form::seen(&sent, &said), &sent)?);
        wished.check(console.realm()?, &said).map(|()| wished)
    };
    let wished = match checked.await {
        Ok(wished) => wished,
        Err(error) => {
            let error = console.refused(error.into())?;
            return page(console, Some(&Refused { typed: &sent, error: &error })).await;
        }
    };
    if wished.patch.is_empty() {
        return Ok(console.back_to(&format!("{}/settings", console.path()?), &text("admin-nothing-changed")));
    }
    changes(console, &said, &wished, sent.get("version").unwrap_or_default(), None, StatusCode::OK).await
}

/// POST: saves what the page before showed.
pub async fn save(console: &Console<'_>) -> Result<Response, Failure> {
    let (path, here) = (console.path()?, format!("{}/settings", console.path()?));
    if !console.is_post() {
        return Ok(respond::see_other(&console.incoming.scene.url(&here)));
    }
    allow(console, Noun::Realm, Act::Change)?;
    let sent = console.incoming.page_form()?;
    let patch: Map<String, Value> = sent.get("patch").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let current = ask!(console, api::show, Ask::get(&path))?;
    let said = said(&current.body);
    let wished = Wished::of(console.realm()?, &said, patch);
    let count = i64::try_from(wished.patch.len()).unwrap_or_default();
    let saved = async {
        wished.check(console.realm()?, &said)?;
        ask!(console, api::change, Ask::patch(&path).json(wished.body()).version(&sent))
    };
    match saved.await {
        Ok(_) => Ok(console.back_to(&here, &text("admin-settings-saved").with("count", count))),
        Err(failure) => {
            let error = console.refused(failure)?;
            let status = form::status(Some(&Refused { typed: &sent, error: &error }));
            let fault = if is_stale(&error) { console.frame().say(&text("admin-stale")) } else { told(&error) };
            // What is there now stands beside what was wished, and the next answer is about that.
            changes(console, &said, &wished, current.etag.as_deref().unwrap_or_default(), Some(fault), status).await
        }
    }
}

/// What somebody wishes to change: settings and members of the realm by their names, and what it would loosen then.
struct Wished {
    patch: Map<String, Value>,
    /// Of the realm, as they would be.
    settings: Map<String, Value>,
    /// Of the realm itself, by name.
    relaxes: Vec<(&'static str, &'static str, Option<&'static str>)>,
}

impl Wished {
    fn of(realm: &Realm, said: &Map<String, Value>, patch: Map<String, Value>) -> Self {
        let mut settings = only_settings(said);
        merge(&mut settings, &only_settings(&patch));
        let relaxes = relaxed_by(&realm.dialect, &read::<SettingsPatch>(&settings).0);
        Self { patch, settings, relaxes }
    }

    /// # Errors
    /// What would be wrong with the realm.
    fn check(&self, realm: &Realm, said: &Map<String, Value>) -> Result<(), OAuthError> {
        let (settings, faults) = read::<SettingsPatch>(&self.settings);
        if !faults.is_empty() {
            return Err(OAuthError::faulty(faults));
        }
        let text = |name: &str| match self.patch.get(name) {
            Some(value) => value.as_str().map(str::to_owned),
            None => said.get(name).and_then(Value::as_str).map(str::to_owned),
        };
        let own = realm.dialect.loosened_by(&settings).into_iter().map(|(relaxation, _)| relaxation);
        let document = RealmDocument {
            title: text("title"),
            audience: text("audience"),
            relaxes: own.collect(),
            settings,
            ..RealmDocument::of(&realm.config, &realm.dialect)
        };
        let faults = document.faults(&realm.config.name, &realm.dialect, PlainHttp::Anywhere);
        if faults.is_empty() { Ok(()) } else { Err(OAuthError::faulty(faults)) }
    }

    /// The document for the API: it lists what it loosens.
    fn body(&self) -> Map<String, Value> {
        let mut body: Map<String, Value> = self
            .patch
            .iter()
            .filter(|(name, _)| OF_REALM.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        body.insert("settings".to_owned(), only_settings(&self.patch).into());
        let own: Vec<&str> = self.relaxes.iter().filter(|(_, _, by)| by.is_some()).map(|(name, _, _)| *name).collect();
        body.insert("relaxes".to_owned(), own.into());
        body
    }
}

async fn page(console: &Console<'_>, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let ask = Ask::get(format!("{}/settings", console.path()?));
    let realm = ask!(console, api::show, Ask::get(console.path()?))?;
    let dialect = &console.realm()?.dialect;
    let usual = Settings::default().with(&dialect.settings).to_patch().to_document();
    let mut form = form(&fields(), &said(&realm.body), &usual, refused);
    let rows = form["rows"].as_array().cloned().unwrap_or_default();
    let begins = |row: &Value, starts: &[&str]| starts.iter().any(|start| row["name"].as_str().unwrap_or_default().starts_with(start));
    let frame = console.frame();
    let groups: Vec<Value> = GROUPS
        .iter()
        .enumerate()
        .map(|(place, (title, starts))| {
            let first = |row: &&Value| {
                let own = GROUPS.iter().position(|(_, starts)| begins(row, starts)).unwrap_or(GROUPS.len() - 1);
                own == place
            };
            debug_assert!(place + 1 == GROUPS.len() || !starts.is_empty());
            json!({ "id": format!("g{place}"), "title": frame.say(&text(title)), "rows": rows.iter().filter(first).collect::<Vec<_>>() })
        })
        .collect();
    form["rows"] = Value::Null;
    let page = json!({
        "form": form, "groups": groups, "version": realm.etag, "status": realm.body["status"], "may": console.mays(Noun::Realm),
        "relaxes": relaxed_by(dialect, &console.realm()?.config.settings).len(),
    });
    console.answer(form::status(refused), views::Settings, page, Some(&ask)).await
}

/// What would change, in a table.
async fn changes(
    console: &Console<'_>,
    said: &Map<String, Value>,
    wished: &Wished,
    version: &str,
    fault: Option<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let realm = console.realm()?;
    let usual = Settings::default().with(&realm.dialect.settings).to_patch().to_document();
    let mut documented = said.clone();
    merge(&mut documented, &wished.patch);
    let (before, after) = (fields().rows(said, &usual, None, &[]), fields().rows(&documented, &usual, None, &[]));
    let (before, after) = (serde_json::to_value(before).unwrap_or_default(), serde_json::to_value(after).unwrap_or_default());
    let shown = |row: &Value| {
        let value = row["value"].as_str().filter(|value| !value.is_empty()).or_else(|| row["usual"].as_str());
        value.unwrap_or_default().to_owned()
    };
    let rows: Vec<Value> = before
        .as_array()
        .into_iter()
        .flatten()
        .zip(after.as_array().into_iter().flatten())
        .filter(|(before, _)| {
            let name = before["name"].as_str().unwrap_or_default();
            at(said, name) != at(&documented, name)
        })
        .map(|(before, after)| {
            let name = before["name"].as_str().unwrap_or_default();
            let relaxes =
                wished.relaxes.iter().find(|(_, _, by)| *by == Some(name)).map(|(name, why, _)| json!({ "name": name, "why": why }));
            json!({
                "name": name, "label": label(name), "now": shown(before), "then": shown(after), "meaning": before["meaning"],
                "relaxes": relaxes,
            })
        })
        .collect();
    let page = json!({
        "rows": rows, "patch": Value::Object(wished.patch.clone()).to_string(), "version": version, "fault": fault,
        "relaxes": wished.relaxes.iter().any(|(_, _, by)| by.is_some()),
    });
    let ask = Ask::patch(console.path()?).json(wished.body());
    console.answer(status, views::Changes, page, Some(&ask)).await
}

fn fields() -> Fields {
    let mut schema = SettingsPatch::described();
    let realm = RealmDocument::described();
    for name in OF_REALM {
        schema["properties"][name] = realm["properties"][name].clone();
    }
    Fields::of(&schema, OF_REALM.into_iter().chain(SettingsPatch::NAMES.iter().copied()))
}

/// What the realm says itself: its settings, and the members that stand beside them in the form.
fn said(realm: &Value) -> Map<String, Value> {
    let mut said = realm["settings"].as_object().cloned().unwrap_or_default();
    said.extend(form::only(realm, |name| OF_REALM.contains(&name)));
    said
}

fn only_settings(members: &Map<String, Value>) -> Map<String, Value> {
    let is_setting = |name: &str| !OF_REALM.contains(&name);
    members.iter().filter(|(name, _)| is_setting(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn told(error: &OAuthError) -> String {
    match error.faults.first() {
        Some(fault) => fault.to_string(),
        None => error.description.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_stands_in_one_group() {
        let known = |name: &str| GROUPS.iter().filter(|(_, starts)| starts.iter().any(|start| name.starts_with(start))).count();
        for name in SettingsPatch::NAMES {
            assert!(known(name) <= 1, "{name}");
        }
    }
}
