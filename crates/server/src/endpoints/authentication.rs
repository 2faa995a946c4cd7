//! Who is asking: gathers what `client_auth` decides on.

use std::sync::Arc;

use jeton_oauth::{
    Change, ClientSecretId, OAuthError,
    change::ClientChange,
    client_auth::{self, AuthenticatedClient, SlowVerdict, SlowWork},
    model::{Client, SecretHash},
    parameters::Parameters,
    request::Credentials,
};

use crate::{
    app::{App, Scene},
    failure::Failure,
    incoming::Incoming,
    password::SecretVerdict,
};

/// Proves the client that these credentials name.
pub async fn authenticate(app: &App, scene: &Scene, credentials: &Credentials) -> Result<AuthenticatedClient, Failure> {
    let client = match credentials {
        Credentials::Secret { client_id, .. } | Credentials::Public { client_id } => {
            app.store.in_realm(scene.realm.id()).client(client_id).await?
        }
        Credentials::FromToken | Credentials::Missing => None,
    };
    let slow = verify_slowly(app, credentials, client.as_deref()).await?;
    Ok(client_auth::authenticate(credentials, client.as_ref(), slow, app.now())?)
}

/// Authenticates a client whose credentials stand where the realm's dialect reads them, and takes
/// them out of `parameters`.
pub async fn authenticate_request(app: &App, incoming: &Incoming, parameters: &mut Parameters) -> Result<AuthenticatedClient, Failure> {
    let credentials = incoming.scene.realm.dialect.decode_credentials(&incoming.parts, parameters)?;
    authenticate(app, &incoming.scene, &credentials).await
}

async fn verify_slowly(app: &App, credentials: &Credentials, client: Option<&Client>) -> Result<SlowVerdict, Failure> {
    let Credentials::Secret { secret, .. } = credentials else { return Ok(SlowVerdict::NotNeeded) };
    match client_auth::slow_work(credentials, client, app.now()) {
        SlowWork::None => Ok(SlowVerdict::NotNeeded),
        SlowWork::Hashes(hashes) => {
            for (id, stored) in hashes {
                let verdict = app.slow_secrets.verify(id, &stored, secret.clone()).await?;
                if verdict.matched {
                    upgrade(app, client, id, stored, verdict).await;
                    return Ok(SlowVerdict::Matched(id));
                }
            }
            Ok(SlowVerdict::Refused)
        }
        SlowWork::Equalise => {
            app.slow_secrets.verify_nobody(secret.clone()).await?;
            Ok(SlowVerdict::Refused)
        }
    }
}

/// Keeps a right secret under today's hash. It can wait: the next use tries again.
async fn upgrade(app: &App, client: Option<&Client>, secret: ClientSecretId, stored: String, verdict: SecretVerdict) {
    let (Some(client), Some(to)) = (client, verdict.upgrade) else { return };
    let change = ClientChange::UpgradeSecret { realm: client.realm, client: client.key, secret, from: SecretHash::Slow(stored), to };
    if let Err(error) = app.store.commit(vec![Change::Client(change)]).await {
        tracing::info!(client = client.id, "a client secret's hash was not upgraded: {error}");
    }
}

/// The client of a token, by its key.
pub async fn client_of(app: &App, scene: &Scene, key: jeton_oauth::ClientKey) -> Result<Arc<Client>, Failure> {
    let client = app.store.in_realm(scene.realm.id()).client_by_key(key).await?;
    client.ok_or_else(|| OAuthError::invalid_client("the token's client is gone").into())
}
