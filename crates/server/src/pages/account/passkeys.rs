//! Passkeys of an account: added, called something else, and removed.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Effect, ErrorCode, FactorId, OAuthError,
    attempts::Tally,
    authorize::finished,
    factor::{
        is_last_second,
        own::{Codes, Own, Unchanged},
        passkey, recovery,
    },
    model::{Factor, FactorKind},
    settings::SecondFactor,
};
use serde::Serialize;

use super::{
    device::Device,
    factors::{PAGE, change, changing, show_once},
    notice::Notice,
    sign_in_first,
};
use crate::{
    app::App,
    factors::recovery_of,
    failure::Failure,
    incoming::Incoming,
    logged::logged,
    page_parts::texts::text,
    pages::frame::View,
    passkeys::{Asked, Challenge, to_make},
    randomness::SystemRng,
    respond, session,
};

#[derive(Serialize)]
struct New {
    /// For the browser; nothing where there are as many as there may be.
    asked: Option<Asked>,
    name: String,
    longest: u32,
    name_fault: Option<String>,
    fault: Option<String>,
}

impl View for New {
    const TEMPLATE: &'static str = "account/passkey_new.html";
}

#[derive(Serialize)]
struct Rename {
    id: String,
    before: String,
    name: String,
    longest: u32,
    fault: Option<String>,
}

impl View for Rename {
    const TEMPLATE: &'static str = "account/passkey_rename.html";
}

#[derive(Serialize)]
struct Remove {
    id: String,
    name: String,
    /// The realm asks everybody for two steps, and this is the last.
    needed: bool,
    last: bool,
}

impl View for Remove {
    const TEMPLATE: &'static str = "account/passkey_remove.html";
}

/// GET: the page whose script asks the browser. POST: what it made.
pub async fn add(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, before)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let (scene, frame, user) = (&incoming.scene, me.frame(app, incoming), me.user.id());
    let page = |status, name, name_fault, fault: Option<&'static str>| {
        let fault = fault.map(|id| frame.say(&text(id)));
        let many = before.iter().filter(|factor| factor.kind == FactorKind::Passkey).count() >= passkey::MOST;
        let asked = (!many).then(|| to_make(app, scene, incoming.headers(), &me.user, &before));
        frame.render(status, &New { asked, name, longest: passkey::NAME_CHARACTERS, name_fault, fault })
    };
    if !incoming.is(&Method::POST) {
        let Device { browser, system, .. } = Device::of(session::user_agent(incoming).as_deref());
        let name = [browser, system].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
        return page(StatusCode::OK, name, None, None);
    }
    let sent = incoming.page_form()?;
    let typed = sent.get("name").unwrap_or_default().to_owned();
    let refused = |fault| page(StatusCode::UNPROCESSABLE_ENTITY, typed.clone(), None, Some(fault));
    let Some(name) = passkey::name(&typed) else {
        let fault = frame.say(&text("passkey-name-fault").with("longest", passkey::NAME_CHARACTERS));
        return page(StatusCode::UNPROCESSABLE_ENTITY, typed.clone(), Some(fault), None);
    };
    let Some(challenge) = Challenge::open(app, scene, incoming.headers(), &sent, Some(user)) else { return refused("passkey-late") };
    let made = match challenge.made(scene, &sent) {
        Ok(made) => made,
        Err(untrue) => {
            let error = OAuthError::invalid_request("this passkey cannot be used here").detail(untrue.to_string());
            logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error));
            return refused("passkey-refused");
        }
    };
    let codes = recovery::make(&mut SystemRng);
    let notice = Notice::of(app, incoming, &frame, &me.user, "mail-passkey-added")?;
    let store = app.store.in_realm(scene.realm.id());
    let buckets = [challenge.bucket(app, scene), notice.bucket];
    let look =
        || async { Ok((store.factors(user).await?, store.passkey(&made.credential).await?.is_some(), store.attempts(&buckets).await?)) };
    let done = app.settle(scene, look, |(factors, known, tallies): (Vec<Factor>, bool, Vec<Option<Tally>>), cx| {
        let tally = |at: usize| tallies.get(at).copied().flatten();
        let used = challenge.used(app, scene, tally(0))?;
        let kept = recovery_of(app, &scene.realm, user, &codes, cx.now);
        let own = Own { session: &me.session, factors: &factors };
        let Effect { answer, mut changes } = match own.add_passkey(&made, &name, known, &kept, cx) {
            Ok(effect) => effect,
            Err(unchanged) => return Ok(Effect::only(Err(unchanged))),
        };
        changes.push(used);
        changes.extend(notice.posted(app, tally(1), cx));
        Ok(Effect { answer: Ok(answer), changes })
    });
    let done = done.await?;
    app.outbox.wake();
    match done {
        Ok(Codes::Fresh) => show_once(&frame, incoming, &me, &codes, Some(&text("passkey-added")), app.now()),
        Ok(Codes::Kept) => Ok(frame.back_to(PAGE, Some(&text("passkey-added")))),
        Err(Unchanged::Many) => refused("passkey-many"),
        Err(Unchanged::Known) => refused("passkey-known"),
        Err(_) => Ok(sign_in_first(incoming)),
    }
}

