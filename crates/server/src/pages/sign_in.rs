//! The page where a person signs in with user name and password.

use axum::response::Response;
use http::{StatusCode, header};
use jeton_oauth::{
    ErrorCode, OAuthError,
    authorize::AuthorizationRequest,
    redirect_uri::origin,
    secret::SecretText,
    sign_in::{self as rules, SignInFacts},
};
use serde::Serialize;

use super::pending::Pending;
use crate::{
    app::App,
    faces,
    failure::Failure,
    guesses::{self, PasswordGuess},
    incoming::Incoming,
    respond, session,
    templates::Page,
};

#[derive(Default, Serialize)]
struct SignInPage {
    application: Option<String>,
    error: Option<String>,
    request: Option<String>,
    username: String,
}

/// Longest `User-Agent` that a session remembers, in characters.
const USER_AGENT_CHARACTERS: usize = 200;

pub async fn sign_in_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let query = incoming.query()?;
    let sealed = query.get("request");
    let asking = asking(app, incoming, sealed).await?;
    let page = SignInPage { request: sealed.map(str::to_owned), ..SignInPage::default() };
    rendered(app, incoming, StatusCode::OK, asking.as_ref(), page)
}

pub async fn sign_in(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let mut form = incoming.form()?;
    let sealed = form.get("request").map(str::to_owned);
    let username = form.get("username").unwrap_or_default().to_owned();
    let password = form.take_secret("password");
    let asking = asking(app, incoming, sealed.as_deref()).await?;
    let again = |status, error: &OAuthError| {
        let error = Some(error.description.clone().into_owned());
        rendered(
            app,
            incoming,
            status,
            asking.as_ref(),
            SignInPage { error, request: sealed.clone(), username: username.clone(), ..SignInPage::default() },
        )
    };

    let Some(password) = password.filter(|_| !username.is_empty()) else {
        let error = OAuthError::invalid_request("Type your user name and your password.");
        return again(StatusCode::BAD_REQUEST, &error);
    };
    match prove(app, incoming, &username, password).await {
        Ok(signed_in) => {
            let next = match &sealed {
                Some(sealed) => format!("{}/consent?request={sealed}", incoming.scene.realm.issuer),
                None => format!("{}/sign-out", incoming.scene.realm.issuer),
            };
            let mut response = respond::see_other(&next);
            let realm = &incoming.scene.realm;
            response.headers_mut().append(header::SET_COOKIE, session::session_cookie(realm, &signed_in.cookie));
            response.headers_mut().append(header::SET_COOKIE, session::device_cookie(app, realm, signed_in.session.user, app.now()));
            Ok(response)
        }
        Err(Failure::Refused(error)) if matches!(error.code, ErrorCode::InvalidGrant | ErrorCode::TooManyRequests) => {
            let status = if error.code == ErrorCode::TooManyRequests { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::BAD_REQUEST };
            let error = faces::logged(app, Some(&incoming.scene.realm), &incoming.scene.from, Failure::Refused(error));
            let mut response = again(status, &error)?;
            respond::retry_after(response.headers_mut(), &error);
            Ok(response)
        }
        Err(failure) => Err(failure),
    }
}

/// Reserves, hashes, settles.
async fn prove(app: &App, incoming: &Incoming, username: &str, password: SecretText) -> Result<rules::SignedIn, Failure> {
    let scene = &incoming.scene;
    let device = |user, name: &_| session::known_device(app, incoming, user, name);
    let guess = PasswordGuess::of(app, scene, username, None, device).await?;
    let previous = session::current(app, incoming).await?.map(|current| current.session.id);
    let user_agent = incoming.text_header(header::USER_AGENT).map(|text| text.chars().take(USER_AGENT_CHARACTERS).collect::<String>());
    guesses::settle(app, scene, &guess, password, |checked, cx| {
        let facts = SignInFacts { user: checked.user.clone(), password_matched: checked.matched, previous, user_agent: user_agent.clone() };
        rules::sign_in(&facts, cx)
    })
    .await
}

/// The request that the person signs in for; one that is too old is said to be.
async fn asking(app: &App, incoming: &Incoming, sealed: Option<&str>) -> Result<Option<AuthorizationRequest>, Failure> {
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(Pending::open(app, &incoming.scene, sealed)?.request(app, &incoming.scene).await?.ok())
}

fn rendered(
    app: &App,
    incoming: &Incoming,
    status: StatusCode,
    asking: Option<&AuthorizationRequest>,
    page: SignInPage,
) -> Result<Response, Failure> {
    let page = SignInPage { application: asking.map(|request| request.client.title().to_owned()), ..page };
    // What was approved before is granted without another page: then this form leads to the application.
    let destination = asking.map(|request| origin(&request.redirect_uri));
    Ok(app.templates.render(Page::SignIn, &incoming.scene.realm, status, destination.as_deref(), &page)?)
}
