//! Who administers: listed, shown, given other roles, disabled, enabled; invitations, and tokens for programs.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, OAuthError, OneTimeLinkId, Scope, Timestamp,
    login_name::LoginName,
    manage::{
        Act, Administrator, AdministratorRole, Desk, Fault, Noun, Reach, Subject, Verdict,
        administrator::{self as verbs, Appointment, Area, Invitation, Need, REALM_ID},
        did_you_mean, read,
    },
    model::{AccountKind, User},
};
use jeton_store::{AdministratorFacts, StoreError};
use rand_core::RngCore;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Api, Page, Reply, api::decided, instant};
use crate::{administrators::link, app::App, failure::Failure, incoming::Incoming, randomness::SystemRng};

const READ: (Area, Need) = (Area::Administrators, Need::Read);
const WRITE: (Area, Need) = (Area::Administrators, Need::Write);

/// What is said about an administrator, or about a link that makes one, or about a program's token.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Said {
    email: Option<String>,
    name: Option<String>,
    scope: Option<String>,
    role: Option<String>,
    /// Names; all realms where it is null.
    #[serde(deserialize_with = "whether_said")]
    realms: Option<Option<Vec<String>>>,
}

/// GET: oldest first, programs too.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = of(app, incoming, READ, Act::Read)?;
    let page = Page::of(&api, &[])?;
    let mut rows = Vec::new();
    for facts in app.store.administrators(page.after_id()?, page.more()).await? {
        let realms = names(app, &facts.administrator.reach).await?;
        rows.push((facts, realms));
    }
    Ok(page.answer(rows, |(facts, _)| facts.user.id().to_string(), |(facts, realms)| view(facts, realms)))
}

/// GET.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    of(app, incoming, READ, Act::Read)?;
    let facts = current(app, incoming).await?;
    let realms = names(app, &facts.administrator.reach).await?;
    Ok(Reply::ok(view(&facts, &realms)).etag(tag(&facts)).into_response())
}

/// PATCH: `role`, `realms`; null realms are all.
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = of(app, incoming, WRITE, Act::Change)?;
    let before = current(app, incoming).await?;
    api.expects_json()?;
    api.if_match(&tag(&before))?;
    let said = said(&api, &["role", "realms"])?;
    let reach = match &said.realms {
        Some(names) => Some(reach(app, names.as_deref()).await?),
        None => None,
    };
    let role = said.role.as_deref().map(role).transpose()?;
    let wished = match &reach {
        Some(reach) => Some(names(app, reach).await?),
        None => None,
    };
    appointed(&api, &before, |facts, realms, who, desk| {
        let Administrator { user, role: own_role, reach: own_reach } = facts.administrator.clone();
        let to = Administrator { user, role: role.unwrap_or(own_role), reach: reach.clone().unwrap_or(own_reach) };
        let realms = wished.as_ref().unwrap_or(realms);
        decided(verbs::appoint(who, to, realms.as_deref().unwrap_or_default(), desk), |administrator| {
            let after = AdministratorFacts { administrator, ..facts.clone() };
            Reply::ok(view(&after, realms)).etag(tag(&after))
        })
    })
    .await
}

/// POST …/disable: sessions and tokens end.
pub async fn disable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Disable, verbs::disable).await
}

/// POST …/enable.
pub async fn enable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Enable, verbs::enable).await
}

/// GET `/administrator-invitations`: those that are good, the newest first.
pub async fn invitations(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = of(app, incoming, READ, Act::Read)?;
    let page = Page::of(&api, &[])?;
    let mut rows = Vec::new();
    for invitation in app.store.invitations(app.now(), page.after_id()?, page.more()).await? {
        let realms = names(app, &invitation.reach).await?;
        rows.push((invitation, realms));
    }
    Ok(page.answer(rows, |(invitation, _)| invitation.id.to_string(), |(invitation, realms)| invited(invitation, realms)))
}

/// POST: `email`, `role`, `realms`; the link is in this answer alone.
pub async fn invite(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = of(app, incoming, WRITE, Act::Create)?;
    api.expects_json()?;
    let said = said(&api, &["email", "role", "realms"])?;
    let (email, role) = (wanted(said.email, "email", "write an e-mail address")?, role(&wanted(said.role, "role", ROLES)?)?);
    let reach = reach(app, said.realms.flatten().as_deref()).await?;
    let realms = names(app, &reach).await?;
    let look = || async { Ok(()) };
    api.act(look, |(), desk| {
        decided(verbs::invite(&email, role, reach.clone(), desk), |made| {
            let location = format!("{}{}/{}", incoming.scene.realm.issuer, incoming.path(), made.invitation.id);
            let link = link(app.realms.public_url(), made.text.expose());
            Reply::created(location, invited(&made.invitation, &realms)).once("link", Some(&link))
        })
    })
    .await
}

