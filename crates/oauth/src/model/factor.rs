//! What a person proves themselves with besides a password, as it is kept.

use crate::{FactorId, RealmId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    pub id: FactorId,
    pub realm: RealmId,
    pub user: UserId,
    pub kind: FactorKind,
    /// Of an authenticator app the key, encrypted by the server; of a recovery code its verifier.
    pub secret: Vec<u8>,
    /// The step of an app's code that was taken last.
    pub step: Option<i64>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// An authenticator app (RFC 6238).
    Totp,
    /// A code for the day when the phone is lost.
    Recovery,
}