/// GET: its name. POST: another one.
pub async fn rename(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, factors)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let (id, before) = named(incoming, &factors)?;
    let frame = me.frame(app, incoming);
    let page = |status, name: String, fault| {
        let view = Rename { id: id.to_string(), before: before.clone(), name, longest: passkey::NAME_CHARACTERS, fault };
        frame.render(status, &view)
    };
    if !incoming.is(&Method::POST) {
        return page(StatusCode::OK, before.clone(), None);
    }
    let sent = incoming.page_form()?;
    let typed = sent.get("name").unwrap_or_default();
    let Some(name) = passkey::name(typed) else {
        let fault = frame.say(&text("passkey-name-fault").with("longest", passkey::NAME_CHARACTERS));
        return page(StatusCode::UNPROCESSABLE_ENTITY, typed.to_owned(), Some(fault));
    };
    match change(app, incoming, &me, None, |own, cx| own.rename_passkey(id, &name, cx)).await? {
        Ok(()) => Ok(frame.back_to(PAGE, Some(&text("passkey-renamed")))),
        Err(Unchanged::ProveFirst) => Ok(sign_in_first(incoming)),
        Err(_) => Err(finished().into()),
    }
}

/// GET: asks. POST: it is gone, and the recovery codes with the last second factor, unless the realm asks for one.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, factors)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let there = || respond::see_other(&incoming.scene.url(PAGE));
    if incoming.is(&Method::POST) && !factors.iter().any(|factor| Some(factor.id) == asked_for(incoming)) {
        // A form that is sent twice.
        return Ok(there());
    }
    let (id, name) = named(incoming, &factors)?;
    let frame = me.frame(app, incoming);
    let last = is_last_second(&factors, id);
    if !incoming.is(&Method::POST) {
        let needed = last && incoming.scene.realm.settings.second_factor == SecondFactor::Required;
        return frame.render(StatusCode::OK, &Remove { id: id.to_string(), name, needed, last });
    }
    let notice = Notice::of(app, incoming, &frame, &me.user, "mail-passkey-removed")?;
    match change(app, incoming, &me, Some(&notice), |own, cx| own.remove(id, cx)).await? {
        Ok(_) => Ok(frame.back_to(PAGE, Some(&text("passkey-removed")))),
        Err(Unchanged::Needed) => {
            frame.render(StatusCode::UNPROCESSABLE_ENTITY, &Remove { id: id.to_string(), name, needed: true, last: true })
        }
        Err(Unchanged::ProveFirst) => Ok(sign_in_first(incoming)),
        Err(_) => Ok(there()),
    }
}

fn asked_for(incoming: &Incoming) -> Option<FactorId> {
    incoming.path_parameter("id").ok()?.parse().ok()
}

/// The passkey that the address names, and its name.
fn named(incoming: &Incoming, factors: &[Factor]) -> Result<(FactorId, String), OAuthError> {
    let id = asked_for(incoming);
    let found =
        factors.iter().find(|factor| Some(factor.id) == id).and_then(|factor| Some((factor.id, factor.passkey.as_ref()?.name.clone())));
    found.ok_or_else(|| OAuthError::new(ErrorCode::NotFound, "there is no such passkey"))
}
