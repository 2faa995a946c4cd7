//! An authorization request on its way through sign-in and consent: sealed, in the browser's hands.

use jeton_oauth::{
    OAuthError, Seconds, SessionId, Timestamp,
    authorize::{AuthorizationRequest, Rejected, parse},
    parameters::Parameters,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Scene},
    failure::Failure,
    sealed::Purpose,
};

/// What was asked, and when the browser first asked it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// The request's parameters as a query.
    pub query: String,
    pub asked_at: Timestamp,
    /// The session that a consent page was made for: an approval counts for it alone.
    pub session: Option<SessionId>,
}

/// A person may take this long to sign in and approve.
const LIFETIME: Seconds = Seconds(3600);

impl Pending {
    pub fn seal(&self, app: &App, scene: &Scene) -> String {
        app.seal.seal(Purpose::AuthorizationRequest, scene.realm.id(), self, app.now() + LIFETIME)
    }

    pub fn open(app: &App, scene: &Scene, text: &str) -> Result<Self, OAuthError> {
        app.seal
            .open(Purpose::AuthorizationRequest, scene.realm.id(), text, app.now())
            .ok_or_else(|| OAuthError::invalid_request("This page is too old. Go back to the application and start again."))
    }

    /// The request, checked again: client and realm may have changed meanwhile.
    pub async fn request(&self, app: &App, scene: &Scene) -> Result<Result<AuthorizationRequest, Rejected>, Failure> {
        let parameters = Parameters::from_query(&self.query)?;
        read_request(app, scene, &parameters).await
    }
}

/// Looks the client up and checks the request against it.
pub async fn read_request(app: &App, scene: &Scene, parameters: &Parameters) -> Result<Result<AuthorizationRequest, Rejected>, Failure> {
    let client = match parameters.get("client_id") {
        Some(id) => app.store.in_realm(scene.realm.id()).client(id).await?,
        None => None,
    };
    Ok(parse(parameters, client.as_ref(), &scene.realm))
}
