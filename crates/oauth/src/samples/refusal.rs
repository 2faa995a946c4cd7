//! What is answered in place of tokens: each error with its status and its body, as the dialect writes them.

use serde_json::json;

use super::answer::THEN;
use crate::{ErrorCode, OAuthError, Seconds, dialect::TokenRoute, model::Realm};

/// An error of the token endpoint, or of an API that is called with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The registered code: `invalid_grant`.
    pub error: &'static str,
    /// Names what happened, for those who tell it in words: the code, or what is told apart besides.
    pub about: &'static str,
    /// Of HTTP, as the dialect has it.
    pub status: u16,
    /// JSON in one line.
    pub body: String,
}

/// Every error that somebody who asks for tokens may meet.
pub fn refusals(realm: &Realm) -> Vec<Refusal> {
    let Some((_, route)) = realm.dialect.token_routes().next() else { return Vec::new() };
    let met = [
        ("invalid_request", OAuthError::invalid_request("parameter grant_type is missing")),
        ("invalid_client", OAuthError::invalid_client("")),
        ("invalid_grant", OAuthError::invalid_grant("the user name or the password is wrong")),
        ("unauthorized_client", OAuthError::new(ErrorCode::UnauthorizedClient, "the client may not use this grant type")),
        ("unsupported_grant_type", OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant_type is not supported here")),
        ("invalid_scope", OAuthError::new(ErrorCode::InvalidScope, "the scope admin does not exist here")),
        ("too_many_requests", OAuthError::new(ErrorCode::TooManyRequests, "too many attempts; try again later").retry_after(Seconds(60))),
        (
            "temporarily_unavailable",
            OAuthError::new(ErrorCode::TemporarilyUnavailable, "the server cannot answer right now; nothing was changed"),
        ),
    ];
    let mut refusals: Vec<_> = met.iter().map(|(about, error)| refusal(realm, route, about, error)).collect();
    let expired = OAuthError::invalid_token("the token has expired").expired();
    let (status, body) = match &realm.dialect.resource {
        Some(format) => {
            let written = format.encode_error(&expired, &realm.config.name, THEN);
            (written.status().as_u16(), String::from_utf8_lossy(written.body()).into_owned())
        }
        None => (expired.code.status(), json!({ "error": expired.code.as_str(), "error_description": expired.description }).to_string()),
    };
    refusals.push(Refusal { error: expired.code.as_str(), about: "invalid_token", status, body });
    refusals
}

fn refusal(realm: &Realm, route: &TokenRoute, about: &'static str, error: &OAuthError) -> Refusal {
    let written = route.encode_error(error, &realm.config.name, THEN);
    Refusal {
        error: error.code.as_str(),
        about,
        status: written.status().as_u16(),
        body: String::from_utf8_lossy(written.body()).into_owned(),
    }
}
