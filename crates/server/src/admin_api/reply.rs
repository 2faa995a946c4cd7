//! What a write is answered, and what of it is remembered for who repeats the request.

use aws_lc_rs::digest::{Context, SHA256};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_oauth::{ErrorCode, OAuthError, Seconds, Timestamp, change::RememberedAnswer, manage::Fault, media};
use jeton_store::Answered;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::api::Api;
use crate::respond;

/// An answer that is made where it is decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    status: u16,
    /// The entity's version, where it has one.
    etag: Option<String>,
    /// Where what was made is found, below the issuer.
    location: Option<String>,
    /// None: an answer without a body.
    body: Option<Map<String, Value>>,
    /// Members that are shown this once.
    #[serde(skip)]
    once: Vec<(&'static str, String)>,
}

impl Reply {
    pub fn ok(body: Map<String, Value>) -> Self {
        Self { status: 200, etag: None, location: None, body: Some(body), once: Vec::new() }
    }

    /// `location`: the whole address.
    pub fn created(location: String, body: Map<String, Value>) -> Self {
        Self { status: 201, location: Some(location), ..Self::ok(body) }
    }

    /// Done, and there is nothing to show.
    pub fn done() -> Self {
        Self { status: 204, body: None, ..Self::ok(Map::new()) }
    }

    #[must_use]
    pub fn etag(mut self, etag: String) -> Self {
        self.etag = Some(etag);
        self
    }

    /// A secret, in this answer and in no other.
    #[must_use]
    pub fn once(mut self, member: &'static str, secret: Option<&str>) -> Self {
        self.once.extend(secret.map(|secret| (member, secret.to_owned())));
        self
    }

    pub fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match self.body {
            None => respond::empty(status),
            Some(mut body) => {
                body.extend(self.once.into_iter().map(|(member, secret)| (member.to_owned(), secret.into())));
                respond::json(status, &body)
            }
        };
        let headers = response.headers_mut();
        for (name, value) in [(header::ETAG, self.etag), (header::LOCATION, self.location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }

    /// What was answered before, to the same request.
    pub(super) fn again(name: Option<&Name>, before: &Answered) -> Result<Self, OAuthError> {
        if name.is_some_and(|name| name.request != before.request) {
            return Err(OAuthError::new(
                ErrorCode::NameReused,
                "this Idempotency-Key was sent with another body within the last day; choose a new key for another request",
            ));
        }
        serde_json::from_str(&before.answer).map_err(|_| OAuthError::new(ErrorCode::ServerError, "what was answered before cannot be read"))
    }
}

/// A request's own name: `Idempotency-Key`, hashed with who asks what.
pub(super) struct Name {
    pub id: [u8; 32],
    /// The body, under a key of the server's.
    pub request: [u8; 32],
}

const REMEMBERED: Seconds = Seconds(86_400);
const HEADER: http::HeaderName = http::HeaderName::from_static("idempotency-key");

impl Name {
    pub fn of(api: &Api<'_>) -> Result<Option<Self>, OAuthError> {
        let Some(key) = media::single(api.incoming.headers(), &HEADER)? else { return Ok(None) };
        if key.len() > 255 || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            let instead = "write 1 to 255 printable ASCII characters, such as a fresh UUID";
            return Err(OAuthError::faulty(vec![Fault::new(
                jeton_oauth::manage::Path::default(),
                "this cannot be an Idempotency-Key",
                instead,
            )]));
        }
        let path = api.incoming.parts.uri.path();
        let parts: [&[u8]; 4] =
            [api.administrator().user.as_bytes(), api.incoming.parts.method.as_str().as_bytes(), path.as_bytes(), key.as_bytes()];
        // Bodies carry people's passwords: without the server's key nobody can try guesses at what is kept.
        let request = api.app.seal.bucket(api.realm().id(), "body of a request that may be repeated", &api.incoming.body);
        Ok(Some(Self { id: hash(&parts), request }))
    }

    pub fn answered(&self, reply: &Reply, at: Timestamp) -> RememberedAnswer {
        RememberedAnswer {
            id: self.id,
            request: self.request,
            answer: serde_json::to_string(reply).unwrap_or_default(),
            at,
            expires_at: at + REMEMBERED,
        }
    }
}

/// Each part with its length, so that no two lists of parts are the same text.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
