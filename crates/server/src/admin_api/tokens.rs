//! Personal access tokens: listed by what is known of them, and revoked.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, OAuthError, PersonalAccessTokenId,
    bearer::PatFacts,
    manage::{
        Act, Noun,
        administrator::{Area, Need},
        grants,
    },
    model::{Realm, User},
    personal_access_token,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{InRealm, Page, Reply, api::decided, instant, sessions::of_person};
use crate::{app::App, failure::Failure, incoming::Incoming};

/// GET: newest first, revoked ones too; `person` is a `sub`.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Read), (Noun::User, Act::Read)).await?;
    let page = Page::of(&api, &["person"])?;
    let view = |facts: &PatFacts| view(facts, api.realm());
    let Some(of) = of_person(&api, &page).await? else { return Ok(page.part(Vec::new(), None, view)) };
    let part = api.rows().personal_access_tokens_part(of, page.after_id()?.unwrap_or(Uuid::max()), page.limit()).await?;
    Ok(page.part(part.rows, part.next.map(|id| id.to_string()), view))
}

/// DELETE: it is refused from its next use on.
pub async fn revoke(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Write), (Noun::User, Act::Revoke)).await?;
    let id = incoming.path_parameter("id")?;
    let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no personal access token {id:?} that lives"));
    let id: PersonalAccessTokenId = id.parse().map_err(|_| none())?;
    let look = || async {
        let Some(facts) = api.rows().personal_access_token(id).await? else { return Ok(None) };
        Ok(api.rows().user(facts.account.id).await?.map(|user| (facts, user)))
    };
    api.act(look, |found: Option<(PatFacts, User)>, desk| {
        let (facts, user) = found.filter(|(facts, _)| facts.token.revoked_at.is_none()).ok_or_else(none)?;
        decided(grants::revoke_personal_access_token(&user, &facts.token, desk), |()| Reply::done())
    })
    .await
}

fn view(facts: &PatFacts, realm: &Realm) -> Map<String, Value> {
    let token = &facts.token;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("id", token.id.to_string().into());
    put("sub", facts.account.sub.clone().into());
    put("username", facts.username.clone().into());
    put("name", token.name.clone().into());
    put("prefix", token.prefix.clone().into());
    put("scope", token.scope.to_string().into());
    put("created_at", instant(token.created_at).into());
    put("expires_at", personal_access_token::end(token, realm).map(instant).into());
    put("last_used_at", token.last_used_at.map(instant).into());
    put("last_used_from", token.last_used_from.map(|address| address.to_string()).into());
    put("revoked_at", token.revoked_at.map(instant).into());
    members
}
