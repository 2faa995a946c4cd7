//! Counts what an application asked for and how it ended, where a request is done.

use jeton_oauth::{
    Endpoint, OAuthError,
    activity::{Call, Reason},
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

/// A refusal, under the client that it is of: its key is asked for where the refusal has its name alone.
pub async fn refused(app: &App, realm: &Realm, endpoint: Endpoint, from: &Origin, failure: &Failure) {
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
