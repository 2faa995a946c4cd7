//! What one sign-in of one client was granted; its tokens die with it.

use serde::{Deserialize, Serialize};

use crate::{
    AccessTokenId, AuthorizationId, ClientKey, KeyId, RealmId, Scope, Seconds, SessionId, Timestamp, UserId, secret::Verifier,
    settings::Settings,
};

/// Whom tokens speak for. Decides whether refresh and ID tokens exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    User(UserId),
    Client(ClientKey),
}

/// Subject, client, scope and session of one grant, and the counter that its refresh tokens turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Authorization {
    pub id: AuthorizationId,
    pub realm: RealmId,
    pub client: ClientKey,
    pub user: UserId,
    pub session: Option<SessionId>,
    pub scope: Scope,
    /// `aud` of its access tokens, where the request named resources (RFC 8707).
    pub audience: Option<Vec<String>>,
    /// When the person last proved who they are.
    pub auth_time: Timestamp,
    pub nonce: Option<String>,
    pub created_at: Timestamp,
    /// The absolute end: no refresh helps after it.
    pub expires_at: Timestamp,
    /// The installation's token epoch when it was made.
    pub epoch: u32,
    pub state: AuthorizationState,
    /// Tokens of it born before this are dead.
    pub not_before: Timestamp,
    /// `None` where no refresh token was given.
    pub refresh: Option<RefreshVerifier>,
}

/// How refresh tokens of an authorization are proven, and which one is current.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshVerifier {
    /// The current token's number; the first is 0.
    pub generation: u32,
    /// When the current generation was made.
    pub rotated_at: Timestamp,
    /// When the current token ends unless it is used.
    pub expires_at: Timestamp,
    pub proof: RefreshProof,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RefreshProof {
    /// HMAC-SHA-256(key, authorization id ‖ seed ‖ generation).
    Derived { seed: [u8; 16], key: KeyId },
    /// Brought from another server: the hash of the token as it was there. Its first rotation
    /// makes it `Derived`.
    Imported { sha256: Verifier },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationState {
    Active,
    Revoked { at: Timestamp, why: RevocationReason },
}

/// What rests on an authorization whose refresh token ended before this is dead too: its last access
/// token has ended. A day more, as the realm may have given them a longer life before.
pub fn outlived_before(settings: &Settings, now: Timestamp) -> Timestamp {
    now - settings.longest_token() - Seconds(86_400)
}

/// Why an authorization ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The client asked (RFC 7009).
    Client,
    /// The person withdrew it.
    Person,
    /// An operator did.
    Operator,
    /// An old refresh token came back (RFC 9700 §4.14.2).
    RefreshReplay,
    /// Its code was redeemed a second time (RFC 6749 §4.1.2).
    CodeReplay,
}

impl RevocationReason {
    pub const ALL: [Self; 5] = [Self::Client, Self::Person, Self::Operator, Self::RefreshReplay, Self::CodeReplay];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Person => "person",
            Self::Operator => "operator",
            Self::RefreshReplay => "refresh_replay",
            Self::CodeReplay => "code_replay",
        }
    }
}

/// The row of an opaque access token.
#[derive(Clone, Debug, PartialEq)]
pub struct OpaqueAccessToken {
    pub id: AccessTokenId,
    pub realm: RealmId,
    pub client: ClientKey,
    pub subject: Subject,
    pub authorization: Option<AuthorizationId>,
    pub scope: Scope,
    pub audience: Vec<String>,
    pub verifier: Verifier,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub epoch: u32,
}
