//! Of tokens that are rows.

use std::net::IpAddr;

use crate::{
    AccessTokenId, PersonalAccessTokenId, RealmId, Timestamp, UserId,
    model::{OpaqueAccessToken, PersonalAccessToken},
    secret::Verifier,
};

/// Writes of single access tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessTokenChange {
    /// An opaque one.
    Create(OpaqueAccessToken),
    /// An opaque one; no conflict if it is gone.
    Delete {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The token's row.
        id: AccessTokenId,
    },
    /// A JWT without an authorization: its `jti` is kept until `expires_at`.
    RevokeJti {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Its name (RFC 7519 §4.1.7).
        jti: uuid::Uuid,
        /// When the token ends by itself.
        expires_at: Timestamp,
    },
}

/// Writes of tokens that people make.
#[derive(Clone, Debug, PartialEq)]
pub enum PersonalAccessTokenChange {
    /// Guard: nothing killed what asked for it, which was born at `since`: realm and person are active,
    /// the authorization that the token rests on and its client too, and no not-before is later; and
    /// fewer than `limit` tokens of that person live.
    Create {
        /// The row.
        token: PersonalAccessToken,
        /// When the session or access token was born that asks.
        since: Timestamp,
        /// How many may live at once.
        limit: u32,
    },
    /// Guard: the stored version is `version`, it is not revoked, and otherwise as in `Create`.
    Regenerate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PersonalAccessTokenId,
        /// The one that was looked at.
        version: u32,
        /// Of the new secret half.
        verifier: Verifier,
        /// The first characters of the new text.
        prefix: String,
        /// When: the time of the decision.
        at: Timestamp,
        /// When the session or access token was born that asks.
        since: Timestamp,
    },
    /// Guard: it is `user`'s and not revoked.
    Revoke {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Whose it has to be.
        user: UserId,
        /// The row.
        id: PersonalAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Its person is told that it ends soon. Guard: they were not told before.
    Remind {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PersonalAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// A mark, not a fact: may be lost.
    Used {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PersonalAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
        /// The address that it came from; `None` leaves the last that is known.
        from: Option<IpAddr>,
    },
}
