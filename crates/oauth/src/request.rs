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
    Secret {
        place: SecretPlace,
        client_id: String,
        secret: SecretText,
        /// HTTP Basic as it stands, where decoding it as a form (RFC 6749 §2.3.1) gives something else:
        /// many clients send id and secret as they are (RFC 7617 §2).
        as_sent: Option<Box<AsSent>>,
    },
    /// A `client_id` without a secret: a public client says who it is and proves nothing.
    Public { client_id: String },
    /// Nothing was sent, and the dialect lets the token say whose it is
    /// (`refresh_without_client_authentication`).
    FromToken,
    /// Nothing was sent.
    Missing,
}

impl Credentials {
    /// A secret that reads in one way only.
    pub fn secret(place: SecretPlace, client_id: impl Into<String>, secret: SecretText) -> Self {
        Self::Secret { place, client_id: client_id.into(), secret, as_sent: None }
    }

    /// What else HTTP Basic may have meant.
    pub fn as_sent(&self) -> Option<&AsSent> {
        match self {
            Self::Secret { as_sent, .. } => as_sent.as_deref(),
            _ => None,
        }
    }

    /// Every secret that these credentials may mean for this client: one, or two.
    pub fn secrets_for<'c>(&'c self, client_id: &'c str) -> impl Iterator<Item = &'c SecretText> {
        let (first, second) = match self {
            Self::Secret { client_id: named, secret, as_sent, .. } => (
                (named == client_id).then_some(secret),
                as_sent.as_deref().filter(|sent| sent.client_id == client_id).map(|sent| &sent.secret),
            ),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// As it was sent.
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::Secret { client_id, .. } | Self::Public { client_id } => Some(client_id),
            Self::FromToken | Self::Missing => None,
        }
    }
}

/// Id and secret of HTTP Basic, not decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsSent {
    pub client_id: String,
    pub secret: SecretText,
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
