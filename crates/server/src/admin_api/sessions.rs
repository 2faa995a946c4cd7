//! Browser sessions: of everybody in a realm or of one person; ended one by one, or all of a person.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, OAuthError, SessionId, UserId,
    manage::{
        Act, Noun,
        administrator::{Area, Need},
        sessions as verbs,
    },
};
use jeton_store::SessionFacts;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    InRealm, Page, Reply,
    api::decided,
    instant,
    people::{act_on, current},
};
use crate::{app::App, failure::Failure, incoming::Incoming};

const READ: (Area, Need) = (Area::People, Need::Read);
const WRITE: (Area, Need) = (Area::People, Need::Write);

/// GET: newest first; `person` is a `sub`.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::User, Act::Read)).await?;
    let page = Page::of(&api, &["person"])?;
    let Some(of) = of_person(&api, &page).await? else { return Ok(page.part(Vec::new(), None, view)) };
    let part = api.rows().sessions_part(of, page.after_id()?.unwrap_or(Uuid::max()), page.limit()).await?;
    Ok(page.part(part.rows, part.next.map(|id| id.to_string()), view))
}

/// DELETE …/sessions/{id}: whoever sits there is signed out.
pub async fn end(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::User, Act::Revoke)).await?;
    let id = incoming.path_parameter("id")?;
    let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no session {id:?}"));
    let id: SessionId = id.parse().map_err(|_| none())?;
    let look = || async { api.rows().session(id).await };
    api.act(look, |facts: Option<SessionFacts>, desk| {
        let facts = facts.ok_or_else(none)?;
        decided(verbs::end_session(&facts.session, desk), |()| Reply::done())
    })
    .await
}

/// GET …/people/{sub}/sessions.
pub async fn of_one(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::User, Act::Read)).await?;
    let user = current(&api).await?;
    let page = Page::of(&api, &[])?;
    let part = api.rows().sessions_part(Some(user.id()), page.after_id()?.unwrap_or(Uuid::max()), page.limit()).await?;
    Ok(page.part(part.rows, part.next.map(|id| id.to_string()), view))
}

/// DELETE …/people/{sub}/sessions: all of them.
pub async fn end_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::User, Act::Revoke)).await?;
    let user = current(&api).await?;
    act_on(&api, &user, |user, desk| decided(verbs::end_all(user, desk), |()| Reply::done())).await
}

/// Whose rows are asked for: everybody's (`Some(None)`), one person's, or nobody's where there is no such.
pub(super) async fn of_person(api: &InRealm<'_>, page: &Page<'_>) -> Result<Option<Option<UserId>>, Failure> {
    let Some(sub) = page.filter("person") else { return Ok(Some(None)) };
    Ok(api.rows().user_by_sub(sub).await?.map(|user| Some(user.id())))
}

fn view(facts: &SessionFacts) -> Map<String, Value> {
    let session = &facts.session;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("id", session.id.to_string().into());
    put("sub", facts.account.sub.clone().into());
    put("created_at", instant(session.created_at).into());
    put("last_seen_at", instant(session.last_seen_at).into());
    put("expires_at", instant(session.expires_at).into());
    put("user_agent", session.user_agent.clone().into());
    put("address", session.address.map(|address| address.to_string()).into());
    members
}
