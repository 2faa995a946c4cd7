//! How one proves that it is oneself: the page of all ways, and the password.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    Change, Effect, ErrorCode, OAuthError, Timestamp,
    change::{AuditKind, SessionChange, UserChange},
    factor::has_second,
    manage::{Who, end_of_password},
    model::{Factor, FactorKind, RevocationReason},
    secret::SecretText,
};
use serde::Serialize;

use super::{Person, sign_in_first};
use crate::{
    app::App,
    failure::Failure,
    guesses::{self, PasswordGuess},
    incoming::Incoming,
    logged::logged,
    page_parts::texts::{Text, text},
    pages::frame::View,
    password::{HashError, PasswordFault, Whose, acceptable},
    respond, session,
};

const PAGE: &str = "/account/security";

#[derive(Default, Serialize)]
struct Security {
    username: String,
    has_password: bool,
    least: u32,
    /// Since when there is an app, and when its code was taken last.
    app_since: Option<i64>,
    app_used: Option<i64>,
    passkeys: Vec<Line>,
    /// Whether codes are asked for, or passkeys.
    two_steps: bool,
    codes_left: usize,
    codes_since: Option<i64>,
    current_fault: Option<String>,
    password_fault: Option<String>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    name: String,
    since: i64,
    used: Option<i64>,
}

impl View for Security {
    const TEMPLATE: &'static str = "account/security.html";
}

/// GET: the page.
pub async fn security(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    me.frame(app, incoming).render(StatusCode::OK, &page(app, incoming, &me).await?)
}

/// POST: another password, proven by the present one, which is a guess like any other.
pub async fn change_password(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let mut sent = incoming.page_form()?;
    let everywhere = sent.get("everywhere").is_some();
    let (current, new) = (sent.take_secret("current"), sent.take_secret("password"));
    let mut view = page(app, incoming, &me).await?;
    let Some(current) = current else {
        view.current_fault = Some(frame.say(&text("password-missing")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    let new = new.unwrap_or_else(|| SecretText::new(String::new()));
    if let Err(fault) = acceptable(&new, whose(incoming)) {
        view.password_fault = Some(frame.say(&words(fault)));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    match prove(app, incoming, &me, current).await {
        Ok(()) => {}
        Err(Failure::Refused(error)) if matches!(error.code, ErrorCode::InvalidGrant | ErrorCode::TooManyRequests) => {
            let error = logged(app, Some(&incoming.scene.realm), &incoming.scene.from, Failure::Refused(error));
            let (status, fault) = match error.retry_after {
                None => (StatusCode::UNPROCESSABLE_ENTITY, text("password-wrong")),
                Some(wait) => (StatusCode::TOO_MANY_REQUESTS, text("password-wait").with("minutes", wait.0.div_ceil(60))),
            };
            view.current_fault = Some(frame.say(&fault));
            let mut response = frame.render(status, &view)?;
            respond::retry_after(response.headers_mut(), &error);
            return Ok(response);
        }
        Err(failure) => return Err(failure),
    }
    let to = match app.passwords.hash(new).await {
        Ok(hash) => hash,
        Err(HashError::Busy(busy)) => return Err(busy.into()),
        Err(HashError::Unacceptable(fault)) => {
            view.password_fault = Some(frame.say(&words(fault)));
            return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let (realm, user, stored) = (incoming.scene.realm.id(), me.user.id(), me.user.password.clone());
    app.settle(
        &incoming.scene,
        || async { Ok(()) },
        |(), cx| {
            let mut changes = Vec::new();
            changes.extend(stored.clone().map(|is| Change::User(UserChange::RequirePassword { realm, user, is })));
            changes.push(Change::User(UserChange::SetPassword { realm, user, to: to.clone(), at: cx.now }));
            if everywhere {
                let ended = end_of_password(realm, user, cx.now, RevocationReason::Person);
                // This browser's session stays: whoever sits at it proved the old password.
                changes.extend(ended.into_iter().map(|change| match change {
                    Change::Session(SessionChange::EndOfUser { realm, user }) => {
                        Change::Session(SessionChange::EndOthersOfUser { realm, user, but: me.session.id })
                    }
                    other => other,
                }));
            }
            changes.push(cx.audit(AuditKind::PasswordChanged, Who::Person(user)).user(user).into());
            Ok(Effect { answer: (), changes })
        },
    )
    .await?;
    let done = if view.passkeys.is_empty() { "password-changed" } else { "password-changed-passkeys" };
    Ok(frame.back_to(PAGE, Some(&text(done))))
}

/// Whether `password` is this person's; counted as a guess.
pub async fn prove(app: &App, incoming: &Incoming, me: &Person, password: SecretText) -> Result<(), Failure> {
    let device = |user, name: &_| session::known_device(app, incoming, user, name);
    let guess = PasswordGuess::of(app, &incoming.scene, &me.user.username, None, device).await?;
    let user = me.user.id();
    guesses::settle(app, &incoming.scene, &guess, password, |checked, cx| match checked.matched {
        true => Ok(Effect { answer: (), changes: Vec::new() }),
        false => {
            let event = cx.audit(AuditKind::PasswordRefused, Who::Person(user)).user(user).detail("on the account's page");
            let error = OAuthError::invalid_grant("the password is wrong");
            Err(Effect { answer: error, changes: vec![event.into()] })
        }
    })
    .await
}

async fn page(app: &App, incoming: &Incoming, me: &Person) -> Result<Security, Failure> {
    let factors = app.store.in_realm(incoming.scene.realm.id()).factors(me.user.id()).await?;
    let totp = factors.iter().find(|factor| factor.kind == FactorKind::Totp);
    let codes: Vec<_> = factors.iter().filter(|factor| factor.kind == FactorKind::Recovery).collect();
    Ok(Security {
        app_since: totp.map(|factor| factor.created_at.as_millis()),
        app_used: totp.and_then(|factor| factor.last_used_at).map(Timestamp::as_millis),
        passkeys: factors.iter().filter_map(line).collect(),
        two_steps: has_second(&factors),
        codes_left: codes.len(),
        codes_since: codes.first().map(|factor| factor.created_at.as_millis()),
        username: me.user.username.clone(),
        has_password: me.user.password.is_some(),
        least: whose(incoming).least(),
        ..Security::default()
    })
}

fn line(factor: &Factor) -> Option<Line> {
    Some(Line {
        id: factor.id.to_string(),
        name: factor.passkey.as_ref()?.name.clone(),
        since: factor.created_at.as_millis(),
        used: factor.last_used_at.map(Timestamp::as_millis),
    })
}

fn whose(incoming: &Incoming) -> Whose {
    Whose::in_realm(&incoming.scene.realm.config.name)
}

/// Why a password cannot be taken, for the field that it was typed into.
pub fn words(fault: PasswordFault) -> Text {
    match fault {
        PasswordFault::Empty => text("password-missing"),
        PasswordFault::TooShort { least } => text("password-too-short").with("least", least),
        PasswordFault::TooLong => text("password-too-long"),
        PasswordFault::Control => text("password-control"),
        PasswordFault::Common => text("password-common"),
    }
}
