//! Personal access tokens: the list, and the pages that create, regenerate and revoke one.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    ErrorCode, OAuthError, PersonalAccessTokenId, Scope, Seconds, Timestamp,
    bearer::PatFacts,
    ids::born_at,
    manage::administrator::REALM_ID,
    model::Realm,
    parameters::Parameters,
    personal_access_token::{self as rules, CreateRequest, Made, Manager, grantable_scopes},
};
use serde::Serialize;
use uuid::Uuid;

use super::{Person, sign_in_first};
use crate::{
    app::App,
    endpoints::account_tokens,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::{
        frame::{Frame, View},
        visitors::describe,
    },
    randomness::SystemRng,
};

const LIST: &str = "/account/tokens";
/// Characters of a token that a list shows.
const SHOWN: usize = 12;
/// Ended ones stay in the list for this long.
const KEPT: Seconds = Seconds(90 * 86_400);
/// As long as it may be, where that is less than any choice.
const LONGEST: &str = "longest";
const SOON: Seconds = Seconds(7 * 86_400);

#[derive(Serialize)]
struct Tokens {
    live: Vec<Token>,
    ended: Vec<Token>,
    api: String,
}

impl View for Tokens {
    const TEMPLATE: &'static str = "account/tokens.html";
}

#[derive(Serialize)]
struct Token {
    id: String,
    name: String,
    start: String,
    scopes: Vec<String>,
    created: i64,
    used: Option<i64>,
    used_from: Option<String>,
    ends: Option<i64>,
    ends_soon: bool,
    /// When it was revoked; an ended one without has expired, or what its application was granted is gone.
    revoked: Option<i64>,
    expired: bool,
    version: u32,
}

#[derive(Serialize)]
struct New {
    /// The row to be: a form that is sent twice makes one token.
    id: String,
    name: String,
    scopes: Vec<Choice>,
    ends: Vec<End>,
    name_fault: Option<String>,
    scope_fault: Option<String>,
    faults: usize,
}

impl View for New {
    const TEMPLATE: &'static str = "account/token_new.html";
}

#[derive(Serialize)]
struct Choice {
    name: String,
    description: String,
    chosen: bool,
}

/// How long it may live.
#[derive(Serialize)]
struct End {
    value: &'static str,
    days: i64,
    chosen: bool,
}

#[derive(Serialize)]
struct Created {
    name: String,
    scopes: Vec<String>,
    token: String,
    start: String,
    ends: Option<i64>,
    api: String,
}

impl View for Created {
    const TEMPLATE: &'static str = "account/token_created.html";
}

#[derive(Serialize)]
struct Regenerate(Token);

impl View for Regenerate {
    const TEMPLATE: &'static str = "account/token_regenerate.html";
}

#[derive(Serialize)]
struct Revoke(Token);

impl View for Revoke {
    const TEMPLATE: &'static str = "account/token_revoke.html";
}

/// GET: the page for people, JSON for programs.
pub async fn list_or_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    if incoming.is_for_people() { list(app, incoming).await } else { account_tokens::list(app, incoming).await }
}

/// POST: as [`list_or_page`].
pub async fn regenerate_or_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    if incoming.is_for_people() { regenerate(app, incoming).await } else { account_tokens::regenerate(app, incoming).await }
}

/// What opens the admin API is made by whoever proved lately that it is them.
fn is_stale_for(me: &Person, app: &App, incoming: &Incoming) -> bool {
    incoming.scene.realm.id() == REALM_ID && !me.is_recent(app)
}

/// GET: all of them.
async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let realm = &incoming.scene.realm;
    let now = app.now();
    let tokens = app.store.in_realm(realm.id()).personal_access_tokens(me.user.id()).await?;
    let (live, ended): (Vec<_>, Vec<_>) = tokens.iter().partition(|facts| is_live(facts, realm, now));
    let recent = |facts: &&PatFacts| now < last_moment(facts, realm) + KEPT;
    let view = Tokens {
        live: live.into_iter().map(|facts| shown(facts, realm, now)).collect(),
        ended: ended.into_iter().filter(recent).map(|facts| shown(facts, realm, now)).collect(),
        api: api(realm),
    };
    me.frame(app, incoming).render(StatusCode::OK, &view)
}

