//! Styles, modules and pictures, at addresses that are kept for a year.

use axum::response::Response;
use http::request::Parts;

use crate::{app::App, failure::Failure};

/// GET: what stands at an address below `/assets/`.
pub fn asset(app: &App, parts: &Parts) -> Result<Response, Failure> {
    let name = parts.uri.path().strip_prefix("/assets/").unwrap_or_default();
    Ok(app.pages.assets.answer(name, &parts.headers)?)
}
