//! The keys of a realm: listed, shown, succeeded, taken out of use. Never a private part.

use axum::response::Response;
use jeton_oauth::{
    Effect, ErrorCode, KeyId, OAuthError, Timestamp,
    manage::{
        Act, Fault, Noun,
        administrator::{Area, Need},
        did_you_mean,
    },
    model::{Key, KeyPurpose},
};
use jeton_store::StoreError;
use serde_json::{Map, Value};

use super::{
    InRealm, Page, Reply, instant,
    request::{Document, nothing},
};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    keys::{KeyRingError, Rotation},
};

const READ: (Area, Need) = (Area::Keys, Need::Read);
const WRITE: (Area, Need) = (Area::Keys, Need::Write);

/// GET: oldest first, those that are out of use too.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Realm, Act::Read)).await?;
    let page = Page::of(&api, &[])?;
    let after: Option<KeyId> = page.after_id()?;
    let all = api.rows().keys().await?;
    let mut keys: Vec<&Key> = all.iter().filter(|key| after.is_none_or(|after| key.id > after)).collect();
    keys.sort_by_key(|key| key.id);
    Ok(page.answer(keys, |key| key.id.to_string(), |key| view(key, &all, app.now())))
}

/// GET.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Realm, Act::Read)).await?;
    let id = named(incoming)?;
    let all = api.rows().keys().await?;
    let key = all.iter().find(|key| key.id == id).ok_or_else(|| none(&id.to_string()))?;
    Ok(Reply::ok(view(key, &all, app.now())).into_response())
}

/// POST …/rotate: the next key of a line, `purpose`, which is that of access tokens where it is left out. It
/// is shown for the realm's `key_announcement` before it signs, unless it is to sign `now`.
pub async fn rotate(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Realm, Act::Change)).await?;
    api.expects_json_or_nothing()?;
    let (purpose, rotation) = asked(&api.document_or_nothing()?, KeyPurpose::Sign(api.realm().settings.access_token_alg))?;
    let look = || async { app.keys.rotation(api.realm(), purpose, app.now(), rotation, api.actor()).await.map_err(unreadable) };
    api.act(look, |(successor, changes), _| {
        let mut body = Map::new();
        body.insert("id".to_owned(), successor.key.to_string().into());
        body.insert("purpose".to_owned(), purpose.to_string().into());
        body.insert("active_at".to_owned(), instant(successor.active_at).into());
        Ok(Effect { answer: Reply::ok(body), changes })
    })
    .await
}

/// POST …/revoke: whatever it signed is not believed any more; another takes over if it was the current one.
pub async fn revoke(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Realm, Act::Revoke)).await?;
    let id = named(incoming)?;
    if api.rows().keys().await?.iter().all(|key| key.id != id) {
        return Err(none(&id.to_string()).into());
    }
    api.expects_json_or_nothing()?;
    nothing(&api)?;
    let look = || async { app.keys.revocation(api.realm(), id, app.now(), api.actor()).await.map_err(unreadable) };
    api.act(look, |changes, _| Ok(Effect { answer: Reply::done(), changes })).await
}

fn asked(sent: &Document, usual: KeyPurpose) -> Result<(KeyPurpose, Rotation), OAuthError> {
    const KNOWN: [&str; 2] = ["now", "purpose"];
    let mut faults: Vec<Fault> = Vec::new();
    for name in sent.keys().filter(|name| !KNOWN.contains(&name.as_str())) {
        faults.push(Fault::new(name.as_str(), format!("`{name}` is not known here"), did_you_mean(name, &KNOWN)));
    }
    let purpose = match sent.get("purpose") {
        None | Some(Value::Null) => Some(usual),
        Some(said) => said.as_str().and_then(KeyPurpose::parse).filter(|purpose| !is_symmetric(*purpose)),
    };
    if purpose.is_none() {
        let instead = "write ES256, RS256 or another asymmetric algorithm, \"refresh\" or \"refresh_jwt\"";
        faults.push(Fault::new("purpose", "this is no use of a key", instead));
    }
    let at_once = match sent.get("now") {
        None | Some(Value::Null) => Some(false),
        Some(said) => said.as_bool(),
    };
    if at_once.is_none() {
        faults.push(Fault::new("now", "`now` is neither true nor false", "write true or false, without quotes"));
    }
    match (purpose, at_once) {
        (Some(purpose), Some(at_once)) if faults.is_empty() => {
            Ok((purpose, if at_once { Rotation::Immediate } else { Rotation::Announced }))
        }
        _ => Err(OAuthError::faulty(faults)),
    }
}

fn is_symmetric(purpose: KeyPurpose) -> bool {
    matches!(purpose, KeyPurpose::Sign(algorithm) if algorithm.is_symmetric())
}

fn unreadable(error: KeyRingError) -> StoreError {
    match error {
        KeyRingError::Store(error) => error,
        error => StoreError::Failed(error.to_string()),
    }
}

fn named(incoming: &Incoming) -> Result<KeyId, OAuthError> {
    let id = incoming.path_parameter("id")?;
    id.parse().map_err(|_| none(&id))
}

fn none(id: &str) -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, format!("the realm has no key {id:?}"))
}

fn state(key: &Key, all: &[Key], now: Timestamp) -> &'static str {
    let newer =
        |other: &Key| other.purpose == key.purpose && other.active_at <= now && other.ordinal > key.ordinal && other.revoked_at.is_none();
    match key {
        key if key.revoked_at.is_some() => "revoked",
        key if key.active_at > now => "announced",
        _ if all.iter().any(newer) => "retired",
        _ => "current",
    }
}

/// **Invariant**: no private part.
fn view(key: &Key, all: &[Key], now: Timestamp) -> Map<String, Value> {
    let jwk = key.public_jwk.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let members: [(&str, Value); 8] = [
        ("id", key.id.to_string().into()),
        ("purpose", key.purpose.to_string().into()),
        ("number", key.ordinal.into()),
        ("state", state(key, all, now).into()),
        ("created_at", instant(key.created_at).into()),
        ("active_at", instant(key.active_at).into()),
        ("revoked_at", key.revoked_at.map(instant).into()),
        ("public_jwk", jwk.unwrap_or_default()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
