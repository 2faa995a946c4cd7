//! What people granted to applications: listed, and revoked one by one.

use axum::response::Response;
use jeton_oauth::{
    AuthorizationId, ErrorCode, OAuthError,
    bearer::AuthorizationFacts,
    manage::{
        Act, Noun,
        administrator::{Area, Need},
        grants,
    },
    model::AuthorizationState,
};
use jeton_store::GrantedTo;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    InRealm, Page, Reply,
    api::decided,
    instant,
    people::{act_on, current},
    sessions::of_person,
};
use crate::{app::App, failure::Failure, incoming::Incoming};

/// GET: newest first, revoked ones too; `person` is a `sub`, `client` a `client_id`.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Read), (Noun::Authorization, Act::Read)).await?;
    let page = Page::of(&api, &["person", "client"])?;
    let Some(of) = of_person(&api, &page).await? else { return Ok(page.part(Vec::new(), None, view)) };
    let to = match page.filter("client") {
        None => None,
        Some(id) => match api.rows().client(id).await? {
            Some(client) => Some(client.key),
            None => return Ok(page.part(Vec::new(), None, view)),
        },
    };
    let part = api.rows().authorizations_part(of, to, page.after_id()?.unwrap_or(Uuid::max()), page.limit()).await?;
    Ok(page.part(part.rows, part.next.map(|id| id.to_string()), view))
}

/// DELETE: with every token of it. Revoking twice is revoking once.
pub async fn revoke(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Write), (Noun::Authorization, Act::Revoke)).await?;
    let id = incoming.path_parameter("id")?;
    let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no authorization {id:?}"));
    let id: AuthorizationId = id.parse().map_err(|_| none())?;
    let look = || async { api.rows().authorization(id).await };
    api.act(look, |facts: Option<AuthorizationFacts>, desk| {
        let facts = facts.ok_or_else(none)?;
        decided(grants::revoke_authorization(&facts.authorization, desk), |()| Reply::done())
    })
    .await
}

/// DELETE …/people/{sub}/authorizations: all that a person granted, or with `client` what they granted to one; their
/// approval is forgotten.
pub async fn revoke_of_person(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Write), (Noun::Authorization, Act::Revoke)).await?;
    let user = current(&api).await?;
    let page = Page::of(&api, &["client"])?;
    let client = match page.filter("client") {
        None => None,
        Some(id) => {
            let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no application {id:?}"));
            Some(api.rows().client(id).await?.ok_or_else(none)?)
        }
    };
    act_on(&api, &user, |user, desk| decided(grants::revoke_grants(user, client.as_deref(), desk), |()| Reply::done())).await
}

fn view(granted: &GrantedTo) -> Map<String, Value> {
    let AuthorizationFacts { authorization, account, username } = &granted.facts;
    let revoked = match authorization.state {
        AuthorizationState::Active => None,
        AuthorizationState::Revoked { at, .. } => Some(at),
    };
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("id", authorization.id.to_string().into());
    put("sub", account.sub.clone().into());
    put("username", username.clone().into());
    put("client_id", granted.client_id.clone().into());
    put("scope", authorization.scope.to_string().into());
    put("created_at", instant(authorization.created_at).into());
    put("expires_at", instant(authorization.expires_at).into());
    put("last_used_at", authorization.refresh.as_ref().map(|refresh| instant(refresh.rotated_at)).into());
    put("revoked_at", revoked.map(instant).into());
    members
}
