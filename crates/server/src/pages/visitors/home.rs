//! The server's own front page: what this is, and in a demo everything that one can try.

use axum::response::Response;
use http::{StatusCode, request::Parts};
use serde::Serialize;

use crate::{
    app::App,
    failure::Failure,
    pages::frame::{Frame, View},
};

/// What a demo shows of itself. **Invariant**: nothing here is worth protecting.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Demo {
    pub realms: Vec<DemoRealm>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoRealm {
    pub name: &'static str,
    pub title: String,
    pub issuer: String,
    /// A square picture among the assets.
    pub logo: Option<&'static str>,
    /// Who may sign in, and with what.
    pub people: Vec<DemoPerson>,
    pub client_id: &'static str,
    pub client_secret: Option<&'static str>,
    /// Where the calls begin in a browser.
    pub start: Option<String>,
    /// The calls to paste.
    pub calls: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoPerson {
    pub username: &'static str,
    pub password: &'static str,
    /// Signs in by the API alone.
    pub is_machine: bool,
}

#[derive(Serialize)]
struct Home {}

impl View for Home {
    const TEMPLATE: &'static str = "visitors/home.html";
}

impl View for Demo {
    const TEMPLATE: &'static str = "visitors/demo.html";
}

/// GET `/` of the server.
pub fn home(app: &App, parts: &Parts) -> Result<Response, Failure> {
    let frame = Frame::new(app, None, &parts.headers, &parts.uri, &parts.method);
    match &app.demo {
        Some(demo) => frame.render(StatusCode::OK, demo),
        None => frame.render(StatusCode::OK, &Home {}),
    }
}
