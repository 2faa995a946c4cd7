//! Second factors: an authenticator app, recovery codes for the day when the phone is lost, and how they go.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_jose::base64url;
use jeton_oauth::{
    Context, Effect, Seconds, Timestamp,
    attempts::Tally,
    factor::{
        self, has_second, is_last_second,
        own::{self, Left, Own, Unchanged},
        recovery,
        totp::TotpKey,
    },
    model::{Factor, FactorKind},
    secret::SecretText,
    settings::SecondFactor,
};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use super::{Person, notice::Notice, sign_in_first};
use crate::{
    app::App,
    factors,
    failure::Failure,
    guesses::Guess,
    incoming::Incoming,
    logged::logged,
    page_parts::texts::{Text, text},
    pages::frame::{Frame, View},
    randomness::SystemRng,
    respond,
};

/// Where all of them are listed.
pub const PAGE: &str = "/account/security";
/// A page with a key may stay open for so long.
const LIFETIME: Seconds = Seconds(3600);

#[derive(Serialize)]
struct Totp {
    /// The key, encrypted: the server keeps none until a code proved that an app has it.
    key: String,
    /// In groups of four, as it is typed.
    base32: String,
    /// The code's modules as a path, and its side.
    path: String,
    side: i32,
    fault: Option<String>,
    replaces: bool,
}

impl View for Totp {
    const TEMPLATE: &'static str = "account/totp.html";
}

#[derive(Serialize)]
struct Codes {
    codes: Vec<String>,
    name: String,
    at: i64,
    /// Where one goes on, below the issuer.
    next: &'static str,
    /// What was done besides.
    done: Option<String>,
}

impl View for Codes {
    const TEMPLATE: &'static str = "account/recovery_codes.html";
}

#[derive(Serialize)]
struct NewCodes {
    left: usize,
}

impl View for NewCodes {
    const TEMPLATE: &'static str = "account/recovery_codes_new.html";
}

#[derive(Serialize)]
struct Remove {
    /// The realm asks everybody for two steps, and this is the last second one.
    needed: bool,
    last: bool,
}

impl View for Remove {
    const TEMPLATE: &'static str = "account/totp_remove.html";
}

/// GET: a fresh key, to be scanned. POST: a code of it, and it is switched on.
pub async fn totp(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, before)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let user = me.user.id();
    if !incoming.is(&Method::POST) {
        let key = TotpKey::make(&mut SystemRng);
        return frame.render(StatusCode::OK, &shown(app, incoming, &me, &key, has_app(&before), None));
    }
    let mut sent = incoming.page_form()?;
    let key = sent.get("key").and_then(|sealed| opened(app, &me, sealed)).ok_or_else(jeton_oauth::authorize::finished)?;
    let code = sent.take_secret("code").unwrap_or_else(|| SecretText::new(String::new()));
    // A form that is sent twice: its code was used.
    let same =
        |factor: &&Factor| factor.kind == FactorKind::Totp && factors::key(app, factor).is_some_and(|own| own.as_bytes() == key.as_bytes());
    let used = before.iter().find(same).and_then(|factor| factor.step).and_then(|step| u64::try_from(step).ok()).map(factor::totp::Step);
    let counted = match Guess::at_codes_of(app, &incoming.scene, user, None).count(app, &incoming.scene).await {
        Ok(counted) => counted,
        Err(Failure::Refused(error)) if error.retry_after.is_some() => {
            let error = logged(app, Some(&incoming.scene.realm), &incoming.scene.from, Failure::Refused(error));
            let minutes = error.retry_after.map_or(1, |wait| wait.0.div_ceil(60));
            let fault = frame.say(&text("code-wait").with("minutes", minutes));
            let mut response =
                frame.render(StatusCode::TOO_MANY_REQUESTS, &shown(app, incoming, &me, &key, has_app(&before), Some(fault)))?;
            respond::retry_after(response.headers_mut(), &error);
            return Ok(response);
        }
        Err(failure) => return Err(failure),
    };
    let Some(step) = key.matched(code.expose(), app.now(), used) else {
        let fault = frame.say(&text("code-wrong"));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &shown(app, incoming, &me, &key, has_app(&before), Some(fault)));
    };
    counted.succeeded(app).await;
    let realm = &incoming.scene.realm;
    let codes = recovery::make(&mut SystemRng);
    let notice = Notice::of(app, incoming, &frame, &me.user, "mail-totp-added")?;
    let done = change(app, incoming, &me, Some(&notice), |own, cx| {
        let kept = factors::app_of(app, realm, user, &key, step.0, cx.now);
        own.set_up_app(kept, &factors::recovery_of(app, realm, user, &codes, cx.now), cx)
    });
    match done.await? {
        Ok(own::Codes::Fresh) => show_once(&frame, incoming, &me, &codes, None, app.now()),
        Ok(own::Codes::Kept) => Ok(frame.back_to(PAGE, Some(&text(if has_app(&before) { "totp-moved" } else { "totp-added" })))),
        Err(_) => Ok(sign_in_first(incoming)),
    }
}

