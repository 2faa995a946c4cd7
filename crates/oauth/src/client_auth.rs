//! Which client is asking: the only place where an [`AuthenticatedClient`] comes from (RFC 6749 §2.3).

use std::sync::Arc;

use crate::{
    ClientSecretId, OAuthError, Timestamp,
    model::{Authorization, Client, ClientAuthMethod, SecretHash},
    request::{Credentials, SecretPlace},
    secret::{ENOUGH_ENTROPY, apparent_entropy},
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
    /// Nothing can match; verify once against nothing, so that the cost tells nothing.
    Equalise,
}

/// Decides what must be hashed slowly. What is presented decides the cost for clients whose secret
/// is hashed fast and for unknown ones alike: only a secret of little entropy costs a slow hash.
pub fn slow_work(credentials: &Credentials, client: Option<&Client>, now: Timestamp) -> SlowWork {
    let Credentials::Secret { secret, .. } = credentials else { return SlowWork::None };
    let hashes: Vec<_> = client
        .into_iter()
        .flat_map(|client| client.live_secrets(now))
        .filter_map(|own| match &own.hash {
            SecretHash::Slow(hash) => Some((own.id, hash.clone())),
            SecretHash::Sha256(_) => None,
        })
        .collect();
    let proven = |client: &Client| {
        client.live_secrets(now).any(|own| matches!(&own.hash, SecretHash::Sha256(verifier) if verifier.proves(secret.expose().as_bytes())))
    };
    match hashes.is_empty() {
        false => SlowWork::Hashes(hashes),
        // A right secret needs no guess at its entropy: the refusals are what must cost alike.
        true if client.is_some_and(proven) => SlowWork::None,
        true if apparent_entropy(secret.expose()) < ENOUGH_ENTROPY => SlowWork::Equalise,
        true => SlowWork::None,
    }
}

/// RFC 6749 §2.3, §3.2.1: one method per client, and the one it registered.
pub fn authenticate(
    credentials: &Credentials,
    client: Option<&Arc<Client>>,
    slow: SlowVerdict,
    now: Timestamp,
) -> Result<AuthenticatedClient, OAuthError> {
    match credentials {
        Credentials::Secret { place, secret, .. } => {
            let refused = |detail| {
                let mut error = OAuthError::invalid_client(detail);
                error.challenge_basic = *place == SecretPlace::Basic;
                error
            };
            let client = client.ok_or_else(|| refused("unknown client"))?;
            let proven = match slow {
                SlowVerdict::Matched(id) => Some(id),
                // Every live secret is compared, so that the time tells nothing about their order.
                _ => client.live_secrets(now).fold(None, |found, own| match &own.hash {
                    SecretHash::Sha256(verifier) if verifier.proves(secret.expose().as_bytes()) => Some(own.id),
                    _ => found,
                }),
            };
            let id = proven.ok_or_else(|| refused("wrong secret"))?;
            if client.auth != method_of(*place) {
                return Err(refused("right secret, but not by the client's registered method"));
            }
            if !client.is_active() {
                return Err(refused("client is disabled"));
            }
            Ok(AuthenticatedClient { client: Arc::clone(client), secret: Some(id) })
        }
        Credentials::Public { .. } => {
            let client = client.ok_or_else(|| OAuthError::invalid_client("unknown client"))?;
            if !client.is_public() {
                return Err(OAuthError::invalid_client("a confidential client came without its secret"));
            }
            if !client.is_active() {
                return Err(OAuthError::invalid_client("client is disabled"));
            }
            Ok(AuthenticatedClient { client: Arc::clone(client), secret: None })
        }
        Credentials::FromToken | Credentials::Missing => Err(OAuthError::invalid_client("no client authentication")),
    }
}

/// The client that a refresh token was given to, where the realm's dialect lets the token say so.
/// A `client_id` that was sent all the same must be that client's.
///
/// The caller has checked that the dialect relaxes `refresh_without_client_authentication`.
pub fn from_token(
    credentials: &Credentials,
    authorization: &Authorization,
    client: &Arc<Client>,
) -> Result<AuthenticatedClient, OAuthError> {
    let named = match credentials {
        Credentials::FromToken => true,
        Credentials::Public { client_id } => *client_id == client.id,
        Credentials::Secret { .. } | Credentials::Missing => false,
    };
    if !named || authorization.client != client.key || !client.is_active() {
        return Err(OAuthError::invalid_client("the refresh token is not this client's, or the client is disabled"));
    }
    Ok(AuthenticatedClient { client: Arc::clone(client), secret: None })
}

const fn method_of(place: SecretPlace) -> ClientAuthMethod {
    match place {
        SecretPlace::Basic => ClientAuthMethod::ClientSecretBasic,
        SecretPlace::Body => ClientAuthMethod::ClientSecretPost,
        SecretPlace::Header => ClientAuthMethod::Header,
    }
}
