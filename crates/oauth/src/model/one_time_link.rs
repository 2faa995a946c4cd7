//! A link that was mailed to somebody: good once, until it ends, for what it was issued for.

use crate::{OneTimeLinkId, RealmId, Timestamp, UserId, secret::Verifier};

#[derive(Clone, Debug, PartialEq)]
pub struct OneTimeLink {
    /// The selector in the link.
    pub id: OneTimeLinkId,
    pub realm: RealmId,
    pub purpose: LinkPurpose,
    pub user: UserId,
    pub verifier: Verifier,
    /// The address that it was mailed to, and that it proves.
    pub address: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Proves the address that its account has.
    VerifyEmail,
    /// Gives its account another address, once that is proven.
    ChangeEmail,
    /// Lets a password be chosen.
    ResetPassword,
}
