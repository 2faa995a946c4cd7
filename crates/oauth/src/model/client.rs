//! An application that asks for tokens.

use jeton_jose::Algorithm;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::{
    ClientKey, ClientSecretId, RealmId, Scope, Timestamp, UserId,
    redirect_uri::RedirectUri,
    secret::Verifier,
    settings::{GrantType, TokenFormat},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    pub key: ClientKey,
    pub realm: RealmId,
    /// `client_id`: unique in its realm only.
    pub id: String,
    /// What people see; the id where none is given.
    pub name: Option<String>,
    pub auth: ClientAuthMethod,
    pub grants: Vec<GrantType>,
    pub redirect_uris: Vec<RedirectUri>,
    /// Every scope that it may ask for.
    pub scopes: Scope,
    /// What it gets when it asks for none; `scopes` where none is given.
    pub default_scopes: Option<Scope>,
    /// Resources that it may ask tokens for (RFC 8707), and whose tokens it may introspect.
    pub audiences: Vec<String>,
    pub secrets: Vec<ClientSecret>,
    pub id_token_signed_response_alg: Option<Algorithm>,
    pub access_token_format: Option<TokenFormat>,
    /// `None`: as the realm says.
    pub require_pkce: Option<bool>,
    /// Belongs to those who run the realm, so people are not asked to approve it.
    pub trusted: bool,
    pub owner: Option<UserId>,
    pub status: Status,
    pub not_before: Timestamp,
    pub created_at: Timestamp,
    pub version: u32,
}

/// How a client proves itself; exactly one way each (`token_endpoint_auth_method`, RFC 7591 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    ClientSecretBasic,
    ClientSecretPost,
    /// Id and secret in headers that the realm's dialect names.
    Header,
    /// A public client.
    None,
}

impl ClientAuthMethod {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::Header => "header",
            Self::None => "none",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientSecret {
    pub id: ClientSecretId,
    pub hash: SecretHash,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// At most a minute late.
    pub last_used_at: Option<Timestamp>,
}

/// Fast for what we made or what has enough entropy; slow for the rest.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretHash {
    Sha256(Verifier),
    /// A PHC string (Argon2, scrypt, PBKDF2) or a bcrypt hash.
    Slow(String),
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sha256(_) => "Sha256(…)",
            Self::Slow(_) => "Slow(…)",
        })
    }
}

impl Client {
    /// What people see.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    pub fn may(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    pub fn is_public(&self) -> bool {
        self.auth == ClientAuthMethod::None
    }

    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    pub fn live_secrets(&self, now: Timestamp) -> impl Iterator<Item = &ClientSecret> {
        self.secrets.iter().filter(move |secret| secret.expires_at.is_none_or(|end| now < end))
    }

    pub fn default_scopes(&self) -> &Scope {
        self.default_scopes.as_ref().unwrap_or(&self.scopes)
    }
}
