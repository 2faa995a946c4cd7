//! A call of the admin API: as it is made in this process, and as it is shown to be pasted.

use std::sync::LazyLock;

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use http_body_util::BodyExt;
use jeton_oauth::{
    OAuthError,
    dialect::{Found, RouteMap},
    endpoint::Base,
    parameters::Parameters,
};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::Console;
use crate::{
    failure::Failure,
    incoming::{Admitted, Caller, Incoming},
    respond::not_found,
};

static API: LazyLock<RouteMap> = LazyLock::new(|| RouteMap::of(Base::Admin));

/// Below the issuer.
const BELOW: &str = "/api/v1";
const IDEMPOTENCY_KEY: http::HeaderName = http::HeaderName::from_static("idempotency-key");

/// What is asked of the admin API.
#[derive(Clone, Debug)]
pub struct Ask {
    method: Method,
    /// Below `/admin/api/v1`, each segment escaped.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Map<String, Value>>,
    /// The version that somebody looked at.
    version: Option<String>,
    /// What makes a form that is sent twice count once.
    once: Option<String>,
    accept: Option<&'static str>,
}

/// What the admin API answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub body: Value,
    pub etag: Option<String>,
}

/// Asks a handler of the API: what it answered. Its future is made in a frame of its own, and kept in a box: where
/// many are asked from one function, they would not fit on its stack.
macro_rules! ask {
    ($console:expr, $handler:path, $ask:expr) => {{
        let call = $ask.boxed($console).await?;
        let start = || Box::pin($handler($console.app, &call));
        $crate::pages::admin::Answer::of(start().await).await
    }};
}
pub(super) use ask;

impl Ask {
    pub fn of(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: None, version: None, once: None, accept: None }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::of(Method::GET, path)
    }

    pub fn post(path: impl Into<String>) -> Self {
        Self::of(Method::POST, path)
    }

    pub fn patch(path: impl Into<String>) -> Self {
        Self::of(Method::PATCH, path)
    }

    /// With a parameter, where there is a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.query.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value.to_owned())));
        self
    }

    #[must_use]
    pub fn json(mut self, body: Map<String, Value>) -> Self {
        self.body = Some(body);
        self
    }

    /// About what the form showed, if it says so.
    #[must_use]
    pub fn version(mut self, sent: &Parameters) -> Self {
        self.version = sent.get("version").filter(|version| !version.is_empty()).map(str::to_owned);
        self
    }

    /// The same form counts once.
    #[must_use]
    pub fn once(mut self, sent: &Parameters) -> Self {
        self.once = sent.get("once").filter(|once| !once.is_empty()).map(str::to_owned);
        self
    }

    /// In another format than JSON.
    #[must_use]
    pub fn accept(mut self, format: &'static str) -> Self {
        self.accept = Some(format);
        self
    }

    /// The same as a line to paste, for an installation whose administrators are at `issuer`.
    pub fn curl(&self, issuer: &str) -> String {
        let mut line = String::from("curl ");
        if self.method != Method::GET {
            line.push_str(&format!("-X {} ", self.method));
        }
        line.push_str(&quoted(&format!("{issuer}{BELOW}{}{}", self.path, self.query())));
        line.push_str(" \\\n  -H 'Authorization: Bearer YOUR_PERSONAL_ACCESS_TOKEN'");
        if self.version.is_some() || matches!(self.method, Method::PATCH) {
            line.push_str(" \\\n  -H 'If-Match: ETAG_OF_YOUR_LAST_GET'");
        }
        if let Some(accept) = self.accept {
            line.push_str(&format!(" \\\n  -H 'Accept: {accept}'"));
        }
        if let Some(body) = &self.body {
            line.push_str(" \\\n  -H 'Content-Type: application/json' \\\n  -d ");
            line.push_str(&quoted(&Value::Object(body.clone()).to_string()));
        }
        line
    }

    fn query(&self) -> String {
        if self.query.is_empty() {
            return String::new();
        }
        let pairs = self.query.iter().map(|(name, value)| (*name, value.as_str()));
        format!("?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// As [`Ask::incoming`], out of the caller's way.
    pub async fn boxed(&self, console: &Console<'_>) -> Result<Box<Incoming>, Failure> {
        Box::pin(self.incoming(console)).await.map(Box::new)
    }

    /// The request, as whoever works at the console would send it.
    pub async fn incoming(&self, console: &Console<'_>) -> Result<Incoming, Failure> {
        let Found::Here(standing) = API.find(&self.method, &format!("{BELOW}{}", self.path)) else { return Err(not_found().into()) };
        let from = &console.incoming.scene.from;
        let prefix = console.incoming.prefix;
        let issuer = console.incoming.parts.uri.path().get(..prefix).unwrap_or_default();
        let mut request = Request::builder().method(self.method.clone()).uri(format!("{issuer}{BELOW}{}{}", self.path, self.query()));
        if self.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(accept) = self.accept {
            request = request.header(header::ACCEPT, accept);
        }
        for (name, value) in [(header::IF_MATCH, &self.version), (IDEMPOTENCY_KEY, &self.once)] {
            if let Some(value) = value {
                // A value that no header can hold is nobody's version.
                request = request.header(name, HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("?")));
            }
        }
        let (parts, ()) = request.body(()).map_err(|_| not_found())?.into_parts();
        let mut scene = console.app.scene(std::sync::Arc::clone(&console.incoming.scene.realm)).await?;
        scene.from = *from;
        let body = self.body.as_ref().map(|body| Value::Object(body.clone()).to_string()).unwrap_or_default();
        let admitted = Admitted { administrator: console.administrator.clone(), scope: None };
        Ok(Incoming {
            scene,
            parts,
            body: Bytes::from(body),
            unread: None,
            standing,
            prefix,
            caller: Caller::Administrator(Box::new(admitted)),
            parameters: Parameters::default(),
        })
    }
}

impl Answer {
    /// What a handler of the API answered.
    ///
    /// # Errors
    /// Its refusal.
    pub async fn of(response: Result<Response, Failure>) -> Result<Self, Failure> {
        let (parts, body) = response?.into_parts();
        let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let etag = parts.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        Ok(Self { body: serde_json::from_slice(&bytes).unwrap_or_default(), etag })
    }

    /// A member that is text; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }
}

/// One of the segments of a path.
pub fn segment(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// In single quotes, as shells read it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What a form says is not what there is any more.
pub fn is_stale(error: &OAuthError) -> bool {
    error.code == jeton_oauth::ErrorCode::PreconditionFailed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_shown_as_shells_read_it() {
        let Value::Object(body) = json!({ "title": "It's" }) else { panic!("no object") };
        let ask = Ask::patch(format!("/realms/{}", segment("a b/c"))).json(body);
        let line = ask.curl("https://id.example/admin");
        assert!(line.starts_with("curl -X PATCH 'https://id.example/admin/api/v1/realms/a%20b%2Fc' \\\n"), "{line}");
        assert!(line.ends_with("-d '{\u{22}title\u{22}:\u{22}It'\\''s\u{22}}'"), "{line}");
        let list = Ask::get("/realms").with("search", Some("a&b")).with("after", None).curl("https://id.example/admin");
        assert!(list.starts_with("curl 'https://id.example/admin/api/v1/realms?search=a%26b' \\\n"), "{list}");
    }
}
