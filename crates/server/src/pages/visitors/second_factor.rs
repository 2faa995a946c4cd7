//! The second half of a sign-in: a passkey, a code of the authenticator app, or a recovery code.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Change, Effect, ErrorCode, OAuthError, Seconds, SessionId, Timestamp, UserId,
    activity::Reason,
    attempts::Tally,
    authorize::{AuthorizationRequest, finished},
    change::{AuditKind, UserChange},
    factor,
    ids::uuid_v7,
    login_name::LoginName,
    manage::Who,
    model::{Factor, FactorKind, Session, User},
    parameters::Parameters,
    secret::SecretText,
    sign_in::complete,
};
use serde::{Deserialize, Serialize};

use super::{
    carried::Carried,
    sign_in::{again, wait_page},
};
use crate::{
    app::App,
    factors,
    failure::Failure,
    guesses::Guess,
    incoming::Incoming,
    logged::logged,
    page_parts::texts::text,
    pages::{
        desk::initials,
        frame::{Frame, View},
    },
    passkeys::{Answer, Asked, Challenge, to_show},
    randomness::SystemRng,
    respond,
    sealed::Purpose,
    session,
};

/// Whoever typed a right password has so long for the code.
const LIFETIME: Seconds = Seconds(600);

/// Who is half signed in, and how; in a hidden field of the page. It proves nothing without a code.
#[derive(Clone, Serialize, Deserialize)]
pub struct Half {
    user: UserId,
    /// What wrong codes are counted by.
    attempt: String,
    /// Of the password that was right: another one ends this.
    password: Option<[u8; 32]>,
    /// Somebody is signed in, and proves more.
    session: Option<SessionId>,
    auth_time: Timestamp,
    /// Set once: a page that is shown again lives no longer.
    until: Timestamp,
    remember: bool,
}

/// What goes along.
pub struct Along<'a> {
    pub request: Option<String>,
    pub back: Option<&'a str>,
}

/// How one goes on: by what the page asks for.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Passkey,
    Code,
    Recovery,
}

#[derive(Serialize)]
struct SecondFactor<'a> {
    half: String,
    request: Option<&'a str>,
    back: Option<&'a str>,
    way: Way,
    /// What else there is.
    others: Vec<Way>,
    initials: String,
    name: String,
    /// For the browser, where it is asked for a passkey.
    asked: Option<Asked>,
    fault: Option<String>,
}

impl View for SecondFactor<'_> {
    const TEMPLATE: &'static str = "visitors/second_factor.html";
    const LEAVES: bool = true;
}

/// An application wants two factors of somebody who has one.
#[derive(Serialize)]
struct FactorRequired<'a> {
    application: &'a str,
    initials: String,
    name: String,
}

impl View for FactorRequired<'_> {
    const TEMPLATE: &'static str = "visitors/factor_required.html";
}

impl Half {
    /// The password was right.
    pub fn of_password(app: &App, incoming: &Incoming, user: &User, remember: bool) -> Self {
        let password = fingerprint(app, incoming, user);
        let now = app.now();
        Self { user: user.id(), attempt: attempt(app), password, session: None, auth_time: now, until: now + LIFETIME, remember }
    }

    /// Somebody is signed in by one factor.
    pub fn of_session(app: &App, session: &Session) -> Self {
        Self {
            user: session.user,
            attempt: attempt(app),
            password: None,
            session: Some(session.id),
            auth_time: session.auth_time,
            until: app.now() + LIFETIME,
            remember: false,
        }
    }
}

fn attempt(app: &App) -> String {
    uuid_v7(app.now(), &mut SystemRng).to_string()
}

fn fingerprint(app: &App, incoming: &Incoming, user: &User) -> Option<[u8; 32]> {
    user.password.as_ref().map(|hash| app.seal.bucket(incoming.scene.realm.id(), "password of a half sign-in", hash.0.as_bytes()))
}

/// The page that asks for a passkey, or for a code where there is none.
pub async fn ask_code(
    app: &App,
    incoming: &Incoming,
    half: &Half,
    along: &Along<'_>,
    request: Option<&AuthorizationRequest>,
) -> Result<Response, Failure> {
    page(app, incoming, half, along, request, None, None, StatusCode::OK).await
}

