//! The page that says why there is nothing else to see: what happened, whose mistake it is, what to do.

use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, Uri, request::Parts};
use jeton_oauth::{ErrorCode, OAuthError, error::Cause, manage::Origin, model::Realm};
use serde::Serialize;

use crate::{
    app::App,
    logged::logged,
    page_parts::texts::text,
    pages::frame::{Frame, View},
    respond,
};

#[derive(Serialize)]
struct ErrorPage<'a> {
    heading: String,
    lead: String,
    /// Whose mistake it is, and why.
    whose: String,
    why: String,
    todo: String,
    /// For who has to mend it.
    code: &'static str,
    description: &'a str,
    status: u16,
    /// What the log calls it.
    request_id: Option<String>,
    at: i64,
}

impl View for ErrorPage<'_> {
    const TEMPLATE: &'static str = "visitors/error.html";
}

/// What a page needs to know of a request that may be gone by then.
pub struct Asked {
    headers: HeaderMap,
    uri: Uri,
    method: Method,
}

impl Asked {
    pub fn of(parts: &Parts) -> Self {
        Self { headers: parts.headers.clone(), uri: parts.uri.clone(), method: parts.method.clone() }
    }
}

/// A page for a refusal.
pub fn error_page(app: &App, realm: Option<&Realm>, asked: &Asked, error: &OAuthError) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let frame = Frame::new(app, realm, &asked.headers, &asked.uri, &asked.method).leading_nowhere();
    let [heading, lead, whose, why, todo] = words(error).map(|id| frame.say(&text(id)));
    let view = ErrorPage {
        heading,
        lead,
        whose,
        why,
        todo,
        code: error.code.as_str(),
        description: &error.description,
        status: status.as_u16(),
        request_id: error.asked.as_ref().and_then(|asked| asked.request).map(|id| id.to_string()),
        at: app.now().as_millis(),
    };
    match frame.render(status, &view) {
        Ok(mut response) => {
            respond::retry_after(response.headers_mut(), error);
            response
        }
        Err(failure) => {
            logged(app, realm, &Origin::default(), failure);
            respond::empty(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// What happened, what it means, whose mistake it is, why, and what to do.
fn words(error: &OAuthError) -> [&'static str; 5] {
    match (error.code, error.cause) {
        (_, Cause::Finished) => ["error-finished", "error-finished-lead", "error-nobodys", "error-finished-why", "error-finished-todo"],
        (_, Cause::RedirectUri) => {
            ["error-redirect-uri", "error-redirect-uri-lead", "error-applications", "error-redirect-uri-why", "error-application-todo"]
        }
        (_, Cause::Application) => {
            ["error-request", "error-request-lead", "error-applications", "error-application-why", "error-application-todo"]
        }
        (code, _) if code.status() >= 500 => ["error-ours", "error-ours-lead", "error-our-mistake", "error-ours-why", "error-ours-todo"],
        (ErrorCode::NotFound, _) => {
            ["error-not-found", "error-not-found-lead", "error-somebodys", "error-not-found-why", "error-not-found-todo"]
        }
        (ErrorCode::AccessDenied, _) => {
            ["error-elsewhere", "error-elsewhere-lead", "error-somebodys", "error-elsewhere-why", "error-elsewhere-todo"]
        }
        (ErrorCode::TooManyRequests, _) => ["error-busy", "error-busy-lead", "error-nobodys", "error-busy-why", "error-busy-todo"],
        _ => ["error-request", "error-form-lead", "error-somebodys", "error-form-why", "error-form-todo"],
    }
}
