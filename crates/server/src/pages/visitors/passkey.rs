//! Signing in with a passkey: it says who one is, and checks it, so that nothing is typed.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    ErrorCode,
    attempts::Tally,
    model::{Factor, User},
    sign_in::{by_passkey, no_passkey},
};
use serde::Serialize;

use super::{carried::Carried, sign_in::wait_page};
use crate::{
    app::App,
    failure::Failure,
    guesses::Guess,
    incoming::Incoming,
    logged::logged,
    page_parts::texts::text,
    pages::frame::{Frame, View},
    passkeys::{Answer, Asked, Challenge, to_show},
    respond, session,
};

#[derive(Serialize)]
struct Passkey<'a> {
    request: Option<&'a str>,
    back: Option<&'a str>,
    asked: Asked,
    fault: Option<String>,
}

impl View for Passkey<'_> {
    const TEMPLATE: &'static str = "visitors/passkey.html";
    const LEAVES: bool = true;
}

/// GET: leads to the page to sign in on. POST: the page that asks the browser, or what it answered.
pub async fn passkey(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let scene = &incoming.scene;
    if !incoming.is(&Method::POST) {
        return Ok(respond::see_other(&scene.url("/sign-in")));
    }
    let sent = incoming.page_form()?;
    let carried = match Carried::of(app, incoming, &sent).await? {
        Ok(carried) => carried,
        Err(refused) => return Ok(refused),
    };
    let page = |status, fault| page(app, incoming, &carried, status, fault);
    if sent.get("credential").is_none() {
        return page(StatusCode::OK, None);
    }
    let challenge = Challenge::open(app, scene, incoming.headers(), &sent, None);
    let Some(answer) = challenge.and_then(|challenge| Answer::read(challenge, &sent)) else {
        return page(StatusCode::UNPROCESSABLE_ENTITY, Some("passkey-late"));
    };
    let counted = match Guess::at_passkey(app, scene, &answer.credential).count(app, scene).await {
        Ok(counted) => counted,
        Err(Failure::Refused(error)) if error.retry_after.is_some() => {
            let error = logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error));
            return wait_page(app, incoming, &carried, &error);
        }
        Err(failure) => return Err(failure),
    };
    let previous = session::current(app, incoming).await?.map(|current| current.session.id);
    let agent = session::user_agent(incoming);
    let store = app.store.in_realm(scene.realm.id());
    let bucket = answer.challenge().bucket(app, scene);
    let look = || async {
        let kept = store.passkey(&answer.credential).await?;
        let user = match &kept {
            Some(kept) => store.user(kept.user).await?,
            None => None,
        };
        Ok((kept.zip(user), store.attempts(&[bucket]).await?.pop().flatten()))
    };
    let done = app.settle(scene, look, |(found, tally): (Option<(Factor, User)>, Option<Tally>), cx| {
        let Some((kept, user)) = found else { return Err(no_passkey(None, "unknown passkey", cx)) };
        let used = answer.challenge().used(app, scene, tally)?;
        let (proof, verified) = answer.proof(scene, &kept).map_err(|untrue| no_passkey(Some(user.id()), untrue.to_string(), cx))?;
        if !verified || !answer.names_somebody() {
            return Err(no_passkey(Some(user.id()), "a passkey that does not check who holds it is no sign-in", cx));
        }
        let mut effect = by_passkey(&user, proof, previous, agent.clone(), cx)?;
        effect.changes.insert(0, used);
        effect.changes.extend(counted.reserved.succeeded(cx.now));
        Ok(effect)
    });
    match done.await {
        Ok(signed_in) => carried.enter(app, incoming, &signed_in, false).await,
        Err(Failure::Refused(error)) if error.code == ErrorCode::InvalidGrant => {
            logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error));
            page(StatusCode::UNPROCESSABLE_ENTITY, Some("passkey-refused"))
        }
        Err(failure) => Err(failure),
    }
}

fn page(app: &App, incoming: &Incoming, carried: &Carried, status: StatusCode, fault: Option<&'static str>) -> Result<Response, Failure> {
    let asked = to_show(app, &incoming.scene, incoming.headers(), None);
    let wished = carried.request().and_then(|request| request.ui_locales.as_deref()).and_then(|tags| app.pages.texts.find(tags.split(' ')));
    let frame = Frame::of(app, incoming).leading_nowhere().speaking(wished);
    let (request, back, fault) = (carried.sealed.as_deref(), carried.back.as_deref(), fault.map(|id| frame.say(&text(id))));
    frame.render(status, &Passkey { request, back, asked, fault })
}
