//! Administrators: who they are, what they may and where; how somebody becomes one, by a link that is shown once.

use std::future::Future;

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    Effect, ErrorCode, OAuthError, OneTimeLinkId, UserId,
    manage::{
        Act, Actor, AdministratorRole, Desk, Fault, Noun, Reach, Verdict, Who,
        administrator::{self as verbs, Appointment, Invitation},
    },
    parameters::Parameters,
};
use jeton_store::{AdministratorFacts, StoreError};
use serde_json::{Value, json};

use super::{
    Answer, Console,
    act::{Made, shown_once},
    ask::segment,
    fields,
    form::{self, Refused},
    people::allow,
    views,
};
use crate::{administrators::link, failure::Failure, page_parts::texts::text, pages::desk::initials};

/// Rows of a part of the list.
const SHOWN: u32 = 50;
const INVITED: u32 = 100;

/// A part of them, oldest first, and who is invited.
pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Administrator, Act::Read)?;
    let query = console.incoming.query()?;
    let after: Option<UserId> = query.get("after").and_then(|id| id.parse().ok());
    let store = &console.app.store;
    let mut rows = store.administrators(after, SHOWN + 1).await?;
    let follows = rows.len() > SHOWN as usize;
    rows.truncate(SHOWN as usize);
    let next = rows.last().filter(|_| follows).map(|last| last.user.id().to_string());
    let mut items = Vec::new();
    for facts in &rows {
        items.push(shown(console, facts).await?);
    }
    let mut invited = Vec::new();
    for invitation in store.invitations(console.app.now(), INVITED).await? {
        let realms = reached(console, &invitation.reach).await?;
        invited.push(json!({
            "id": invitation.id.to_string(), "email": invitation.email, "role": invitation.role.as_str(), "realms": realms,
            "until": invitation.expires_at.as_millis(),
        }));
    }
    let page = json!({
        "list": { "items": items, "next": next }, "invited": invited, "start": query.get("after").is_none(), "filters": "",
        "may": console.mays(Noun::Administrator),
    });
    console.answer(StatusCode::OK, views::Administrators, page, None)
}

/// GET: an empty form. POST: the link, shown this once.
pub async fn invite(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Administrator, Act::Create)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    if !console.is_post() {
        return invitation(console, None);
    }
    let sent = console.incoming.page_form()?;
    let made = async {
        let email = sent.get("email").unwrap_or_default().trim().to_owned();
        let (role, reach) = wished(console, &sent).await?;
        decide(console, || async { Ok(()) }, |(), desk| verbs::invite(&email, role, reach.clone(), desk)).await
    };
    match made.await {
        Ok(invited) => {
            let link = link(console.app.realms.public_url(), invited.text.expose());
            let answer = Answer { body: json!({ "link": link }), etag: None };
            let name = invited.invitation.email.unwrap_or_default();
            shown_once(console, "link", &answer, &ByLink(name))
        }
        Err(failure) => {
            let error = console.refused(failure)?;
            invitation(console, Some(&Refused { typed: &sent, error: &error }))
        }
    }
}

