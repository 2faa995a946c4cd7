//! The page where a person ends the browser's session.

use axum::response::Response;
use http::{StatusCode, header};
use jeton_oauth::sign_in;
use serde::Serialize;

use crate::{
    app::App,
    cookies,
    failure::Failure,
    incoming::Incoming,
    pages::frame::{Frame, View},
    session,
};

#[derive(Serialize)]
struct SignOut {}

#[derive(Serialize)]
struct SignedOut {}

impl View for SignOut {
    const TEMPLATE: &'static str = "visitors/sign_out.html";
}

impl View for SignedOut {
    const TEMPLATE: &'static str = "visitors/signed_out.html";
}

/// GET: asks whether.
pub async fn sign_out_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let frame = Frame::of(app, incoming);
    match session::current(app, incoming).await? {
        Some(_) => frame.render(StatusCode::OK, &SignOut {}),
        None => frame.render(StatusCode::OK, &SignedOut {}),
    }
}

/// POST: does.
pub async fn sign_out(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    if let Some(current) = session::current(app, incoming).await? {
        app.settle(&incoming.scene, || async { Ok(()) }, |(), cx| sign_in::sign_out(&current.session, cx)).await?;
    }
    let mut response = Frame::of(app, incoming).render(StatusCode::OK, &SignedOut {})?;
    response.headers_mut().append(header::SET_COOKIE, cookies::no_session_cookie(&incoming.scene.realm));
    Ok(response)
}
