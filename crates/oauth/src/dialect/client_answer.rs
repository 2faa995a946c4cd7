//! The client's side of a dialect: answers and refusals are read.

use std::collections::BTreeMap;

use jeton_jose::json::from_slice_strict;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    ErrorFormat, ErrorKey, date,
    member::{Content, ErrorSource, Format, Source},
    token_route::TokenRoute,
};
use crate::{Scope, Seconds, Timestamp, secret::SecretText};

/// What of an answer the dialect carries.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedAnswer {
    /// Never empty.
    pub access_token: SecretText,
    /// As it was written; `None` where the dialect has no such member, or the answer left it out.
    pub token_type: Option<String>,
    /// Seconds that the access token lives (RFC 6749 §5.1).
    pub expires_in: Option<Seconds>,
    /// `None` where none was given.
    pub refresh_token: Option<SecretText>,
    /// Seconds that the refresh token lives; no standard has it.
    pub refresh_expires_in: Option<Seconds>,
    /// `None` where none was given.
    pub id_token: Option<SecretText>,
    /// What was granted, from one text or a list; `None` where the answer does not say.
    pub scope: Option<Scope>,
    /// The authorization that the tokens belong to.
    pub session_state: Option<Uuid>,
    /// The realm's not-before.
    pub not_before: Option<Timestamp>,
    /// Whom the answer shows, by source: `user.email`.
    pub user: BTreeMap<String, Value>,
}

/// What of an error the dialect carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedError {
    /// The HTTP status that it came with.
    pub status: u16,
    /// The registered code, where the body says it or its number tells it.
    pub error: Option<String>,
    /// For people: the description, or the dialect's message.
    pub description: Option<String>,
    /// The token or code was genuine and is too old.
    pub expired: bool,
}

/// The answer is not what the dialect writes; what it is is not repeated, as it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not what this dialect writes: {0}")]
pub struct Unreadable(pub &'static str);

impl TokenRoute {
    /// Reads an answer of this route.
    pub fn decode_answer(&self, body: &[u8]) -> Result<DecodedAnswer, Unreadable> {
        let members: Map<String, Value> = from_slice_strict(body).map_err(|_| Unreadable("it is not a JSON object without repetition"))?;
        let mut answer = DecodedAnswer {
            access_token: SecretText::new(""),
            token_type: None,
            expires_in: None,
            refresh_token: None,
            refresh_expires_in: None,
            id_token: None,
            scope: None,
            session_state: None,
            not_before: None,
            user: BTreeMap::new(),
        };
        for member in &self.answer {
            let Content::From { source, format, .. } = &member.content else { continue };
            if let Some(value) = members.get(&member.name) {
                answer.set(source, *format, value)?;
            }
        }
        match answer.access_token.expose() {
            "" => Err(Unreadable("it has no access token")),
            _ => Ok(answer),
        }
    }

    /// Reads a refusal of this route.
    pub fn decode_error(&self, status: u16, body: &[u8]) -> DecodedError {
        self.error.decode(status, body)
    }
}

impl DecodedAnswer {
    fn set(&mut self, source: &Source, format: Format, value: &Value) -> Result<(), Unreadable> {
        let text = || value.as_str().ok_or(Unreadable("a member that should be text is not"));
        let seconds = || {
            value
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .map(Seconds)
                .ok_or(Unreadable("a member that should be a number of seconds is not"))
        };
        let secret = || text().map(SecretText::new);
        let scope = |text: &str| Scope::parse(text).map_err(|_| Unreadable("its scope is not one"));
        match source {
            Source::AccessToken => self.access_token = secret()?,
            Source::TokenType => self.token_type = Some(text()?.to_owned()),
            Source::ExpiresIn => self.expires_in = Some(seconds()?),
            Source::RefreshToken => self.refresh_token = Some(secret()?),
            Source::RefreshExpiresIn => self.refresh_expires_in = Some(seconds()?),
            Source::IdToken => self.id_token = Some(secret()?),
            Source::Scope => self.scope = Some(scope(text()?)?),
            Source::Scopes => {
                let tokens: Option<Vec<_>> = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
                self.scope = Some(scope(&tokens.ok_or(Unreadable("its scope is not a list of strings"))?.join(" "))?);
            }
            Source::SessionState => self.session_state = Some(text()?.parse().map_err(|_| Unreadable("its session_state is not a UUID"))?),
            Source::NotBefore => self.not_before = Some(date::read(value, format).ok_or(Unreadable("its not-before is not a date"))?),
            Source::User(_) => drop(self.user.insert(source.to_string(), value.clone())),
        }
        Ok(())
    }
}

impl ErrorFormat {
    fn decode(&self, status: u16, body: &[u8]) -> DecodedError {
        let mut decoded = DecodedError { status, error: None, description: None, expired: false };
        let Ok(members) = from_slice_strict::<Map<String, Value>>(body) else { return decoded };
        for member in &self.members {
            let (Some(source), Some(value)) = (member.source(), members.get(&member.name)) else { continue };
            match source {
                ErrorSource::Error => decoded.error = value.as_str().map(str::to_owned),
                ErrorSource::ErrorDescription => decoded.description = value.as_str().map(str::to_owned),
                ErrorSource::Message => {
                    decoded.description = value.as_str().map(str::to_owned);
                    decoded.expired |=
                        self.messages.iter().any(|(key, text)| *key == ErrorKey::TokenExpired && Some(text.as_str()) == value.as_str());
                }
                ErrorSource::Code => {
                    let mut meant = self.codes.iter().filter(|(_, code)| Some(*code) == value.as_i64());
                    match (meant.next(), meant.next()) {
                        (Some((ErrorKey::TokenExpired, _)), None) => decoded.expired = true,
                        (Some((ErrorKey::Code(code), _)), None) => decoded.error = Some((*code).to_owned()),
                        _ => {}
                    }
                }
                ErrorSource::Status | ErrorSource::TimestampMs => {}
            }
        }
        decoded
    }
}