/// GET `/administrator-invitations/{id}`.
pub async fn invitation(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    of(app, incoming, READ, Act::Read)?;
    let id = incoming.path_parameter("id")?;
    let found = app.store.invitation(id.parse().map_err(|_| ended(&id))?).await?;
    let found = found.filter(|found| is_good(found, app.now())).ok_or_else(|| ended(&id))?;
    let realms = names(app, &found.reach).await?;
    Ok(Reply::ok(invited(&found, &realms)).into_response())
}

/// DELETE: its link is good no more.
pub async fn withdraw(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = of(app, incoming, WRITE, Act::Remove)?;
    let id = incoming.path_parameter("id")?;
    let invitation: OneTimeLinkId = id.parse().map_err(|_| ended(&id))?;
    let look = || async { app.store.invitation(invitation).await };
    api.act(look, |found: Option<Invitation>, desk| {
        let open = found.filter(|found| is_good(found, desk.now)).ok_or_else(|| ended(&id))?;
        decided(verbs::withdraw(&[open], desk), |()| Reply::done())
    })
    .await
}

/// That of the first owner is nobody's to see.
fn is_good(invitation: &Invitation, now: Timestamp) -> bool {
    invitation.email.is_some() && invitation.expires_at > now
}

fn ended(id: &str) -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, format!("there is no invitation {id:?} that is good"))
}

/// POST `/administrator-tokens`: `name`, `scope`, `role`, `realms`: an administrator of its own for a program; its
/// token is in this answer alone.
pub async fn create_token(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = of(app, incoming, WRITE, Act::Create)?;
    api.expects_json()?;
    let said = said(&api, &["name", "scope", "role", "realms"])?;
    let name = wanted(said.name, "name", "write a name, such as \"ci\"")?;
    let words = wanted(said.scope, "scope", "write scopes, such as \"all\"")?;
    let scope =
        Scope::parse(&words).map_err(|error| OAuthError::faulty(vec![Fault::new("scope", "this cannot be a scope", error.to_string())]))?;
    let role = said.role.as_deref().map_or(Ok(AdministratorRole::Owner), role)?;
    let reach = reach(app, said.realms.flatten().as_deref()).await?;
    let realms = names(app, &reach).await?;
    let look = || async {
        let username = match LoginName::fold(&name) {
            Some(login) if app.store.in_realm(REALM_ID).user_by_login(&login).await?.is_some() => {
                format!("{name}-{:08x}", SystemRng.next_u32())
            }
            _ => name.clone(),
        };
        Ok((app.store.installation().await?.epoch, username))
    };
    api.act(look, |(epoch, username), desk| {
        decided(verbs::create_token(&name, username, scope.clone(), (role, reach.clone()), epoch, desk), |made| {
            let location = format!("{}/api/v1/administrators/{}", incoming.scene.realm.issuer, made.user.account.sub);
            let mut members = Map::new();
            let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
            put("id", made.token.id.to_string().into());
            put("name", made.token.name.clone().into());
            put("administrator", made.user.username.clone().into());
            put("sub", made.user.account.sub.clone().into());
            put("scope", made.token.scope.to_string().into());
            put("role", role.as_str().into());
            put("realms", realms.clone().into());
            Reply::created(location, members).once("token", Some(made.text.expose()))
        })
    })
    .await
}

async fn set_status(
    app: &App,
    incoming: &Incoming,
    act: Act,
    verb: impl Fn(&Appointment, &mut Desk<'_>) -> Verdict<User>,
) -> Result<Response, Failure> {
    let api = of(app, incoming, WRITE, act)?;
    let before = current(app, incoming).await?;
    api.expects_nothing(&tag(&before)).await?;
    appointed(&api, &before, |facts, realms, who, desk| {
        decided(verb(who, desk), |user| {
            let after = AdministratorFacts { user, ..facts.clone() };
            Reply::ok(view(&after, realms)).etag(tag(&after))
        })
    })
    .await
}

/// Does something with the administrator as they are now, and with the names of their realms, if they still are what the
/// caller looked at.
async fn appointed(
    api: &Api<'_>,
    before: &AdministratorFacts,
    rule: impl Fn(&AdministratorFacts, &Option<Vec<String>>, &Appointment, &mut Desk<'_>) -> jeton_oauth::Decision<Reply>,
) -> Result<Response, Failure> {
    let store = &api.app.store;
    let look = || async {
        let Some(facts) = store.administrator(before.user.id()).await? else { return Ok(None) };
        let realms = names(api.app, &facts.administrator.reach).await?;
        Ok(Some((facts, realms, store.has_owner(Some(before.user.id())).await?)))
    };
    api.act(look, |found: Option<(AdministratorFacts, Option<Vec<String>>, bool)>, desk| {
        let (facts, realms, another_owner) = found.ok_or_else(|| none(&before.user.account.sub))?;
        api.if_match_at_all(&tag(&facts))?;
        let who = Appointment { user: facts.user.clone(), administrator: facts.administrator.clone(), another_owner };
        rule(&facts, &realms, &who, desk)
    })
    .await
}

/// Whoever owns everything changes who administers; whoever reaches everything sees it.
fn of<'a>(app: &'a App, incoming: &'a Incoming, part: (Area, Need), act: Act) -> Result<Api<'a>, Failure> {
    let api = Api::scoped(app, incoming, part)?;
    api.allow(Noun::Administrator, act, &Subject { realm: Some(REALM_ID), ..Subject::default() })?;
    Ok(api)
}

async fn current(app: &App, incoming: &Incoming) -> Result<AdministratorFacts, Failure> {
    let sub = incoming.path_parameter("sub")?;
    let user = app.store.in_realm(REALM_ID).user_by_sub(&sub).await?.ok_or_else(|| none(&sub))?;
    Ok(app.store.administrator(user.id()).await?.ok_or_else(|| none(&sub))?)
}

fn none(sub: &str) -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, format!("there is no administrator {sub:?}"))
}

