//! Passkeys of an account: added, called something else, and removed.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Change, Effect, ErrorCode, FactorId, OAuthError,
    attempts::Tally,
    authorize::finished,
    change::{AuditKind, FactorChange, SessionChange},
    factor::{amr_of_passkey, is_last_second, passkey},
    manage::Who,
    model::{Factor, FactorKind, Passkey},
    settings::SecondFactor,
};
use serde::Serialize;

use super::{
    Person,
    device::Device,
    factors::{PAGE, changing},
    sign_in_first,
};
use crate::{
    app::App,
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
    asked: Asked,
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
        let asked = to_make(app, scene, incoming.headers(), &me.user, &before);
        frame.render(status, &New { asked, name, longest: passkey::NAME_CHARACTERS, name_fault, fault })
    };
    let many = before.iter().filter(|factor| factor.kind == FactorKind::Passkey).count() >= passkey::MOST;
    if !incoming.is(&Method::POST) {
        let Device { browser, system, .. } = Device::of(session::user_agent(incoming).as_deref());
        let name = [browser, system].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
        return page(StatusCode::OK, name, None, many.then_some("passkey-many"));
    }
    let sent = incoming.page_form()?;
    let typed = sent.get("name").unwrap_or_default().to_owned();
    let refused = |fault| page(StatusCode::UNPROCESSABLE_ENTITY, typed.clone(), None, Some(fault));
    if many {
        return refused("passkey-many");
    }
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
    let store = app.store.in_realm(scene.realm.id());
    if store.passkey(&made.credential).await?.is_some() {
        return refused("passkey-known");
    }
    let bucket = challenge.bucket(app, scene);
    let look = || async { Ok(store.attempts(&[bucket]).await?.pop().flatten()) };
    app.settle(scene, look, |tally: Option<Tally>, cx| {
        let kept = Factor {
            id: FactorId::new(cx.now, &mut SystemRng),
            realm: cx.realm.id(),
            user,
            kind: FactorKind::Passkey,
            secret: made.key.clone(),
            step: Some(made.count.into()),
            created_at: cx.now,
            last_used_at: None,
            passkey: Some(Passkey { credential: made.credential.clone(), name: name.clone(), synced: made.synced }),
        };
        let mut changes = vec![challenge.used(app, scene, tally)?, Change::Factor(FactorChange::Create(kept))];
        if !me.session.has_two_factors() {
            let amr = amr_of_passkey(true, made.synced).to_owned();
            changes.push(Change::Session(SessionChange::Proven { realm: cx.realm.id(), id: me.session.id, amr }));
        }
        changes.push(cx.audit(AuditKind::UserChanged, Who::Person(user)).user(user).detail("added a passkey").into());
        Ok(Effect { answer: (), changes })
    })
    .await?;
    Ok(frame.back_to(PAGE, Some(&text("passkey-added"))))
}

/// GET: its name. POST: another one.
pub async fn rename(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let factors = app.store.in_realm(incoming.scene.realm.id()).factors(me.user.id()).await?;
    let (id, before) = named(incoming, &factors)?;
    let (frame, user) = (me.frame(app, incoming), me.user.id());
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
    let store = app.store.in_realm(incoming.scene.realm.id());
    let look = || async { store.factors(user).await };
    app.settle(&incoming.scene, look, |factors: Vec<Factor>, cx| {
        if !factors.iter().any(|factor| factor.id == id) {
            return Err(finished().into());
        }
        let change = Change::Factor(FactorChange::Rename { realm: cx.realm.id(), user, id, name: name.clone() });
        Ok(Effect { answer: (), changes: vec![change] })
    })
    .await?;
    Ok(frame.back_to(PAGE, Some(&text("passkey-renamed"))))
}

/// GET: asks. POST: it is gone, and the recovery codes with the last second factor, unless the realm asks for one.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, factors)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    if incoming.is(&Method::POST) && !factors.iter().any(|factor| Some(factor.id) == asked_for(incoming)) {
        // A form that is sent twice.
        return Ok(respond::see_other(&incoming.scene.url(PAGE)));
    }
    let (id, name) = named(incoming, &factors)?;
    let (frame, user) = (me.frame(app, incoming), me.user.id());
    let last = is_last_second(&factors, id);
    let needed = last && incoming.scene.realm.settings.second_factor == SecondFactor::Required;
    if !incoming.is(&Method::POST) || needed {
        let status = if incoming.is(&Method::POST) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        return frame.render(status, &Remove { id: id.to_string(), name, needed, last });
    }
    let store = app.store.in_realm(incoming.scene.realm.id());
    let look = || async { store.factors(user).await };
    app.settle(&incoming.scene, look, |factors: Vec<Factor>, cx| {
        if !factors.iter().any(|factor| factor.id == id) {
            return Err(finished().into());
        }
        let realm = cx.realm.id();
        let mut changes = vec![Change::Factor(FactorChange::Remove { realm, user, id })];
        if is_last_second(&factors, id) {
            changes.push(Change::Factor(FactorChange::RemoveAll { realm, user, kind: FactorKind::Recovery }));
        }
        changes.push(cx.audit(AuditKind::UserChanged, Who::Person(user)).user(user).detail("removed a passkey").into());
        Ok(Effect { answer: (), changes })
    })
    .await?;
    Ok(frame.back_to(PAGE, Some(&text("passkey-removed"))))
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
