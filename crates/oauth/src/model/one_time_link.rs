//! A link that was mailed to somebody: good once, until it ends, for what it was issued for.

use crate::{OneTimeLinkId, RealmId, Timestamp, UserId, secret::Verifier};

/// The row of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct OneTimeLink {
    /// The selector in the link.
    pub id: OneTimeLinkId,
    /// Where its person is.
    pub realm: RealmId,
    /// What it does when it is opened.
    pub purpose: LinkPurpose,
    /// Whose it is.
    pub user: UserId,
    /// Of its secret half.
    pub verifier: Verifier,
    /// The address that it was mailed to, and that it proves.
    pub address: String,
    /// When it was mailed.
    pub created_at: Timestamp,
    /// Not good any more from then on.
    pub expires_at: Timestamp,
}

/// What a link does for whoever opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Proves the address that its account has.
    VerifyEmail,
    /// Gives its account another address, once that is proven.
    ChangeEmail,
    /// Lets a password be chosen.
    ResetPassword,
}
