//! A client: what may be said about it (RFC 7591 §2), whether it can be, and what may be done with it.

mod developers;
mod faults;
mod kinds;
mod verbs;

use jeton_jose::Algorithm;
use serde_json::{Map, Value};

use super::document::document;
use crate::{
    Scope, Seconds,
    dialect::Relaxation,
    model::{AuthMethods, Client, Realm},
    redirect_uri::RedirectUri,
    settings::{GrantType, IdTokenContent, RequirePkce, SecondFactor, Settings, SettingsPatch, TokenFormat},
};

pub(in crate::manage) use developers::room_for_one_more;
pub use developers::{
    Heir, Invited, MOST_CO_DEVELOPERS, MOST_SECRETS, Together, add_second_secret, asks_for_its_name, decline, developer_of, dismiss,
    hand_over, invite, is_invited, join, leave, remove_secret_of_developer, still_theirs, uninvite,
};
pub use faults::client_id_fault;
pub use kinds::Kind;
pub use verbs::{
    FirstSecret, OldSecrets, Registered, Registration, SecretAdded, add_secret, change, disable, enable, register, remove, remove_secret,
    replace_secret_end, revoke_all, secret_faults,
};
pub(in crate::manage) use verbs::{gone, make, secret_made};

document! {
    /// What is said about a client, with the names of RFC 7591 §2 and of what came after it. Names that
    /// are in no RFC are Jeton's own.
    pub struct ClientMetadata {
        /// What people see; the client's id where it is left out.
        client_name: Option<String>,
        /// How the client proves itself: `client_secret_basic`, `client_secret_post`, `header` (id and secret in headers that the dialect names) or `none` (a public client).
        /// A list of `client_secret_basic` and `client_secret_post` allows both.
        token_endpoint_auth_method: AuthMethods,
        /// What it may use to get tokens: `authorization_code`, `refresh_token`, `client_credentials`, `password`.
        grant_types: Vec<GrantType>,
        /// Where people return to after they signed in, compared byte by byte.
        redirect_uris: Vec<RedirectUri>,
        /// Whether `http://localhost/…` without a port matches any port. Loopback addresses such as `http://127.0.0.1/…` always do.
        loopback_any_port: bool,
        /// What it may ask for.
        scope: Scope,
        /// What it gets when it asks for nothing; all of `scope` where it is left out.
        default_scope: Option<Scope>,
        /// Resources that it may ask tokens for (RFC 8707), and whose tokens it may introspect.
        audiences: Vec<String>,
        /// Its own address, for people.
        client_uri: Option<String>,
        /// What people see beside its name: a square `.svg` or `.png` among the data folder's `assets/`, by its file name. Two letters where there is none.
        logo: Option<String>,
        /// The address of its logo.
        logo_uri: Option<String>,
        /// The address of what it says about people's data.
        policy_uri: Option<String>,
        /// The address of its terms.
        tos_uri: Option<String>,
        /// E-mail addresses of whoever is responsible for it.
        contacts: Vec<String>,
        /// It belongs to those who run the realm, so people are not asked to approve it.
        trusted: bool,
        /// Signs its ID tokens; `RS256` where it is left out.
        id_token_signed_response_alg: Option<Algorithm>,
        /// `jwt` or `opaque`; as the realm says where it is left out.
        access_token_format: Option<TokenFormat>,
        /// Signs its access tokens; as the realm says where it is left out.
        access_token_alg: Option<Algorithm>,
        /// Seconds that its access tokens live, at most the realm's `client_lifetime_limit`; as the realm says where it is left out.
        access_token_lifetime: Option<Seconds>,
        /// Seconds that one of its refresh tokens lives unless it is used; as the realm says where it is left out.
        refresh_token_lifetime: Option<Seconds>,
        /// Seconds in which the predecessor of its refresh token, presented again, gets the same successor; as the realm says where it is left out.
        refresh_token_grace: Option<Seconds>,
        /// Seconds from the sign-in after which no refresh helps any more, at most the realm's; as the realm says where it is left out.
        authorization_lifetime: Option<Seconds>,
        /// Seconds that its authorization codes live, 1 to 60; as the realm says where it is left out.
        authorization_code_lifetime: Option<Seconds>,
        /// Seconds that its ID tokens live, at most the realm's `client_lifetime_limit`; as the realm says where it is left out.
        id_token_lifetime: Option<Seconds>,
        /// What its ID tokens say of people besides who they are: `minimal` or `scopes`; as the realm says where it is left out.
        id_token_claims: Option<IdTokenContent>,
        /// Whether people need a second factor for it; as the realm says where it is left out.
        require_second_factor: Option<bool>,
        /// Whether it must use PKCE (RFC 7636); as the realm says where it is left out. Public clients always must.
        require_pkce: Option<bool>,
        /// What these loosen against the standard that the realm does not, by name; each needs to be listed.
        relaxes: Vec<Relaxation>,
    }
}

