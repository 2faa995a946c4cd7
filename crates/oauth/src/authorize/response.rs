//! The authorization response (RFC 6749 §4.1.2, RFC 9207): parameters on a proven redirect URI.

use url::form_urlencoded;

use crate::{ErrorCode, OAuthError, model::Realm, secret::SecretText};

/// Where the browser goes next, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    redirect_uri: String,
    outcome: Outcome,
    state: Option<String>,
    iss: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Code(SecretText),
    Refusal { error: ErrorCode, description: String },
}

impl AuthorizationResponse {
    pub(crate) fn code(redirect_uri: &str, state: Option<String>, realm: &Realm, code: SecretText) -> Self {
        Self { redirect_uri: redirect_uri.to_owned(), outcome: Outcome::Code(code), state, iss: realm.issuer.clone() }
    }

    pub(crate) fn refusal(redirect_uri: &str, state: Option<String>, realm: &Realm, error: &OAuthError) -> Self {
        Self {
            redirect_uri: redirect_uri.to_owned(),
            outcome: Outcome::Refusal { error: error.code, description: error.description.clone().into_owned() },
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
            Outcome::Refusal { error, description } => {
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
}
