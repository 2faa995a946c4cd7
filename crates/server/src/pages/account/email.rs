//! One's e-mail address, and another one: it counts once the link that is mailed to it was followed.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Effect, ErrorCode, MailId, OneTimeLinkId, email_change as rules,
    login_name::LoginName,
    one_time_link::LinkFacts,
    secret::{self, Kind},
};
use serde::Serialize;

use super::{Person, sign_in_first};
use crate::{
    app::App,
    failure::Failure,
    guesses::letter_to,
    incoming::Incoming,
    mail::{Letter, Posted, Words},
    page_parts::texts::text,
    pages::{
        frame::{Frame, View},
        visitors::mailed::{self, Wished},
    },
    randomness::SystemRng,
    respond,
};

#[derive(Serialize)]
struct Change<'a> {
    present: Option<&'a str>,
    email: String,
    fault: Option<String>,
}

impl View for Change<'_> {
    const TEMPLATE: &'static str = "account/email.html";
}

#[derive(Serialize)]
struct Confirm<'a> {
    token: &'a str,
    email: &'a str,
    username: &'a str,
}

impl View for Confirm<'_> {
    const TEMPLATE: &'static str = "account/email_confirm.html";
}

/// GET: the form. POST: a link is mailed to the new address; until it was followed nothing is changed.
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await?.filter(|me| me.is_recent(app)) else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let present = me.user.email.as_ref().map(|email| email.address.as_str());
    let mut view = Change { present, email: String::new(), fault: None };
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &view);
    }
    let sent = incoming.page_form()?;
    view.email = sent.get("email").unwrap_or_default().trim().to_owned();
    let same = me.user.email.as_ref().is_some_and(|email| email.verified && email.address == view.email);
    if !mailed::is_an_address(&view.email) {
        view.fault = Some(frame.say(&text("sign-up-email-fault")));
    } else if same {
        view.fault = Some(frame.say(&text("email-same")));
    }
    if view.fault.is_some() {
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let scene = &incoming.scene;
    let _counted = match mailed::counted(app, incoming, &view.email).await? {
        Wished::Counted(counted) => counted,
        Wished::TooMany(error) => {
            view.fault = Some(frame.say(&text("email-wait").with("minutes", error.retry_after.map_or(1, |wait| wait.0.div_ceil(60)))));
            let mut response = frame.render(StatusCode::TOO_MANY_REQUESTS, &view)?;
            respond::retry_after(response.headers_mut(), &error);
            return Ok(response);
        }
    };
    let title = scene.realm.title();
    let made = app.decide(scene, |cx| rules::ask(&me.user, &view.email, cx));
    let words = Words {
        subject: text("mail-change-subject").with("realm", title),
        paragraphs: vec![text("mail-hello").with("name", me.user.display_name()), text("mail-change-lead").with("realm", title)],
        link: Some((text("mail-verify-link"), scene.url(&format!("/confirm-email?token={}", made.answer.expose())))),
        end: vec![text("mail-change-not-you")],
    };
    let letter = Letter::write(&app.pages, &scene.realm, frame.language, &view.email, &words)?;
    app.settle(
        scene,
        || letter_to(app, scene, &view.email),
        |counted, cx| {
            let Some(counted) = counted else { return Ok(Effect::only(())) };
            let mut changes = made.changes.clone();
            changes.push(counted);
            changes.push(app.outbox.post(&Posted::Letter(letter.clone()), cx));
            Ok(Effect { answer: (), changes })
        },
    )
    .await?;
    app.outbox.wake();
    Ok(frame.back_to("/account", Some(&text("email-sent").with("address", view.email))))
}

/// GET: what the link in the mail opens. POST: the address is the account's, and the one before is told.
pub async fn confirm(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let frame = Frame::of(app, incoming);
    let query = incoming.query()?;
    let form = if incoming.is(&Method::POST) { Some(incoming.page_form()?) } else { None };
    let token = form.as_ref().map_or_else(|| query.get("token"), |form| form.get("token")).unwrap_or_default();
    let presented = secret::read(Kind::OneTimeLink, token);
    let (scene, store) = (&incoming.scene, app.store.in_realm(incoming.scene.realm.id()));
    let look = || async {
        let Some(presented) = &presented else { return Ok((None, false)) };
        let facts = store.one_time_link(OneTimeLinkId(presented.selector)).await?;
        let name = facts.as_ref().and_then(|facts| LoginName::fold(&facts.link.address));
        let other = match &name {
            Some(name) => store.user_by_login(name).await?,
            None => None,
        };
        let taken = other.is_some_and(|other| facts.as_ref().is_none_or(|facts| facts.user.id() != other.id()));
        Ok((facts, taken))
    };
    let (facts, taken) = look().await?;
    let facts = match app.decide(scene, |cx| rules::opens(presented.as_ref(), facts.as_ref(), cx).cloned()) {
        Ok(facts) if !taken => facts,
        Ok(_) => return mailed::ended(&frame, &gone(), "/account/email", "link-ended-email"),
        Err(error) => return mailed::ended(&frame, &error, "/account/email", "link-ended-email"),
    };
    if form.is_none() {
        let view = Confirm { token, email: &facts.link.address, username: &facts.user.username };
        return frame.leading_nowhere().render(StatusCode::OK, &view);
    }
    let title = scene.realm.title();
    let told = match facts.user.email.as_ref().filter(|before| before.verified && before.address != facts.link.address) {
        Some(before) => {
            let words = Words {
                subject: text("mail-changed-subject").with("realm", title),
                paragraphs: vec![
                    text("mail-hello").with("name", facts.user.display_name()),
                    text("mail-changed-lead").with("realm", title).with("address", before.address.as_str()),
                ],
                link: None,
                end: vec![text("mail-changed-not-you")],
            };
            Some(Letter::write(&app.pages, &scene.realm, frame.language, &before.address, &words)?)
        }
        None => None,
    };
    let done = app.settle(scene, look, |(facts, taken): (Option<LinkFacts>, bool), cx| {
        let Effect { answer, mut changes } = rules::confirm(presented.as_ref(), facts.as_ref(), taken, cx)?;
        changes.extend(
            told.iter()
                .map(|letter| app.outbox.post_as(MailId::new(cx.now, &mut SystemRng), &Posted::Letter(letter.clone()), cx.realm, cx.now)),
        );
        Ok(Effect { answer, changes })
    });
    match done.await {
        Ok(_) => {
            app.outbox.wake();
            Ok(frame.back_to("/account", Some(&text("email-changed"))))
        }
        Err(Failure::Refused(error)) => mailed::ended(&frame, &error, "/account/email", "link-ended-email"),
        Err(failure) => Err(failure),
    }
}

fn gone() -> jeton_oauth::OAuthError {
    jeton_oauth::OAuthError::new(ErrorCode::NotFound, "the address has an account by now")
}
