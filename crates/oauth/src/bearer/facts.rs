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
    pub authorization: Authorization,
    pub account: Account,
    /// As the user's name is written.
    pub username: String,
}

/// What accepting an opaque access token needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct OpaqueFacts {
    pub token: OpaqueAccessToken,
    /// Whom it speaks for; `None` where that is its client, or where that user is gone.
    pub account: Option<Account>,
    pub username: Option<String>,
    /// `None` where it has none.
    pub authorization: Option<Authorization>,
}

/// What accepting a personal access token needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct PatFacts {
    pub token: PersonalAccessToken,
    pub account: Account,
    pub username: String,
    /// What it rests on; `None` where that is nothing, or is gone.
    pub authorization: Option<Authorization>,
}

/// Claims of an access token of ours, read back after its signature was checked.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadClaims {
    pub iss: String,
    pub sub: String,
    pub aud: jeton_jose::Audience,
    pub client_id: String,
    #[serde(default)]
    pub scope: Option<String>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    pub jti: Uuid,
    pub iat: i64,
    pub exp: i64,
    #[serde(default)]
    pub aid: Option<AuthorizationId>,
}

/// What was found about a presented token.
pub enum TokenFacts {
    Jwt {
        claims: ReadClaims,
        client: Option<Arc<Client>>,
        /// Its own mark: the `jti` was revoked.
        revoked: bool,
        /// Its refresh token may have been rotated since.
        grant: Option<Arc<AuthorizationFacts>>,
        /// What the realm's settings added to it.
        extra: Vec<(String, Value)>,
    },
    Opaque {
        presented: Presented,
        client: Option<Arc<Client>>,
        facts: Arc<OpaqueFacts>,
        /// Present where the realm's claims show the person.
        user: Option<Arc<User>>,
    },
    Personal {
        presented: Presented,
        /// That of the authorization which it rests on.
        client: Option<Arc<Client>>,
        facts: Arc<PatFacts>,
        /// Present where the realm's claims show the person.
        user: Option<Arc<User>>,
    },
    Refresh {
        presented: PresentedRefresh,
        client: Option<Arc<Client>>,
        facts: AuthorizationFacts,
    },
}
