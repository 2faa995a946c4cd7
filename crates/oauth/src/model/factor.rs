//! What a person proves themselves with besides a password, as it is kept.

use crate::{FactorId, RealmId, Timestamp, UserId};

/// The row of an authenticator app, or of one recovery code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Names it to its person.
    pub id: FactorId,
    /// Where its person is.
    pub realm: RealmId,
    /// Whose it is.
    pub user: UserId,
    /// What it is.
    pub kind: FactorKind,
    /// Of an authenticator app the key, encrypted by the server; of a recovery code its verifier.
    pub secret: Vec<u8>,
    /// The step of an app's code that was taken last.
    pub step: Option<i64>,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When a code of it was taken last; `None` if none was.
    pub last_used_at: Option<Timestamp>,
}

/// What a person can prove themselves with besides a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// An authenticator app (RFC 6238).
    Totp,
    /// A code for the day when the phone is lost.
    Recovery,
}
