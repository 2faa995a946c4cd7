//! The browser's session: read from its cookie, written to it, and kept from other sites.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};
use jeton_oauth::{
    ErrorCode, OAuthError, Seconds, SessionId, Timestamp, UserId,
    login_name::LoginName,
    model::Realm,
    secret::{self, Kind, SecretText},
    sign_in::is_signed_in,
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    app::App,
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

/// Who is signed in, if anybody.
pub async fn current(app: &App, incoming: &Incoming) -> Result<Option<Current>, Failure> {
    let realm = &incoming.scene.realm;
    let Some(presented) = cookie(incoming.headers(), &cookie_name(realm)).and_then(|text| secret::read(Kind::Session, &text)) else {
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

/// Refuses a request that another site's page sent: by `Sec-Fetch-Site`, else by `Origin`. A browser
/// sends one of them with every POST; `Origin: null` proves nothing.
pub fn refuse_other_sites(incoming: &Incoming) -> Result<(), OAuthError> {
    let ours = match incoming.text_header("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match incoming.headers().get(header::ORIGIN) {
            Some(origin) => origin.to_str().is_ok_and(|origin| is_origin_of(origin, incoming)),
            None => true,
        },
    };
    if ours { Ok(()) } else { Err(OAuthError::new(ErrorCode::AccessDenied, "the request came from a page of another site")) }
}

fn is_origin_of(origin: &str, incoming: &Incoming) -> bool {
    let own = Url::parse(&incoming.scene.realm.issuer).map(|url| url.origin());
    let sent = Url::parse(origin).map(|url| url.origin());
    matches!((own, sent), (Ok(own), Ok(sent)) if own.is_tuple() && own == sent)
}

/// The cookie that carries a session.
pub fn session_cookie(realm: &Realm, text: &SecretText) -> HeaderValue {
    header_value(built(realm, cookie_name(realm), text.expose().to_owned(), realm.settings.session_lifetime))
}

/// The cookie that ends it.
pub fn no_session_cookie(realm: &Realm) -> HeaderValue {
    header_value(built(realm, cookie_name(realm), String::new(), Seconds(0)))
}

/// The cookie that remembers that this account signed in on this device.
pub fn device_cookie(app: &App, realm: &Realm, user: UserId, now: Timestamp) -> HeaderValue {
    let id = jeton_oauth::ids::uuid_v7(now, &mut SystemRng).to_string();
    let device = Device { name: None, user: Some(user), id };
    let sealed = app.seal.seal(Purpose::Device, realm.id(), &device, now + DEVICE_LIFETIME);
    header_value(built(realm, device_cookie_name(realm), sealed, DEVICE_LIFETIME))
}

/// The device's id, if this account signed in on it before.
pub fn known_device(app: &App, incoming: &Incoming, user: UserId, name: &LoginName) -> Option<String> {
    let realm = &incoming.scene.realm;
    let text = cookie(incoming.headers(), &device_cookie_name(realm))?;
    let device: Device = app.seal.open(Purpose::Device, realm.id(), &text, app.now())?;
    let known = device.user == Some(user) || device.name.as_deref() == Some(name.as_str());
    known.then_some(device.id)
}

fn cookie_name(realm: &Realm) -> String {
    format!("{}jeton-{}", host_prefix(realm), realm.id())
}

fn device_cookie_name(realm: &Realm) -> String {
    format!("{}jeton-device-{}", host_prefix(realm), realm.id())
}

fn host_prefix(realm: &Realm) -> &'static str {
    if realm.is_https() { "__Host-" } else { "" }
}

fn built(realm: &Realm, name: String, value: String, lifetime: Seconds) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(realm.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(lifetime.0.into()))
        .build()
}

fn header_value(cookie: Cookie<'_>) -> HeaderValue {
    HeaderValue::try_from(cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The value of one cookie. Two of the same name are somebody's trick: neither counts.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned());
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
