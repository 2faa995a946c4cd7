//! The page where a person allows an application what it asks for, or does not.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    Context, OAuthError,
    authorize::{Approval, Step, approve, deny, find, finished},
    model::{Consent as Remembered, PendingRequest, Realm},
};
use serde::Serialize;

use super::{
    authorize::{approve_silently, ask_more, look_at, redirect, reject},
    sign_in::{Application, ask},
};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::{
        desk::initials,
        frame::{Frame, View},
        pending::{Sealed, waiting},
    },
    session,
};

#[derive(Serialize)]
struct Consent<'a> {
    application: Application<'a>,
    person: String,
    /// Their address, or user name.
    detail: String,
    initials: String,
    handle: &'a str,
    /// When something was allowed before, in milliseconds.
    since: Option<i64>,
    /// Asked for the first time.
    new: Vec<ScopeLine>,
    /// May be left out.
    optional: Vec<ScopeLine>,
    /// Allowed before.
    before: Vec<ScopeLine>,
}

#[derive(Serialize)]
struct ScopeLine {
    name: String,
    /// In people's words.
    description: String,
}

impl View for Consent<'_> {
    const TEMPLATE: &'static str = "visitors/consent.html";
    const LEAVES: bool = true;
}

/// GET: asks, unless there is nothing left to ask.
pub async fn consent(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let query = incoming.query()?;
    let handle = query.get("request").unwrap_or_default();
    let current = session::current(app, incoming).await?.ok_or_else(finished)?;
    let (pending, request) = waiting(app, &incoming.scene, Some(handle), &current.session).await?;
    let request = match request {
        Ok(request) => request,
        Err(rejected) => return reject(app, &incoming.scene, rejected),
    };
    let (step, remembered) = look_at(app, incoming, Some(&current), &request, pending.asked_at).await?;
    match step {
        Step::Consent => {}
        Step::Refuse(response) => return Ok(redirect(app, &incoming.scene, &response)),
        Step::SignIn => return ask(app, incoming, Some(&Sealed::again(pending))).await,
        Step::Missing(missing) => return ask_more(app, incoming, missing, &current.session, &request, &Sealed::again(pending)).await,
        Step::Approve => return approve_silently(app, incoming, &current.session, &request, Some(pending.id)).await,
    }
    let person = app.store.in_realm(incoming.scene.realm.id()).user(current.session.user).await?.ok_or_else(finished)?;
    let frame = Frame::of(app, incoming);
    let realm = &incoming.scene.realm;
    let line = |name: &str| ScopeLine { name: name.to_owned(), description: describe(&frame, realm, name) };
    let held = |name: &str| remembered.as_ref().is_some_and(|consent| consent.scope.contains(name));
    let (before, unheld): (Vec<_>, Vec<_>) = request.scope.iter().partition(|name| held(name));
    let (optional, new): (Vec<_>, Vec<_>) = unheld.into_iter().partition(|name| realm.is_optional(name));
    let view = Consent {
        application: Application::of(app, &request),
        initials: initials(&person.display_name()),
        person: person.display_name(),
        detail: person.email.map_or(person.username, |email| email.address),
        handle,
        since: remembered.as_ref().map(|consent| consent.granted_at.as_millis()),
        new: new.into_iter().map(line).collect(),
        optional: optional.into_iter().map(line).collect(),
        before: before.into_iter().map(line).collect(),
    };
    frame.render(StatusCode::OK, &view)
}

/// POST: the person's answer, once.
pub async fn decide(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let form = incoming.page_form()?;
    let denied = match form.get("decision") {
        Some("allow") => false,
        Some("deny") => true,
        _ => return Err(OAuthError::invalid_request("decision must be allow or deny").into()),
    };
    let scene = &incoming.scene;
    let current = session::current(app, incoming).await?.ok_or_else(finished)?;
    let (pending, request) = waiting(app, scene, form.get("request"), &current.session).await?;
    let request = match request {
        Ok(request) => request,
        Err(rejected) => return reject(app, &incoming.scene, rejected),
    };
    // The page may have been open for long: the sign-in must still be recent enough.
    match look_at(app, incoming, Some(&current), &request, pending.asked_at).await?.0 {
        Step::SignIn => return ask(app, incoming, Some(&Sealed::again(pending))).await,
        Step::Missing(missing) => return ask_more(app, incoming, missing, &current.session, &request, &Sealed::again(pending)).await,
        Step::Refuse(response) => return Ok(redirect(app, &incoming.scene, &response)),
        Step::Consent | Step::Approve => {}
    }
    let (session, store) = (&current.session, app.store.in_realm(scene.realm.id()));
    // Who loses a race with another answer, or with the session's end, looks again and finds nothing that waits.
    let look = || async {
        let row = match store.session(session.id).await? {
            Some(_) => store.pending_request(pending.id).await?,
            None => None,
        };
        Ok((row, store.consent(session.user, request.client.key).await?))
    };
    let kept: Vec<_> = form.get_all("scope").collect();
    let answer = |(row, before): (Option<PendingRequest>, Option<Remembered>), cx: &mut Context<'_>| {
        find(row, session, cx.now)?;
        if denied {
            return deny(&request, pending.id, session, cx);
        }
        let keeps = |name: &str| kept.contains(&name) || before.as_ref().is_some_and(|consent| consent.scope.contains(name));
        approve(&request.keeping(keeps, cx.realm), Some(pending.id), session, before.as_ref(), Approval::Asked, cx)
    };
    Ok(redirect(app, &incoming.scene, &app.settle(scene, look, answer).await?))
}

/// As the realm says it, or for the scopes that every realm has, as we do.
pub fn describe(frame: &Frame<'_>, realm: &Realm, scope: &str) -> String {
    if let Some(said) = realm.describe_scope(scope) {
        return said.to_owned();
    }
    let id = match scope {
        "openid" => "scope-openid",
        "profile" => "scope-profile",
        "email" => "scope-email",
        "address" => "scope-address",
        "phone" => "scope-phone",
        "offline_access" => "scope-offline-access",
        "jeton:tokens" => "scope-tokens",
        "jeton:clients" => "scope-clients",
        _ => return String::new(),
    };
    frame.say(&text(id))
}
