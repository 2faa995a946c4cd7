//! What a client is told of its registration (RFC 7591 §3.2.1, RFC 7592 §3).

use serde_json::{Map, Value, json};

use super::requested::OWN;
use crate::{
    Endpoint,
    model::{Client, Realm},
    secret::SecretText,
    settings::GrantType,
};

/// A client as it is registered now, and what is shown of it once.
#[derive(Debug)]
pub struct Registration {
    /// The client as it is stored.
    pub client: Client,
    /// A secret that was just made.
    pub secret: Option<SecretText>,
    /// What opens its configuration endpoint from now on.
    pub access_token: SecretText,
}

impl Registration {
    /// The document: all that is registered, what was left out as it is usual.
    pub fn to_document(&self, realm: &Realm) -> Map<String, Value> {
        let client = &self.client;
        let redirects = client.may(GrantType::AuthorizationCode);
        let mut document = client.metadata.to_document();
        document.retain(|member, _| OWN.contains(&member.as_str()));
        let mut say = |member: &str, value: Value| document.insert(member.to_owned(), value);
        say("client_id", json!(client.id));
        say("client_id_issued_at", json!(client.created_at.as_seconds()));
        say("token_endpoint_auth_method", json!(client.token_endpoint_auth_method.first()));
        say("grant_types", json!(client.grant_types));
        say("response_types", if redirects { json!(["code"]) } else { json!([]) });
        say("redirect_uris", json!(client.redirect_uris));
        say("scope", json!(client.scope));
        say("registration_access_token", json!(self.access_token.expose()));
        say("registration_client_uri", json!(format!("{}{}/{}", realm.issuer, Endpoint::Registration.path(), client.id)));
        if let Some(secret) = &self.secret {
            say("client_secret", json!(secret.expose()));
            // It does not end by itself.
            say("client_secret_expires_at", json!(0));
        }
        document
    }
}
