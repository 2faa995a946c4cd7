//! An administrator at the console: who they are, what they may, and the frame around what they see.

use std::sync::Arc;

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Endpoint, ErrorCode, OAuthError,
    authorize::finished,
    factor::has_second,
    ids::uuid_v7,
    manage::{Act, Administrator, Noun, Reach, Subject, Who, administrator::REALM, may},
    model::Realm,
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::{
    Ask,
    ask::{ask, segment},
    views,
};
use crate::{
    admin_api,
    app::App,
    failure::Failure,
    incoming::Incoming,
    logged::logged,
    page_parts::texts::Text,
    pages::{
        account::{Person, leads_back},
        desk::{Choice, Desk, Group, Place, areas, initials, menu},
        frame::{Frame, View},
    },
    randomness::SystemRng,
    respond,
};

/// Somebody who administers, signed in with two factors.
pub struct Console<'a> {
    pub app: &'a App,
    pub incoming: &'a Incoming,
    pub me: Person,
    pub administrator: Administrator,
    /// The realm that the address names.
    realm: Option<Arc<Realm>>,
}

const SERVER: &[Place] = &[
    Place { path: "", text: "admin-dashboard", icon: "chart" },
    Place { path: "/realms", text: "admin-realms", icon: "globe" },
    Place { path: "/dialects", text: "admin-dialects", icon: "swap" },
    Place { path: "/administrators", text: "admin-administrators", icon: "crown" },
    Place { path: "/health", text: "admin-health", icon: "pulse" },
    Place { path: "/mail", text: "admin-mail", icon: "mail" },
];
/// What there is of these for whoever reaches some realms alone.
const SOME: &[Place] = &[SERVER[0], SERVER[1]];
const OF_REALM: &[Place] = &[
    Place { path: "/people", text: "admin-people", icon: "users" },
    Place { path: "/applications", text: "admin-applications", icon: "app" },
    Place { path: "/api-users", text: "admin-api-users", icon: "agent" },
    Place { path: "/sessions", text: "admin-sessions", icon: "laptop" },
    Place { path: "/scopes", text: "admin-scopes", icon: "tag" },
    Place { path: "/keys", text: "admin-keys", icon: "key" },
    Place { path: "/audit", text: "admin-audit", icon: "list" },
    Place { path: "/settings", text: "admin-settings", icon: "tune" },
];
/// Realms that the list of places offers.
const OFFERED: &str = "8";

impl<'a> Console<'a> {
    /// Who comes in; or where somebody has to go first: to sign in, to prove more, or to set up a second factor.
    ///
    /// # Errors
    /// 404 for who is no administrator, and for a realm that they do not reach.
    pub async fn of(app: &'a App, incoming: &'a Incoming) -> Result<Result<Self, Response>, Failure> {
        let Some(me) = Person::of(app, incoming).await? else { return Ok(Err(sign_in(incoming))) };
        // Whoever changed something at another server a moment ago sees it here.
        app.notice().await?;
        let facts = app.store.administrator(me.user.id()).await?.filter(|facts| facts.user.account.is_active());
        let none = || OAuthError::new(ErrorCode::NotFound, "whoever is signed in is no administrator");
        let administrator = facts.ok_or_else(none)?.administrator;
        if !me.session.has_two_factors() {
            let factors = app.store.in_realm(incoming.scene.realm.id()).factors(me.user.id()).await?;
            // Who has one signs in with it; who has none sets it up.
            let elsewhere = if has_second(&factors) { sign_in(incoming) } else { factor_required(app, incoming, &me)? };
            return Ok(Err(elsewhere));
        }
        let mut console = Self { app, incoming, me, administrator, realm: None };
        if incoming.standing.pattern.contains("{realm}") {
            let name = incoming.path_parameter("realm")?;
            let realm = app.realms.by_name(&name).await?.filter(|realm| console.administrator.reach.covers(realm.id()));
            let missing = || OAuthError::new(ErrorCode::NotFound, format!("there is no realm {name:?}"));
            console.realm = Some(realm.ok_or_else(missing)?);
        }
        Ok(Ok(console))
    }