#[expect(clippy::too_many_arguments, reason = "what a page is made of, from four places of this file")]
async fn page(
    app: &App,
    incoming: &Incoming,
    half: &Half,
    along: &Along<'_>,
    request: Option<&AuthorizationRequest>,
    way: Option<Way>,
    fault: Option<&'static str>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let scene = &incoming.scene;
    let store = app.store.in_realm(scene.realm.id());
    let user = store.user(half.user).await?.ok_or_else(finished)?;
    let factors = store.factors(half.user).await?;
    let ways = Way::of(&factors);
    let way = way.filter(|way| ways.contains(way)).or_else(|| ways.first().copied()).unwrap_or(Way::Code);
    let wished = request.and_then(|request| request.ui_locales.as_deref()).and_then(|tags| app.pages.texts.find(tags.split(' ')));
    let frame = Frame::of(app, incoming).leading_nowhere().speaking(wished);
    let view = SecondFactor {
        half: app.seal.seal(Purpose::Half, scene.realm.id(), half, half.until),
        request: along.request.as_deref(),
        back: along.back,
        way,
        others: ways.into_iter().filter(|other| *other != way).collect(),
        initials: initials(&user.display_name()),
        name: user.address_or_name().to_owned(),
        asked: (way == Way::Passkey).then(|| to_show(app, scene, incoming.headers(), Some((half.user, &factors)))),
        fault: fault.map(|id| frame.say(&text(id))),
    };
    frame.render(status, &view)
}

impl Way {
    /// All that somebody has, the best first.
    fn of(factors: &[Factor]) -> Vec<Self> {
        let kinds = [(Self::Passkey, FactorKind::Passkey), (Self::Code, FactorKind::Totp), (Self::Recovery, FactorKind::Recovery)];
        let had = kinds.into_iter().filter(|(_, kind)| factors.iter().any(|factor| factor.kind == *kind));
        had.map(|(way, _)| way).collect()
    }

    fn named(word: &str) -> Option<Self> {
        [("passkey", Self::Passkey), ("code", Self::Code), ("recovery", Self::Recovery)]
            .into_iter()
            .find_map(|(name, way)| (name == word).then_some(way))
    }

    const fn wrong(self) -> &'static str {
        match self {
            Self::Passkey => "passkey-refused",
            Self::Code => "code-wrong",
            Self::Recovery => "recovery-wrong",
        }
    }
}

/// What somebody proves themselves with.
enum Typed {
    Code(SecretText),
    Passkey(Answer),
}

/// Why nothing was proven, before it is compared with anything.
struct Missing {
    fault: Option<&'static str>,
    status: StatusCode,
}

impl Typed {
    fn read(app: &App, incoming: &Incoming, half: &Half, way: Way, sent: &mut Parameters) -> Result<Self, Missing> {
        let refused = |fault| Missing { fault: Some(fault), status: StatusCode::UNPROCESSABLE_ENTITY };
        if sent.get("switch").is_some() {
            return Err(Missing { fault: None, status: StatusCode::OK });
        }
        if way == Way::Passkey {
            let challenge = Challenge::open(app, &incoming.scene, incoming.headers(), sent, Some(half.user));
            let answer = challenge.and_then(|challenge| Answer::read(challenge, sent));
            return answer.map(Self::Passkey).ok_or_else(|| refused("passkey-late"));
        }
        let code = sent.take_secret("code").filter(|code| !code.expose().trim().is_empty());
        code.map(Self::Code).ok_or_else(|| refused("code-missing"))
    }
}

/// Nobody may use this application by one factor, and this person has no other yet.
pub async fn factor_required(
    app: &App,
    incoming: &Incoming,
    session: &Session,
    request: &AuthorizationRequest,
) -> Result<Response, Failure> {
    let user = app.store.in_realm(incoming.scene.realm.id()).user(session.user).await?.ok_or_else(finished)?;
    let name = user.address_or_name().to_owned();
    let view = FactorRequired { application: request.client.title(), initials: initials(&user.display_name()), name };
    Frame::of(app, incoming).leading_nowhere().render(StatusCode::OK, &view)
}

/// What is known when it is decided.
type Found = (Option<User>, Vec<Factor>, Option<Tally>);

