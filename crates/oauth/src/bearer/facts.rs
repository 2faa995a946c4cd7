//! What is known about a presented token.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    AuthorizationId,
    model::{Account, Authorization, Client, OpaqueAccessToken, PersonalAccessToken, User},
    refresh_secret::PresentedRefresh,
    secret::Presented,
};

/// An authorization, and whose it is: what a refresh or a token's judgement needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationFacts {
    /// The authorization, whatever its state.
    pub authorization: Authorization,
    /// The user who granted it.
    pub account: Account,
    /// As the user's name is written.
    pub username: String,
}

/// What accepting an opaque access token needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct OpaqueFacts {
    /// Its row; not proven yet.
    pub token: OpaqueAccessToken,
    /// Whom it speaks for; `None` where that is its client, or where that user is gone.
    pub account: Option<Account>,
    /// As that user's name is written; `None` where `account` is.
    pub username: Option<String>,
    /// `None` where it has none.
    pub authorization: Option<Authorization>,
}

/// What accepting a personal access token needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct PatFacts {
    /// Its row; not proven yet.
    pub token: PersonalAccessToken,
    /// The person who made it.
    pub account: Account,
    /// As that person's name is written.
    pub username: String,
    /// What it rests on; `None` where that is nothing, or is gone.
    pub authorization: Option<Authorization>,
}

/// Claims of an access token of ours, read back after its signature was checked.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadClaims {
    /// The issuer that it was made under (RFC 7519 §4.1.1).
    pub iss: String,
    /// Whom it speaks for: a user's `sub`, or the client's id where it is the client's own (RFC 9068 §2.2).
    pub sub: String,
    /// Whom it is meant for (RFC 7519 §4.1.3).
    pub aud: jeton_jose::Audience,
    /// The client that it was given to (RFC 8693 §4.3).
    pub client_id: String,
    /// What it may be used for, as one text; `None` where there is none, or the realm writes `scopes`.
    #[serde(default)]
    pub scope: Option<String>,
    /// The same as a list, for realms that write it so.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Its own name (RFC 7519 §4.1.7); a UUIDv7, which tells when it was made.
    pub jti: Uuid,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// When it ends, in seconds since the epoch.
    pub exp: i64,
    /// The authorization that it rests on; `None` where it is the client's own.
    #[serde(default)]
    pub aid: Option<AuthorizationId>,
}

/// What was found about a presented token.
pub enum TokenFacts {
    /// A signed access token of ours, its signature checked.
    Jwt {
        /// What it says of itself.
        claims: ReadClaims,
        /// The client that `client_id` names now, if any.
        client: Option<Arc<Client>>,
        /// Its own mark: the `jti` was revoked.
        revoked: bool,
        /// Its refresh token may have been rotated since.
        grant: Option<Arc<AuthorizationFacts>>,
        /// What the realm's settings added to it.
        extra: Vec<(String, Value)>,
    },
    /// An access token whose row was found.
    Opaque {
        /// What was presented; its secret is compared by [`judge`](super::judge).
        presented: Presented,
        /// The client that it was given to, if there still is one.
        client: Option<Arc<Client>>,
        /// The row, and what it rests on.
        facts: Arc<OpaqueFacts>,
        /// Present where the realm's claims show the person.
        user: Option<Arc<User>>,
    },
    /// A personal access token whose row was found.
    Personal {
        /// What was presented; its secret is compared by [`judge`](super::judge).
        presented: Presented,
        /// That of the authorization which it rests on.
        client: Option<Arc<Client>>,
        /// The row, and what it rests on.
        facts: Arc<PatFacts>,
        /// Present where the realm's claims show the person.
        user: Option<Arc<User>>,
    },
    /// A refresh token whose authorization was found.
    Refresh {
        /// What was presented, of whatever generation; [`judge`](super::judge) proves it.
        presented: PresentedRefresh,
        /// The client that it was given to, if there still is one.
        client: Option<Arc<Client>>,
        /// The authorization that it names.
        facts: AuthorizationFacts,
    },
}
