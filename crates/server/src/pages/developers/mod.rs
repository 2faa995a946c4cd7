//! The console of a realm's developers: what they build on its API, and the machine logins that go with it.
//!
//! A page of one application begins with [`Own::of`], which finds the application that the path names and whose it is;
//! its view has a `head` ([`Head`]), its template extends `developers/application.html`, and its tab is a line of [`own::TABS`].

pub mod activity;
pub mod api_users;
pub mod applications;
pub mod credentials;
mod faults;
mod form;
pub mod get_a_token;
mod own;
pub mod register;
pub mod settings;
pub mod together;

use axum::response::Response;
use jeton_oauth::{
    manage::{Actor, Who, user::has_api_users},
    settings::Developers,
};

pub use own::{Head, Own};

use super::{
    account::{Person, sign_in_first_for},
    desk::{self, Desk, Group, Place},
    frame::Frame,
};
use crate::{app::App, failure::Failure, incoming::Incoming, respond::not_found};

const APPLICATIONS: Place = Place { path: "/developers", text: "developers-applications", icon: "app" };
const API_USERS: Place = Place { path: api_users::PAGE, text: "developers-api-users", icon: "agent" };
const WORK: &[Place] = &[APPLICATIONS, API_USERS];
/// Where API users could not sign in.
const WORK_WITHOUT_API_USERS: &[Place] = &[APPLICATIONS];
const LEARN: &[Place] = &[Place { path: "/docs", text: "docs-title", icon: "book" }];

/// Somebody whom the realm lets make applications of their own.
pub struct Developer {
    pub me: Person,
}

impl Developer {
    /// Who is signed in with this browser; `None` where nobody is. Whom the realm does not let finds nothing here.
    ///
    /// # Errors
    /// 404 for others; when rows cannot be read or believed.
    pub async fn of(app: &App, incoming: &Incoming) -> Result<Option<Self>, Failure> {
        let settings = &incoming.scene.realm.settings;
        if settings.developers == Developers::Off {
            return Err(not_found().into());
        }
        let Some(me) = Person::of(app, incoming).await? else { return Ok(None) };
        if me.user.is_developer(settings) { Ok(Some(Self { me })) } else { Err(not_found().into()) }
    }

    /// As whom they act on what is theirs by name.
    pub fn actor(&self, incoming: &Incoming) -> Actor {
        Actor { who: Who::Developer(self.me.user.id()), from: incoming.scene.from }
    }

    pub fn frame<'a>(&self, app: &'a App, incoming: &'a Incoming) -> Frame<'a> {
        let (user, realm) = (&self.me.user, &incoming.scene.realm);
        let work = if has_api_users(&realm.settings, None) { WORK } else { WORK_WITHOUT_API_USERS };
        let places = vec![Group { heading: "developers-work", places: work }, Group { heading: "docs-learn", places: LEARN }];
        let mut desk = Desk::of(user, "developers", desk::areas(user, realm), places, desk::menu(user, realm));
        desk.dense = true;
        Frame::of(app, incoming).at(desk)
    }
}

/// Nobody is signed in, or not lately enough: the page that asks, which leads back to the page here that `path` names.
pub fn sign_in_first(incoming: &Incoming, path: &str) -> Response {
    sign_in_first_for(incoming, path)
}