/// GET: there is nothing without a password first. POST: the passkey or the code; five wrong ones end the sign-in.
pub async fn second_factor(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    if !incoming.is(&Method::POST) {
        return Ok(respond::see_other(&incoming.scene.url("/sign-in")));
    }
    let scene = &incoming.scene;
    let mut sent = incoming.page_form()?;
    let half: Half =
        sent.get("half").and_then(|text| app.seal.open(Purpose::Half, scene.realm.id(), text, app.now())).ok_or_else(finished)?;
    let carried = match Carried::of(app, incoming, &sent).await? {
        Ok(carried) => carried,
        Err(refused) => return Ok(refused),
    };
    let way = sent.get("way").and_then(Way::named).unwrap_or(Way::Code);
    let along = carried.along();
    let store = app.store.in_realm(scene.realm.id());
    let user = store.user(half.user).await?.ok_or_else(finished)?;
    // Before anything is shown: another password ends this.
    if half.session.is_none() && half.password != fingerprint(app, incoming, &user) {
        return Err(finished().into());
    }
    let typed = match Typed::read(app, incoming, &half, way, &mut sent) {
        Ok(typed) => typed,
        Err(Missing { fault, status }) => return page(app, incoming, &half, &along, carried.request(), Some(way), fault, status).await,
    };
    // Counted first, so that guesses that race count too.
    let one = Guess::within(app, scene, &half.attempt);
    let here = match one.count(app, scene).await {
        Ok(here) => here,
        Err(Failure::Refused(error)) if error.retry_after.is_some() => {
            logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error));
            return again(app, incoming, &carried);
        }
        Err(failure) => return Err(failure),
    };
    let device = LoginName::fold(&user.username).and_then(|name| session::known_device(app, incoming, user.id(), &name));
    let counted = match Guess::at_codes_of(app, scene, user.id(), device.as_deref()).count(app, scene).await {
        Ok(counted) => counted,
        Err(Failure::Refused(error)) if error.retry_after.is_some() => {
            here.give_back(app).await;
            let error = logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error));
            return wait_page(app, incoming, &carried, &error);
        }
        Err(failure) => return Err(failure),
    };
    let current = session::current(app, incoming).await?.map(|current| current.session);
    let previous = match (half.session, &current) {
        (Some(own), Some(current)) if current.id == own && current.user == half.user => Some(own),
        (Some(_), _) => return Err(finished().into()),
        (None, current) => current.as_ref().map(|current| current.id),
    };
    let agent = session::user_agent(incoming);
    let bucket = match &typed {
        Typed::Passkey(answer) => Some(answer.challenge().bucket(app, scene)),
        Typed::Code(_) => None,
    };
    let look = || async {
        let tally = match bucket {
            Some(bucket) => store.attempts(&[bucket]).await?.pop().flatten(),
            None => None,
        };
        Ok((store.user(half.user).await?, store.factors(half.user).await?, tally))
    };
    let done = app.settle(scene, look, |(user, factors, tally): Found, cx| {
        let user = user.filter(|user| user.account.is_active()).ok_or_else(finished)?;
        let (proof, used) = match &typed {
            Typed::Code(code) => {
                let key = |factor: &Factor| factors::key(app, factor);
                let proof = factor::matched(&factors, code.expose(), key, &app.recovery_key, cx.now);
                (proof.ok_or_else(|| "wrong code of a second factor".to_owned()), None)
            }
            Typed::Passkey(answer) => {
                let kept = factors.iter().find(|factor| factor.passkey.as_ref().is_some_and(|one| one.credential == answer.credential));
                let proof = match kept {
                    Some(kept) => answer.proof(scene, kept).map(|(proof, _)| proof).map_err(|untrue| untrue.to_string()),
                    None => Err("a passkey that is none of theirs".to_owned()),
                };
                (proof, Some(answer.challenge().used(app, scene, tally)?))
            }
        };
        let proof = proof.map_err(|detail| {
            let event = cx.audit(AuditKind::SecondStepRefused, Who::Stranger).user(user.id()).detail(detail.clone());
            let error = OAuthError::invalid_grant("the second factor is wrong").because(Reason::WrongSecondStep).detail(detail);
            Effect { answer: error, changes: vec![event.into()] }
        })?;
        let mut effect = complete(&user, proof, half.auth_time, previous, agent.clone(), cx);
        effect.changes.extend(used);
        if let (None, Some(is)) = (half.session, user.password.clone()) {
            effect.changes.insert(0, Change::User(UserChange::RequirePassword { realm: user.realm, user: user.id(), is }));
        }
        effect.changes.extend(here.reserved.succeeded(cx.now));
        effect.changes.extend(counted.reserved.succeeded(cx.now));
        Ok(effect)
    });
    let signed_in = match done.await {
        Ok(signed_in) => signed_in,
        Err(Failure::Refused(error)) if error.code == ErrorCode::InvalidGrant => {
            logged(app, Some(&scene.realm), &scene.from, Failure::Refused(error));
            if one.is_closed(app, scene).await? {
                return again(app, incoming, &carried);
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page(app, incoming, &half, &along, carried.request(), Some(way), Some(way.wrong()), status).await;
        }
        Err(failure) => return Err(failure),
    };
    match half.session {
        None => carried.enter(app, incoming, &signed_in, half.remember).await,
        Some(_) => carried.go_on(app, incoming, &signed_in, half.remember).await,
    }
}
