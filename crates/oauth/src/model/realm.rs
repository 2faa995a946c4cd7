//! One issuer with its people, clients, keys and settings.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Status;
use crate::{
    RealmId, Scope, Timestamp,
    dialect::Dialect,
    manage::administrator,
    settings::{ScopeDefinition, Settings, SettingsPatch, WhoRegisters, built_in_scopes},
};

/// A realm as it is stored: what was said about it, without what its dialect adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RealmConfig {
    /// Never changes.
    pub id: RealmId,
    /// Unique in the installation; the path of its issuer where none is given.
    pub name: String,
    /// What people see; the name where none is given.
    pub title: Option<String>,
    /// `None`: the server's own address, then `/` and the name.
    pub issuer: Option<String>,
    /// The name of the dialect that its endpoints speak to clients.
    pub dialect: String,
    /// `aud` of access tokens for which no `resource` was asked.
    pub audience: Option<String>,
    /// Its own scopes, besides the built-in ones.
    pub scopes: Vec<ScopeDefinition>,
    /// What differs from the dialect's settings and the defaults.
    pub settings: SettingsPatch,
    /// Disabled, none of its endpoints answers.
    pub status: Status,
    /// Tokens born before this are dead.
    pub not_before: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts updates; an update of another version is a conflict.
    pub version: u32,
}

/// A realm as the rules see it: its issuer known, its dialect found, its settings complete.
#[derive(Clone, Debug)]
pub struct Realm {
    /// What is stored.
    pub config: RealmConfig,
    /// Exactly as in `iss`: no trailing slash.
    pub issuer: String,
    /// How its endpoints speak to clients.
    pub dialect: Arc<Dialect>,
    /// The defaults, then the dialect's, then its own.
    pub settings: Settings,
    /// Every scope that exists here, built-in ones included.
    pub scopes: Scope,
}

impl Realm {
    /// Puts together what is stored, what the server knows of its address, and the dialect that the realm
    /// names.
    pub fn new(config: RealmConfig, issuer: String, dialect: Arc<Dialect>) -> Self {
        let settings = Settings::default().with(&dialect.settings).with(&config.settings);
        let own = Scope::from_tokens(config.scopes.iter().map(|scope| scope.name.as_str())).unwrap_or_default();
        let scopes = own.union(&built_in_scopes());
        let scopes = if config.id == administrator::REALM_ID { scopes.union(&administrator::scopes()) } else { scopes };
        Self { config, issuer, dialect, settings, scopes }
    }

    /// That of its row.
    pub fn id(&self) -> RealmId {
        self.config.id
    }

    /// What people see.
    pub fn title(&self) -> &str {
        self.config.title.as_deref().unwrap_or(&self.config.name)
    }

    /// `aud` where the request names no `resource`; never a client's id (RFC 9068 §3).
    pub fn default_audience(&self) -> &str {
        self.config.audience.as_deref().unwrap_or(&self.issuer)
    }

    /// What people are told that it allows; `None` where nothing was said of it.
    pub fn describe_scope(&self, token: &str) -> Option<&str> {
        let own = self.config.scopes.iter().find(|scope| scope.name == token).map(|scope| scope.description.as_str());
        let ours = || administrator::describe(token).filter(|_| self.holds_administrators());
        own.filter(|text| !text.is_empty()).or_else(ours)
    }

    /// Whether a person may leave this scope out and approve the rest.
    pub fn is_optional(&self, token: &str) -> bool {
        self.config.scopes.iter().any(|scope| scope.name == token && scope.optional)
    }

    /// Who may register applications by themselves: nobody ever in the realm of the administrators.
    pub fn registration(&self) -> WhoRegisters {
        if self.holds_administrators() { WhoRegisters::Off } else { self.settings.registration }
    }

    /// Whether its endpoints answer.
    pub fn is_active(&self) -> bool {
        self.config.status == Status::Active
    }

    /// Whether its issuer is `https`, so that cookies may be told to travel by it alone.
    pub fn is_https(&self) -> bool {
        self.issuer.starts_with("https://")
    }

    /// Whether this is the built-in realm whose people are the server's administrators.
    pub fn holds_administrators(&self) -> bool {
        self.config.id == administrator::REALM_ID
    }
}
