//! The protocol's own requests and answers: what every wire format is decoded to and encoded from.

use std::sync::Arc;

use uuid::Uuid;

use crate::{Scope, Seconds, Timestamp, model::User, secret::SecretText, settings::GrantType};

/// A token request, wherever its parts stood on the wire (RFC 6749 §4).
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRequest {
    pub credentials: Credentials,
    pub grant: Grant,
}

/// How the client said who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A secret, in exactly one place.
    Secret { place: SecretPlace, client_id: String, secret: SecretText },
    /// A `client_id` without a secret: a public client says who it is and proves nothing.
    Public { client_id: String },
    /// Nothing was sent, and the dialect lets the token say whose it is
    /// (`refresh_without_client_authentication`).
    FromToken,
    /// Nothing was sent.
    Missing,
}

impl Credentials {
    /// As it was sent.
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::Secret { client_id, .. } | Self::Public { client_id } => Some(client_id),
            Self::FromToken | Self::Missing => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretPlace {
    Basic,
    Body,
    Header,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Grant {
    AuthorizationCode { code: SecretText, redirect_uri: Option<String>, code_verifier: Option<SecretText>, resource: Vec<String> },
    RefreshToken { refresh_token: SecretText, scope: Option<Scope>, resource: Vec<String> },
    ClientCredentials { scope: Option<Scope>, resource: Vec<String> },
    Password { username: String, password: SecretText, scope: Option<Scope>, resource: Vec<String> },
}

impl Grant {
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::Password { .. } => GrantType::Password,
        }
    }
}

/// What a successful token request is answered with, signed and ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenAnswer {
    pub access_token: SecretText,
    pub expires_in: Seconds,
    pub refresh_token: Option<SecretText>,
    pub refresh_expires_in: Option<Seconds>,
    pub id_token: Option<SecretText>,
    pub scope: Scope,
    /// The authorization that the tokens belong to.
    pub session_state: Option<Uuid>,
    /// The realm's not-before.
    pub not_before: Timestamp,
    /// Whose tokens they are, where the dialect's answer shows a person.
    pub user: Option<Arc<User>>,
}
