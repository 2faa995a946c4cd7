//! The secrets of an application: listed by what is known of them, made and shown once, removed.

use axum::response::Response;
use jeton_oauth::{
    ClientSecretId, ErrorCode, OAuthError, Seconds,
    manage::{
        Act, Fault, Noun, Path,
        administrator::{Area, Need},
        client::{self as verbs, OldSecrets},
        did_you_mean,
    },
    model::ClientSecret,
};
use serde_json::{Map, Value};

use super::{
    InRealm, Page, Reply,
    api::decided,
    clients::{act_on, address, current, tag},
    instant,
    request::Document,
};
use crate::{app::App, failure::Failure, incoming::Incoming};

const WRITE: (Area, Need) = (Area::Clients, Need::Write);

/// GET: oldest first.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Clients, Need::Read), (Noun::Client, Act::Read)).await?;
    let client = current(&api).await?;
    let page = Page::of(&api, &[])?;
    let after: Option<ClientSecretId> = page.after_id()?;
    let mut secrets: Vec<&ClientSecret> = client.secrets.iter().filter(|secret| after.is_none_or(|after| secret.id > after)).collect();
    secrets.sort_by_key(|secret| secret.id);
    Ok(page.answer(secrets, |secret| secret.id.to_string(), |secret| view(secret)))
}

/// POST: another secret, in this answer alone. The newest of the old ones lives on, so that programs can be
/// changed one after the other; `end_old_after` ends all of them after so many seconds.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Client, Act::AddSecret)).await?;
    let before = current(&api).await?;
    api.expects_json_or_nothing()?;
    api.if_match_of_a_first(&tag(&before)).await?;
    let old = old_secrets(&api.document_or_nothing()?)?;
    act_on(&api, &before, |client, desk| {
        decided(verbs::add_secret(client, None, old, desk), |added| {
            let made = added.client.secrets.iter().find(|secret| secret.id == added.id).map(view).unwrap_or_default();
            let location = format!("{}/secrets/{}", address(&api, &added.client.id), added.id);
            Reply::created(location, made).once("client_secret", added.secret.as_ref().map(|secret| secret.expose()))
        })
    })
    .await
}

/// DELETE: it proves nothing any more.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Client, Act::RemoveSecret)).await?;
    let before = current(&api).await?;
    let id = incoming.path_parameter("id")?;
    let missing = || OAuthError::new(ErrorCode::NotFound, format!("{} has no secret {id:?}", before.id));
    let id: ClientSecretId = id.parse().map_err(|_| missing())?;
    api.if_match_at_all(&tag(&before))?;
    act_on(&api, &before, |client, desk| decided(verbs::remove_secret(client, id, desk), |_| Reply::done())).await
}

fn old_secrets(sent: &Document) -> Result<OldSecrets, OAuthError> {
    const MEMBER: &str = "end_old_after";
    if let Some(unknown) = sent.keys().find(|name| *name != MEMBER) {
        let what = format!("`{unknown}` is not known here");
        return Err(OAuthError::faulty(vec![Fault::new(unknown.as_str(), what, did_you_mean(unknown, &[MEMBER]))]));
    }
    match sent.get(MEMBER) {
        None | Some(Value::Null) => Ok(OldSecrets::NewestStays),
        Some(value) => {
            let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
            let fault = || {
                OAuthError::faulty(vec![Fault::new(Path::from(MEMBER), "this is no length of time", "write whole seconds, such as 86400")])
            };
            Ok(OldSecrets::EndAfter(Seconds(seconds.ok_or_else(fault)?)))
        }
    }
}

/// A secret by what is known of it; it is shown where it is made.
pub(super) fn view(secret: &ClientSecret) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("id".to_owned(), secret.id.to_string().into());
    members.insert("created_at".to_owned(), instant(secret.created_at).into());
    members.insert("expires_at".to_owned(), secret.expires_at.map(instant).into());
    members.insert("last_used_at".to_owned(), secret.last_used_at.map(instant).into());
    members
}
