//! What is known about a presented token.

use std::sync::Arc;

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    AuthorizationId,
    model::{Account, Authorization, Client, OpaqueAccessToken, PersonalAccessToken},
    refresh_secret::PresentedRefresh,
    secret::Presented,
};

/// An authorization, and whose it is: what a refresh or a token's judgement needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationFacts {
    pub authorization: Authorization,
    pub account: Account,
}

/// What accepting an opaque access token needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct OpaqueFacts {
    pub token: OpaqueAccessToken,
    /// Whom it speaks for; `None` where that is its client, or where that user is gone.
    pub account: Option<Account>,
    /// `None` where it has none.
    pub authorization: Option<Authorization>,
}

/// What accepting a personal access token needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct PatFacts {
    pub token: PersonalAccessToken,
    pub account: Account,
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
    },
    Opaque {
        presented: Presented,
        client: Option<Arc<Client>>,
        facts: Arc<OpaqueFacts>,
    },
    Personal {
        presented: Presented,
        /// That of the authorization which it rests on.
        client: Option<Arc<Client>>,
        facts: Arc<PatFacts>,
    },
    Refresh {
        presented: PresentedRefresh,
        client: Option<Arc<Client>>,
        facts: AuthorizationFacts,
    },
}
