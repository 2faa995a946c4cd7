//! Who is asking: gathers what `client_auth` decides on.

use std::sync::Arc;

use jeton_oauth::{
    Change, ClientSecretId, OAuthError,
    activity::Reason,
    change::ClientChange,
    client_auth::{self, AuthenticatedClient, SlowVerdict, SlowWork},
    error::Asked,
    model::{Client, SecretHash},
    parameters::Parameters,
    request::Credentials,
    secret::{SecretText, Verifier},
};

use crate::{
    app::{App, Scene},
    failure::Failure,
    guesses::Guess,
    incoming::Incoming,
    password::{Busy, SecretVerdict},
};

/// Proves the client that these credentials name. A client that nobody knows is refused at once.
/// A node that has not heard of the others' changes believes none: what it remembers of it may be over.
pub async fn authenticate(app: &App, scene: &Scene, credentials: &Credentials) -> Result<AuthenticatedClient, Failure> {
    app.vouch()?;
    let store = app.store.in_realm(scene.realm.id());
    let mut client = match credentials.client_id() {
        Some(client_id) => store.client(client_id).await?,
        None => None,
    };
    if let (None, Some(sent)) = (&client, credentials.as_sent()) {
        client = store.client(&sent.client_id).await?;
    }
    let slow = verify_slowly(app, scene, credentials, client.as_deref()).await?;
    let proven = app.settle(scene, || async { Ok(()) }, |(), cx| client_auth::authenticate(credentials, client.as_ref(), slow, cx)).await;
    match (proven, client) {
        (Err(Failure::Refused(error)), Some(client)) if error.reason == Some(Reason::WrongSecret) => {
            let tried = || credentials.secrets_for(&client.id).map(|secret| Verifier::of(secret.expose().as_bytes())).collect();
            Err(error.asked(|| Asked { tried: tried(), ..Asked::default() }).into())
        }
        (proven, _) => proven,
    }
}

/// Authenticates a client whose credentials stand where the realm's dialect reads them, and takes
/// them out of `parameters`.
pub async fn authenticate_request(app: &App, incoming: &Incoming, parameters: &mut Parameters) -> Result<AuthenticatedClient, Failure> {
    let credentials = incoming.scene.realm.dialect.decode_credentials(&incoming.parts, parameters)?;
    authenticate(app, &incoming.scene, &credentials).await
}

/// Hashes a secret that somebody chose, unless it was right before: counted first, so that it cannot
/// be guessed, and where sign-ins do not wait for it.
async fn verify_slowly(app: &App, scene: &Scene, credentials: &Credentials, client: Option<&Client>) -> Result<SlowVerdict, Failure> {
    let Some(client) = client else { return Ok(SlowVerdict::NotNeeded) };
    let SlowWork::Hashes(hashes) = client_auth::slow_work(credentials, Some(client), app.now()) else { return Ok(SlowVerdict::NotNeeded) };
    let secrets = || credentials.secrets_for(&client.id);
    let remembered = || secrets().find_map(|secret| app.slow_secrets.remembered(&hashes, secret)).map(SlowVerdict::Matched);
    if let Some(verdict) = remembered() {
        return Ok(verdict);
    }
    let counted = Guess::at_secret_of(app, scene, client).count(app, scene).await?;
    // Somebody else may have been right while this one waited for its turn.
    let compared = match remembered() {
        Some(verdict) => Ok(verdict),
        None => compare(app, client, &hashes, secrets()).await,
    };
    match compared {
        Ok(SlowVerdict::Matched(_)) => counted.succeeded(app).await,
        Ok(_) => {}
        Err(_) => counted.give_back(app).await,
    }
    Ok(compared?)
}

async fn compare(
    app: &App,
    client: &Client,
    hashes: &[(ClientSecretId, String)],
    secrets: impl Iterator<Item = &SecretText> + Send,
) -> Result<SlowVerdict, Busy> {
    for secret in secrets {
        for (id, stored) in hashes {
            let verdict = app.slow_secrets.verify(*id, stored, secret.clone()).await?;
            if verdict.matched {
                upgrade(app, client, *id, stored.clone(), verdict).await;
                return Ok(SlowVerdict::Matched(*id));
            }
        }
    }
    Ok(SlowVerdict::Refused)
}

/// Keeps a right secret under today's hash. It can wait: the next use tries again.
async fn upgrade(app: &App, client: &Client, secret: ClientSecretId, stored: String, verdict: SecretVerdict) {
    let Some(to) = verdict.upgrade else { return };
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
