//! The protocol's own requests and answers: what every wire format is decoded to and encoded from.

use std::sync::Arc;

use uuid::Uuid;

use crate::{Scope, Seconds, Timestamp, model::User, secret::SecretText, settings::GrantType};

/// A token request, wherever its parts stood on the wire (RFC 6749 §4).
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRequest {
    /// Who asks.
    pub credentials: Credentials,
    /// What is asked for.
    pub grant: Grant,
}

/// How the client said who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A secret, in exactly one place.
    Secret {
        /// Where it stood.
        place: SecretPlace,
        /// Who it says it is; decoded.
        client_id: String,
        /// Not checked yet; decoded.
        secret: SecretText,
        /// HTTP Basic as it stands, where decoding it as a form (RFC 6749 §2.3.1) gives something else:
        /// many clients send id and secret as they are (RFC 7617 §2).
        as_sent: Option<Box<AsSent>>,
    },
    /// A `client_id` without a secret: a public client says who it is and proves nothing.
    Public {
        /// As it was sent.
        client_id: String,
    },
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
    /// What stands before the colon.
    pub client_id: String,
    /// What stands after it.
    pub secret: SecretText,
}

/// Where a client's secret stood in its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretPlace {
    /// In `Authorization` (RFC 6749 §2.3.1).
    Basic,
    /// In the body (RFC 6749 §2.3.1).
    Body,
    /// In a header that the dialect names.
    Header,
}

/// What a token request exchanges, by grant.
#[derive(Clone, Debug, PartialEq)]
pub enum Grant {
    /// A code that a person's approval gave (RFC 6749 §4.1.3).
    AuthorizationCode {
        /// As it was sent; not read yet.
        code: SecretText,
        /// Needed where the authorization request named it.
        redirect_uri: Option<String>,
        /// Proves who began (RFC 7636 §4.5).
        code_verifier: Option<SecretText>,
        /// Narrows the audience of this access token (RFC 8707 §2.2).
        resource: Vec<String>,
    },
    /// A refresh token (RFC 6749 §6).
    RefreshToken {
        /// As it was sent; not read yet.
        refresh_token: SecretText,
        /// Narrows the scope of this access token; `None` for all that was granted.
        scope: Option<Scope>,
        /// Narrows the audience of this access token (RFC 8707 §2.2).
        resource: Vec<String>,
    },
    /// The client's own credentials (RFC 6749 §4.4.2).
    ClientCredentials {
        /// What is asked for; `None` for the client's default.
        scope: Option<Scope>,
        /// The audience that is asked for (RFC 8707 §2).
        resource: Vec<String>,
    },
    /// A user's name and password (RFC 6749 §4.3.2).
    Password {
        /// As it was sent.
        username: String,
        /// As it was sent.
        password: SecretText,
        /// What is asked for; `None` for the client's default.
        scope: Option<Scope>,
        /// The audience that is asked for (RFC 8707 §2).
        resource: Vec<String>,
    },
}

impl Grant {
    /// The grant that this is a request of.
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
    /// Signed, if it is a JWT.
    pub access_token: SecretText,
    /// Seconds that the access token lives from now (RFC 6749 §5.1).
    pub expires_in: Seconds,
    /// `None` where none is given.
    pub refresh_token: Option<SecretText>,
    /// Seconds that the refresh token lives from now; `None` without one.
    pub refresh_expires_in: Option<Seconds>,
    /// Signed; `None` where `openid` was not granted.
    pub id_token: Option<SecretText>,
    /// What was granted.
    pub scope: Scope,
    /// The authorization that the tokens belong to.
    pub session_state: Option<Uuid>,
    /// The realm's not-before.
    pub not_before: Timestamp,
    /// Whose tokens they are, where the dialect's answer shows a person.
    pub user: Option<Arc<User>>,
}
