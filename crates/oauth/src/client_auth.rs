//! Which client is asking: the only place where an [`AuthenticatedClient`] comes from (RFC 6749 §2.3).

use std::sync::Arc;

use crate::{
    ClientSecretId, Context, Decision, Effect, OAuthError, Timestamp,
    activity::{About, Reason},
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
    /// The client as it was looked up.
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
    /// This secret of the client is the one.
    Matched(ClientSecretId),
    /// None of them is.
    Refused,
}

/// The slow verifications that these credentials call for.
#[derive(Debug, PartialEq)]
pub enum SlowWork {
    /// Nothing: no secret came, it is proven already, or none is hashed slowly.
    None,
    /// Verify against these, in order, until one matches.
    Hashes(Vec<(ClientSecretId, String)>),
}

/// Decides what must be hashed slowly: what a client's own secrets call for, and nothing for a client
/// that does not exist, or strangers would decide how much is hashed here.
pub fn slow_work(credentials: &Credentials, client: Option<&Client>, now: Timestamp) -> SlowWork {
    let (Credentials::Secret { .. }, Some(client)) = (credentials, client) else { return SlowWork::None };
    if client.live_secrets(now).any(|own| proves(own, credentials, client)) {
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
        Err(Unproven { reason, detail, told, has_secret }) => {
            let about = told.as_ref().and(client).map(|client| About::what(&client.token_endpoint_auth_method.to_string()));
            let mut refused = refused(credentials, client, (reason, detail), cx);
            let ended = client.filter(|_| reason == Reason::WrongSecret).and_then(|client| ended_secret(credentials, client, cx.now));
            if let Some(at) = ended {
                refused.answer = refused.answer.because_of(Reason::ExpiredSecret, About::at(at)).proved();
            }
            if has_secret {
                refused.answer = refused.answer.proved();
            }
            if let Some(about) = about {
                refused.answer = refused.answer.because_of(reason, about);
            }
            if let Some(told) = told {
                refused.answer.description = told.into();
            }
            Err(refused)
        }
    }
}

/// Why a client is refused: for the log, and what it is told where it proved to have the secret.
struct Unproven {
    reason: Reason,
    detail: &'static str,
    told: Option<String>,
    /// One of its live secrets came.
    has_secret: bool,
}

impl From<(Reason, &'static str)> for Unproven {
    fn from((reason, detail): (Reason, &'static str)) -> Self {
        Self { reason, detail, told: None, has_secret: false }
    }
}

/// The client, and the secret that proved it; or why it is refused.
fn proven(
    credentials: &Credentials,
    client: Option<&Arc<Client>>,
    slow: SlowVerdict,
    now: Timestamp,
) -> Result<AuthenticatedClient, Unproven> {
    let client = match credentials {
        Credentials::Secret { .. } | Credentials::Public { .. } => client.ok_or((Reason::UnknownClient, "unknown client"))?,
        Credentials::FromToken | Credentials::Missing => return Err((Reason::NoClientAuthentication, "no client authentication").into()),
    };
    let secret = match credentials {
        Credentials::Secret { place, .. } => {
            let proven = match slow {
                SlowVerdict::Matched(id) => Some(id),
                // Every live secret is compared, so that the time tells nothing about their order.
                SlowVerdict::NotNeeded | SlowVerdict::Refused => {
                    client.live_secrets(now).fold(None, |found, own| if proves(own, credentials, client) { Some(own.id) } else { found })
                }
            };
            let id = proven.ok_or((Reason::WrongSecret, "wrong secret"))?;
            if !client.token_endpoint_auth_method.allows(method_of(*place)) {
                return Err(Unproven {
                    reason: Reason::OtherAuthMethod,
                    detail: "right secret, but not by the client's registered method",
                    told: Some(other_method(client)),
                    has_secret: true,
                });
            }
            Some(id)
        }
        _ if client.is_public() => None,
        _ => return Err((Reason::SecretMissing, "a confidential client came without its secret").into()),
    };
    if !client.is_active() {
        return Err(Unproven { has_secret: secret.is_some(), ..(Reason::ClientDisabled, "client is disabled").into() });
    }
    Ok(AuthenticatedClient { client: Arc::clone(client), secret })
}

/// Whether a secret that is hashed fast is the one that was presented, in either way to read it: both
/// are compared, so that the time does not tell which one it was.
fn proves(own: &ClientSecret, credentials: &Credentials, client: &Client) -> bool {
    let SecretHash::Sha256(verifier) = &own.hash else { return false };
    credentials.secrets_for(&client.id).fold(false, |proven, secret| proven | verifier.proves(secret.expose().as_bytes()))
}

/// When the secret ended that was presented, if it is one of the client's. Fast ones alone are compared.
fn ended_secret(credentials: &Credentials, client: &Client, now: Timestamp) -> Option<Timestamp> {
    let ended = client.secrets.iter().filter_map(|own| Some((own, own.expires_at.filter(|end| *end <= now)?)));
    ended.fold(None, |found, (own, end)| if proves(own, credentials, client) { Some(end) } else { found })
}

/// For whoever has the client's secret, and so may know how it is registered.
fn other_method(client: &Client) -> String {
    let methods = &client.token_endpoint_auth_method;
    let how = match methods.first() {
        ClientAuthMethod::ClientSecretBasic => "send id and secret with HTTP Basic, in the Authorization header",
        ClientAuthMethod::ClientSecretPost => "send client_id and client_secret in the body",
        ClientAuthMethod::Header => "send id and secret in the headers that the server's dialect names",
        ClientAuthMethod::None => "send client_id alone",
    };
    format!("the secret is right, but the client is registered for {methods}: {how}")
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
        let reason = if client.is_active() { Reason::RefreshTokenOfAnother } else { Reason::ClientDisabled };
        let detail = "the refresh token is not this client's, or the client is disabled";
        return Err(refused(credentials, Some(client), (reason, detail), cx));
    }
    Ok(Effect::only(AuthenticatedClient { client: Arc::clone(client), secret: None }))
}

/// One answer to every way in which a client can fail to prove itself.
fn refused(
    credentials: &Credentials,
    client: Option<&Arc<Client>>,
    (reason, detail): (Reason, &'static str),
    cx: &mut Context<'_>,
) -> Effect<OAuthError> {
    let mut error = OAuthError::invalid_client(detail).because(reason);
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
