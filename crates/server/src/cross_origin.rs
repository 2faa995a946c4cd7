//! What scripts of other origins may do here (Fetch §3.2): read the answers in which no cookie plays a part.

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jeton_oauth::{
    dialect::Dialect,
    endpoint::{Caching, Origins, Policy},
};

use crate::respond;

/// What clients in browsers send: their proof, their body's type, what SDKs, tools and tracing add.
/// The list is for browsers that do not know `*`, which allows every header but `Authorization`: nothing
/// here believes a header because scripts could not have sent it, and no cookie comes along.
const REQUEST_HEADERS: [&str; 20] = [
    "authorization",
    "content-type",
    "accept",
    "accept-language",
    "cache-control",
    "dpop",
    "mcp-protocol-version",
    "mcp-session-id",
    "x-requested-with",
    "x-request-id",
    "x-correlation-id",
    "traceparent",
    "tracestate",
    "baggage",
    "sentry-trace",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-sampled",
    "*",
];

/// What a client has to read besides the body: how to prove itself, when to come back, DPoP's next nonce.
const EXPOSED: &str = "WWW-Authenticate, Retry-After, DPoP-Nonce, ETag";

/// Whether any origin may read what an endpoint answers.
pub fn is_open(policy: &Policy) -> bool {
    policy.origins == Origins::Any
}

/// Opens an answer where the policy says so: to whoever asks from another site, and where a cache may
/// give it to others, always, for what it keeps has to do for all.
pub fn allow(response: &mut Response, policy: &Policy, cross_site: bool) {
    if is_open(policy) && (cross_site || policy.caching == Caching::Public) {
        open(response.headers_mut());
    }
}

pub fn open(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

/// Says which requests a script of another origin may make.
pub fn preflight(methods: HeaderValue, dialect: &Dialect) -> Response {
    let mut response = respond::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let names = REQUEST_HEADERS.into_iter().chain(dialect.header_names().into_iter().map(HeaderName::as_str));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, respond::list(names));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}
