//! A browser that somebody signed in with, and what they have approved.

use std::net::IpAddr;

use crate::{ClientKey, RealmId, Scope, SessionId, Timestamp, UserId, secret::Verifier};

/// The row of a browser session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The selector in the cookie; `sid` of ID tokens.
    pub id: SessionId,
    /// Where it is.
    pub realm: RealmId,
    /// Who signed in.
    pub user: UserId,
    /// Of the cookie's secret half.
    pub verifier: Verifier,
    /// When its person last proved who they are.
    pub auth_time: Timestamp,
    /// What the sign-in was made with, as in `amr`, apart by spaces (RFC 8176).
    pub amr: String,
    /// When it began.
    pub created_at: Timestamp,
    /// At most a minute late.
    pub last_seen_at: Timestamp,
    /// The absolute end; it may end earlier if it is not used.
    pub expires_at: Timestamp,
    /// The browser's header at the sign-in, for the list of sessions; `None` if it sent none.
    pub user_agent: Option<String>,
    /// From where its person signed in, as far as that is known.
    pub address: Option<IpAddr>,
}

/// What a person has approved for a client, remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// Where it was approved.
    pub realm: RealmId,
    /// Who approved.
    pub user: UserId,
    /// For which client.
    pub client: ClientKey,
    /// What they approved, all in all.
    pub scope: Scope,
    /// What they could leave out, and did.
    pub declined: Scope,
    /// When they approved last.
    pub granted_at: Timestamp,
}
