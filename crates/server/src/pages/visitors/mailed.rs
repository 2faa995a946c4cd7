//! What pages have in common that send mail, and those that links in mail open.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{Effect, ErrorCode, OAuthError};
use serde::Serialize;

use crate::{
    app::App,
    failure::Failure,
    guesses::Guess,
    incoming::Incoming,
    logged::logged,
    mail::Posted,
    page_parts::texts::text,
    pages::frame::{Frame, View},
    respond,
};

/// What became of a wish for mail.
pub enum Wished {
    Posted,
    /// This address, or this network, was sent many already.
    TooMany(OAuthError),
}

#[derive(Serialize)]
struct Wait {
    until: i64,
    minutes: u32,
}

impl View for Wait {
    const TEMPLATE: &'static str = "visitors/mail_wait.html";
}

/// A link that is of no use any more.
#[derive(Serialize)]
struct Ended<'a> {
    /// Where to ask for a new one.
    path: &'a str,
    again: String,
}

impl View for Ended<'_> {
    const TEMPLATE: &'static str = "visitors/link_ended.html";
}

/// Posts what somebody asked for at a page; counted first, by the address and by where it came from.
///
/// # Errors
/// When rows cannot be written.
pub async fn post(app: &App, incoming: &Incoming, address: &str, posted: &Posted) -> Result<Wished, Failure> {
    let scene = &incoming.scene;
    match Guess::for_mail_to(app, scene, address).count(app, scene).await {
        Ok(_counted) => {}
        Err(Failure::Refused(error)) if error.code == ErrorCode::TooManyRequests && error.retry_after.is_some() => {
            return Ok(Wished::TooMany(logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error))));
        }
        Err(failure) => return Err(failure),
    }
    app.settle(scene, || async { Ok(()) }, |(), cx| Ok(Effect { answer: (), changes: vec![app.outbox.post(posted, cx)] })).await?;
    app.outbox.wake();
    Ok(Wished::Posted)
}

/// Says when the next letter may be asked for.
pub fn wait(app: &App, frame: &Frame<'_>, error: &OAuthError) -> Result<Response, Failure> {
    let wait = error.retry_after.unwrap_or_default();
    let view = Wait { until: (app.now() + wait).as_millis(), minutes: wait.0.div_ceil(60) };
    let mut response = frame.render(StatusCode::TOO_MANY_REQUESTS, &view)?;
    respond::retry_after(response.headers_mut(), error);
    Ok(response)
}

/// Used, ended, replaced, never made: one page, and the way to a new link.
pub fn ended(frame: &Frame<'_>, error: &OAuthError, path: &str, again: &'static str) -> Result<Response, Failure> {
    if error.code != ErrorCode::NotFound {
        return Err(error.clone().into());
    }
    frame.render(StatusCode::NOT_FOUND, &Ended { path, again: frame.say(&text(again)) })
}
