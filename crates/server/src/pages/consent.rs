//! The page where a person approves an application, or does not.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    Context, OAuthError,
    authorize::{Approval, AuthorizationRequest, Rejected, approve, deny},
    model::Consent,
    redirect_uri::origin,
};
use serde::Serialize;

use super::{
    authorize::{Next, advance, redirect},
    pending::Pending,
};
use crate::{
    app::App,
    failure::Failure,
    incoming::{Current, Incoming},
    session,
    templates::Page,
};

#[derive(Serialize)]
struct ConsentPage<'a> {
    application: &'a str,
    person: String,
    destination: String,
    scopes: Vec<ScopeLine<'a>>,
    request: String,
}

#[derive(Serialize)]
struct ScopeLine<'a> {
    name: &'a str,
    description: &'a str,
}

/// GET: asks, unless there is nothing left to ask.
pub async fn consent(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let pending = read_pending(app, incoming, incoming.query()?.get("request"))?;
    let request = match pending.request(app, &incoming.scene).await? {
        Ok(request) => request,
        Err(rejected) => return reject(app, rejected),
    };
    match advance(app, incoming, &request, &pending).await? {
        Next::Go(response) => Ok(response),
        Next::Ask(current) => page(app, incoming, &request, &pending, &current).await,
    }
}

/// POST: the person's answer, for the request and the session that the page was made for.
pub async fn decide(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let form = incoming.form()?;
    let pending = read_pending(app, incoming, form.get("request"))?;
    let request = match pending.request(app, &incoming.scene).await? {
        Ok(request) => request,
        Err(rejected) => return reject(app, rejected),
    };
    let denied = match form.get("decision") {
        Some("approve") => false,
        Some("deny") => true,
        _ => return Err(OAuthError::invalid_request("decision must be approve or deny").into()),
    };
    let scene = &incoming.scene;
    // Before anything else: a denial counts even where an approval is remembered by now.
    if let Some(current) = session::current(app, incoming).await? {
        check_session(&pending, &current)?;
        if denied {
            let response = app.settle(scene, || async { Ok(()) }, |(), cx| deny(&request, &current.session, cx)).await?;
            return Ok(redirect(app, &response));
        }
    }
    // The page may have been open for long: what it was made for must still hold.
    let current = match advance(app, incoming, &request, &pending).await? {
        Next::Go(response) => return Ok(response),
        Next::Ask(current) => current,
    };
    check_session(&pending, &current)?;
    let store = app.store.in_realm(scene.realm.id());
    let look = || store.consent(current.session.user, request.client.key);
    let approved = |before: Option<Consent>, cx: &mut Context<'_>| {
        approve(&request, &current.session, before.as_ref().map(|consent| &consent.scope), Approval::Asked, cx)
    };
    Ok(redirect(app, &app.settle(scene, look, approved).await?))
}

/// An answer counts for the session that its page was made for.
fn check_session(pending: &Pending, current: &Current) -> Result<(), OAuthError> {
    if pending.session == Some(current.session.id) {
        Ok(())
    } else {
        Err(OAuthError::invalid_request("This page was made for another sign-in. Go back to the application and start again."))
    }
}

async fn page(
    app: &App,
    incoming: &Incoming,
    request: &AuthorizationRequest,
    pending: &Pending,
    current: &Current,
) -> Result<Response, Failure> {
    let scene = &incoming.scene;
    let person =
        app.store.in_realm(scene.realm.id()).user(current.session.user).await?.map_or_else(String::new, |user| user.display_name());
    let destination = origin(&request.redirect_uri);
    let scopes = request
        .scope
        .iter()
        .map(|name| ScopeLine { name, description: scene.realm.describe_scope(name).unwrap_or_else(|| built_in_description(name)) });
    let bound = Pending { session: Some(current.session.id), ..pending.clone() };
    let context = ConsentPage {
        application: request.client.title(),
        person,
        destination: destination.clone(),
        scopes: scopes.collect(),
        request: bound.seal(app, scene),
    };
    Ok(app.templates.render(Page::Consent, &scene.realm, StatusCode::OK, Some(&destination), &context)?)
}

/// What the scopes mean that every realm has.
fn built_in_description(scope: &str) -> &'static str {
    match scope {
        "openid" => "Know who you are",
        "profile" => "See your name and profile",
        "email" => "See your e-mail address",
        "address" => "See your postal address",
        "phone" => "See your phone number",
        "offline_access" => "Keep access while you are away",
        "jeton:tokens" => "Manage your personal access tokens",
        _ => "",
    }
}

fn read_pending(app: &App, incoming: &Incoming, text: Option<&str>) -> Result<Pending, OAuthError> {
    let text = text.ok_or_else(|| OAuthError::invalid_request("There is no request to approve. Start from the application."))?;
    Pending::open(app, &incoming.scene, text)
}

fn reject(app: &App, rejected: Rejected) -> Result<Response, Failure> {
    match rejected {
        Rejected::Page(error) => Err(error.into()),
        Rejected::Redirect(response) => Ok(redirect(app, &response)),
    }
}
