//! A token that a person made for a program of their own.

use std::net::IpAddr;

use crate::{AuthorizationId, PersonalAccessTokenId, RealmId, Scope, Timestamp, UserId, secret::Verifier};

/// The row of a personal access token.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonalAccessToken {
    /// The selector in the token; stays when the token is regenerated.
    pub id: PersonalAccessTokenId,
    /// Where its person is.
    pub realm: RealmId,
    /// Who made it; whom it speaks for.
    pub user: UserId,
    /// What the application that made it had been granted: it dies with that. `None` where its person
    /// made it themselves.
    pub authorization: Option<AuthorizationId>,
    /// What its person calls it.
    pub name: String,
    /// What it may be used for, as far as the realm still has it.
    pub scope: Scope,
    /// Of its present secret half.
    pub verifier: Verifier,
    /// The first characters of the token, so that its owner knows it again.
    pub prefix: String,
    /// When it was made first.
    pub created_at: Timestamp,
    /// When its present secret was made.
    pub regenerated_at: Option<Timestamp>,
    /// When it ends; `None` for never, as long as the realm lets it be.
    pub expires_at: Option<Timestamp>,
    /// At most a minute late.
    pub last_used_at: Option<Timestamp>,
    /// From where, as far as that is known.
    pub last_used_from: Option<IpAddr>,
    /// When it was revoked; `None` while it was not.
    pub revoked_at: Option<Timestamp>,
    /// The installation's token epoch when its present secret was made.
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