    /// The realm that the address names.
    ///
    /// # Errors
    /// 404 where it names none.
    pub fn realm(&self) -> Result<&Arc<Realm>, OAuthError> {
        self.realm.as_ref().ok_or_else(respond::not_found)
    }

    /// The start of the API's address of that realm: `/realms/acme`.
    ///
    /// # Errors
    /// 404 where the address names none.
    pub fn path(&self) -> Result<String, OAuthError> {
        Ok(format!("/realms/{}", segment(&self.realm()?.config.name)))
    }

    pub fn is_post(&self) -> bool {
        self.incoming.is(&Method::POST)
    }

    /// Whether the role allows this in the realm of the address; without one, in the installation.
    pub fn may(&self, noun: Noun, act: Act) -> bool {
        let realm = self.realm.as_ref().map(|realm| realm.id());
        may(&Who::Administrator(self.administrator.clone()), noun, act, &Subject { realm, ..Subject::default() })
    }

    /// What the role allows with a noun, for templates: `page.may.create`.
    pub fn mays(&self, noun: Noun) -> Value {
        let acts = [
            ("create", Act::Create),
            ("change", Act::Change),
            ("disable", Act::Disable),
            ("enable", Act::Enable),
            ("add_secret", Act::AddSecret),
            ("remove_secret", Act::RemoveSecret),
            ("revoke", Act::Revoke),
            ("remove", Act::Remove),
        ];
        Value::Object(acts.into_iter().map(|(name, act)| (name.to_owned(), self.may(noun, act).into())).collect())
    }

    /// Whether they proved lately that it is them.
    pub fn is_recent(&self) -> bool {
        self.me.is_recent(self.app)
    }

    /// They have to prove again that it is them, and come back to this page.
    pub fn confirm(&self) -> Response {
        sign_in(self.incoming)
    }

    /// What a page shows: the members of `page`, and the call that it stands for.
    pub async fn render<V: View>(&self, view: impl FnOnce(Value) -> V, page: Value, ask: &Ask) -> Result<Response, Failure> {
        self.answer(StatusCode::OK, view, page, Some(ask)).await
    }

    /// As [`Console::render`], with another status or without a call.
    pub async fn answer<V: View>(
        &self,
        status: StatusCode,
        view: impl FnOnce(Value) -> V,
        mut page: Value,
        ask: Option<&Ask>,
    ) -> Result<Response, Failure> {
        if let Value::Object(members) = &mut page {
            self.surround(members, ask);
        }
        let mut desk = self.desk();
        desk.choice = self.choice().await?;
        Frame::of(self.app, self.incoming).at(desk).render(status, &view(page))
    }

    fn surround(&self, members: &mut Map<String, Value>, ask: Option<&Ask>) {
        let mut put = |name: &str, value: Value| _ = members.entry(name.to_owned()).or_insert(value);
        put("curl", ask.map(|ask| ask.curl(&self.incoming.scene.realm.issuer)).into());
        put("here", self.incoming.path().into());
        put("fault", Value::Null);
        put("once", uuid_v7(self.app.now(), &mut SystemRng).to_string().into());
        if let Some(realm) = &self.realm {
            put("realm", json!({ "name": realm.config.name, "title": realm.title(), "issuer": realm.issuer }));
            put("below", format!("/realms/{}", segment(&realm.config.name)).into());
        }
    }

