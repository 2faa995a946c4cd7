//! What the pages of a sign-in carry along: the request that waits for it, or the page that asked who it is.

use axum::response::Response;
use http::header;
use jeton_oauth::{authorize::AuthorizationRequest, model::Session, parameters::Parameters, sign_in::SignedIn};

use super::{
    authorize::{advance, reject},
    second_factor::Along,
};
use crate::{
    app::App,
    cookies,
    failure::Failure,
    incoming::{Current, Incoming},
    pages::{account::leads_back, pending::Sealed},
    respond, session,
};

/// As a form brought it, and read anew: applications change while a page is open.
pub struct Carried {
    /// As it stands in the form.
    pub sealed: Option<String>,
    pub back: Option<String>,
    asked: Option<(Sealed, AuthorizationRequest)>,
}

impl Carried {
    /// A response in its place where the request is refused by now.
    ///
    /// # Errors
    /// What is carried is not ours, or has ended; rows cannot be read.
    pub async fn of(app: &App, incoming: &Incoming, sent: &Parameters) -> Result<Result<Self, Response>, Failure> {
        let back = sent.get("return").and_then(leads_back).map(str::to_owned);
        let Some(sealed) = sent.get("request") else { return Ok(Ok(Self { sealed: None, back, asked: None })) };
        let pending = Sealed::open(app, &incoming.scene, sealed)?;
        match pending.request(app, &incoming.scene).await? {
            Ok(request) => Ok(Ok(Self { sealed: Some(sealed.to_owned()), back, asked: Some((pending, request)) })),
            Err(rejected) => reject(app, &incoming.scene, rejected).map(Err),
        }
    }

    pub fn request(&self) -> Option<&AuthorizationRequest> {
        self.asked.as_ref().map(|(_, request)| request)
    }

    /// To the page of the next step.
    pub fn along(&self) -> Along<'_> {
        Along { request: self.sealed.clone(), back: self.back.as_deref() }
    }

    /// On, with a sign-in that is whole: this browser is known to the account from now on.
    ///
    /// # Errors
    /// When rows cannot be read or written.
    pub async fn enter(&self, app: &App, incoming: &Incoming, signed_in: &SignedIn, remember: bool) -> Result<Response, Failure> {
        let mut response = self.go_on(app, incoming, signed_in, remember).await?;
        let device = session::device_cookie(app, &incoming.scene.realm, signed_in.session.user, remember, app.now());
        response.headers_mut().append(header::SET_COOKIE, device);
        Ok(response)
    }

    /// On, with the session that was just born.
    ///
    /// # Errors
    /// When rows cannot be read or written.
    pub async fn go_on(&self, app: &App, incoming: &Incoming, signed_in: &SignedIn, remember: bool) -> Result<Response, Failure> {
        let mut response = match &self.asked {
            Some((pending, request)) => {
                let current = current(app, incoming, &signed_in.session).await?;
                advance(app, incoming, current, request, pending).await?
            }
            None => respond::see_other(&incoming.scene.url(self.back.as_deref().unwrap_or("/account"))),
        };
        let cookie = cookies::session_cookie(&incoming.scene.realm, &signed_in.cookie, remember);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        Ok(response)
    }
}

async fn current(app: &App, incoming: &Incoming, session: &Session) -> Result<Option<Current>, Failure> {
    let user = app.store.in_realm(incoming.scene.realm.id()).user(session.user).await?;
    Ok(user.map(|user| Current { session: session.clone(), account: user.account }))
}
