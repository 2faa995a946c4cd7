//! What scripts of other origins may do here (Fetch §3.2): read the answers in which no cookie plays a part.

use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jeton_oauth::{
    dialect::Dialect,
    endpoint::{Origins, Policy},
};

use crate::respond;

/// Whether any origin may read what an endpoint answers.
pub fn is_open(policy: &Policy) -> bool {
    policy.origins == Origins::Any
}

/// Opens an answer, where the policy says so, to whoever asks from another site.
pub fn allow(response: &mut Response, policy: &Policy, cross_site: bool) {
    if cross_site && is_open(policy) {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
}

/// Says which requests a script of another origin may make.
pub fn preflight(methods: HeaderValue, dialect: &Dialect) -> Response {
    let mut response = respond::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let names = ["authorization", "content-type"].into_iter().chain(dialect.header_names().into_iter().map(HeaderName::as_str));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, respond::list(names));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}
