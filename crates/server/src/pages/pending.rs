//! An authorization request on its way to an answer: sealed in the page while nobody is signed in,
//! a row once somebody is.

use jeton_jose::base64url;
use jeton_oauth::{
    OAuthError, PendingRequestId, Seconds, Timestamp,
    authorize::{Asked, AuthorizationRequest, Hint, Rejected, find, parse},
    error::Cause,
    model::{PendingRequest, Session},
    parameters::Parameters,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Scene},
    endpoints::read_id_token,
    failure::Failure,
    sealed::Purpose,
};

/// What was asked, and when the browser first asked it; in a hidden field of the sign-in page.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sealed {
    client_id: String,
    pub asked: Asked,
    pub asked_at: Timestamp,
}

/// A person may take this long to sign in.
const LIFETIME: Seconds = Seconds(3600);

impl Sealed {
    pub fn new(request: &AuthorizationRequest, asked_at: Timestamp) -> Self {
        Self { client_id: request.client.id.clone(), asked: request.asked.clone(), asked_at }
    }

    /// The same request, for another person to sign in for.
    pub fn again(pending: PendingRequest) -> Self {
        Self { client_id: pending.client_id, asked: pending.asked, asked_at: pending.asked_at }
    }

    pub fn seal(&self, app: &App, scene: &Scene) -> String {
        app.seal.seal(Purpose::AuthorizationRequest, scene.realm.id(), self, app.now() + LIFETIME)
    }

    pub fn open(app: &App, scene: &Scene, text: &str) -> Result<Self, OAuthError> {
        app.seal
            .open(Purpose::AuthorizationRequest, scene.realm.id(), text, app.now())
            .ok_or_else(|| OAuthError::invalid_request("this page is too old; start again from the application").caused_by(Cause::Finished))
    }

    /// The request, checked again: client and realm may have changed meanwhile.
    pub async fn request(&self, app: &App, scene: &Scene) -> Result<Result<AuthorizationRequest, Rejected>, Failure> {
        resume(app, scene, &self.client_id, self.asked.clone()).await
    }
}

/// What a handle names, for this session alone, and the request checked again.
pub async fn waiting(
    app: &App,
    scene: &Scene,
    handle: Option<&str>,
    session: &Session,
) -> Result<(PendingRequest, Result<AuthorizationRequest, Rejected>), Failure> {
    let row = match handle.and_then(read) {
        Some(id) => app.store.in_realm(scene.realm.id()).pending_request(id).await?,
        None => None,
    };
    let pending = find(row, session, app.now())?;
    let request = resume(app, scene, &pending.client_id, pending.asked.clone()).await?;
    Ok((pending, request))
}

/// As it stands in addresses.
pub fn handle(id: PendingRequestId) -> String {
    base64url::encode(id.as_bytes())
}

fn read(text: &str) -> Option<PendingRequestId> {
    base64url::decode_array::<16>(text).ok().map(PendingRequestId::from_bytes)
}

async fn resume(app: &App, scene: &Scene, client_id: &str, asked: Asked) -> Result<Result<AuthorizationRequest, Rejected>, Failure> {
    let client = app.store.in_realm(scene.realm.id()).client(client_id).await?;
    Ok(AuthorizationRequest::resume(asked, client.as_ref(), &scene.realm))
}

/// Looks the client up and checks the request against it.
pub async fn read_request(app: &App, scene: &Scene, parameters: &Parameters) -> Result<Result<AuthorizationRequest, Rejected>, Failure> {
    let client = match parameters.get("client_id") {
        Some(id) => app.store.in_realm(scene.realm.id()).client(id).await?,
        None => None,
    };
    let mut request = match parse(parameters, client.as_ref(), &scene.realm) {
        Ok(request) => request,
        rejected => return Ok(rejected),
    };
    if let Some(hint) = parameters.get("id_token_hint") {
        let claims = read_id_token(app, scene, hint).await?;
        request.asked.id_token_hint = Some(Hint::of(claims, &request.client, &scene.realm));
    }
    Ok(Ok(request))
}
