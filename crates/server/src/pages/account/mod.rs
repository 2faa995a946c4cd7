//! The account of whoever is signed in: what they are called, and who may act for them.

pub mod applications;
mod device;
pub mod email;
pub mod factors;
pub mod leaving;
mod notice;
pub mod overview;
pub mod passkeys;
pub mod security;
pub mod sessions;
pub mod tokens;

use axum::response::Response;
use jeton_oauth::{
    factor,
    model::{Session, User},
};
use url::form_urlencoded;

use super::{
    desk::{self, Desk, Group, Place},
    frame::Frame,
};
use crate::{
    app::App,
    failure::Failure,
    incoming::{Incoming, percent_decode},
    respond, session,
};

/// Who is signed in with this browser.
pub struct Person {
    pub session: Session,
    pub user: User,
}

impl Person {
    /// # Errors
    /// When rows cannot be read or believed.
    pub async fn of(app: &App, incoming: &Incoming) -> Result<Option<Self>, Failure> {
        let Some(current) = session::current(app, incoming).await? else { return Ok(None) };
        let user = app.store.in_realm(incoming.scene.realm.id()).user(current.session.user).await?;
        Ok(user.map(|user| Self { session: current.session, user }))
    }

    /// Whether they proved lately that it is them: else who changes how the account is protected is asked again.
    pub fn is_recent(&self, app: &App) -> bool {
        factor::is_recent(&self.session, app.now())
    }

    fn frame<'a>(&self, app: &'a App, incoming: &'a Incoming) -> Frame<'a> {
        let places = vec![Group { heading: "account", places: ABOUT_ME }, Group { heading: "account-access", places: ACCESS }];
        let (user, realm) = (&self.user, &incoming.scene.realm);
        Frame::of(app, incoming).at(Desk::of(user, "account", desk::areas(user, realm), places, desk::menu(user, realm)))
    }
}

const OVERVIEW: Place = Place { path: "/account", text: "account-overview", icon: "home" };
const SECURITY: Place = Place { path: "/account/security", text: "account-security", icon: "shield" };
const SESSIONS: Place = Place { path: "/account/sessions", text: "account-sessions", icon: "laptop" };
const APPLICATIONS: Place = Place { path: "/account/applications", text: "account-applications", icon: "app" };
const TOKENS: Place = Place { path: "/account/tokens", text: "account-tokens", icon: "key" };

const ABOUT_ME: &[Place] = &[OVERVIEW, SECURITY, SESSIONS];
const ACCESS: &[Place] = &[APPLICATIONS, TOKENS];
/// Links to the account in everybody's menu.
pub const MENU: [Place; 4] = [Place { path: "/account", text: "account-yours", icon: "user" }, SECURITY, APPLICATIONS, TOKENS];

/// Nobody is signed in: the page that asks, which leads back here.
fn sign_in_first(incoming: &Incoming) -> Response {
    sign_in_first_for(incoming, incoming.path())
}

/// As [`sign_in_first`], and leads to another page afterwards.
pub fn sign_in_first_for(incoming: &Incoming, path: &str) -> Response {
    let realm = &incoming.scene.realm;
    let back: String = form_urlencoded::Serializer::new(String::new()).append_pair("return", path).finish();
    respond::see_other(&format!("{}/sign-in?{back}", realm.issuer))
}

/// Places of pages that ask who it is: those of the account, of developers, and of the administrators' console.
const ASKING: &[&str] = &[
    "account",
    "developers",
    "",
    "realms",
    "new-realm",
    "dialects",
    "new-dialect",
    "administrators",
    "new-administrator",
    "invitations",
    "health",
    "mail",
];

/// Where a page that asked who it is leads back to after somebody signed in: only to one of these.
pub fn leads_back(path: &str) -> Option<&str> {
    if let Some((place, query)) = path.split_once('?') {
        return (path.len() <= 2048 && leads_back(place).is_some() && is_plain_query(query)).then_some(path);
    }
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b'%'));
    let first = path.strip_prefix('/')?.split('/').next()?;
    let whole = path.len() == 1 || path[1..].split('/').all(is_a_name);
    (plain && whole && path.len() <= 2048 && ASKING.contains(&first)).then_some(path)
}

/// Names and values in plain characters.
fn is_plain_query(query: &str) -> bool {
    let plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%' | b'+'));
    query.split('&').all(|pair| pair.split_once('=').is_some_and(|(name, value)| !name.is_empty() && plain(name) && plain(value)))
}

/// Whether a segment leads where it stands, however often a proxy or a browser decodes it.
fn is_a_name(segment: &str) -> bool {
    let Some(once) = percent_decode(segment) else { return false };
    let twice = percent_decode(&once);
    let is_plain = |part: &str| !part.trim_matches('.').is_empty() && !part.contains('\\');
    // A name may hold a slash: what stands on both of its sides is looked at as if it were none.
    [Some(segment), Some(&once), twice.as_deref()].into_iter().flatten().all(|text| text.split('/').all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::leads_back;

    #[test]
    fn one_is_led_back_to_where_one_was_asked_and_nowhere_else() {
        for path in [
            "/account",
            "/account/tokens/new",
            "/developers",
            "/developers/applications/a_b-1/credentials",
            "/",
            "/realms/acme/people/a%2Fb/disable",
            "/realms/v1.x/applications/my_app",
            "/realms/acme/rotate?purpose=RS256",
            "/realms/acme/audit?kind=user_changed&subject=a%2Fb&since=",
        ] {
            assert_eq!(leads_back(path), Some(path));
        }
        for path in [
            "",
            "//evil.example",
            "/realms/../x",
            "/realms//x",
            "/realms/.",
            "/api/v1/realms",
            "/accounts",
            "/account/../x",
            "https://evil.example/account",
            "/account/\\evil",
            "/account?x",
            "/account?x=//evil.example",
            "/account?=x",
            "/account?x=1?y=2",
            "//evil.example?x=1",
            "/api/v1/realms?x=1",
            "/account?x=\r\n",
            "/developers/../x",
            "/developersx",
            "/account/%2e%2e/x",
            "/account/%2E./x",
            "/account/.%2e",
            "/realms/%252e%252e/x",
            "/realms/%252E%252e",
            "/realms/a%2f..%2fb",
            "/realms/a%252f..",
            "/realms/a%5cb",
            "/realms/a%255Cb",
            "/realms/%2f",
        ] {
            assert_eq!(leads_back(path), None, "{path}");
        }
    }
}
