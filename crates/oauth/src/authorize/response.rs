//! The authorization response (RFC 6749 §4.1.2, RFC 9207): parameters on a proven redirect URI.

use url::form_urlencoded;

use crate::{
    ClientKey, ErrorCode, OAuthError,
    activity::{About, Reason},
    model::Realm,
    secret::SecretText,
};

/// Where the browser goes next, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    /// Whom it goes to, for those who count.
    pub client: ClientKey,
    redirect_uri: String,
    outcome: Outcome,
    state: Option<String>,
    iss: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Code(SecretText),
    Refusal { error: ErrorCode, description: String, reason: Reason, about: About },
}

impl AuthorizationResponse {
    pub(crate) fn code(client: ClientKey, redirect_uri: &str, state: Option<String>, realm: &Realm, code: SecretText) -> Self {
        Self { client, redirect_uri: redirect_uri.to_owned(), outcome: Outcome::Code(code), state, iss: realm.issuer.clone() }
    }

    pub(crate) fn refusal(client: ClientKey, redirect_uri: &str, state: Option<String>, realm: &Realm, error: &OAuthError) -> Self {
        Self {
            client,
            redirect_uri: redirect_uri.to_owned(),
            outcome: Outcome::Refusal {
                error: error.code,
                description: error.description.clone().into_owned(),
                reason: error.reason(),
                about: error.about(),
            },
            state,
            iss: realm.issuer.clone(),
        }
    }

    /// The redirect URI, to the letter, with the parameters after the query that it already has.
    pub fn location(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match &self.outcome {
            Outcome::Code(code) => {
                query.append_pair("code", code.expose());
            }
            Outcome::Refusal { error, description, .. } => {
                query.append_pair("error", error.as_str());
                query.append_pair("error_description", description);
            }
        }
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", &self.iss);
        let separator = match self.redirect_uri.find('?') {
            None => "?",
            Some(at) if at + 1 == self.redirect_uri.len() => "",
            Some(_) => "&",
        };
        format!("{}{separator}{}", self.redirect_uri, query.finish())
    }

    /// The error code, if this is a refusal.
    pub fn error(&self) -> Option<ErrorCode> {
        match &self.outcome {
            Outcome::Code(_) => None,
            Outcome::Refusal { error, .. } => Some(*error),
        }
    }

    /// Why, if this is a refusal.
    pub fn reason(&self) -> Option<(Reason, &About)> {
        match &self.outcome {
            Outcome::Code(_) => None,
            Outcome::Refusal { reason, about, .. } => Some((*reason, about)),
        }
    }
}