/// GET: the empty form. POST: the new token, shown this once.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    if is_stale_for(&me, app, incoming) {
        return Ok(sign_in_first(incoming));
    }
    let frame = me.frame(app, incoming);
    let grantable = app.decide(&incoming.scene, |cx| grantable_scopes(cx));
    if !incoming.is(&Method::POST) {
        let id = PersonalAccessTokenId::new(app.now(), &mut SystemRng).to_string();
        return frame.render(StatusCode::OK, &form(id, &Parameters::default(), &grantable, incoming, &frame));
    }
    let sent = incoming.page_form()?;
    let id = row_to_be(&sent, app.now()).ok_or_else(jeton_oauth::authorize::finished)?;
    let name = sent.get("name").unwrap_or_default().trim().to_owned();
    let scope = Scope::from_tokens(sent.get_all("scope")).unwrap_or_default();
    let mut view = form(id.to_string(), &sent, &grantable, incoming, &frame);
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        view.name_fault = Some(frame.say(&text("token-name-fault")));
    }
    if scope.is_empty() || !scope.is_subset_of(&grantable) {
        view.scope_fault = Some(frame.say(&text("token-scope-fault")));
    }
    view.faults = usize::from(view.name_fault.is_some()) + usize::from(view.scope_fault.is_some());
    if view.faults > 0 {
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let days = view.ends.iter().find(|end| end.chosen && end.value != LONGEST).map_or(0, |end| end.days);
    let expires_at = u32::try_from(days * 86_400).ok().filter(|seconds| *seconds > 0).map(|seconds| app.now() + Seconds(seconds));
    let request = CreateRequest { id: Some(id), name, scope, expires_at };
    let manager = Manager::person(&me.session);
    let store = app.store.in_realm(incoming.scene.realm.id());
    let user = me.user.id();
    let look = || async {
        let exists = store.personal_access_token(id).await?.is_some();
        Ok((exists, store.living_personal_access_tokens(user, app.now()).await?))
    };
    let made = app.settle(&incoming.scene, look, |(exists, living), cx| match exists {
        true => Err(already_made().into()),
        false => rules::create(&request, &manager, None, living, cx),
    });
    show_once(made.await?, incoming, &frame)
}

/// GET: asks. POST: another secret for the same token, shown this once.
pub async fn regenerate(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    if is_stale_for(&me, app, incoming) {
        return Ok(sign_in_first(incoming));
    }
    let frame = me.frame(app, incoming);
    if !incoming.is(&Method::POST) {
        let facts = own(app, incoming, &me).await?;
        return frame.render(StatusCode::OK, &Regenerate(shown(&facts, &incoming.scene.realm, app.now())));
    }
    let sent = incoming.page_form()?;
    let (id, manager) = (named(incoming)?, Manager::person(&me.session));
    let store = app.store.in_realm(incoming.scene.realm.id());
    let look = || async { store.personal_access_token(id).await };
    let made = app.settle(&incoming.scene, look, |facts, cx| {
        // The page was for another secret than the present one: it was sent before.
        let version = facts.as_ref().map(|facts| facts.token.version.to_string());
        if version.is_some() && version.as_deref() != sent.get("version") {
            return Err(already_made().into());
        }
        rules::regenerate(facts.as_ref(), &manager, cx)
    });
    show_once(made.await?, incoming, &frame)
}

/// GET: asks. POST: ends it.
pub async fn revoke(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    if !incoming.is(&Method::POST) {
        let facts = own(app, incoming, &me).await?;
        return frame.render(StatusCode::OK, &Revoke(shown(&facts, &incoming.scene.realm, app.now())));
    }
    let (id, manager) = (named(incoming)?, Manager::person(&me.session));
    let store = app.store.in_realm(incoming.scene.realm.id());
    let look = || async { store.personal_access_token(id).await };
    app.settle(&incoming.scene, look, |facts, cx| rules::revoke(facts.as_ref(), &manager, cx)).await?;
    Ok(frame.back_to(LIST, Some(&text("token-revoked"))))
}

fn show_once(made: Made, incoming: &Incoming, frame: &Frame<'_>) -> Result<Response, Failure> {
    let realm = &incoming.scene.realm;
    let view = Created {
        name: made.token.name.clone(),
        scopes: made.token.scope.tokens().to_vec(),
        start: start(&made.token.prefix),
        token: made.text.expose().to_owned(),
        ends: rules::end(&made.token, realm).map(Timestamp::as_millis),
        api: api(realm),
    };
    frame.render(StatusCode::OK, &view)
}

