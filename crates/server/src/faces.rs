//! Refusals, told in the format of who asked.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_oauth::{ErrorCode, OAuthError, dialect::Standing, endpoint::Face, error::Cause, manage::Origin, model::Realm};
use serde::Serialize;

use crate::{
    app::App,
    failure::Failure,
    logged::logged,
    pages::visitors::{Asked, error_page},
    respond,
};

/// What an endpoint answers instead of what was asked for.
pub fn refused(app: &App, realm: &Realm, standing: Standing, asked: Option<&Asked>, from: &Origin, failure: Failure) -> Response {
    let face = standing.endpoint.policy().face;
    let error = logged(app, Some(realm), from, failure);
    match realm.dialect.token_route(standing).filter(|_| face == Face::Dialect) {
        Some(route) => respond::encoded(route.encode_error(&error, &realm.config.name, app.now())),
        None => wearing(app, Some(realm), face, asked, &error),
    }
}

/// A refusal with this face. Pages are for who `asked`; dialects are a realm's; without one it is
/// OAuth's own.
pub fn wearing(app: &App, realm: Option<&Realm>, face: Face, asked: Option<&Asked>, error: &OAuthError) -> Response {
    let name = realm.map_or("jeton", |realm| &realm.config.name);
    if let (Face::Page, Some(asked)) = (face, asked) {
        return error_page(app, realm, asked, error);
    }
    match (face, realm) {
        (Face::Resource, Some(realm)) if error.code.is_oauth() => match realm.dialect.resource.as_ref() {
            Some(format) => respond::encoded(format.encode_error(error, name, app.now())),
            None => oauth(error, name),
        },
        (Face::Problem, _) => problem(error, name),
        (Face::OAuth | Face::Dialect | Face::Resource | Face::Page, _) => oauth(error, name),
    }
}

/// RFC 6749 §5.2.
#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'static str,
    error_description: &'a str,
}

fn oauth(error: &OAuthError, realm: &str) -> Response {
    let body = ErrorBody { error: error.code.as_str(), error_description: &error.description };
    challenged(respond::json(status(error), &body), error, realm)
}

/// RFC 9457. The problem's type is its status (`about:blank`); `error` names it closer.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    error: &'static str,
    errors: Vec<ProblemPart<'a>>,
}

/// What is wrong at one place of what was sent.
#[derive(Serialize)]
struct ProblemPart<'a> {
    /// RFC 6901; the whole document where it is empty.
    pointer: String,
    what: &'a str,
    instead: &'a str,
    /// Where it stands, in a document that was written as text.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    at: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

fn problem(error: &OAuthError, realm: &str) -> Response {
    let status = status(error);
    let body = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: &error.description,
        error: error.code.as_str(),
        errors: error
            .faults
            .iter()
            .map(|fault| {
                let at = fault.at.as_ref().map(|at| Place { file: &at.file, line: at.line, column: at.column });
                ProblemPart { pointer: fault.path.pointer(), what: &fault.what, instead: &fault.instead, at }
            })
            .collect(),
    };
    let mut response = challenged(respond::json(status, &body), error, realm);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn status(error: &OAuthError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST)
}

/// When to come back, and how to do better (RFC 9110 §15.5.2).
fn challenged(mut response: Response, error: &OAuthError, realm: &str) -> Response {
    let headers = response.headers_mut();
    respond::retry_after(headers, error);
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