/// GET: asks. POST: ten fresh codes, shown this once; the earlier ones are dead.
pub async fn recovery_codes(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, before)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let user = me.user.id();
    if !has_second(&before) {
        return Ok(respond::see_other(&incoming.scene.url("/account/security/totp")));
    }
    if !incoming.is(&Method::POST) {
        let left = before.iter().filter(|factor| factor.kind == FactorKind::Recovery).count();
        return frame.render(StatusCode::OK, &NewCodes { left });
    }
    let codes = recovery::make(&mut SystemRng);
    let realm = &incoming.scene.realm;
    let notice = Notice::of(app, incoming, &frame, &me.user, "mail-codes-made")?;
    let done =
        change(app, incoming, &me, Some(&notice), |own, cx| own.make_codes(&factors::recovery_of(app, realm, user, &codes, cx.now), cx));
    match done.await? {
        Ok(()) => show_once(&frame, incoming, &me, &codes, None, app.now()),
        Err(Unchanged::ProveFirst) => Ok(sign_in_first(incoming)),
        Err(_) => Ok(respond::see_other(&incoming.scene.url(PAGE))),
    }
}

/// GET: asks. POST: the app is off; with the last second factor two steps are, and the recovery codes dead, unless the
/// realm asks for them.
pub async fn remove_totp(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some((me, before)) = changing(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let Some(id) = before.iter().find(|factor| factor.kind == FactorKind::Totp).map(|factor| factor.id) else {
        // A form that is sent twice, or a page of before.
        return Ok(respond::see_other(&incoming.scene.url(PAGE)));
    };
    let last = is_last_second(&before, id);
    if !incoming.is(&Method::POST) {
        let needed = last && incoming.scene.realm.settings.second_factor == SecondFactor::Required;
        return frame.render(StatusCode::OK, &Remove { needed, last });
    }
    let notice = Notice::of(app, incoming, &frame, &me.user, "mail-totp-removed")?;
    match change(app, incoming, &me, Some(&notice), |own, cx| own.remove(id, cx)).await? {
        Ok(Left::Nothing) => Ok(frame.back_to(PAGE, Some(&text("totp-removed")))),
        Ok(Left::Another) => Ok(frame.back_to(PAGE, Some(&text("totp-removed-only")))),
        Err(Unchanged::Needed) => frame.render(StatusCode::UNPROCESSABLE_ENTITY, &Remove { needed: true, last: true }),
        Err(Unchanged::ProveFirst) => Ok(sign_in_first(incoming)),
        Err(_) => Ok(respond::see_other(&incoming.scene.url(PAGE))),
    }
}

fn has_app(factors: &[Factor]) -> bool {
    factors.iter().any(|factor| factor.kind == FactorKind::Totp)
}

/// Who may change their factors now, and those that they have; anybody else signs in first, with all of them.
pub async fn changing(app: &App, incoming: &Incoming) -> Result<Option<(Person, Vec<Factor>)>, Failure> {
    let Some(me) = Person::of(app, incoming).await?.filter(|me| me.is_recent(app)) else { return Ok(None) };
    let factors = app.store.in_realm(incoming.scene.realm.id()).factors(me.user.id()).await?;
    Ok(factor::may_change(&me.session, &factors).then_some((me, factors)))
}

/// Settles what a rule says of the factors as they are then, and tells their person where it is worth a letter.
pub async fn change<T>(
    app: &App,
    incoming: &Incoming,
    me: &Person,
    notice: Option<&Notice>,
    rule: impl Fn(&Own<'_>, &mut Context<'_>) -> own::Outcome<T>,
) -> Result<Result<T, Unchanged>, Failure> {
    let store = app.store.in_realm(incoming.scene.realm.id());
    let buckets: Vec<_> = notice.iter().map(|notice| notice.bucket).collect();
    let look = || async { Ok((store.factors(me.user.id()).await?, store.attempts(&buckets).await?.pop().flatten())) };
    let done = app.settle(&incoming.scene, look, |(factors, tally): (Vec<Factor>, Option<Tally>), cx| {
        let own = Own { session: &me.session, factors: &factors };
        let Effect { answer, mut changes } = match rule(&own, cx) {
            Ok(effect) => effect,
            Err(unchanged) => return Ok(Effect::only(Err(unchanged))),
        };
        changes.extend(notice.into_iter().flat_map(|notice| notice.posted(app, tally, cx)));
        Ok(Effect { answer: Ok(answer), changes })
    });
    let done = done.await?;
    app.outbox.wake();
    Ok(done)
}

/// Codes, the only time that they are seen; `done` says what else was.
pub fn show_once(
    frame: &Frame<'_>,
    incoming: &Incoming,
    me: &Person,
    codes: &[SecretText],
    done: Option<&Text>,
    now: Timestamp,
) -> Result<Response, Failure> {
    let name = me.user.address_or_name().to_owned();
    let codes = codes.iter().map(|code| code.expose().to_owned()).collect();
    // Administrators set up two steps because the console asks for them.
    let next = if incoming.scene.realm.holds_administrators() { "" } else { PAGE };
    frame.render(StatusCode::OK, &Codes { codes, name, at: now.as_millis(), next, done: done.map(|done| frame.say(done)) })
}

fn shown(app: &App, incoming: &Incoming, me: &Person, key: &TotpKey, replaces: bool, fault: Option<String>) -> Totp {
    let base32 = key.base32();
    let groups: Vec<_> = base32.expose().as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    let account = me.user.address_or_name().to_owned();
    let (path, side) = drawn(key.uri(incoming.scene.realm.title(), &account).expose());
    let until = app.now() + LIFETIME;
    let plain = [until.as_millis().to_be_bytes().as_slice(), key.as_bytes()].concat();
    Totp { key: base64url::encode(app.cipher.encrypt(&plain, &about(me))), base32: groups.join(" "), path, side, fault, replaces }
}

fn opened(app: &App, me: &Person, sealed: &str) -> Option<TotpKey> {
    let plain = app.cipher.decrypt(&base64url::decode(sealed).ok()?, &about(me))?;
    let (until, key) = plain.split_first_chunk::<8>()?;
    (app.now().as_millis() < i64::from_be_bytes(*until)).then(|| TotpKey::from_bytes(key)).flatten()
}

/// A page's key is good for whom it was shown to.
fn about(me: &Person) -> Vec<u8> {
    [b"totp page\0".as_slice(), me.user.id().as_bytes()].concat()
}

/// One rectangle for each run of dark modules. A name that is too long for a code is left without one: the
/// key can be typed.
fn drawn(text: &str) -> (String, i32) {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return (String::new(), 0) };
    let side = code.size();
    let mut path = String::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let start = x;
            while x < side && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let width = x - start;
                path.push_str(&format!("M{start} {y}h{width}v1h-{width}z"));
            }
            x += 1;
        }
    }
    (path, side)
}
