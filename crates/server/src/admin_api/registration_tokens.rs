//! What lets programs register applications (RFC 7591 §1.2): listed, made and shown once, revoked.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, InitialAccessTokenId, OAuthError, Seconds, Timestamp,
    manage::{
        Act, Noun,
        administrator::{Area, Need},
        read,
        registration::{Lifetime, create_token, revoke_token},
    },
    model::InitialAccessToken,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{InRealm, Page, Reply, api::decided, instant};
use crate::{app::App, failure::Failure, incoming::Incoming};

/// What is sent to make one.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    name: String,
    /// In seconds.
    expires_in: Option<u32>,
    uses: Option<u32>,
}

/// GET: oldest first, those that have ended too.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Clients, Need::Read), (Noun::Client, Act::Read)).await?;
    let page = Page::of(&api, &[])?;
    let after = page.after_id()?.unwrap_or(InitialAccessTokenId(Uuid::nil()));
    let rows = api.rows().initial_access_tokens(after, page.more()).await?;
    Ok(page.answer(rows, |token| token.id.to_string(), |token| view(token, app.now())))
}

/// POST: `{"name": …, "expires_in": …, "uses": …}`; the token is in this answer alone.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Clients, Need::Write), (Noun::Client, Act::Create)).await?;
    api.expects_json()?;
    let (wanted, faults) = read::<Wanted>(&api.document()?);
    if !faults.is_empty() {
        return Err(OAuthError::faulty(faults).into());
    }
    let lifetime = Lifetime { seconds: wanted.expires_in.map(Seconds), uses: wanted.uses };
    let look = || async { Ok(()) };
    api.act(look, |(), desk| {
        let now = desk.now;
        decided(create_token(&wanted.name, lifetime, desk), |(token, text)| {
            let location = format!("{}{}/{}", incoming.scene.realm.issuer, incoming.path(), token.id);
            Reply::created(location, view(&token, now)).once("token", Some(text.expose()))
        })
    })
    .await
}

/// DELETE: what was registered with it stays.
pub async fn revoke(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Clients, Need::Write), (Noun::Client, Act::Revoke)).await?;
    let id = incoming.path_parameter("id")?;
    let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no initial access token {id:?}"));
    let id: InitialAccessTokenId = id.parse().map_err(|_| none())?;
    let look = || async { api.rows().initial_access_token(id).await };
    api.act(look, |token: Option<InitialAccessToken>, desk| decided(revoke_token(&token.ok_or_else(none)?, desk), |()| Reply::done())).await
}

fn view(token: &InitialAccessToken, now: Timestamp) -> Map<String, Value> {
    let state = match token.is_live(now) {
        true => "active",
        false if token.expires_at.is_some_and(|end| end <= now) => "expired",
        false => "used up",
    };
    let members: [(&str, Value); 8] = [
        ("id", token.id.to_string().into()),
        ("name", token.name.clone().into()),
        ("created_at", instant(token.created_at).into()),
        ("expires_at", token.expires_at.map(instant).into()),
        ("uses", token.uses.into()),
        ("limit", token.limit.into()),
        ("last_used_at", token.last_used_at.map(instant).into()),
        ("state", state.into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
