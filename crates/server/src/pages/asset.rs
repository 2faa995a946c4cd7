//! Files that pages load.

use axum::{body::Body, response::Response};
use http::{HeaderValue, header, request::Parts};

use crate::{failure::Failure, respond::not_found, templates::STYLE};

pub fn asset(parts: &Parts) -> Result<Response, Failure> {
    let (media_type, body) = match parts.uri.path() {
        "/assets/style.css" => ("text/css; charset=utf-8", STYLE),
        _ => return Err(not_found().into()),
    };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}
