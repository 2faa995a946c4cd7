//! What realm files say, parsed and not yet compared with anything: an absent key says nothing.

use jeton_jose::Algorithm;
use jeton_oauth::{
    Timestamp,
    model::{AccountKind, ClientAuthMethod, Profile, Role, Status},
    redirect_uri::RedirectUri,
    settings::{GrantType, SettingsPatch, TokenFormat},
};
use serde_json::{Map, Value};

use super::{
    fault::{At, Place},
    secret_source::SecretSource,
};

/// One realm, as all the files that name it say together.
#[derive(Debug)]
pub struct RealmEntry {
    pub name: At<String>,
    pub title: Option<At<String>>,
    pub issuer: Option<At<String>>,
    pub dialect: Option<At<String>>,
    pub audience: Option<At<String>>,
    pub status: Option<At<Status>>,
    pub settings: SettingsPatch,
    /// Which settings are said, and where.
    pub settings_at: Vec<At<String>>,
    pub scopes: Vec<ScopeEntry>,
    pub clients: Vec<ClientEntry>,
    pub users: Vec<UserEntry>,
}

#[derive(Debug)]
pub struct ScopeEntry {
    pub name: At<String>,
    pub description: Option<String>,
    pub optional: Option<bool>,
}

#[derive(Debug)]
pub struct ClientEntry {
    /// Whether everything in it could be read; what could not is refused already.
    pub sound: bool,
    pub id: At<String>,
    pub name: Option<At<String>>,
    pub auth: Option<At<ClientAuthMethod>>,
    pub grants: Option<At<Vec<GrantType>>>,
    pub redirect_uris: Option<At<Vec<RedirectUri>>>,
    pub scopes: Option<At<Vec<At<String>>>>,
    pub default_scopes: Option<At<Vec<At<String>>>>,
    pub audiences: Option<At<Vec<At<String>>>>,
    pub secrets: Option<At<Vec<SecretEntry>>>,
    pub id_token_signed_response_alg: Option<At<Algorithm>>,
    pub access_token_format: Option<At<TokenFormat>>,
    pub require_pkce: Option<At<bool>>,
    pub trusted: Option<At<bool>>,
    pub owner: Option<At<String>>,
    pub status: Option<At<Status>>,
}

#[derive(Debug)]
pub struct SecretEntry {
    pub source: At<SecretSource>,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug)]
pub struct UserEntry {
    /// Whether everything in it could be read; what could not is refused already.
    pub sound: bool,
    pub kind: AccountKind,
    pub username: At<String>,
    pub email: Option<At<String>>,
    pub email_verified: Option<At<bool>>,
    pub password: Option<At<SecretSource>>,
    pub sub: Option<At<String>>,
    pub number: Option<At<i64>>,
    pub user_type: Option<At<String>>,
    pub status: Option<At<Status>>,
    pub roles: Option<At<Vec<Role>>>,
    pub attributes: Option<At<Map<String, Value>>>,
    pub profile: Option<At<Profile>>,
    pub owner: Option<At<String>>,
    /// When the account was made elsewhere; heeded when it is made here.
    pub created_at: Option<At<Timestamp>>,
}

impl RealmEntry {
    /// A realm of which nothing is said but its name.
    pub fn named(name: At<String>) -> Self {
        Self {
            name,
            title: None,
            issuer: None,
            dialect: None,
            audience: None,
            status: None,
            settings: SettingsPatch::default(),
            settings_at: Vec::new(),
            scopes: Vec::new(),
            clients: Vec::new(),
            users: Vec::new(),
        }
    }

    /// Where a setting is said, or else the realm's name.
    pub fn setting_place(&self, name: &str) -> Place {
        self.settings_at.iter().find(|said| said.value == name).map_or(self.name.at, |said| said.at)
    }
}

impl ClientEntry {
    pub fn named(id: At<String>) -> Self {
        Self {
            sound: true,
            id,
            name: None,
            auth: None,
            grants: None,
            redirect_uris: None,
            scopes: None,
            default_scopes: None,
            audiences: None,
            secrets: None,
            id_token_signed_response_alg: None,
            access_token_format: None,
            require_pkce: None,
            trusted: None,
            owner: None,
            status: None,
        }
    }
}

impl UserEntry {
    pub fn named(kind: AccountKind, username: At<String>) -> Self {
        Self {
            sound: true,
            kind,
            username,
            email: None,
            email_verified: None,
            password: None,
            sub: None,
            number: None,
            user_type: None,
            status: None,
            roles: None,
            attributes: None,
            profile: None,
            owner: None,
            created_at: None,
        }
    }
}
