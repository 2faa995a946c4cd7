//! Realms: their list, one of them, and a new one, of a dialect or like another.

use std::collections::BTreeMap;

use axum::response::Response;
use jeton_oauth::{
    dialect::{Dialect, Relaxation},
    manage::{Act, Noun, read},
    parameters::Parameters,
    settings::SettingsPatch,
};
use jeton_store::StoreError;
use serde_json::{Map, Value, json};

use super::{
    Ask, Console,
    ask::{ask, segment},
    form::{self, Refused},
    people::{allow, filters},
    views,
};
use crate::{
    admin_api::{dialects, realms as api},
    failure::Failure,
    page_parts::texts::text,
};

/// A part of the realms that whoever looks reaches, by name.
pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let (page, ask) = part(console).await?;
    console.render(views::Realms, page, &ask).await
}

/// As [`list`], for whichever page shows it.
pub async fn part(console: &Console<'_>) -> Result<(Value, Ask), Failure> {
    let query = console.incoming.query()?;
    let search = query.get("search").unwrap_or_default().trim().to_lowercase();
    let ask = Ask::get("/realms").with("search", Some(&search)).with("after", query.get("after"));
    let mut list = ask!(console, api::list, &ask)?;
    for realm in list.body["items"].as_array_mut().into_iter().flatten() {
        realm["relaxes"] = relaxed(console, realm).await?.into_iter().map(|(name, _, _)| name).collect::<Vec<_>>().into();
    }
    let page = json!({
        "list": list.body, "search": search, "filters": filters(&[("search", &search)]), "start": query.get("after").is_none(),
        "may": console.mays(Noun::Realm),
    });
    Ok((page, ask))
}

/// What it is, and what it loosens.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let ask = Ask::get(console.path()?);
    let realm = ask!(console, api::show, &ask)?;
    let relaxes: Vec<Value> = relaxed(console, &realm.body)
        .await?
        .into_iter()
        .map(|(name, explanation, by)| json!({ "name": name, "explanation": explanation, "by": by }))
        .collect();
    let mut shown = realm.body;
    shown["relaxes"] = relaxes.into();
    let page = json!({ "shown": shown, "may": console.mays(Noun::Realm) });
    console.render(views::Realm, page, &ask).await
}

/// GET: an empty form, or one like the realm that is named. POST: the realm.
pub async fn create(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Realm, Act::Create)?;
    if !console.is_post() {
        let like = console.incoming.query()?.get("like").unwrap_or_default().to_owned();
        return new(console, &like, None).await;
    }
    let sent = console.incoming.page_form()?;
    let like = sent.get("like").unwrap_or_default().trim().to_owned();
    let made = async {
        let body = document(console, &like, &sent).await?;
        ask!(console, api::create, Ask::post("/realms").json(body).once(&sent))
    };
    match made.await {
        Ok(answer) => {
            let name = answer.text("name").to_owned();
            Ok(console.back_to(&format!("/realms/{}", segment(&name)), &text("admin-realm-created").with("name", name)))
        }
        Err(failure) => {
            let error = console.refused(failure)?;
            new(console, &like, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

/// What was typed, over what is said about the realm that it is to be like: neither its name nor its address.
async fn document(console: &Console<'_>, like: &str, sent: &Parameters) -> Result<Map<String, Value>, Failure> {
    let mut body = Map::new();
    if !like.is_empty() {
        let realm = ask!(console, api::show, Ask::get(format!("/realms/{}", segment(like))))?;
        body = form::only(&realm.body, |name| matches!(name, "dialect" | "scopes" | "settings"));
        let own = relaxed(console, &realm.body).await?.into_iter().filter(|(_, _, by)| by.is_some()).map(|(name, _, _)| name);
        body.insert("relaxes".to_owned(), own.collect::<Vec<_>>().into());
    }
    for name in ["name", "title", "dialect", "issuer"] {
        let said = sent.get(name).map(str::trim).filter(|said| !said.is_empty() && (name != "dialect" || like.is_empty()));
        body.extend(said.map(|said| (name.to_owned(), said.into())));
    }
    Ok(body)
}

async fn new(console: &Console<'_>, like: &str, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let dialects = ask!(console, dialects::list, Ask::get("/dialects").with("limit", Some("200")))?;
    let typed = |name: &str| refused.and_then(|refused| refused.typed.get(name)).unwrap_or_default().to_owned();
    let faults: BTreeMap<String, String> = refused
        .map(|refused| {
            let fault = |fault: &jeton_oauth::manage::Fault| (fault.path.to_string(), super::fields::words(fault));
            refused.error.faults.iter().map(fault).collect()
        })
        .unwrap_or_default();
    let mut body = Map::new();
    body.insert("name".to_owned(), "acme".into());
    body.insert("dialect".to_owned(), "standard".into());
    let others: Vec<&String> =
        faults.iter().filter(|(at, _)| !["name", "title", "issuer", "dialect"].contains(&at.as_str())).map(|(_, words)| words).collect();
    let page = json!({
        "dialects": dialects.body["items"], "like": like, "name": typed("name"), "title": typed("title"), "issuer": typed("issuer"),
        "dialect": if typed("dialect").is_empty() { "standard".to_owned() } else { typed("dialect") },
        "faults": faults, "others": others,
        "fault": refused.filter(|refused| refused.error.faults.is_empty()).map(|refused| refused.error.description.to_string()),
    });
    console.answer(form::status(refused), views::NewRealm, page, Some(&Ask::post("/realms").json(body))).await
}

/// What a realm loosens against the standard, why that matters, and which setting does it; none of a dialect's own.
pub async fn relaxed(console: &Console<'_>, realm: &Value) -> Result<Vec<(&'static str, &'static str, Option<&'static str>)>, StoreError> {
    let named = realm["dialect"].as_str().unwrap_or("standard");
    let Some(dialect) = console.app.realms.dialect(named).await? else { return Ok(Vec::new()) };
    let said = realm["settings"].as_object().cloned().unwrap_or_default();
    Ok(relaxed_by(&dialect, &read::<SettingsPatch>(&said).0))
}

/// As [`relaxed`], of settings that are not written yet.
pub fn relaxed_by(dialect: &Dialect, settings: &SettingsPatch) -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    let told = |relaxation: Relaxation, by| (relaxation.as_str(), relaxation.explanation(), by);
    let own = dialect.loosened_by(settings).into_iter().map(|(relaxation, setting)| told(relaxation, Some(setting)));
    dialect.relaxes.iter().map(|relaxation| told(*relaxation, None)).chain(own).collect()
}
