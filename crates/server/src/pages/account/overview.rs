//! What one is called here, at a glance who may act for one, and the way out.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Change, Effect, OAuthError,
    change::{AuditKind, UserChange},
    manage::Who,
    model::AuthorizationState,
    personal_access_token::is_kept,
};
use serde::Serialize;

use super::{Person, sign_in_first};
use crate::{app::App, failure::Failure, incoming::Incoming, page_parts::texts::text, pages::frame::View};

#[derive(Serialize)]
struct Overview<'a> {
    name: String,
    email: Option<&'a str>,
    verified: bool,
    username: &'a str,
    sub: &'a str,
    sessions: usize,
    applications: usize,
    tokens: usize,
}

impl View for Overview<'_> {
    const TEMPLATE: &'static str = "account/overview.html";
}

#[derive(Serialize)]
struct Profile {
    name: String,
    given_name: String,
    family_name: String,
    fault: Option<String>,
}

impl View for Profile {
    const TEMPLATE: &'static str = "account/profile.html";
}

/// Characters of a name.
const LONGEST: usize = 200;

/// GET: the account's first page.
pub async fn overview(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let store = app.store.in_realm(incoming.scene.realm.id());
    let user = &me.user;
    let mut applications: Vec<_> = store.consents_of_user(user.id()).await?.into_iter().map(|consent| consent.client).collect();
    let authorizations = store.authorizations_of_user(user.id()).await?;
    let live = authorizations.iter().filter(|one| one.state == AuthorizationState::Active && app.now() < one.expires_at);
    applications.extend(live.map(|one| one.client));
    applications.sort_unstable();
    applications.dedup();
    let view = Overview {
        name: user.display_name(),
        email: user.email.as_ref().map(|email| email.address.as_str()),
        verified: user.email.as_ref().is_some_and(|email| email.verified),
        username: &user.username,
        sub: &user.account.sub,
        sessions: store.sessions_of_user(user.id()).await?.iter().filter(|session| app.now() < session.expires_at).count(),
        applications: applications.len(),
        tokens: store.personal_access_tokens(user.id()).await?.iter().filter(|facts| is_kept(facts)).count(),
    };
    me.frame(app, incoming).render(StatusCode::OK, &view)
}

/// GET: the form with what is known. POST: keeps it.
pub async fn profile(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    if !incoming.is(&Method::POST) {
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let profile = &me.user.profile;
        let view = Profile {
            name: said(&profile.name),
            given_name: said(&profile.given_name),
            family_name: said(&profile.family_name),
            fault: None,
        };
        return frame.render(StatusCode::OK, &view);
    }
    let sent = incoming.page_form()?;
    let field = |name| sent.get(name).unwrap_or_default().trim().to_owned();
    let mut view = Profile { name: field("name"), given_name: field("given_name"), family_name: field("family_name"), fault: None };
    let fits = |value: &String| value.chars().count() <= LONGEST && !value.chars().any(char::is_control);
    if ![&view.name, &view.given_name, &view.family_name].into_iter().all(fits) {
        view.fault = Some(frame.say(&text("profile-fault")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let store = app.store.in_realm(incoming.scene.realm.id());
    let id = me.user.id();
    let look = || async { store.user(id).await };
    app.settle(&incoming.scene, look, |user, cx| {
        let mut user = user.ok_or_else(|| OAuthError::invalid_request("the account is gone"))?;
        let kept = |value: &String| Some(value.clone()).filter(|value| !value.is_empty());
        user.profile.name = kept(&view.name);
        user.profile.given_name = kept(&view.given_name);
        user.profile.family_name = kept(&view.family_name);
        user.updated_at = cx.now;
        let event = cx.audit(AuditKind::UserChanged, Who::Person(id)).user(id).detail("name changed on the account's page");
        Ok(Effect { answer: (), changes: vec![Change::User(UserChange::Update(user)), event.into()] })
    })
    .await?;
    Ok(frame.back_to("/account", Some(&text("profile-saved"))))
}
