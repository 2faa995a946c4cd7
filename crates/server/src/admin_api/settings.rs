//! The settings of a realm: what it says itself, over what its dialect says.

use axum::response::Response;
use jeton_oauth::{
    OAuthError,
    manage::{
        Act, Noun, RealmDocument,
        administrator::{Area, Need},
        read,
    },
    settings::SettingsPatch,
};
use serde_json::{Map, Value};

use super::{
    InRealm, Reply,
    realms::{changed, current, tag},
};
use crate::{app::App, failure::Failure, incoming::Incoming};

/// GET: what the realm says itself.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Realms, Need::Read), (Noun::Realm, Act::Read)).await?;
    let realm = current(&api).await?;
    Ok(Reply::ok(own(&realm.settings)).etag(tag(&realm)).into_response())
}

/// PATCH: as of the realm's document, one level further in. The answer is the realm.
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Realms, Need::Write), (Noun::Realm, Act::Change)).await?;
    let realm = current(&api).await?;
    api.expects_json()?;
    api.if_match(&tag(&realm))?;
    let sent = api.document()?;
    changed(&api, |realm, dialect| {
        let mut members = own(&realm.settings);
        for (name, value) in &sent {
            match value {
                Value::Null if SettingsPatch::NAMES.contains(&name.as_str()) => drop(members.remove(name)),
                other => drop(members.insert(name.clone(), other.clone())),
            }
        }
        let (settings, faults) = read::<SettingsPatch>(&members);
        if !faults.is_empty() {
            return Err(OAuthError::faulty(faults));
        }
        Ok(RealmDocument { settings, ..RealmDocument::of(realm, dialect) })
    })
    .await
}

fn own(settings: &SettingsPatch) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
