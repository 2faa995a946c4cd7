//! Whom an `id_token_hint` names: what an application says of the person that it expects.

use jeton_jose::Audience;
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::model::{Account, Client, Realm};

/// The person whom a request is meant for (OpenID Connect Core §3.1.2.1 `id_token_hint`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The `sub` of an ID token that this realm gave to this client; it may have ended long ago.
    Of(String),
    /// Nobody that can be told: not such a token, or its key is gone.
    Nobody,
}

/// What is read of a hint, after its signature was proven to be a key's of the realm. Its `exp` is not.
#[derive(Debug, Deserialize)]
pub struct HintClaims {
    iss: String,
    sub: String,
    aud: Audience,
    // Access tokens have both; an ID token has neither.
    jti: Option<IgnoredAny>,
    client_id: Option<IgnoredAny>,
}

impl Hint {
    /// `claims` is `None` where nothing was proven.
    pub fn of(claims: Option<HintClaims>, client: &Client, realm: &Realm) -> Self {
        let ours = |claims: &HintClaims| {
            let for_client = claims.aud.names().contains(&client.id);
            claims.iss == realm.issuer && for_client && claims.jti.is_none() && claims.client_id.is_none()
        };
        claims.filter(ours).map_or(Self::Nobody, |claims| Self::Of(claims.sub))
    }

    /// Whether this person may be the one. Who cannot be told may be anybody.
    pub(super) fn fits(&self, account: &Account) -> bool {
        match self {
            Self::Of(sub) => account.sub == *sub,
            Self::Nobody => true,
        }
    }
}
