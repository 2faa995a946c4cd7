//! A forgotten password: the page that asks for a link, and the one that the link opens.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Change, OneTimeLinkId,
    login_name::LoginName,
    manage::readable,
    model::FactorKind,
    one_time_link::LinkFacts,
    password_reset as rules,
    secret::{self, Kind, Presented, SecretText},
};
use serde::Serialize;

use super::mailed::{self, Wished};
use crate::{
    app::{App, Scene},
    failure::Failure,
    incoming::Incoming,
    mail::{Posted, Words},
    page_parts::texts::text,
    pages::{
        account::security::words,
        frame::{Frame, View},
    },
    password::{HashError, Whose, acceptable},
};

#[derive(Serialize)]
struct Forgot<'a> {
    typed: &'a str,
    fault: Option<String>,
}

impl View for Forgot<'_> {
    const TEMPLATE: &'static str = "visitors/forgot_password.html";
}

#[derive(Serialize)]
struct Sent<'a> {
    typed: &'a str,
    /// Whether this is another one.
    another: bool,
}

impl View for Sent<'_> {
    const TEMPLATE: &'static str = "visitors/forgot_password_sent.html";
}

#[derive(Serialize)]
struct Reset<'a> {
    token: &'a str,
    /// Whose password it is.
    address: String,
    least: u32,
    fault: Option<String>,
}

impl View for Reset<'_> {
    const TEMPLATE: &'static str = "visitors/reset_password.html";
}

/// GET: the form. POST: a link is on its way, if there is such an account. Nobody learns whether: the
/// same is written, and the same is answered.
pub async fn forgot(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let frame = Frame::of(app, incoming);
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &Forgot { typed: "", fault: None });
    }
    let sent = incoming.page_form()?;
    let typed = sent.get("email").unwrap_or_default().trim();
    if LoginName::fold(typed).is_none() {
        let fault = Some(frame.say(&text("forgot-fault")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &Forgot { typed: &readable(typed), fault });
    }
    let language = app.pages.texts.code(frame.language).to_owned();
    let posted = Posted::ResetAsked { typed: typed.to_owned(), language };
    match mailed::counted(app, incoming, typed).await? {
        Wished::Counted(counted) => mailed::post(app, incoming, counted, &posted).await?,
        Wished::TooMany(error) => return mailed::wait(app, &frame, &error),
    }
    frame.render(StatusCode::OK, &Sent { typed, another: sent.get("another").is_some() })
}

/// GET: what a link in a mail opens. POST: the new password, and the page to sign in on.
pub async fn reset(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let frame = Frame::of(app, incoming);
    let query = incoming.query()?;
    let mut form = if incoming.is(&Method::POST) { Some(incoming.page_form()?) } else { None };
    let token = form.as_mut().map_or_else(|| query.get("token").map(str::to_owned), |form| form.take("token")).unwrap_or_default();
    let presented = secret::read(Kind::OneTimeLink, &token);
    let facts = look(app, &incoming.scene, presented.as_ref()).await?;
    let user = match app.decide(&incoming.scene, |cx| rules::opens(presented.as_ref(), facts.as_ref(), cx).cloned()) {
        Ok(user) => user,
        Err(error) => return mailed::ended(&frame, &error, "/forgot-password", "link-ended-forgot"),
    };
    let whose = Whose::in_realm(&incoming.scene.realm.config.name);
    let address = user.address_or_name().to_owned();
    let mut view = Reset { token: &token, address, least: whose.least(), fault: None };
    let Some(mut form) = form else { return frame.leading_nowhere().render(StatusCode::OK, &view) };
    let frame = frame.leading_nowhere();
    let password = form.take_secret("password").unwrap_or_else(|| SecretText::new(String::new()));
    let hashed = match acceptable(&password, whose) {
        Ok(()) => app.passwords.hash(password).await,
        Err(fault) => Err(HashError::Unacceptable(fault)),
    };
    let to = match hashed {
        Ok(to) => to,
        Err(HashError::Busy(busy)) => return Err(busy.into()),
        Err(HashError::Unacceptable(fault)) => {
            view.fault = Some(frame.say(&words(fault)));
            return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let looked = || async {
        match &presented {
            Some(presented) => app.store.in_realm(incoming.scene.realm.id()).one_time_link(OneTimeLinkId(presented.selector)).await,
            None => Ok(None),
        }
    };
    let done = app.settle(&incoming.scene, looked, |facts, cx| rules::reset(presented.as_ref(), facts.as_ref(), to.clone(), cx)).await;
    match done {
        Ok(()) => {
            let factors = app.store.in_realm(incoming.scene.realm.id()).factors(user.id()).await?;
            let has_passkey = factors.iter().any(|factor| factor.kind == FactorKind::Passkey);
            Ok(frame.back_to("/sign-in", Some(&text(if has_passkey { "reset-done-passkeys" } else { "reset-done" }))))
        }
        Err(Failure::Refused(error)) => mailed::ended(&frame, &error, "/forgot-password", "link-ended-forgot"),
        Err(failure) => Err(failure),
    }
}

async fn look(app: &App, scene: &Scene, presented: Option<&Presented>) -> Result<Option<LinkFacts>, Failure> {
    let Some(presented) = presented else { return Ok(None) };
    Ok(app.store.in_realm(scene.realm.id()).one_time_link(OneTimeLinkId(presented.selector)).await?)
}

/// What asking for a link leads to: a link and its letter where there is such an account, and nothing
/// where there is none.
///
/// # Errors
/// When rows cannot be read, or an operator's own template is broken.
pub async fn letters_of_reset(app: &App, scene: &Scene, typed: &str, language: &str) -> Result<Vec<Change>, Failure> {
    let user = match LoginName::fold(typed) {
        Some(name) => app.store.in_realm(scene.realm.id()).user_by_login(&name).await?,
        None => None,
    };
    let mut changes = Vec::new();
    let made = app.decide(scene, |cx| rules::link(user.as_ref(), cx, &mut changes));
    let (Some((token, address)), Some(user)) = (made, user) else { return Ok(Vec::new()) };
    let words = Words {
        subject: text("mail-reset-subject").with("realm", scene.realm.title()),
        paragraphs: vec![
            text("mail-hello").with("name", user.display_name()),
            text("mail-reset-lead").with("realm", scene.realm.title()),
            text("mail-reset-good"),
        ],
        link: Some((text("mail-reset-link"), scene.url(&format!("/reset-password?token={}", token.expose())))),
        end: vec![text("mail-reset-not-you")],
    };
    let letter = mailed::letter(app, scene, language, &address, &words).await?;
    if letter.is_empty() {
        // The link of before stays good.
        return Ok(Vec::new());
    }
    changes.extend(letter);
    Ok(changes)
}
