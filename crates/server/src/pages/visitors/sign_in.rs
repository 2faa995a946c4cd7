//! The page where a person signs in with user name and password.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    ErrorCode, OAuthError,
    authorize::{Asked, AuthorizationRequest, Hint, finished},
    model::Client,
    redirect_uri::destination,
    secret::SecretText,
    settings::SignUp,
    sign_in::{self as rules, Entered, SignInFacts},
};
use serde::Serialize;

use super::{
    authorize::{advance, reject},
    carried::Carried,
    second_factor::{Half, ask_code},
};
use crate::{
    app::App,
    failure::Failure,
    guesses::{self, PasswordGuess},
    incoming::Incoming,
    logged::logged,
    pages::{
        account::leads_back,
        desk::initials,
        frame::{Frame, View},
        pending::{Sealed, waiting},
    },
    respond, session,
};

#[derive(Serialize)]
struct SignIn<'a> {
    application: Option<Application<'a>>,
    request: Option<String>,
    /// A page of the account that asked who it is.
    back: Option<&'a str>,
    username: &'a str,
    remember: bool,
    /// Their address was proven just now.
    new: bool,
    refused: Option<Refusal>,
    /// Whether one may make an account.
    sign_up: bool,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Refusal {
    Incomplete,
    Wrong,
    /// Too many wrong codes of a second factor.
    Codes,
}

/// Too many attempts: when it opens again.
#[derive(Serialize)]
struct SignInWait<'a> {
    application: Option<Application<'a>>,
    request: Option<String>,
    until: i64,
    minutes: u32,
}

/// Who asks.
#[derive(Serialize)]
pub struct Application<'a> {
    name: &'a str,
    initials: String,
    /// Its logo's address, at our own origin.
    logo: Option<String>,
    /// Where one returns to.
    destination: String,
}

impl View for SignIn<'_> {
    const TEMPLATE: &'static str = "visitors/sign_in.html";
    const LEAVES: bool = true;
}

impl View for SignInWait<'_> {
    const TEMPLATE: &'static str = "visitors/sign_in_wait.html";
}

impl<'a> Application<'a> {
    pub fn of(app: &App, request: &'a AuthorizationRequest) -> Self {
        let name = request.client.title();
        Self { name, initials: initials(name), logo: logo_of(app, &request.client), destination: destination(&request.redirect_uri) }
    }
}

/// The address of an application's logo, if there is such a picture.
pub fn logo_of(app: &App, client: &Client) -> Option<String> {
    app.pages.assets.address(client.logo.as_deref()?)
}

/// GET: the page, for the request that waits in this browser's session if one is named: somebody else
/// wants to answer it.
pub async fn sign_in_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let query = incoming.query()?;
    let Some(handle) = query.get("request") else {
        let back = query.get("return").and_then(leads_back).map(str::to_owned);
        let form = Form { sealed: None, back, username: String::new(), remember: false, new: false };
        return form.page(app, incoming, StatusCode::OK, None, None);
    };
    let current = session::current(app, incoming).await?.ok_or_else(finished)?;
    let (pending, _) = waiting(app, &incoming.scene, Some(handle), &current.session).await?;
    let mut sealed = Sealed::again(pending);
    sealed.asked.login_hint = None;
    ask(app, incoming, Some(&sealed)).await
}

/// The page for a request that travels in it.
pub async fn ask(app: &App, incoming: &Incoming, pending: Option<&Sealed>) -> Result<Response, Failure> {
    let username = match pending {
        Some(pending) => expected(app, incoming, &pending.asked).await?,
        None => String::new(),
    };
    let form =
        Form { sealed: pending.map(|pending| pending.seal(app, &incoming.scene)), back: None, username, remember: false, new: false };
    match pending {
        None => form.page(app, incoming, StatusCode::OK, None, None),
        Some(pending) => match pending.request(app, &incoming.scene).await? {
            Ok(request) => form.page(app, incoming, StatusCode::OK, Some(&request), None),
            Err(rejected) => reject(app, &incoming.scene, rejected),
        },
    }
}

/// The same, for somebody who proved their address just now, and has an account.
pub async fn ask_new(app: &App, incoming: &Incoming, pending: &Sealed, username: &str) -> Result<Response, Failure> {
    match pending.request(app, &incoming.scene).await? {
        Ok(request) => {
            let sealed = Some(pending.seal(app, &incoming.scene));
            let form = Form { sealed, back: None, username: username.to_owned(), remember: false, new: true };
            form.page(app, incoming, StatusCode::OK, Some(&request), None)
        }
        Err(rejected) => reject(app, &incoming.scene, rejected),
    }
}

/// Who is to sign in, as far as the application says.
async fn expected(app: &App, incoming: &Incoming, asked: &Asked) -> Result<String, Failure> {
    Ok(match (&asked.login_hint, &asked.id_token_hint) {
        (Some(name), _) => name.clone(),
        (None, Some(Hint::Of(sub))) => {
            let user = app.store.in_realm(incoming.scene.realm.id()).user_by_sub(sub).await?;
            user.map(|user| user.username).unwrap_or_default()
        }
        (None, _) => String::new(),
    })
}

