//! What an error looks like on the wire: its status, its members, its words.

use http::{HeaderValue, Response, StatusCode, header};

use super::{
    ResourceFormat, TokenRoute,
    json_text::{push_member, push_number, push_text},
    member::{Content, ErrorSource, Format, Member},
};
use crate::{
    OAuthError, Timestamp,
    error::{Cause, ErrorCode},
};

/// How errors are written. Looked up from the special to the general: `token_expired`, the code, the
/// status that the standard gives it, `default`.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorFormat {
    /// The body's members, in order.
    pub members: Vec<Member<ErrorSource>>,
    /// HTTP statuses that differ from the standard's.
    pub statuses: Vec<(ErrorKey, u16)>,
    /// Texts for members of the source `message`.
    pub messages: Vec<(ErrorKey, String)>,
    /// Numbers for members of the source `code`.
    pub codes: Vec<(ErrorKey, i64)>,
}

/// Which errors an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKey {
    /// The token or code was genuine and is too old.
    TokenExpired,
    /// Errors of this registered code.
    Code(&'static str),
    /// Every error of this HTTP status.
    Status(u16),
    /// Every error for which nothing more special stands.
    Default,
}

impl ErrorKey {
    const CODES: &'static [ErrorCode] = &[
        ErrorCode::InvalidRequest,
        ErrorCode::InvalidClient,
        ErrorCode::InvalidGrant,
        ErrorCode::UnauthorizedClient,
        ErrorCode::UnsupportedGrantType,
        ErrorCode::InvalidScope,
        ErrorCode::AccessDenied,
        ErrorCode::InvalidToken,
        ErrorCode::InsufficientScope,
        ErrorCode::InvalidTarget,
        ErrorCode::ServerError,
        ErrorCode::TemporarilyUnavailable,
    ];

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "token_expired" => Some(Self::TokenExpired),
            "default" => Some(Self::Default),
            _ => match text.parse() {
                Ok(status @ 400..=599) => Some(Self::Status(status)),
                Ok(_) => None,
                Err(_) => Self::CODES.iter().map(|code| code.as_str()).find(|code| *code == text).map(Self::Code),
            },
        }
    }

    pub(super) fn words() -> String {
        let codes: Vec<_> = Self::CODES.iter().map(|code| code.as_str()).collect();
        format!("{}, token_expired, a status such as 400, default", codes.join(", "))
    }
}

impl ErrorFormat {
    /// RFC 6749 §5.2.
    pub(super) fn standard() -> Self {
        let member = |name, source| Member::new(name, Content::From { source, format: Format::AsItIs, default: None });
        Self {
            members: vec![member("error", ErrorSource::Error), member("error_description", ErrorSource::ErrorDescription)],
            statuses: Vec::new(),
            messages: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// Only OAuth's own errors take another status: 405, 413, 415, 429 and 5xx are HTTP's.
    pub fn status(&self, error: &OAuthError) -> u16 {
        let status = error.code.status();
        if !error.code.is_oauth() {
            return status;
        }
        find(&self.statuses, error).copied().unwrap_or(status)
    }

    /// The JSON of the body. `now` is for members that show the time.
    pub fn body(&self, error: &OAuthError, now: Timestamp) -> Vec<u8> {
        let mut out = Vec::with_capacity(192);
        out.push(b'{');
        for member in &self.members {
            push_member(&mut out, &member.key, |out| match &member.content {
                Content::Value(json) => out.extend_from_slice(json.0.as_bytes()),
                Content::From { source, .. } => match source {
                    ErrorSource::Error => push_text(out, error.code.as_str()),
                    ErrorSource::ErrorDescription => push_text(out, &error.description),
                    ErrorSource::Status => push_number(out, i64::from(self.status(error))),
                    ErrorSource::Message => push_text(out, find(&self.messages, error).map_or(&error.description, |text| text.as_str())),
                    ErrorSource::Code => {
                        if let Some(code) = find(&self.codes, error) {
                            push_number(out, *code);
                        }
                    }
                    ErrorSource::TimestampMs => push_number(out, now.as_millis()),
                },
            });
        }
        out.push(b'}');
        out
    }

    fn encode(&self, error: &OAuthError, now: Timestamp) -> Response<Vec<u8>> {
        let mut response = Response::new(self.body(error, now));
        *response.status_mut() = StatusCode::from_u16(self.status(error)).unwrap_or(StatusCode::BAD_REQUEST);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        if let Some(seconds) = error.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.0));
        }
        response
    }
}

impl TokenRoute {
    /// Writes the refusal of a token request (RFC 6749 §5.2) to the realm of this name.
    pub fn encode_error(&self, error: &OAuthError, realm: &str, now: Timestamp) -> Response<Vec<u8>> {
        let challenge = (error.challenge_basic || error.code == ErrorCode::InvalidClient)
            .then(|| format!("Basic realm=\"{realm}\", charset=\"UTF-8\""));
        challenged(self.error.encode(error, now), challenge)
    }
}

impl ResourceFormat {
    /// Writes the refusal of a request for a protected resource (RFC 6750 §3) of the realm of this name.
    pub fn encode_error(&self, error: &OAuthError, realm: &str, now: Timestamp) -> Response<Vec<u8>> {
        // What a challenge quotes must have no quotes (RFC 6749 §5.2).
        let description: String = error.description.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect();
        let challenge = match error.cause {
            // RFC 6750 §3.1: a request without any token learns how to bring one, and no error code.
            Cause::Missing => format!("Bearer realm=\"{realm}\""),
            _ => format!("Bearer realm=\"{realm}\", error=\"{}\", error_description=\"{description}\"", error.code.as_str()),
        };
        challenged(self.error.encode(error, now), Some(challenge))
    }
}

/// A 401 says how to do better (RFC 9110 §15.5.2); other statuses do not.
fn challenged(mut response: Response<Vec<u8>>, challenge: Option<String>) -> Response<Vec<u8>> {
    let challenge = challenge.filter(|_| response.status() == StatusCode::UNAUTHORIZED);
    if let Some(value) = challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

fn find<'t, T>(table: &'t [(ErrorKey, T)], error: &OAuthError) -> Option<&'t T> {
    let of = |key: ErrorKey| table.iter().find(|(own, _)| *own == key).map(|(_, value)| value);
    (error.cause == Cause::Expired)
        .then(|| of(ErrorKey::TokenExpired))
        .flatten()
        .or_else(|| of(ErrorKey::Code(error.code.as_str())))
        .or_else(|| of(ErrorKey::Status(error.code.status())))
        .or_else(|| of(ErrorKey::Default))
}
