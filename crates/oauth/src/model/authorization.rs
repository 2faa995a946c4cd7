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
    /// A person or API user: with refresh and ID tokens.
    User(UserId),
    /// The client itself (RFC 6749 §4.4): with neither.
    Client(ClientKey),
}

/// Subject, client, scope and session of one grant, and the counter that its refresh tokens turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Authorization {
    /// `aid` of its access tokens.
    pub id: AuthorizationId,
    /// Where it was granted.
    pub realm: RealmId,
    /// The client that it was granted to.
    pub client: ClientKey,
    /// Who granted it.
    pub user: UserId,
    /// The browser session that it was approved in; `None` with the password grant.
    pub session: Option<SessionId>,
    /// What was granted; never grows.
    pub scope: Scope,
    /// `aud` of its access tokens, where the request named resources (RFC 8707).
    pub audience: Option<Vec<String>>,
    /// When the person last proved who they are.
    pub auth_time: Timestamp,
    /// What they proved it with, as in `amr`, apart by spaces (RFC 8176); `None` where that is not known.
    pub amr: Option<String>,
    /// From the authorization request (OpenID Connect Core §3.1.2.1).
    pub nonce: Option<String>,
    /// When the code was redeemed, or the password came.
    pub created_at: Timestamp,
    /// The absolute end: no refresh helps after it.
    pub expires_at: Timestamp,
    /// The installation's token epoch when it was made.
    pub epoch: u32,
    /// Whether it ended before its time.
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
    /// What a presented token is compared with.
    pub proof: RefreshProof,
}

/// How a refresh token of any generation is known as ours.
#[derive(Clone, Debug, PartialEq)]
pub enum RefreshProof {
    /// HMAC-SHA-256(key, authorization id ‖ seed ‖ generation).
    Derived {
        /// Random, made with the authorization.
        seed: [u8; 16],
        /// Which of the realm's refresh keys.
        key: KeyId,
    },
    /// Brought from another server: the hash of the token as it was there. Its first rotation
    /// makes it `Derived`.
    Imported {
        /// Of the whole text.
        sha256: Verifier,
    },
}

/// Whether an authorization holds, as long as its time is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationState {
    /// Nobody revoked it.
    Active,
    /// It is dead, and so are its tokens.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// For what reason.
        why: RevocationReason,
    },
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
    /// Every reason, for whoever lists or checks them.
    pub const ALL: [Self; 5] = [Self::Client, Self::Person, Self::Operator, Self::RefreshReplay, Self::CodeReplay];

    /// As rows and answers write it.
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
    /// The selector in the token.
    pub id: AccessTokenId,
    /// Where it was issued.
    pub realm: RealmId,
    /// The client that it was given to.
    pub client: ClientKey,
    /// Whom it speaks for.
    pub subject: Subject,
    /// What it rests on; `None` where it is the client's own.
    pub authorization: Option<AuthorizationId>,
    /// What it may be used for.
    pub scope: Scope,
    /// Whom it is meant for (`aud`).
    pub audience: Vec<String>,
    /// Of its secret half.
    pub verifier: Verifier,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The installation's token epoch when it was made.
    pub epoch: u32,
}