/// POST: signs in, and goes on with what was asked.
pub async fn sign_in(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let mut sent = incoming.page_form()?;
    let carried = match Carried::of(app, incoming, &sent).await? {
        Ok(carried) => carried,
        Err(refused) => return Ok(refused),
    };
    if let (Some(request), true) = (carried.request(), sent.get("resume").is_some()) {
        return resume(app, incoming, request).await;
    }
    let form = Form {
        sealed: carried.sealed.clone(),
        back: carried.back.clone(),
        username: sent.get("username").unwrap_or_default().to_owned(),
        remember: sent.get("remember").is_some(),
        new: false,
    };
    let Some(password) = sent.take_secret("password").filter(|_| !form.username.is_empty()) else {
        return form.page(app, incoming, StatusCode::BAD_REQUEST, carried.request(), Some(Refusal::Incomplete));
    };
    let signed_in = match prove(app, incoming, &form.username, password).await {
        Ok(signed_in) => signed_in,
        Err(Failure::Refused(error)) => return form.refused(app, incoming, carried.request(), error),
        Err(failure) => return Err(failure),
    };
    match signed_in {
        Entered::In(signed_in) => carried.enter(app, incoming, &signed_in, form.remember).await,
        Entered::Half(user) => {
            let half = Half::of_password(app, incoming, &user, form.remember);
            ask_code(app, incoming, &half, &carried.along(), carried.request()).await
        }
    }
}

/// What came by another site's form, with the browser's cookies this time. It is asked now: a page
/// that is sent again later makes no sign-in younger.
async fn resume(app: &App, incoming: &Incoming, request: &AuthorizationRequest) -> Result<Response, Failure> {
    advance(app, incoming, session::current(app, incoming).await?, request, &Sealed::new(request, app.now())).await
}

/// Reserves, hashes, settles.
async fn prove(app: &App, incoming: &Incoming, username: &str, password: SecretText) -> Result<Entered, Failure> {
    let scene = &incoming.scene;
    let device = |user, name: &_| session::known_device(app, incoming, user, name);
    let guess = PasswordGuess::of(app, scene, username, None, device).await?;
    let previous = session::current(app, incoming).await?.map(|current| current.session.id);
    let user_agent = session::user_agent(incoming);
    guesses::settle(app, scene, &guess, password, |checked, cx| {
        let facts = SignInFacts {
            user: checked.user.clone(),
            password_matched: checked.matched,
            previous,
            user_agent: user_agent.clone(),
            has_second_factor: checked.has_second_factor,
        };
        rules::sign_in(&facts, cx)
    })
    .await
}

/// The page once more: too many codes were wrong, and the sign-in has ended.
pub fn again(app: &App, incoming: &Incoming, carried: &Carried) -> Result<Response, Failure> {
    let (sealed, back) = (carried.sealed.clone(), carried.back.clone());
    let form = Form { sealed, back, username: String::new(), remember: false, new: false };
    form.page(app, incoming, StatusCode::BAD_REQUEST, carried.request(), Some(Refusal::Codes))
}

/// Says when guessing goes on.
pub fn wait_page(app: &App, incoming: &Incoming, carried: &Carried, error: &OAuthError) -> Result<Response, Failure> {
    let form = Form { sealed: carried.sealed.clone(), back: None, username: String::new(), remember: false, new: false };
    form.waiting(app, incoming, carried.request(), error)
}

/// What stands in the form; a password never comes back.
struct Form {
    sealed: Option<String>,
    back: Option<String>,
    username: String,
    remember: bool,
    new: bool,
}

impl Form {
    fn page(
        self,
        app: &App,
        incoming: &Incoming,
        status: StatusCode,
        request: Option<&AuthorizationRequest>,
        refused: Option<Refusal>,
    ) -> Result<Response, Failure> {
        let view = SignIn {
            application: request.map(|request| Application::of(app, request)),
            request: self.sealed.clone(),
            back: self.back.as_deref(),
            username: &self.username,
            remember: self.remember,
            new: self.new,
            refused,
            sign_up: incoming.scene.realm.settings.sign_up == SignUp::Open,
        };
        self.frame(app, incoming, request).render(status, &view)
    }

    fn refused(
        self,
        app: &App,
        incoming: &Incoming,
        request: Option<&AuthorizationRequest>,
        error: OAuthError,
    ) -> Result<Response, Failure> {
        if !matches!(error.code, ErrorCode::InvalidGrant | ErrorCode::TooManyRequests) {
            return Err(error.into());
        }
        let error = logged(app, Some(&incoming.scene.realm), &incoming.scene.from, Failure::Refused(error));
        if error.retry_after.is_none() {
            return self.page(app, incoming, StatusCode::BAD_REQUEST, request, Some(Refusal::Wrong));
        }
        self.waiting(app, incoming, request, &error)
    }

    fn waiting(
        self,
        app: &App,
        incoming: &Incoming,
        request: Option<&AuthorizationRequest>,
        error: &OAuthError,
    ) -> Result<Response, Failure> {
        let wait = error.retry_after.unwrap_or_default();
        let view = SignInWait {
            application: request.map(|request| Application::of(app, request)),
            request: self.sealed.clone(),
            until: (app.now() + wait).as_millis(),
            minutes: wait.0.div_ceil(60),
        };
        let mut response = self.frame(app, incoming, request).render(StatusCode::TOO_MANY_REQUESTS, &view)?;
        respond::retry_after(response.headers_mut(), error);
        Ok(response)
    }

    fn frame<'a>(&self, app: &'a App, incoming: &'a Incoming, request: Option<&AuthorizationRequest>) -> Frame<'a> {
        let wished = request.and_then(|request| request.ui_locales.as_deref()).and_then(|tags| app.pages.texts.find(tags.split(' ')));
        Frame::of(app, incoming).carrying(self.sealed.as_deref()).speaking(wished)
    }
}