/// GET: what they may. POST: another role, or other realms.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Administrator, Act::Read)?;
    let facts = named(console).await?;
    if !console.is_post() {
        return page(console, &facts, None).await;
    }
    allow(console, Noun::Administrator, Act::Change)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    let sent = console.incoming.page_form()?;
    let user = facts.user.id();
    let changed = async {
        let (role, reach) = wished(console, &sent).await?;
        let to = jeton_oauth::manage::Administrator { user, role, reach };
        decide(console, || appointment(console, user), |who, desk| verbs::appoint(&who.ok_or_else(gone)?, to.clone(), desk)).await
    };
    match changed.await {
        Ok(_) => Ok(console.back_to("/administrators", &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            page(console, &facts, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

/// Whoever the address names: what they are called.
pub async fn called(console: &Console<'_>) -> Result<String, Failure> {
    allow(console, Noun::Administrator, Act::Read)?;
    Ok(named(console).await?.user.username)
}

/// They sign in no more.
pub async fn disable(console: &Console<'_>) -> Result<Answer, Failure> {
    let user = named(console).await?.user.id();
    decide(console, || appointment(console, user), |who, desk| verbs::disable(&who.ok_or_else(gone)?, desk)).await.map(|_| nothing())
}

pub async fn enable(console: &Console<'_>) -> Result<Answer, Failure> {
    let user = named(console).await?.user.id();
    decide(console, || appointment(console, user), |who, desk| verbs::enable(&who.ok_or_else(gone)?, desk)).await.map(|_| nothing())
}

/// Whom the invitation of the address is for.
pub async fn invited(console: &Console<'_>) -> Result<Invitation, Failure> {
    allow(console, Noun::Administrator, Act::Read)?;
    let id = console.incoming.path_parameter("id")?;
    let missing = || OAuthError::new(ErrorCode::NotFound, format!("there is no invitation {id:?}"));
    let id: OneTimeLinkId = id.parse().map_err(|_| missing())?;
    Ok(console.app.store.invitation(id).await?.filter(|invitation| invitation.email.is_some()).ok_or_else(missing)?)
}

/// Its link is good no more.
pub async fn withdraw(console: &Console<'_>) -> Result<Answer, Failure> {
    let invitation = invited(console).await?;
    decide(console, || async { Ok(()) }, |(), desk| verbs::withdraw(std::slice::from_ref(&invitation), desk)).await.map(|()| nothing())
}

/// Asks a verb, as whoever sits here, in the realm of the administrators.
async fn decide<F, T, Fut>(
    console: &Console<'_>,
    look: impl Fn() -> Fut,
    rule: impl Fn(F, &mut Desk<'_>) -> Verdict<T>,
) -> Result<T, Failure>
where
    Fut: Future<Output = Result<F, StoreError>> + Send,
{
    let scene = &console.incoming.scene;
    let by = Actor { who: Who::Administrator(console.administrator.clone()), from: scene.from };
    let decided = |facts, cx: &mut jeton_oauth::Context<'_>| {
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        rule(facts, &mut desk).map_err(|Effect { answer, changes }| Effect { answer: answer.into(), changes })
    };
    console.app.settle(scene, look, decided).await
}

async fn appointment(console: &Console<'_>, user: UserId) -> Result<Option<Appointment>, StoreError> {
    let store = &console.app.store;
    let Some(facts) = store.administrator(user).await? else { return Ok(None) };
    let another_owner = store.has_owner(Some(user)).await?;
    Ok(Some(Appointment { user: facts.user, administrator: facts.administrator, another_owner }))
}

/// The administrator that the address names.
async fn named(console: &Console<'_>) -> Result<AdministratorFacts, Failure> {
    let sub = console.incoming.path_parameter("sub")?;
    let missing = || OAuthError::new(ErrorCode::NotFound, format!("there is no administrator {sub:?}"));
    let rows = console.app.store.in_realm(console.incoming.scene.realm.id());
    let user = rows.user_by_sub(&sub).await?.ok_or_else(missing)?;
    Ok(console.app.store.administrator(user.id()).await?.ok_or_else(missing)?)
}

/// The role and the realms that a form names; none named is all of them.
async fn wished(console: &Console<'_>, sent: &Parameters) -> Result<(AdministratorRole, Reach), Failure> {
    let said = sent.get("role").unwrap_or_default();
    let fault = || OAuthError::faulty(vec![Fault::new("role", format!("there is no role {said:?}"), "choose owner, support or auditor")]);
    let role = AdministratorRole::parse(said).ok_or_else(fault)?;
    let mut realms = Vec::new();
    for name in sent.get("realms").unwrap_or_default().split_whitespace() {
        let missing =
            || OAuthError::faulty(vec![Fault::new("realms", format!("there is no realm {name:?}"), "write names apart by spaces")]);
        realms.push(console.app.store.realm_by_name(name).await?.ok_or_else(missing)?.id);
    }
    Ok((role, if realms.is_empty() { Reach::All } else { Reach::Named(realms.into()) }))
}

async fn reached(console: &Console<'_>, reach: &Reach) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    if let Reach::Named(realms) = reach {
        for realm in realms.iter() {
            names.extend(console.app.store.realm(*realm).await?.map(|realm| realm.name.clone()));
        }
    }
    Ok(names)
}

async fn shown(console: &Console<'_>, facts: &AdministratorFacts) -> Result<Value, StoreError> {
    let user = &facts.user;
    let name = user.display_name();
    Ok(json!({
        "name": name, "initials": initials(&name), "username": user.username, "sub": segment(&user.account.sub),
        "role": facts.administrator.role.as_str(), "realms": reached(console, &facts.administrator.reach).await?,
        "everywhere": facts.administrator.reach == Reach::All, "active": user.account.is_active(),
        "since": facts.appointed_at.as_millis(), "me": user.id() == console.me.user.id(),
    }))
}

fn invitation(console: &Console<'_>, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let typed = |name: &str| refused.and_then(|refused| refused.typed.get(name)).unwrap_or_default();
    let page = json!({
        "email": typed("email"), "role": typed("role"), "realms": typed("realms"), "faults": faults(refused), "who": null,
    });
    console.answer(form::status(refused), views::Administrator, page, None)
}

async fn page(console: &Console<'_>, facts: &AdministratorFacts, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let who = shown(console, facts).await?;
    let typed = |name: &str| refused.and_then(|refused| refused.typed.get(name));
    let realms = reached(console, &facts.administrator.reach).await?.join(" ");
    let page = json!({
        "email": "", "role": typed("role").unwrap_or(facts.administrator.role.as_str()), "realms": typed("realms").unwrap_or(&realms),
        "faults": faults(refused), "who": who, "may": console.mays(Noun::Administrator),
    });
    console.answer(form::status(refused), views::Administrator, page, None)
}

fn faults(refused: Option<&Refused<'_>>) -> Vec<String> {
    let Some(refused) = refused else { return Vec::new() };
    match refused.error.faults.as_slice() {
        [] => vec![refused.error.description.to_string()],
        faults => faults.iter().map(fields::words).collect(),
    }
}

fn gone() -> Effect<jeton_oauth::manage::Refusal> {
    Effect::only(jeton_oauth::manage::Refusal::NotFound("this is no administrator any more".to_owned()))
}

fn nothing() -> Answer {
    Answer { body: Value::Null, etag: None }
}

/// Somebody who gets a link.
struct ByLink(String);

impl Made for ByLink {
    fn name(&self) -> &str {
        &self.0
    }

    fn page(&self) -> &str {
        "/administrators"
    }
}
