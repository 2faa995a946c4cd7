//! Counts what an application asked for and how it ended, where a request is done.

use axum::response::Response;
use jeton_oauth::{
    Endpoint, OAuthError,
    activity::{Call, Reason},
    error::Asked,
    manage::Origin,
    model::Realm,
};

use crate::{
    activity::{Asking, Refused},
    app::App,
    failure::Failure,
    incoming::{Caller, Incoming},
};

/// What was answered to whom the endpoint's policy asked for. Token requests, whose grants prove who asks, and
/// authorization requests count themselves.
pub fn answered(app: &App, incoming: &Incoming) {
    let Some(call) = Call::at(incoming.endpoint()) else { return };
    let from = incoming.scene.from.address;
    match &incoming.caller {
        Caller::Client(client) => app.activity.answered(Asking::from(client), call, from, app.now()),
        Caller::Token(token) => match &token.client {
            Some(client) => app.activity.answered(Asking::from(&**client), call, from, app.now()),
            None => app.activity.served(incoming.scene.realm.id(), call, app.now()),
        },
        Caller::Anybody | Caller::Session(_) | Caller::Administrator(_) => {}
    }
}

/// Whoever the endpoint's policy asked for was refused all the same: what they proved themselves with was used.
pub fn unanswered(app: &App, incoming: &Incoming, failure: Failure) -> Failure {
    match &incoming.caller {
        Caller::Client(client) => {
            let who = Asking::from(client);
            app.activity.secret_used(who, incoming.scene.from.address, app.now());
            let asked = || Asked { client: Some(who.client), proved: who.secret.is_some(), ..Asked::default() };
            failure.of_client(Some(&client.id)).asked(asked)
        }
        Caller::Token(token) => match &token.client {
            Some(client) => failure.asked(|| Asked { client: Some(client.key), proved: true, ..Asked::default() }),
            None => failure,
        },
        Caller::Anybody | Caller::Session(_) | Caller::Administrator(_) => failure,
    }
}

/// An answer, or the refusal in its place: counted, and told by `tell`.
pub async fn told(
    app: &App,
    realm: &Realm,
    (endpoint, from): (Endpoint, &Origin),
    answered: Result<Response, Failure>,
    tell: impl FnOnce(Failure) -> Response,
) -> Response {
    match answered {
        Ok(response) => response,
        Err(failure) => {
            Box::pin(refused(app, realm, endpoint, from, &failure)).await;
            tell(failure)
        }
    }
}

/// A refusal, under the client that it is of: its key is asked for where the refusal has its name alone.
async fn refused(app: &App, realm: &Realm, endpoint: Endpoint, from: &Origin, failure: &Failure) {
    let Some(call) = Call::at(endpoint) else { return };
    let broken;
    let error = match failure {
        Failure::Refused(error) => error,
        Failure::Broken(_) => {
            broken = OAuthError::new(jeton_oauth::ErrorCode::ServerError, "the server failed");
            &broken
        }
    };
    let asked = error.asked.as_deref();
    let known = asked.and_then(|asked| asked.client);
    let client = match asked.and_then(|asked| asked.client_id.as_deref()) {
        Some(id) if known.is_none() && error.reason() != Reason::UnknownClient => {
            let found = app.store.in_realm(realm.id()).client(id).await;
            found.ok().flatten().map(|client| client.key)
        }
        _ => known,
    };
    app.activity.refused(realm.id(), Refused::of(error, call, client, from.address), app.now());
}
