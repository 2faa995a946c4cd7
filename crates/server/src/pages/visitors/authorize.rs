//! The authorization endpoint (RFC 6749 §3.1): decides where the browser goes next.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Endpoint, OAuthError, PendingRequestId, Timestamp,
    activity::Call,
    authorize::{self as rules, Approval, AuthorizationRequest, Missing, Rejected, Step, approve, finished, next_step, wait},
    error::Cause,
    factor::has_second,
    model::{Consent, Session},
    parameters::Parameters,
};
use serde::Serialize;

use super::{
    second_factor::{Along, Half, ask_code, factor_required},
    sign_in,
};
use crate::{
    activity::{Asking, Refused},
    app::{App, Scene},
    cookies,
    failure::Failure,
    incoming::{Current, Incoming},
    pages::{
        frame::{Frame, View},
        pending::{Sealed, handle, read_request},
    },
    respond, session,
};

/// Bytes of a request, in the address or the body: nothing behind this bounds it again.
pub const LARGEST: usize = 32 * 1024;
/// Bytes of a request that a browser is sent on with in an address.
const LONGEST_ADDRESS: usize = 6 * 1024;

/// A page that another site's form led to: one press, and the browser brings its cookies.
#[derive(Serialize)]
struct Resume<'a> {
    application: &'a str,
    request: String,
}

impl View for Resume<'_> {
    const TEMPLATE: &'static str = "visitors/resume.html";
    const LEAVES: bool = true;
}

/// GET and POST: from a request to a page, or back to the application.
pub async fn authorize(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    answer(app, incoming).await.map_err(|failure| match failure {
        Failure::Refused(error) if error.cause == Cause::General => error.caused_by(Cause::Application).into(),
        failure => failure,
    })
}