async fn own(app: &App, incoming: &Incoming, me: &Person) -> Result<PatFacts, Failure> {
    let facts = app.store.in_realm(incoming.scene.realm.id()).personal_access_token(named(incoming)?).await?;
    Ok(facts.filter(|facts| facts.token.user == me.user.id() && rules::is_kept(facts)).ok_or_else(no_such_token)?)
}

/// The token that the path names.
fn named(incoming: &Incoming) -> Result<PersonalAccessTokenId, OAuthError> {
    incoming.path_parameter("id")?.parse().map_err(|_| no_such_token())
}

fn no_such_token() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "there is no such personal access token")
}

/// A form that was sent twice: what it made was shown once.
fn already_made() -> OAuthError {
    jeton_oauth::authorize::finished()
}

/// The row that a form is for: made by us when the form was shown, at most a day ago.
fn row_to_be(sent: &Parameters, now: Timestamp) -> Option<PersonalAccessTokenId> {
    let id: Uuid = sent.get("id")?.parse().ok()?;
    let born = born_at(id)?;
    (born <= now && now < born + Seconds(86_400)).then_some(PersonalAccessTokenId(id))
}

fn form(id: String, sent: &Parameters, grantable: &Scope, incoming: &Incoming, frame: &Frame<'_>) -> New {
    let realm = &incoming.scene.realm;
    let asked: Vec<_> = sent.get_all("scope").collect();
    let choice = |name: &str| Choice { name: name.to_owned(), description: describe(frame, realm, name), chosen: asked.contains(&name) };
    let wanted = sent.get("expires_in").unwrap_or("90");
    let lifetime = i64::from(realm.settings.personal_access_token_lifetime.0);
    let longest = lifetime / 86_400;
    let mut ends: Vec<_> = [("30", 30), ("90", 90), ("365", 365), ("never", 0)]
        .into_iter()
        .filter(|(_, days)| lifetime == 0 || (*days > 0 && *days <= longest))
        .map(|(value, days)| End { value, days, chosen: value == wanted })
        .collect();
    if ends.is_empty() {
        ends.push(End { value: LONGEST, days: longest.max(1), chosen: true });
    }
    if !ends.iter().any(|end| end.chosen)
        && let Some(last) = ends.last_mut()
    {
        last.chosen = true;
    }
    New {
        id,
        name: sent.get("name").unwrap_or_default().to_owned(),
        scopes: grantable.iter().map(choice).collect(),
        ends,
        name_fault: None,
        scope_fault: None,
        faults: 0,
    }
}

fn shown(facts: &PatFacts, realm: &Realm, now: Timestamp) -> Token {
    let token = &facts.token;
    let end = rules::end(token, realm);
    Token {
        id: token.id.to_string(),
        name: token.name.clone(),
        start: start(&token.prefix),
        scopes: token.scope.tokens().to_vec(),
        created: token.created_at.as_millis(),
        used: token.last_used_at.map(Timestamp::as_millis),
        used_from: token.last_used_from.map(|from| from.to_string()),
        ends: end.map(Timestamp::as_millis),
        ends_soon: end.is_some_and(|end| end <= now + SOON),
        revoked: token.revoked_at.map(Timestamp::as_millis),
        expired: end.is_some_and(|end| end <= now),
        version: token.version,
    }
}

fn is_live(facts: &PatFacts, realm: &Realm, now: Timestamp) -> bool {
    rules::is_kept(facts) && rules::end(&facts.token, realm).is_none_or(|end| now < end)
}

/// When an ended token ended, as far as its row says.
fn last_moment(facts: &PatFacts, realm: &Realm) -> Timestamp {
    let ended = [facts.token.revoked_at, rules::end(&facts.token, realm)].into_iter().flatten().min();
    ended.unwrap_or(facts.token.created_at)
}

fn start(prefix: &str) -> String {
    prefix.chars().take(SHOWN).collect()
}

/// What a token is tried on.
fn api(realm: &Realm) -> String {
    match realm.config.audience.as_deref().filter(|audience| audience.starts_with("http")) {
        Some(audience) => audience.to_owned(),
        None => format!("{}/userinfo", realm.issuer),
    }
}
