//! An authorization code: proof, for a minute, that somebody approved.

use crate::{AuthorizationId, ClientKey, CodeId, RealmId, Scope, SessionId, Timestamp, UserId, secret::Verifier};

#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationCode {
    pub id: CodeId,
    pub realm: RealmId,
    pub client: ClientKey,
    pub user: UserId,
    pub session: Option<SessionId>,
    pub verifier: Verifier,
    /// As it stood in the authorization request; `None` where it was left out.
    pub redirect_uri: Option<String>,
    /// The S256 challenge (RFC 7636 §4.2), decoded.
    pub code_challenge: Option<[u8; 32]>,
    pub scope: Scope,
    pub audience: Option<Vec<String>>,
    pub nonce: Option<String>,
    pub auth_time: Timestamp,
    /// Of the sign-in, as in [`Session`](super::Session).
    pub amr: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// The id that its authorization gets when it is redeemed.
    pub authorization: AuthorizationId,
    pub state: CodeState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    Fresh,
    Redeemed { at: Timestamp },
}
