//! A browser that somebody signed in with, and what they have approved.

use std::net::IpAddr;

use crate::{ClientKey, RealmId, Scope, SessionId, Timestamp, UserId, secret::Verifier};

#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub realm: RealmId,
    pub user: UserId,
    pub verifier: Verifier,
    pub auth_time: Timestamp,
    /// What the sign-in was made with, as in `amr`, apart by spaces (RFC 8176).
    pub amr: String,
    pub created_at: Timestamp,
    /// At most a minute late.
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub user_agent: Option<String>,
    /// From where its person signed in, as far as that is known.
    pub address: Option<IpAddr>,
}

/// What a person has approved for a client, remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    pub realm: RealmId,
    pub user: UserId,
    pub client: ClientKey,
    pub scope: Scope,
    /// What they could leave out, and did.
    pub declined: Scope,
    pub granted_at: Timestamp,
}