impl ClientMetadata {
    /// The document, without what is as usual.
    pub fn to_document(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// Settings of the realm that the client has another value for.
    pub fn overrides(&self) -> SettingsPatch {
        SettingsPatch {
            access_token_format: self.access_token_format,
            access_token_alg: self.access_token_alg,
            access_token_lifetime: self.access_token_lifetime,
            refresh_token_lifetime: self.refresh_token_lifetime,
            refresh_token_grace: self.refresh_token_grace,
            authorization_lifetime: self.authorization_lifetime,
            authorization_code_lifetime: self.authorization_code_lifetime,
            id_token_lifetime: self.id_token_lifetime,
            id_token_claims: self.id_token_claims,
            second_factor: self.require_second_factor.map(second_factor),
            require_pkce: self.require_pkce.map(pkce),
            ..SettingsPatch::default()
        }
    }
}

const fn second_factor(must: bool) -> SecondFactor {
    if must { SecondFactor::Required } else { SecondFactor::Optional }
}

const fn pkce(all: bool) -> RequirePkce {
    if all { RequirePkce::All } else { RequirePkce::Public }
}

/// The settings of one client's tokens: its own, and the realm's where it says nothing. Two references: whoever
/// holds client and realm has it, and it cannot be older than they are.
#[derive(Clone, Copy, Debug)]
pub struct Effective<'a> {
    own: &'a ClientMetadata,
    realm: &'a Settings,
}

impl Effective<'_> {
    /// A JWT or an opaque string.
    pub fn access_token_format(self) -> TokenFormat {
        self.own.access_token_format.unwrap_or(self.realm.access_token_format)
    }

    /// What its access tokens are signed with, where they are JWTs.
    pub fn access_token_alg(self) -> Algorithm {
        self.own.access_token_alg.unwrap_or(self.realm.access_token_alg)
    }

    /// Seconds; its own is at most the realm's `client_lifetime_limit`.
    pub fn access_token_lifetime(self) -> Seconds {
        self.limited(self.own.access_token_lifetime).unwrap_or(self.realm.access_token_lifetime)
    }

    /// Seconds; its own is at most the realm's `client_lifetime_limit`.
    pub fn id_token_lifetime(self) -> Seconds {
        self.limited(self.own.id_token_lifetime).unwrap_or(self.realm.id_token_lifetime)
    }

    /// Seconds that one refresh token lives unless it is used.
    pub fn refresh_token_lifetime(self) -> Seconds {
        self.own.refresh_token_lifetime.unwrap_or(self.realm.refresh_token_lifetime)
    }

    /// Seconds in which a used refresh token works again; 0 for never.
    pub fn refresh_token_grace(self) -> Seconds {
        self.own.refresh_token_grace.unwrap_or(self.realm.refresh_token_grace)
    }

    /// Keys are kept for as long as the realm says, whatever a client said before.
    pub fn authorization_lifetime(self) -> Seconds {
        let realm = self.realm.authorization_lifetime;
        self.own.authorization_lifetime.map_or(realm, |own| own.min(realm))
    }

    /// Seconds.
    pub fn authorization_code_lifetime(self) -> Seconds {
        self.own.authorization_code_lifetime.unwrap_or(self.realm.authorization_code_lifetime)
    }

    /// What an ID token says of the person.
    pub fn id_token_claims(self) -> IdTokenContent {
        self.own.id_token_claims.unwrap_or(self.realm.id_token_claims)
    }

    /// RFC 9700 §2.1.1: public clients always must.
    pub fn needs_pkce(self) -> bool {
        self.own.token_endpoint_auth_method.is_public() || self.own.require_pkce.unwrap_or(self.realm.require_pkce == RequirePkce::All)
    }

    /// Whether whoever has no second factor sets one up first, and whoever has one is asked for it.
    pub fn needs_second_factor(self) -> bool {
        self.own.require_second_factor.unwrap_or(self.realm.second_factor == SecondFactor::Required)
    }

    fn limited(self, own: Option<Seconds>) -> Option<Seconds> {
        own.map(|own| own.min(self.realm.client_lifetime_limit))
    }
}

