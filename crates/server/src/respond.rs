//! The one place where answers become HTTP: failures logged once, at the edge, and told in the
//! format of who asked.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use jeton_oauth::{ErrorCode, OAuthError, error::Cause};
use serde::Serialize;

use crate::{app::App, failure::Failure, randomness::SystemRng};

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

pub fn no_store(headers: &mut http::HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}

/// When to come back, where the refusal says so.
pub fn retry_after(headers: &mut http::HeaderMap, error: &OAuthError) {
    if let Some(seconds) = error.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.0));
    }
}

/// Logs a failure and gives what may be told of it. A broken server's answer carries an id that the
/// log has too.
pub fn logged(app: &App, endpoint: &'static str, failure: Failure) -> OAuthError {
    match &failure {
        Failure::Refused(error) => {
            app.metrics.refused(error.code);
            tracing::info!(endpoint, error = error.code.as_str(), detail = error.detail.as_deref(), "refused");
        }
        Failure::Broken(broken) => {
            let id = jeton_oauth::ids::uuid_v7(app.now(), &mut SystemRng);
            tracing::error!(endpoint, request = %id, "broken: {broken}");
            let mut error = failure.into_error();
            error.description = format!("{}; request {id}", error.description).into();
            return error;
        }
    }
    failure.into_error()
}

/// The error body of endpoints that no dialect replaces (RFC 6749 §5.2).
#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'static str,
    error_description: &'a str,
}

/// A refusal in the standard's own format.
pub fn standard_error(error: &OAuthError, realm: &str) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json(status, &ErrorBody { error: error.code.as_str(), error_description: &error.description });
    let headers = response.headers_mut();
    retry_after(headers, error);
    let challenge = match error.code {
        ErrorCode::InvalidClient => Some(format!("Basic realm=\"{realm}\"")),
        // RFC 6750 §3.1: a request without any token learns how to bring one, and no error code.
        ErrorCode::InvalidToken if error.cause == Cause::Missing => Some(format!("Bearer realm=\"{realm}\"")),
        ErrorCode::InvalidToken | ErrorCode::InsufficientScope => {
            Some(format!("Bearer realm=\"{realm}\", error=\"{}\", error_description=\"{}\"", error.code.as_str(), error.description))
        }
        _ => None,
    };
    if let Some(value) = challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// A refusal at an endpoint for bearer tokens: in the realm's dialect where that has a format of its own.
pub fn resource_error(error: &OAuthError, app: &App, realm: &jeton_oauth::model::Realm) -> Response {
    match realm.dialect.resource.as_ref() {
        Some(format) if error.code.is_oauth() => encoded(format.encode_error(error, app.now())),
        _ => standard_error(error, &realm.config.name),
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
    no_store(response.headers_mut());
    response
}
