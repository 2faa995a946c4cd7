//! A key of a realm, wrapped, and when it is used.

use jeton_jose::Algorithm;

use crate::{KeyId, RealmId, Seconds, Timestamp};

/// The row of a key; its private half is never in the clear there.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Names the row.
    pub id: KeyId,
    /// Whose tokens it is for.
    pub realm: RealmId,
    /// What it does.
    pub purpose: KeyPurpose,
    /// 1, 2, 3… per realm and purpose; two nodes that rotate at once agree on one.
    pub ordinal: u32,
    /// The private key, encrypted.
    pub wrapped: Vec<u8>,
    /// Names the key that it is encrypted under.
    pub wrapping_key: String,
    /// The public JWK, where there is one.
    pub public_jwk: Option<String>,
    /// Announced from here.
    pub created_at: Timestamp,
    /// Signs from here, until the next one does.
    pub active_at: Timestamp,
    /// The longest life of a token that it signed or may sign from now on. `None` where it signs none, and
    /// where that was not written down yet. Tokens may outlive the setting that they were made by.
    pub longest_token: Option<Seconds>,
    /// Known to be in nobody's hands any more from here; `None` while it may still be.
    pub revoked_at: Option<Timestamp>,
}

/// What a key of a realm is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Signs tokens that others verify.
    Sign(Algorithm),
    /// Derives refresh tokens.
    Refresh,
    /// Signs refresh tokens that are JWTs (HS256).
    RefreshJwt,
}

impl KeyPurpose {
    /// As it is displayed: `refresh`, `refresh_jwt`, or the name of an algorithm. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "refresh" => Some(Self::Refresh),
            "refresh_jwt" => Some(Self::RefreshJwt),
            alg => alg.parse().ok().map(Self::Sign),
        }
    }
}

impl std::fmt::Display for KeyPurpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sign(algorithm) => algorithm.fmt(f),
            Self::Refresh => f.write_str("refresh"),
            Self::RefreshJwt => f.write_str("refresh_jwt"),
        }
    }
}
