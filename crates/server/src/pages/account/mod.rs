//! The account of whoever is signed in: what they are called, and who may act for them.

pub mod applications;
mod device;
pub mod email;
pub mod factors;
pub mod leaving;
pub mod overview;
pub mod security;
pub mod sessions;
pub mod tokens;

use axum::response::Response;
use jeton_oauth::{
    Seconds,
    model::{Session, User},
};
use url::form_urlencoded;

use super::{
    desk::{Desk, Group, Place},
    frame::Frame,
};
use crate::{app::App, failure::Failure, incoming::Incoming, respond, session};

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
        app.now() < self.session.auth_time + RECENT
    }

    fn frame<'a>(&self, app: &'a App, incoming: &'a Incoming) -> Frame<'a> {
        let places = vec![Group { heading: "account", places: ABOUT_ME }, Group { heading: "account-access", places: ACCESS }];
        Frame::of(app, incoming).at(Desk::of(&self.user, "account", Vec::new(), places, MENU.to_vec()))
    }
}

/// A sign-in is recent for so long.
const RECENT: Seconds = Seconds(15 * 60);

const OVERVIEW: Place = Place { path: "/account", text: "account-overview", icon: "home" };
const SECURITY: Place = Place { path: "/account/security", text: "account-security", icon: "shield" };
const SESSIONS: Place = Place { path: "/account/sessions", text: "account-sessions", icon: "laptop" };
const APPLICATIONS: Place = Place { path: "/account/applications", text: "account-applications", icon: "app" };
const TOKENS: Place = Place { path: "/account/tokens", text: "account-tokens", icon: "key" };

const ABOUT_ME: &[Place] = &[OVERVIEW, SECURITY, SESSIONS];
const ACCESS: &[Place] = &[APPLICATIONS, TOKENS];
const MENU: &[Place] = &[Place { path: "/account", text: "account-yours", icon: "user" }, SECURITY, APPLICATIONS, TOKENS];

/// Nobody is signed in: the page that asks, which leads back here.
fn sign_in_first(incoming: &Incoming) -> Response {
    let realm = &incoming.scene.realm;
    let back: String = form_urlencoded::Serializer::new(String::new()).append_pair("return", incoming.path()).finish();
    respond::see_other(&format!("{}/sign-in?{back}", realm.issuer))
}

/// Where a page of the account leads back to after somebody signed in: only to one of these.
pub fn leads_back(path: &str) -> Option<&str> {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-'));
    (plain && (path == "/account" || path.starts_with("/account/"))).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::leads_back;

    #[test]
    fn one_is_led_back_to_the_account_and_nowhere_else() {
        for path in ["/account", "/account/tokens/new"] {
            assert_eq!(leads_back(path), Some(path));
        }
        for path in ["", "//evil.example", "/accounts", "/account/../x", "https://evil.example/account", "/account/\\evil", "/account?x"] {
            assert_eq!(leads_back(path), None, "{path}");
        }
    }
}
