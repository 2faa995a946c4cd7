//! The authorization endpoint (RFC 6749 §3.1): decides where the browser goes next.

use axum::response::Response;
use http::Method;
use jeton_oauth::{
    Context, Endpoint, OAuthError,
    authorize::{self as rules, Approval, AuthorizationRequest, Rejected, Step, approve, next_step},
    model::Consent,
    parameters::Parameters,
};

use super::pending::{Pending, read_request};
use crate::{
    app::App,
    failure::Failure,
    incoming::{Current, Incoming},
    respond, session,
};

pub async fn authorize(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let post = incoming.is(&Method::POST);
    let parameters = if post { incoming.form()? } else { incoming.query()? };
    let request = match read_request(app, &incoming.scene, &parameters).await? {
        Ok(request) => request,
        Err(Rejected::Page(error)) => return unproven(app, incoming, &parameters, error).await,
        Err(Rejected::Redirect(response)) => return Ok(redirect(app, &response)),
    };
    let query = match post {
        true => String::from_utf8_lossy(&incoming.body).into_owned(),
        false => incoming.parts.uri.query().unwrap_or_default().to_owned(),
    };
    let pending = Pending { query, asked_at: app.now(), session: None };
    if post {
        // Another site's form brings no cookie; following a redirect, the browser sends it.
        return Ok(respond::see_other(&page_url(app, incoming, "/consent", &pending)));
    }
    match advance(app, incoming, &request, &pending).await? {
        Next::Go(response) => Ok(response),
        Next::Ask(_) => Ok(respond::see_other(&page_url(app, incoming, "/consent", &pending))),
    }
}

/// Refuses, and leaves behind that somebody asked so.
async fn unproven(app: &App, incoming: &Incoming, parameters: &Parameters, error: OAuthError) -> Result<Response, Failure> {
    let store = app.store.in_realm(incoming.scene.realm.id());
    let client = || async {
        match parameters.get("client_id") {
            Some(id) => store.client(id).await,
            None => Ok(None),
        }
    };
    app.settle(&incoming.scene, client, |client, cx| Err(rules::unproven(parameters, client.as_ref(), error.clone(), cx))).await
}

/// Where a request stands.
pub enum Next {
    Go(Response),
    /// Somebody is signed in, and has to approve.
    Ask(Box<Current>),
}

/// Looks at session and consent; grants silently where nothing is left to ask.
pub async fn advance(app: &App, incoming: &Incoming, request: &AuthorizationRequest, pending: &Pending) -> Result<Next, Failure> {
    let scene = &incoming.scene;
    let current = session::current(app, incoming).await?;
    let store = app.store.in_realm(scene.realm.id());
    let consent = match &current {
        Some(current) => store.consent(current.session.user, request.client.key).await?.map(|consent| consent.scope),
        None => None,
    };
    let signed_in = current.as_ref().map(|current| (&current.session, &current.account));
    let step = app.decide(scene, |cx| next_step(request, signed_in, consent.as_ref(), pending.asked_at, cx));
    match (step, current) {
        (Step::Refuse(response), _) => Ok(Next::Go(redirect(app, &response))),
        (Step::Consent, Some(current)) => Ok(Next::Ask(Box::new(current))),
        (Step::Approve, Some(current)) => {
            let look = || store.consent(current.session.user, request.client.key);
            let approved = |consent: Option<Consent>, cx: &mut Context<'_>| {
                approve(request, &current.session, consent.as_ref().map(|consent| &consent.scope), Approval::Silent, cx)
            };
            let response = app.settle(scene, look, approved).await?;
            Ok(Next::Go(redirect(app, &response)))
        }
        (Step::SignIn, _) | (_, None) => Ok(Next::Go(respond::see_other(&page_url(app, incoming, "/sign-in", pending)))),
    }
}

/// To the client, with a code or a refusal.
pub fn redirect(app: &App, response: &jeton_oauth::authorize::AuthorizationResponse) -> Response {
    if let Some(error) = response.error() {
        app.metrics.refused(error);
        tracing::info!(endpoint = Endpoint::Authorization.name(), error = error.as_str(), "refused by redirect");
    }
    respond::see_other(&response.location())
}

fn page_url(app: &App, incoming: &Incoming, path: &str, pending: &Pending) -> String {
    format!("{}{path}?request={}", incoming.scene.realm.issuer, pending.seal(app, &incoming.scene))
}
