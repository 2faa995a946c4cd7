//! A letter in the outbox.

use crate::{MailId, RealmId, Timestamp};

#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub id: MailId,
    pub realm: RealmId,
    /// Recipient, subject and text, encrypted by the server under its master key.
    pub sealed: Vec<u8>,
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is its turn.
    pub next_at: Timestamp,
    pub given_up_at: Option<Timestamp>,
    /// Why the last try failed, in words.
    pub fault: Option<String>,
}