/// Where an effective setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The client says so itself.
    Client,
    /// Its realm's settings.
    Realm,
    /// The realm's dialect.
    Dialect,
    /// Nobody says anything: the default.
    Standard,
}

impl Layer {
    /// As answers write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Realm => "realm",
            Self::Dialect => "dialect",
            Self::Standard => "standard",
        }
    }
}

impl Client {
    /// What its tokens are like in a realm with these settings.
    pub fn effective<'a>(&'a self, realm: &'a Settings) -> Effective<'a> {
        Effective { own: &self.metadata, realm }
    }

    /// Every setting that a client may have of its own, with the value that counts and the layer that says it.
    pub fn layers(&self, realm: &Realm) -> Vec<(&'static str, Value, Layer)> {
        let own = self.effective(&realm.settings);
        let counts = SettingsPatch {
            access_token_format: Some(own.access_token_format()),
            access_token_alg: Some(own.access_token_alg()),
            access_token_lifetime: Some(own.access_token_lifetime()),
            refresh_token_lifetime: Some(own.refresh_token_lifetime()),
            refresh_token_grace: Some(own.refresh_token_grace()),
            authorization_lifetime: Some(own.authorization_lifetime()),
            authorization_code_lifetime: Some(own.authorization_code_lifetime()),
            id_token_lifetime: Some(own.id_token_lifetime()),
            id_token_claims: Some(own.id_token_claims()),
            second_factor: Some(second_factor(own.needs_second_factor())),
            require_pkce: Some(pkce(own.needs_pkce())),
            ..SettingsPatch::default()
        };
        let said = [
            (Layer::Client, self.metadata.overrides().to_document()),
            (Layer::Realm, realm.config.settings.to_document()),
            (Layer::Dialect, realm.dialect.settings.to_document()),
        ];
        let counts = counts.to_document();
        let names = SettingsPatch::NAMES.iter().filter_map(|name| Some((*name, counts.get(*name)?.clone())));
        names
            .map(|(name, value)| {
                if name == "require_pkce" && self.is_public() {
                    return (name, value, Layer::Standard);
                }
                let layer = said.iter().find(|(_, layer)| layer.contains_key(name)).map_or(Layer::Standard, |(layer, _)| *layer);
                (name, value, layer)
            })
            .collect()
    }

    /// Whether an authorization response may go there.
    pub fn returns_to(&self, uri: &str) -> bool {
        let any_port = self.metadata.loopback_any_port;
        self.metadata.redirect_uris.iter().any(|own| if any_port { own.matches_any_port(uri) } else { own.matches(uri) })
    }

    /// What it gets when it asks for nothing.
    pub fn default_scope(&self) -> &Scope {
        self.metadata.default_scope.as_ref().unwrap_or(&self.metadata.scope)
    }
}
