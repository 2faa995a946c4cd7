//! A token that a person made for a program of their own.

use std::net::IpAddr;

use crate::{AuthorizationId, PersonalAccessTokenId, RealmId, Scope, Timestamp, UserId, secret::Verifier};

#[derive(Clone, Debug, PartialEq)]
pub struct PersonalAccessToken {
    /// The selector in the token; stays when the token is regenerated.
    pub id: PersonalAccessTokenId,
    pub realm: RealmId,
    pub user: UserId,
    /// What the application that made it had been granted: it dies with that. `None` where its person
    /// made it themselves.
    pub authorization: Option<AuthorizationId>,
    pub name: String,
    pub scope: Scope,
    pub verifier: Verifier,
    /// The first characters of the token, so that its owner knows it again.
    pub prefix: String,
    pub created_at: Timestamp,
    /// When its present secret was made.
    pub regenerated_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// At most a minute late.
    pub last_used_at: Option<Timestamp>,
    /// From where, as far as that is known.
    pub last_used_from: Option<IpAddr>,
    pub revoked_at: Option<Timestamp>,
    pub epoch: u32,
    /// Counts regenerations; one of another version is a conflict.
    pub version: u32,
}

impl PersonalAccessToken {
    /// When its present secret was made: what is compared with a not-before.
    pub fn born_at(&self) -> Timestamp {
        self.regenerated_at.unwrap_or(self.created_at)
    }
}
