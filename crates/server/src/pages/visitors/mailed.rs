//! What pages have in common that send mail, and those that links in mail open.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{Change, Context, Effect, ErrorCode, MailId, OAuthError, login_name::LoginName, manage::user::address_fault};
use serde::Serialize;

use crate::{
    app::{App, Scene},
    failure::Failure,
    guesses::{Counted, count_mail, letter_to},
    incoming::Incoming,
    logged::logged,
    mail::{Letter, Posted, Words},
    page_parts::texts::text,
    pages::frame::{Frame, View},
    randomness::SystemRng,
    respond,
};

/// What becomes of a wish for mail.
pub enum Wished<'t> {
    /// It may be posted.
    Counted(Counted<'t>),
    /// This was typed often already, or this network asked for many.
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

/// Counts what somebody asks for at a page, by what they typed and by where it came from, before anything is
/// done for it.
///
/// # Errors
/// When rows cannot be written.
pub async fn counted<'t>(app: &'t App, incoming: &Incoming, address: &str) -> Result<Wished<'t>, Failure> {
    let scene = &incoming.scene;
    match count_mail(app, scene, address).await {
        Ok(counted) => Ok(Wished::Counted(counted)),
        Err(Failure::Refused(error)) if error.code == ErrorCode::TooManyRequests && error.retry_after.is_some() => {
            Ok(Wished::TooMany(logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error))))
        }
        Err(failure) => Err(failure),
    }
}

/// Posts what was counted.
///
/// # Errors
/// When rows cannot be written.
pub async fn post(app: &App, incoming: &Incoming, _counted: Counted<'_>, posted: &Posted) -> Result<(), Failure> {
    let changes = |cx: &mut Context<'_>| vec![app.outbox.post(posted, cx)];
    app.settle(&incoming.scene, || async { Ok(()) }, |(), cx| Ok(Effect { answer: (), changes: changes(cx) })).await?;
    app.outbox.wake();
    Ok(())
}

/// A letter to somebody, in their language as far as there is one, to be written in a unit. Nothing where the address was
/// sent its fill.
///
/// # Errors
/// When an operator's own template is broken; rows cannot be read.
pub async fn letter(app: &App, scene: &Scene, language: &str, to: &str, words: &Words) -> Result<Vec<Change>, Failure> {
    let Some(counted) = letter_to(app, scene, to).await? else { return Ok(Vec::new()) };
    let texts = &app.pages.texts;
    let language = texts.find([language]).unwrap_or_else(|| texts.standard());
    let letter = Letter::write(&app.pages, &scene.realm, language, to, words)?;
    Ok(vec![counted, app.outbox.post_as(MailId::new(app.now(), &mut SystemRng), &Posted::Letter(letter), &scene.realm, app.now())])
}

/// Whether something is an e-mail address that letters reach, and that can be a name to sign in with.
pub fn is_an_address(typed: &str) -> bool {
    let whole = typed.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.') && domain.is_ascii());
    whole && address_fault(typed).is_none() && LoginName::fold(typed).is_some() && can_be_sent_to(typed)
}

/// Whether a mail server would take it as one address.
fn can_be_sent_to(address: &str) -> bool {
    address.parse::<lettre::Address>().is_ok() && !address.contains(['<', '>', ',', ';', '\u{22}', '(', ')'])
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
