//! Answers as HTTP: what handlers build theirs with.

use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jeton_oauth::{ErrorCode, OAuthError};
use serde::Serialize;

/// An answer that a dialect wrote.
pub fn encoded(response: http::Response<Vec<u8>>) -> Response {
    response.map(Body::from)
}

/// JSON that no cache keeps.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    no_store(headers);
    response
}

pub fn no_store(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}

/// Anybody may keep it for five minutes; new keys are announced for longer than this.
pub fn public(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
}

/// Whoever asked may keep it, and asks each time whether it still holds.
pub fn checked(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.remove(header::PRAGMA);
}

/// Anybody may keep it for a year.
pub fn forever(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
}

/// Other origins are not told where a browser comes from. Our own are: with `no-referrer`, browsers send
/// `Origin: null` with our forms.
pub fn referrer(headers: &mut HeaderMap) {
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

/// When to come back, where the refusal says so.
pub fn retry_after(headers: &mut HeaderMap, error: &OAuthError) {
    if let Some(seconds) = error.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.0));
    }
}

/// A bodiless answer.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// 303 to a URL that we made or proved.
pub fn see_other(location: &str) -> Response {
    let mut response = empty(StatusCode::SEE_OTHER);
    match HeaderValue::from_str(location) {
        Ok(value) => {
            response.headers_mut().insert(header::LOCATION, value);
        }
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    referrer(response.headers_mut());
    no_store(response.headers_mut());
    response
}

/// A header's value that lists names.
pub fn list<'n>(names: impl Iterator<Item = &'n str>) -> HeaderValue {
    HeaderValue::try_from(names.collect::<Vec<_>>().join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
}

pub fn not_found() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "there is nothing at this address")
}
