//! The cookies that a browser keeps for us: their names, how long they live, and who may read them.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};
use jeton_oauth::{Seconds, model::Realm, secret::SecretText};

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Until it is closed.
    Open,
    For(Seconds),
}

impl Kept {
    /// As the person said: this device is to be remembered, or not.
    pub fn remembered(remember: bool, lifetime: Seconds) -> Self {
        if remember { Self::For(lifetime) } else { Self::Open }
    }
}

/// The cookie that carries a session.
pub fn session_cookie(realm: &Realm, text: &SecretText, remember: bool) -> HeaderValue {
    let kept = Kept::remembered(remember, realm.settings.session_lifetime);
    header_value(built(realm, cookie_name(realm), text.expose().to_owned(), kept))
}

/// The cookie that ends it.
pub fn no_session_cookie(realm: &Realm) -> HeaderValue {
    header_value(built(realm, cookie_name(realm), String::new(), Kept::For(Seconds(0))))
}

/// What tells this browser from others: its session's cookie, or before there is one its visitor's.
pub fn browser(headers: &HeaderMap, realm: &Realm) -> Option<String> {
    session(headers, realm).or_else(|| cookie(headers, &visitor_cookie_name(realm)))
}

/// The cookie that tells a browser from others while nobody is signed in.
pub fn visitor_cookie(realm: &Realm, value: String) -> HeaderValue {
    header_value(built(realm, visitor_cookie_name(realm), value, Kept::Open))
}

/// What succeeded before a redirect.
pub fn flash(headers: &HeaderMap, realm: &Realm) -> Option<String> {
    cookie(headers, &flash_cookie_name(realm))
}

/// The cookie that takes it along; with no lifetime the one that forgets it.
pub fn flash_cookie(realm: &Realm, value: String, lifetime: Seconds) -> HeaderValue {
    header_value(built(realm, flash_cookie_name(realm), value, Kept::For(lifetime)))
}

/// What the browser's session cookie says.
pub fn session(headers: &HeaderMap, realm: &Realm) -> Option<String> {
    cookie(headers, &cookie_name(realm))
}

/// The sealed proof that somebody signed in on this device.
pub fn device(headers: &HeaderMap, realm: &Realm) -> Option<String> {
    cookie(headers, &device_cookie_name(realm))
}

/// The cookie that keeps it.
pub fn device_cookie(realm: &Realm, sealed: String, kept: Kept) -> HeaderValue {
    header_value(built(realm, device_cookie_name(realm), sealed, kept))
}

/// The value of one cookie. Two of the same name are somebody's trick: neither counts.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
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

fn cookie_name(realm: &Realm) -> String {
    format!("{}jeton-{}", host_prefix(realm), realm.id())
}

fn device_cookie_name(realm: &Realm) -> String {
    format!("{}jeton-device-{}", host_prefix(realm), realm.id())
}

fn visitor_cookie_name(realm: &Realm) -> String {
    format!("{}jeton-visitor-{}", host_prefix(realm), realm.id())
}

fn flash_cookie_name(realm: &Realm) -> String {
    format!("{}jeton-flash-{}", host_prefix(realm), realm.id())
}

fn host_prefix(realm: &Realm) -> &'static str {
    if realm.is_https() { "__Host-" } else { "" }
}

fn built(realm: &Realm, name: String, value: String, kept: Kept) -> Cookie<'static> {
    let cookie = Cookie::build((name, value)).path("/").http_only(true).secure(realm.is_https()).same_site(SameSite::Lax);
    match kept {
        Kept::Open => cookie.build(),
        Kept::For(lifetime) => cookie.max_age(Duration::seconds(lifetime.0.into())).build(),
    }
}

fn header_value(cookie: Cookie<'_>) -> HeaderValue {
    HeaderValue::try_from(cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