async fn answer(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let post = incoming.is(&Method::POST);
    let sent = if post { incoming.body.len() } else { incoming.parts.uri.query().unwrap_or_default().len() };
    if sent > LARGEST {
        return Err(OAuthError::invalid_request("the request is longer than 32 KiB").into());
    }
    let parameters = if post { incoming.form()? } else { incoming.query()? };
    let request = match read_request(app, &incoming.scene, &parameters).await? {
        Ok(request) => request,
        Err(Rejected::Page(error)) => return unproven(app, incoming, &parameters, error).await,
        Err(rejected) => return reject(app, &incoming.scene, rejected),
    };
    // Another site's form brings no cookie; following a redirect, or our own page's form, the browser sends it.
    if post
        && cookies::browser(incoming.headers(), &incoming.scene.realm).is_none()
        && let Some(response) = bring_cookies(app, incoming, &request)?
    {
        return Ok(response);
    }
    advance(app, incoming, session::current(app, incoming).await?, &request, &Sealed::new(&request, app.now())).await
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

/// By redirect where the address holds it; by a page with a button where not, unless no page may be shown.
fn bring_cookies(app: &App, incoming: &Incoming, request: &AuthorizationRequest) -> Result<Option<Response>, Failure> {
    let query = String::from_utf8_lossy(&incoming.body);
    if query.len() <= LONGEST_ADDRESS {
        let path = incoming.parts.uri.path();
        return Ok(Some(respond::see_other(&format!("{path}?{query}"))));
    }
    if request.prompt.none {
        return Ok(None);
    }
    let sealed = Sealed::new(request, app.now()).seal(app, &incoming.scene);
    let view = Resume { application: request.client.title(), request: sealed.clone() };
    Frame::of(app, incoming).carrying(Some(&sealed)).render(StatusCode::OK, &view).map(Some)
}

/// Where a request stands with whoever is signed in, if anybody, and what they allowed before.
pub async fn look_at(
    app: &App,
    incoming: &Incoming,
    current: Option<&Current>,
    request: &AuthorizationRequest,
    asked_at: Timestamp,
) -> Result<(Step, Option<Consent>), Failure> {
    let scene = &incoming.scene;
    let consent = match current {
        Some(current) => app.store.in_realm(scene.realm.id()).consent(current.session.user, request.client.key).await?,
        None => None,
    };
    let signed_in = current.map(|current| (&current.session, &current.account));
    let known = consent.as_ref().map(|consent| rules::settled(consent, &scene.realm));
    let mut step = app.decide(scene, |cx| next_step(request, signed_in, known.as_ref(), asked_at, cx));
    if let (Step::Consent | Step::Approve, Some(Current { session, .. })) = (&step, current)
        && app.decide(scene, |cx| rules::may_miss(request, session, cx))
    {
        let factors = app.store.in_realm(scene.realm.id()).factors(session.user).await?;
        let missing = app.decide(scene, |cx| rules::missing(request, session, has_second(&factors), cx));
        if let Some(missing) = missing {
            step = app.decide(scene, |cx| rules::without(missing, request, cx));
        }
    }
    Ok((step, consent))
}

/// To the application where nothing is left to ask, else to the page that asks. The page to sign in on
/// is made of `pending`.
pub async fn advance(
    app: &App,
    incoming: &Incoming,
    current: Option<Current>,
    request: &AuthorizationRequest,
    pending: &Sealed,
) -> Result<Response, Failure> {
    let scene = &incoming.scene;
    let (step, _) = look_at(app, incoming, current.as_ref(), request, pending.asked_at).await?;
    match (step, current) {
        (Step::Refuse(response), _) => Ok(redirect(app, &incoming.scene, &response)),
        (Step::Approve, Some(current)) => approve_silently(app, incoming, &current.session, request, None).await,
        (Step::Consent, Some(current)) => {
            let handle =
                handle(app.settle(scene, || async { Ok(()) }, |(), cx| wait(request, &current.session, pending.asked_at, cx)).await?);
            let mut page = scene.url(&format!("/consent?request={handle}"));
            if let Some(locales) = &request.ui_locales {
                page.push_str("&ui_locales=");
                page.extend(url::form_urlencoded::byte_serialize(locales.as_bytes()));
            }
            Ok(respond::see_other(&page))
        }
        (Step::Missing(missing), Some(current)) => ask_more(app, incoming, missing, &current.session, request, pending).await,
        (Step::SignIn, _) | (_, None) => sign_in::ask(app, incoming, Some(pending)).await,
    }
}

/// Somebody is signed in, and has to prove more, or to set up what they could prove it with.
pub async fn ask_more(
    app: &App,
    incoming: &Incoming,
    missing: Missing,
    session: &Session,
    request: &AuthorizationRequest,
    pending: &Sealed,
) -> Result<Response, Failure> {
    match missing {
        Missing::Factor => factor_required(app, incoming, session, request).await,
        Missing::Code => {
            let along = Along { request: Some(pending.seal(app, &incoming.scene)), back: None };
            ask_code(app, incoming, &Half::of_session(app, session), &along, Some(request)).await
        }
    }
}

/// Nothing is left to ask: a code, which uses up what waited.
pub async fn approve_silently(
    app: &App,
    incoming: &Incoming,
    session: &Session,
    request: &AuthorizationRequest,
    waited: Option<PendingRequestId>,
) -> Result<Response, Failure> {
    let store = app.store.in_realm(incoming.scene.realm.id());
    let look = || async {
        let waits = match waited {
            Some(id) => store.pending_request(id).await?.is_some(),
            None => true,
        };
        let waits = waits && store.session(session.id).await?.is_some();
        Ok((waits, store.consent(session.user, request.client.key).await?))
    };
    let response = app.settle(&incoming.scene, look, |(waits, consent): (bool, Option<Consent>), cx| match waits {
        true => {
            // Without what they left out when they were asked.
            let held = |name: &str| request.is_trusted() || consent.as_ref().is_none_or(|consent| !consent.declined.contains(name));
            approve(&request.keeping(held, cx.realm), waited, session, consent.as_ref(), Approval::Silent, cx)
        }
        false => Err(finished().into()),
    });
    Ok(redirect(app, &incoming.scene, &response.await?))
}

/// A refusal: a page of ours until client and redirect URI are proven.
pub fn reject(app: &App, scene: &Scene, rejected: Rejected) -> Result<Response, Failure> {
    match rejected {
        Rejected::Page(error) => Err(error.into()),
        Rejected::Redirect(response) => Ok(redirect(app, scene, &response)),
    }
}

/// To the client, with a code or a refusal.
pub fn redirect(app: &App, scene: &Scene, response: &jeton_oauth::authorize::AuthorizationResponse) -> Response {
    let (realm, from) = (scene.realm.id(), scene.from.address);
    match Refused::by_redirect(response, from) {
        Some(refused) => app.activity.refused(realm, refused, app.now()),
        None => app.activity.answered(Asking { realm, client: response.client, secret: None }, Call::Authorization, from, app.now()),
    }
    if let Some(error) = response.error() {
        app.metrics.refused(error);
        tracing::info!(endpoint = Endpoint::Authorization.name(), error = error.as_str(), "refused by redirect");
    }
    respond::see_other(&response.location())
}
