//! The page where a person ends the browser's session.

use axum::response::Response;
use http::{StatusCode, header};
use jeton_oauth::sign_in;

use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    session,
    templates::{Message, Page},
};

pub async fn sign_out_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let realm = &incoming.scene.realm;
    match session::current(app, incoming).await? {
        Some(_) => Ok(app.templates.render(Page::SignOut, realm, StatusCode::OK, None, &())?),
        None => message(app, incoming),
    }
}

pub async fn sign_out(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    if let Some(current) = session::current(app, incoming).await? {
        app.settle(&incoming.scene, || async { Ok(()) }, |(), cx| sign_in::sign_out(&current.session, cx)).await?;
    }
    let mut response = message(app, incoming)?;
    response.headers_mut().append(header::SET_COOKIE, session::no_session_cookie(&incoming.scene.realm));
    Ok(response)
}

fn message(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let message = Message {
        heading: "You are signed out",
        text: "Close this page, or go back to the application that you came from.",
        request: None,
    };
    Ok(app.templates.render(Page::Message, &incoming.scene.realm, StatusCode::OK, None, &message)?)
}
