//! What a person proves themselves with besides a password, as it is kept.

use crate::{FactorId, RealmId, Timestamp, UserId};

/// The row of an authenticator app, of one recovery code, or of a passkey.
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
    /// Of an authenticator app the key, encrypted by the server; of a recovery code its verifier; of a
    /// passkey its public key (COSE, RFC 9052 §7).
    pub secret: Vec<u8>,
    /// The step of an app's code that was taken last; the count of a passkey's signatures, as it was told last.
    pub step: Option<i64>,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it proved its person last; `None` if it never did.
    pub last_used_at: Option<Timestamp>,
    /// Of a passkey, and of nothing else.
    pub passkey: Option<Passkey>,
}

/// What a person can prove themselves with besides a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// An authenticator app (RFC 6238).
    Totp,
    /// A code for the day when the phone is lost.
    Recovery,
    /// A key pair of a browser, a phone or a security key (Web Authentication Level 2).
    Passkey,
}

/// What is known of a passkey besides its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// What its authenticator calls it; at most 1023 bytes.
    pub credential: Vec<u8>,
    /// What its person calls it.
    pub name: String,
    /// Whether it may leave the device that made it, such as into the cloud of the phone's maker.
    pub synced: bool,
}