    /// What is said in their language, and where they are led back.
    pub fn frame(&self) -> Frame<'a> {
        Frame::of(self.app, self.incoming).at(self.desk())
    }

    fn desk(&self) -> Desk {
        let places = if self.administrator.reach == Reach::All { SERVER } else { SOME };
        let places = vec![Group { heading: "admin-server", places }];
        let realm = &self.incoming.scene.realm;
        let mut desk = Desk::of(&self.me.user, "admin-area", areas(&self.me.user, realm), places, menu(&self.me.user, realm));
        desk.dense = true;
        desk.home = "";
        desk
    }

    /// The realm of the address, or the first that they reach.
    async fn choice(&self) -> Result<Option<Choice>, Failure> {
        let realms = ask!(self, admin_api::realms::list, Ask::get("/realms").with("limit", Some(OFFERED)))?;
        let text = |realm: &Value, name: &str| realm[name].as_str().map(str::to_owned);
        let named = |realm: &Value| Some((text(realm, "name")?, text(realm, "title").or_else(|| text(realm, "name"))?));
        let offered: Vec<(String, String)> = realms.body["items"].as_array().into_iter().flatten().filter_map(named).collect();
        let (name, title) = match &self.realm {
            Some(realm) => (realm.config.name.clone(), realm.title().to_owned()),
            None => match offered.iter().find(|(name, _)| name != REALM).or(offered.first()) {
                Some(first) => first.clone(),
                None => return Ok(None),
            },
        };
        Ok(Some(Choice {
            heading: "admin-realm",
            below: format!("/realms/{}", segment(&name)),
            name: title,
            places: OF_REALM.to_vec(),
            others: offered.into_iter().map(|(name, title)| (format!("/realms/{}", segment(&name)), title)).collect(),
            all: Place { path: "/realms", text: "admin-all-realms", icon: "search" },
        }))
    }

    /// Back to a page, where `done` is said once.
    pub fn back_to(&self, path: &str, done: &Text) -> Response {
        self.frame().back_to(path, Some(done))
    }

    /// What a form was refused for, told and counted once; anything that is no fault of the form goes on.
    pub fn refused(&self, failure: Failure) -> Result<OAuthError, Failure> {
        match failure {
            // The same form was sent before, and what it made was shown.
            Failure::Refused(error) if error.code == ErrorCode::NameReused => Err(finished().into()),
            Failure::Refused(error) if is_about_the_form(error.code) => {
                Ok(logged(self.app, Some(&self.incoming.scene.realm), &self.incoming.scene.from, Failure::Refused(error)))
            }
            other => Err(other),
        }
    }

    /// The role does not allow it.
    pub async fn forbidden(&self, error: OAuthError) -> Result<Response, Failure> {
        let error = logged(self.app, Some(&self.incoming.scene.realm), &self.incoming.scene.from, Failure::Refused(error));
        let role = self.administrator.role.as_str();
        let everywhere = self.administrator.reach == Reach::All;
        self.answer(
            StatusCode::FORBIDDEN,
            views::Forbidden,
            json!({ "role": role, "everywhere": everywhere, "why": error.description }),
            None,
        )
        .await
    }
}

fn is_about_the_form(code: ErrorCode) -> bool {
    use ErrorCode::{Conflict, InvalidClientMetadata, InvalidRedirectUri, InvalidRequest, PreconditionFailed, TooManyRequests};
    matches!(code, Conflict | InvalidRequest | InvalidClientMetadata | InvalidRedirectUri | PreconditionFailed | TooManyRequests)
}

/// The page that asks who it is, which leads back here.
fn sign_in(incoming: &Incoming) -> Response {
    let here = match incoming.path() {
        "" => "/",
        path => path,
    };
    // What a link filled in stays filled in; anything odd in a query is left out.
    let whole = incoming.parts.uri.query().map(|query| format!("{here}?{query}"));
    let here = whole.as_deref().filter(|whole| leads_back(whole).is_some()).unwrap_or(here);
    let back: String = form_urlencoded::Serializer::new(String::new()).append_pair("return", here).finish();
    respond::see_other(&format!("{}{}?{back}", incoming.scene.realm.issuer, Endpoint::SignIn.path()))
}

/// Nobody administers with a password alone.
fn factor_required(app: &App, incoming: &Incoming, me: &Person) -> Result<Response, Failure> {
    let view = views::FactorRequired(json!({ "name": me.user.address_or_name(), "initials": initials(&me.user.display_name()) }));
    Frame::of(app, incoming).render(StatusCode::OK, &view)
}