const ROLES: &str = "write owner, support or auditor";

fn role(word: &str) -> Result<AdministratorRole, OAuthError> {
    let known = AdministratorRole::ALL.map(AdministratorRole::as_str);
    let fault = || OAuthError::faulty(vec![Fault::new("role", format!("`role` cannot be {word:?}"), did_you_mean(word, &known))]);
    AdministratorRole::parse(word).ok_or_else(fault)
}

/// The realms that are named; all where none is.
async fn reach(app: &App, names: Option<&[String]>) -> Result<Reach, Failure> {
    let Some(names) = names else { return Ok(Reach::All) };
    let fault = |index: Option<usize>, what: String, instead: &str| {
        let path = index.map_or_else(|| "realms".into(), |index| ("realms", index).into());
        OAuthError::faulty(vec![Fault { path, ..Fault::new("realms", what, instead) }])
    };
    if names.is_empty() {
        return Err(fault(None, "nobody administers no realm".to_owned(), "name realms, or choose all of them (null)").into());
    }
    let mut realms = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let realm = app.store.realm_by_name(name).await?.filter(|realm| realm.id != REALM_ID);
        let realm = realm.ok_or_else(|| fault(Some(index), format!("there is no realm {name:?}"), "name one that there is"))?;
        realms.push(realm.id);
    }
    Ok(Reach::Named(realms.into()))
}

/// Names of the realms that are reached; `None` for all.
async fn names(app: &App, reach: &Reach) -> Result<Option<Vec<String>>, StoreError> {
    let Reach::Named(realms) = reach else { return Ok(None) };
    let mut names = Vec::new();
    for realm in realms.iter() {
        names.extend(app.store.realm(*realm).await?.map(|realm| realm.name.clone()));
    }
    Ok(Some(names))
}

fn said(api: &Api<'_>, known: &[&str]) -> Result<Said, OAuthError> {
    let sent = api.document()?;
    if let Some(name) = sent.keys().find(|name| !known.contains(&name.as_str())) {
        let what = format!("`{name}` is not known here");
        return Err(OAuthError::faulty(vec![Fault::new(name.as_str(), what, did_you_mean(name, known))]));
    }
    let (said, faults) = read::<Said>(&sent);
    if faults.is_empty() { Ok(said) } else { Err(OAuthError::faulty(faults)) }
}

fn wanted(said: Option<String>, name: &'static str, instead: &str) -> Result<String, OAuthError> {
    said.ok_or_else(|| OAuthError::faulty(vec![Fault::new(name, format!("`{name}` is missing"), instead)]))
}

/// A strong entity tag: the account's version does not tell of another role.
fn tag(facts: &AdministratorFacts) -> String {
    let reach = match &facts.administrator.reach {
        Reach::All => "all".to_owned(),
        Reach::Named(realms) => realms.iter().map(|realm| realm.to_string()[24..].to_owned()).collect::<Vec<_>>().join("."),
    };
    format!("\"{}-{}-{}-{reach}\"", &facts.user.id().to_string()[24..], facts.user.version, facts.administrator.role.as_str())
}

fn view(facts: &AdministratorFacts, realms: &Option<Vec<String>>) -> Map<String, Value> {
    let user = &facts.user;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("sub", user.account.sub.clone().into());
    put("name", user.username.clone().into());
    put("email", user.email.as_ref().map(|email| email.address.clone()).into());
    put("kind", if user.account.kind == AccountKind::ApiUser { "program" } else { "person" }.into());
    put("role", facts.administrator.role.as_str().into());
    put("realms", realms.clone().into());
    put("status", user.account.status.as_str().into());
    put("since", instant(facts.appointed_at).into());
    members
}

/// **Invariant**: no link.
fn invited(invitation: &Invitation, realms: &Option<Vec<String>>) -> Map<String, Value> {
    let members: [(&str, Value); 5] = [
        ("id", invitation.id.to_string().into()),
        ("email", invitation.email.clone().into()),
        ("role", invitation.role.as_str().into()),
        ("realms", realms.clone().into()),
        ("expires_at", instant(invitation.expires_at).into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What is null was said.
fn whether_said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Vec<String>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
