//! A client: what may be said about it (RFC 7591 §2), whether it can be, and what may be done with it.

mod faults;
mod verbs;

use jeton_jose::Algorithm;
use serde_json::{Map, Value};

use super::document::document;
use crate::{
    Scope,
    model::{AuthMethods, Client},
    redirect_uri::RedirectUri,
    settings::{GrantType, IdTokenContent, Settings, TokenFormat},
};

pub use faults::client_id_fault;
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
        /// What its ID tokens say of people besides who they are: `minimal` or `scopes`; as the realm says where it is left out.
        id_token_claims: Option<IdTokenContent>,
        /// Whether it must use PKCE (RFC 7636); as the realm says where it is left out. Public clients always must.
        require_pkce: Option<bool>,
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
}

impl Client {
    /// What its ID tokens say of people, in a realm with these settings.
    pub fn id_token_content(&self, settings: &Settings) -> IdTokenContent {
        self.metadata.id_token_claims.unwrap_or(settings.id_token_claims)
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
