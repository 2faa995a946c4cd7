//! The browser's session: read from its cookie, written to it, and kept from other sites.

use http::{HeaderValue, Method, header};
use jeton_oauth::{
    ErrorCode, OAuthError, Seconds, SessionId, Timestamp, UserId,
    endpoint::Authentication,
    login_name::LoginName,
    model::Realm,
    secret::{self, Kind},
    sign_in::is_signed_in,
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    app::App,
    cookies::{self, Kept},
    csrf,
    failure::Failure,
    incoming::{Current, Incoming},
    randomness::SystemRng,
    sealed::Purpose,
};

/// Proof, kept by the browser, that an account signed in with it before.
#[derive(Serialize, Deserialize)]
struct Device {
    /// As it signed in, where the proof is older than `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    id: String,
}

/// A device is remembered for a year.
const DEVICE_LIFETIME: Seconds = Seconds(365 * 86_400);

/// Longest `User-Agent` that a session remembers, in characters.
const USER_AGENT_CHARACTERS: usize = 200;

/// What the browser calls itself, as far as a session remembers it.
pub fn user_agent(incoming: &Incoming) -> Option<String> {
    incoming.text_header(header::USER_AGENT).map(|text| text.chars().take(USER_AGENT_CHARACTERS).collect())
}

/// Who is signed in, if anybody.
pub async fn current(app: &App, incoming: &Incoming) -> Result<Option<Current>, Failure> {
    let realm = &incoming.scene.realm;
    let Some(presented) = cookies::session(incoming.headers(), realm).and_then(|text| secret::read(Kind::Session, &text)) else {
        return Ok(None);
    };
    app.vouch()?;
    let Some(facts) = app.store.in_realm(realm.id()).session(SessionId(presented.selector)).await? else { return Ok(None) };
    if !app.decide(&incoming.scene, |cx| is_signed_in(&presented, &facts.session, &facts.account, cx)) {
        return Ok(None);
    }
    app.marks.session_seen(&facts.session, app.now());
    Ok(Some(Current { session: facts.session, account: facts.account }))
}

/// Refuses a request that another site's page sent: by `Sec-Fetch-Site`, else by `Origin`, else by the
/// token that each of our forms carries. `Origin: null` proves nothing. What is no form, no page of
/// another site can send without asking first (CORS), and it is never told yes.
pub fn refuse_other_sites(app: &App, incoming: &Incoming) -> Result<(), OAuthError> {
    let ours = match incoming.text_header("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match incoming.headers().get(header::ORIGIN) {
            Some(origin) => origin.to_str().is_ok_and(|origin| is_origin_of(origin, incoming)),
            None => is_no_form(incoming) || is_nobodys(incoming) || has_token(app, incoming),
        },
    };
    if ours { Ok(()) } else { Err(OAuthError::new(ErrorCode::AccessDenied, "the request did not come from a page of this server")) }
}

/// Whether another site's page sent it, whatever it carries.
pub fn comes_from_elsewhere(incoming: &Incoming) -> bool {
    match incoming.text_header("sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => {
            incoming.headers().get(header::ORIGIN).is_some_and(|origin| !origin.to_str().is_ok_and(|text| is_origin_of(text, incoming)))
        }
    }
}

/// What no page of another site sends without asking first.
fn is_no_form(incoming: &Incoming) -> bool {
    let has_credentials = incoming.headers().contains_key(header::AUTHORIZATION);
    has_credentials || incoming.is(&Method::DELETE) || incoming.expect_media_type("application/json").is_ok()
}

/// Without a cookie nobody is signed in, and an endpoint that asks for somebody says so itself.
fn is_nobodys(incoming: &Incoming) -> bool {
    incoming.endpoint().policy().authentication == Authentication::BearerOrSession && !incoming.headers().contains_key(header::COOKIE)
}

fn has_token(app: &App, incoming: &Incoming) -> bool {
    let Ok(form) = incoming.page_form() else { return false };
    csrf::holds(&app.seal, &incoming.scene.realm, incoming.headers(), incoming.path(), form.get(csrf::FIELD), app.now())
}

fn is_origin_of(origin: &str, incoming: &Incoming) -> bool {
    let own = Url::parse(&incoming.scene.realm.issuer).map(|url| url.origin());
    let sent = Url::parse(origin).map(|url| url.origin());
    matches!((own, sent), (Ok(own), Ok(sent)) if own.is_tuple() && own == sent)
}

/// The cookie that knows that this account signed in on this device.
pub fn device_cookie(app: &App, realm: &Realm, user: UserId, remember: bool, now: Timestamp) -> HeaderValue {
    let id = jeton_oauth::ids::uuid_v7(now, &mut SystemRng).to_string();
    let device = Device { name: None, user: Some(user), id };
    let sealed = app.seal.seal(Purpose::Device, realm.id(), &device, now + DEVICE_LIFETIME);
    cookies::device_cookie(realm, sealed, Kept::remembered(remember, DEVICE_LIFETIME))
}

/// The device's id, if this account signed in on it before.
pub fn known_device(app: &App, incoming: &Incoming, user: UserId, name: &LoginName) -> Option<String> {
    let realm = &incoming.scene.realm;
    let text = cookies::device(incoming.headers(), realm)?;
    let device: Device = app.seal.open(Purpose::Device, realm.id(), &text, app.now())?;
    let known = device.user == Some(user) || device.name.as_deref() == Some(name.as_str());
    known.then_some(device.id)
}
