//! An authorization code: proof, for a minute, that somebody approved.

use crate::{AuthorizationId, ClientKey, CodeId, RealmId, Scope, SessionId, Timestamp, UserId, secret::Verifier};

/// The row of a code, redeemed or not.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationCode {
    /// The selector in the code.
    pub id: CodeId,
    /// Where it was issued.
    pub realm: RealmId,
    /// The client that may redeem it.
    pub client: ClientKey,
    /// Who approved.
    pub user: UserId,
    /// The browser session that they approved in.
    pub session: Option<SessionId>,
    /// Of its secret half.
    pub verifier: Verifier,
    /// As it stood in the authorization request; `None` where it was left out.
    pub redirect_uri: Option<String>,
    /// The S256 challenge (RFC 7636 §4.2), decoded.
    pub code_challenge: Option<[u8; 32]>,
    /// What was granted.
    pub scope: Scope,
    /// The resources that were named (RFC 8707); `None` for the realm's default audience.
    pub audience: Option<Vec<String>>,
    /// From the authorization request, for the ID token (OpenID Connect Core §3.1.2.1).
    pub nonce: Option<String>,
    /// When the person last proved who they are.
    pub auth_time: Timestamp,
    /// Of the sign-in, as in [`Session`](super::Session).
    pub amr: String,
    /// When they approved.
    pub created_at: Timestamp,
    /// After this it is not redeemed any more.
    pub expires_at: Timestamp,
    /// The id that its authorization gets when it is redeemed.
    pub authorization: AuthorizationId,
    /// Whether it was redeemed.
    pub state: CodeState,
}

/// A code is good once; a second time is an attack (RFC 9700 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// Nobody redeemed it yet.
    Fresh,
    /// Its authorization was made.
    Redeemed {
        /// When.
        at: Timestamp,
    },
}
