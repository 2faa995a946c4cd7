//! A request that found its realm: its parts, its whole body, and who sent it.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, header, request::Parts};
use jeton_oauth::{ErrorCode, OAuthError, parameters::Parameters};

use crate::app::Scene;

pub struct Incoming {
    pub scene: Scene,
    pub parts: Parts,
    pub body: Bytes,
    /// Where it came from, as far as that is known.
    pub peer: Option<IpAddr>,
}

impl Incoming {
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub fn is(&self, method: &Method) -> bool {
        self.parts.method == *method
    }

    /// Parameters of the query.
    pub fn query(&self) -> Result<Parameters, OAuthError> {
        Parameters::from_query(self.parts.uri.query().unwrap_or_default())
    }

    /// Parameters of a form body; any other content type is refused.
    pub fn form(&self) -> Result<Parameters, OAuthError> {
        self.expect_media_type("application/x-www-form-urlencoded")?;
        Parameters::from_form(&self.body)
    }

    /// Refuses another `Content-Type`; parameters such as a charset do not matter.
    pub fn expect_media_type(&self, expected: &'static str) -> Result<(), OAuthError> {
        let sent = self.text_header(header::CONTENT_TYPE).and_then(|value| value.split(';').next()).map(str::trim);
        if sent.is_some_and(|sent| sent.eq_ignore_ascii_case(expected)) {
            Ok(())
        } else {
            Err(OAuthError::new(ErrorCode::UnsupportedMediaType, format!("Content-Type must be {expected}")))
        }
    }

    pub fn text_header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
