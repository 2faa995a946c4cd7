//! Clients that registered themselves (RFC 7591), and what lets them.

use crate::{ClientKey, InitialAccessTokenId, RealmId, Timestamp, secret::Verifier};

/// Lets whoever holds it register clients, until it ends or was used as often as it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialAccessToken {
    /// The selector in the token.
    pub id: InitialAccessTokenId,
    /// Where it lets clients register.
    pub realm: RealmId,
    /// What those who run the realm call it.
    pub name: String,
    /// Of its secret half.
    pub verifier: Verifier,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// How often it may be used; `None` for as often as one likes.
    pub limit: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// `None` if it never was.
    pub last_used_at: Option<Timestamp>,
}

/// What a client that registered itself proves itself with at its configuration endpoint (RFC 7592).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRegistration {
    /// The selector in its registration access token.
    pub client: ClientKey,
    /// Where its client is.
    pub realm: RealmId,
    /// Of its secret half.
    pub verifier: Verifier,
    /// What it may say of itself depends on it, for as long as it lives.
    pub by: RegisteredBy,
    /// When somebody last looked and found it in use; its birth at first.
    pub seen_at: Timestamp,
}

/// Who let a client register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisteredBy {
    /// Anybody, where the realm lets everybody.
    Stranger,
    /// Whoever held an initial access token.
    Token,
    /// A person who may make applications here.
    Developer,
}

impl InitialAccessToken {
    /// Whether it still lets somebody in.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end) && self.limit.is_none_or(|limit| self.uses < limit)
    }
}
