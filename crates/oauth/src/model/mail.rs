//! A letter in the outbox.

use crate::{MailId, RealmId, Timestamp};

/// A letter that was not delivered yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    /// Names the row.
    pub id: MailId,
    /// On whose behalf it is sent.
    pub realm: RealmId,
    /// Recipient, subject and text, encrypted by the server under its master key.
    pub sealed: Vec<u8>,
    /// When it was posted.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is its turn.
    pub next_at: Timestamp,
    /// Since when it is not tried any more; `None` while it is.
    pub given_up_at: Option<Timestamp>,
    /// Why the last try failed, in words.
    pub fault: Option<String>,
}
