//! The server's own front page: what this is, and in a demo everything that one can try.

use axum::response::Response;
use http::{StatusCode, request::Parts};
use serde::Serialize;

use crate::{
    app::App,
    demo::Demo,
    failure::Failure,
    pages::frame::{Frame, View},
};

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
