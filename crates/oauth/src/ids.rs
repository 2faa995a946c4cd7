//! Names for rows: one type per noun, so that an id of one thing is never taken for another's.

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh UUIDv7 (RFC 9562 §5.7): ordered by birth, unguessable by its random part.
            pub fn new(now: Timestamp, rng: &mut dyn CryptoRng) -> Self {
                Self(uuid_v7(now, rng))
            }

            /// As the row and the secrets of the noun hold it.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Whatever bytes; whether there is such a row is the store's to say.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// One issuer with its people, clients, keys and settings.
    RealmId,
    /// A client's row; `client_id` is its public name, unique per realm only.
    ClientKey,
    /// One secret of a client: it may have several, as an old one stays while programs change over.
    ClientSecretId,
    /// A person or an API user. Never changes; tokens and applications know them by `sub`.
    UserId,
    /// A browser that somebody signed in with; `sid` of ID tokens.
    SessionId,
    /// What one sign-in of one client was granted; `aid` of its access tokens.
    AuthorizationId,
    /// An authorization code (RFC 6749 §4.1.2); the selector in it.
    CodeId,
    /// An opaque access token's row.
    AccessTokenId,
    /// A token that a person made for a program of their own; the selector in it.
    PersonalAccessTokenId,
    /// A key of a realm: it signs tokens, or refresh tokens are derived with it.
    KeyId,
    /// A link that was mailed; the selector in it.
    OneTimeLinkId,
    /// What lets programs register clients (RFC 7591).
    InitialAccessTokenId,
    /// A refusal that is kept for those who own the application.
    FailureId,
    /// What somebody proves themselves with besides a password: an app, one recovery code, or a passkey.
    FactorId,
    /// A letter in the outbox.
    MailId,
    /// An event; tells by its order when it happened.
    AuditId,
    /// An authorization request that waits for a person.
    PendingRequestId,
}

/// A UUIDv7 whose milliseconds are `now` (RFC 9562 §5.7).
pub fn uuid_v7(now: Timestamp, rng: &mut dyn CryptoRng) -> Uuid {
    let mut random = [0u8; 10];
    rng.fill_bytes(&mut random);
    uuid::Builder::from_unix_timestamp_millis(now.as_millis().max(0) as u64, &random).into_uuid()
}

/// The birth of a UUIDv7, or `None` for another version.
pub fn born_at(id: Uuid) -> Option<Timestamp> {
    if id.get_version_num() != 7 {
        return None;
    }
    let bytes = id.as_bytes();
    let millis = bytes[..6].iter().fold(0i64, |sum, byte| (sum << 8) | i64::from(*byte));
    Some(Timestamp::from_millis(millis))
}
