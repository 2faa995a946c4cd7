//! Of realms, their keys, and the dialects that they speak.

use crate::{
    KeyId, RealmId, Seconds, Timestamp,
    dialect::DialectFile,
    model::{Key, RealmConfig},
};

/// Writes of realms. Names and issuers are unique in the installation.
#[derive(Clone, Debug, PartialEq)]
pub enum RealmChange {
    /// Conflict if the id, the name or the issuer is taken, or the issuer lies inside another's or around it.
    Create(RealmConfig),
    /// Guard: the stored version is `version`; it becomes one more. The issuer as in `Create`.
    Update(RealmConfig),
    /// Never lowers it.
    RaiseNotBefore {
        /// The realm.
        realm: RealmId,
        /// Tokens born before this are dead.
        to: Timestamp,
    },
    /// Where realms that name no issuer are served.
    ServeAt {
        /// The servers' own address, without a slash at its end.
        public_url: String,
    },
    /// With everything in it: nobody finds it any more, its name and its issuer are free, and its rows
    /// leave in small steps. Guard: it exists.
    Delete {
        /// The realm.
        realm: RealmId,
    },
}

/// Writes of keys; the private halves are encrypted already.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyChange {
    /// Conflict if this realm and purpose have that ordinal already.
    Create(Key),
    /// The old key stops signing when this one starts; brings a start forward. Guard: it exists.
    Activate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// From then on it signs; a start that was earlier stays.
        at: Timestamp,
    },
    /// Gone from the JWKS at once. Guard: it exists.
    Revoke {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// Since when; the first time stays.
        at: Timestamp,
    },
    /// Before a key signs tokens that live for longer than any that it signed. Never lowers it.
    Promise {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// Seconds that such a token lives.
        longest_token: Seconds,
    },
    /// Nothing that it signed can live any more. Deleting twice is deleting once.
    Delete {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
    },
    /// The same key under another wrapping key.
    Rewrap {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// The private key, encrypted anew.
        wrapped: Vec<u8>,
        /// Names the key that it is encrypted under now.
        wrapping_key: String,
    },
}

/// Writes of dialects that operators wrote.
#[derive(Clone, Debug, PartialEq)]
pub enum DialectChange {
    /// Guard: the stored version is `version` (0: there is none of this name); it becomes one more.
    Store {
        /// The text, checked.
        file: DialectFile,
        /// The one that was looked at.
        version: u32,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Guard: it is there in this version, and no realm speaks it.
    Remove {
        /// What realms call it.
        name: String,
        /// The one that was looked at.
        version: u32,
    },
}
