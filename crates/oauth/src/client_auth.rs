//! Which client is asking: the only place where an [`AuthenticatedClient`] comes from (RFC 6749 §2.3).

use std::sync::Arc;

use crate::{
    ClientSecretId, Context, Decision, Effect, OAuthError, Timestamp,
    change::AuditKind,
    manage::Who,
    model::{Authorization, Client, ClientAuthMethod, ClientSecret, SecretHash},
    request::{Credentials, SecretPlace},
};

/// A client that proved itself in its one registered way.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    secret: Option<ClientSecretId>,
}

impl AuthenticatedClient {
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// The secret that proved it; `None` for a public client.
    pub fn secret(&self) -> Option<ClientSecretId> {
        self.secret
    }
}

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

/// What slow hashing said about the presented secret, done before the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlowVerdict {
    /// [`slow_work`] asked for none.
    NotNeeded,
    Matched(ClientSecretId),
    Refused,
}

/// The slow verifications that these credentials call for.
#[derive(Debug, PartialEq)]
pub enum SlowWork {
    None,
    /// Verify against these, in order, until one matches.
    Hashes(Vec<(ClientSecretId, String)>),
}

/// Decides what must be hashed slowly: what a client's own secrets call for, and nothing for a client
/// that does not exist, or strangers would decide how much is hashed here.
pub fn slow_work(credentials: &Credentials, client: Option<&Client>, now: Timestamp) -> SlowWork {
    let Credentials::Secret { secret, .. } = credentials else { return SlowWork::None };
    let Some(client) = client else { return SlowWork::None };
    let fast = |own: &ClientSecret| matches!(&own.hash, SecretHash::Sha256(verifier) if verifier.proves(secret.expose().as_bytes()));
    if client.live_secrets(now).any(fast) {
        return SlowWork::None;
    }
    let slow = client.live_secrets(now).filter_map(|own| match &own.hash {
        SecretHash::Slow(hash) => Some((own.id, hash.clone())),
        SecretHash::Sha256(_) => None,
    });
    let hashes: Vec<_> = slow.collect();
    if hashes.is_empty() { SlowWork::None } else { SlowWork::Hashes(hashes) }
}

/// RFC 6749 §2.3, §3.2.1: one method per client, and the one it registered. A refusal is audited.
pub fn authenticate(
    credentials: &Credentials,
    client: Option<&Arc<Client>>,
    slow: SlowVerdict,
    cx: &mut Context<'_>,
) -> Decision<AuthenticatedClient> {
    match proven(credentials, client, slow, cx.now) {
        Ok(authenticated) => Ok(Effect::only(authenticated)),
        Err(detail) => Err(refused(credentials, client, detail, cx)),
    }
}

/// The client, and the secret that proved it; or why it is refused, for the log alone.
fn proven(
    credentials: &Credentials,
    client: Option<&Arc<Client>>,
    slow: SlowVerdict,
    now: Timestamp,
) -> Result<AuthenticatedClient, &'static str> {
    let client = match credentials {
        Credentials::Secret { .. } | Credentials::Public { .. } => client.ok_or("unknown client")?,
        Credentials::FromToken | Credentials::Missing => return Err("no client authentication"),
    };
    let secret = match credentials {
        Credentials::Secret { place, secret, .. } => {
            let proven = match slow {
                SlowVerdict::Matched(id) => Some(id),
                // Every live secret is compared, so that the time tells nothing about their order.
                SlowVerdict::NotNeeded | SlowVerdict::Refused => client.live_secrets(now).fold(None, |found, own| match &own.hash {
                    SecretHash::Sha256(verifier) if verifier.proves(secret.expose().as_bytes()) => Some(own.id),
                    _ => found,
                }),
            };
            let id = proven.ok_or("wrong secret")?;
            if !client.token_endpoint_auth_method.allows(method_of(*place)) {
                return Err("right secret, but not by the client's registered method");
            }
            Some(id)
        }
        _ if client.is_public() => None,
        _ => return Err("a confidential client came without its secret"),
    };
    if !client.is_active() {
        return Err("client is disabled");
    }
    Ok(AuthenticatedClient { client: Arc::clone(client), secret })
}

/// The client that a refresh token was given to, where the realm's dialect lets the token say so.
/// A `client_id` that was sent all the same must be that client's. A refusal is audited.
///
/// The caller has checked that the dialect relaxes `refresh_without_client_authentication`.
pub fn from_token(
    credentials: &Credentials,
    authorization: &Authorization,
    client: &Arc<Client>,
    cx: &mut Context<'_>,
) -> Decision<AuthenticatedClient> {
    let named = match credentials {
        Credentials::FromToken => true,
        Credentials::Public { client_id } => *client_id == client.id,
        Credentials::Secret { .. } | Credentials::Missing => false,
    };
    if !named || authorization.client != client.key || !client.is_active() {
        return Err(refused(credentials, Some(client), "the refresh token is not this client's, or the client is disabled", cx));
    }
    Ok(Effect::only(AuthenticatedClient { client: Arc::clone(client), secret: None }))
}

/// One answer to every way in which a client can fail to prove itself.
fn refused(credentials: &Credentials, client: Option<&Arc<Client>>, detail: &'static str, cx: &mut Context<'_>) -> Effect<OAuthError> {
    let mut error = OAuthError::invalid_client(detail);
    error.challenge_basic = matches!(credentials, Credentials::Secret { place: SecretPlace::Basic, .. });
    let mut event = cx.audit(AuditKind::ClientRefused, Who::Stranger).client(client.map(|client| client.key)).detail(detail);
    if let Some(client_id) = credentials.client_id() {
        event = event.client_id(client_id);
    }
    Effect { answer: error, changes: vec![event.into()] }
}

const fn method_of(place: SecretPlace) -> ClientAuthMethod {
    match place {
        SecretPlace::Basic => ClientAuthMethod::ClientSecretBasic,
        SecretPlace::Body => ClientAuthMethod::ClientSecretPost,
        SecretPlace::Header => ClientAuthMethod::Header,
    }
}
