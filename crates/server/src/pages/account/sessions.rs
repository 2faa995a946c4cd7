//! Where one is signed in, and how that ends.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    Change, Context, Effect, ErrorCode, OAuthError, SessionId,
    change::{AuditKind, CodeChange, SessionChange},
    manage::Who,
    model::Session,
};
use serde::Serialize;

use super::{Person, device::Device, sign_in_first};
use crate::{app::App, cookies, failure::Failure, incoming::Incoming, page_parts::texts::text, pages::frame::View, respond};

const LIST: &str = "/account/sessions";

#[derive(Serialize)]
struct Sessions {
    sessions: Vec<Line>,
    idle_hours: u32,
    longest_days: u32,
}

impl View for Sessions {
    const TEMPLATE: &'static str = "account/sessions.html";
}

#[derive(Serialize)]
struct Line {
    id: String,
    browser: &'static str,
    system: &'static str,
    icon: &'static str,
    address: Option<String>,
    since: i64,
    seen: i64,
    this: bool,
}

/// GET: all that live.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let realm = &incoming.scene.realm;
    let (now, settings) = (app.now(), &realm.settings);
    let sessions = app.store.in_realm(realm.id()).sessions_of_user(me.user.id()).await?;
    let lives = |session: &&Session| {
        now < session.expires_at && now < session.last_seen_at + settings.session_idle_lifetime || session.id == me.session.id
    };
    let mut sessions: Vec<_> = sessions.iter().filter(lives).collect();
    sessions.sort_by_key(|session| (session.id != me.session.id, std::cmp::Reverse(session.last_seen_at)));
    let view = Sessions {
        sessions: sessions.into_iter().map(|session| line(session, &me)).collect(),
        idle_hours: settings.session_idle_lifetime.0.div_ceil(3600),
        longest_days: settings.session_lifetime.0.div_ceil(86_400),
    };
    me.frame(app, incoming).render(StatusCode::OK, &view)
}

/// POST: ends one. This browser's own leads to the page that says so.
pub async fn end(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let id = incoming.path_parameter("id")?.parse::<SessionId>().map_err(|_| no_such_session())?;
    let store = app.store.in_realm(incoming.scene.realm.id());
    let look = || async { store.session(id).await };
    app.settle(&incoming.scene, look, |facts, cx| {
        let session = facts.map(|facts| facts.session).filter(|session| session.user == me.user.id()).ok_or_else(no_such_session)?;
        let change = SessionChange::End { realm: session.realm, id: session.id };
        Ok(Effect { answer: (), changes: vec![Change::Session(change), no_codes(&me, cx), ended(&me, cx)] })
    })
    .await?;
    if id == me.session.id {
        return Ok(signed_out(incoming));
    }
    Ok(me.frame(app, incoming).back_to(LIST, Some(&text("session-ended"))))
}

/// POST: ends all but this one.
pub async fn end_others(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    end_many(app, incoming, false).await
}

/// POST: ends all, this one too.
pub async fn end_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    end_many(app, incoming, true).await
}

async fn end_many(app: &App, incoming: &Incoming, this_too: bool) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    app.settle(
        &incoming.scene,
        || async { Ok(()) },
        |(), cx| {
            let (realm, user) = (cx.realm.id(), me.user.id());
            let change = match this_too {
                true => SessionChange::EndOfUser { realm, user },
                false => SessionChange::EndOthersOfUser { realm, user, but: me.session.id },
            };
            Ok(Effect { answer: (), changes: vec![Change::Session(change), no_codes(&me, cx), ended(&me, cx)] })
        },
    )
    .await?;
    if this_too {
        return Ok(signed_out(incoming));
    }
    Ok(me.frame(app, incoming).back_to(LIST, Some(&text("sessions-ended"))))
}

/// What was approved and not yet redeemed may have been by who is shown out.
fn no_codes(me: &Person, cx: &Context<'_>) -> Change {
    Change::Code(CodeChange::EndOfUser { realm: cx.realm.id(), user: me.user.id(), client: None, at: cx.now })
}

fn ended(me: &Person, cx: &mut Context<'_>) -> Change {
    cx.audit(AuditKind::SignedOut, Who::Person(me.user.id())).user(me.user.id()).detail("on the page of sessions").into()
}

/// To the page to sign in on, without the cookie.
fn signed_out(incoming: &Incoming) -> Response {
    let realm = &incoming.scene.realm;
    let mut response = respond::see_other(&incoming.scene.url("/sign-in"));
    response.headers_mut().append(http::header::SET_COOKIE, cookies::no_session_cookie(realm));
    response
}

fn no_such_session() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "there is no such session")
}

fn line(session: &Session, me: &Person) -> Line {
    let Device { browser, system, icon } = Device::of(session.user_agent.as_deref());
    Line {
        id: session.id.to_string(),
        browser,
        system,
        icon,
        address: session.address.map(|address| address.to_string()),
        since: session.auth_time.as_millis(),
        seen: session.last_seen_at.as_millis(),
        this: session.id == me.session.id,
    }
}
