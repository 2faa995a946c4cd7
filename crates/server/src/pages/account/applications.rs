//! Applications that a person has allowed, and how one withdraws that.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    ClientKey, ErrorCode, OAuthError, Timestamp,
    manage::{Actor, Desk, Who, consent},
    model::{Authorization, AuthorizationState, Client, Consent},
};
use serde::Serialize;

use super::{Person, sign_in_first};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::{
        desk::initials,
        frame::{Frame, View},
        visitors::{describe, logo_of},
    },
};

const LIST: &str = "/account/applications";

#[derive(Serialize)]
struct Applications {
    applications: Vec<Line>,
}

impl View for Applications {
    const TEMPLATE: &'static str = "account/applications.html";
}

#[derive(Serialize)]
struct Withdraw(Line);

impl View for Withdraw {
    const TEMPLATE: &'static str = "account/application_withdraw.html";
}

#[derive(Serialize)]
struct Line {
    key: String,
    name: String,
    initials: String,
    logo: Option<String>,
    since: i64,
    used: i64,
    may: Vec<String>,
}

/// What one application may do, from all that it was granted.
struct Granted {
    since: Timestamp,
    used: Timestamp,
    scopes: BTreeSet<String>,
}

/// GET: all of them.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let mut applications = Vec::new();
    for (client, granted) in granted(app, incoming, &me).await? {
        if let Some(client) = app.store.in_realm(incoming.scene.realm.id()).client_by_key(client).await? {
            applications.push(line(app, incoming, &frame, &client, granted));
        }
    }
    applications.sort_by_key(|line| std::cmp::Reverse(line.used));
    frame.render(StatusCode::OK, &Applications { applications })
}

/// GET: asks. POST: ends all that it was granted, in one unit.
pub async fn withdraw(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let client: ClientKey = incoming.path_parameter("id")?.parse().map_err(|_| no_such_application())?;
    let granted = granted(app, incoming, &me).await?.remove(&client).ok_or_else(no_such_application)?;
    let client = app.store.in_realm(incoming.scene.realm.id()).client_by_key(client).await?.ok_or_else(no_such_application)?;
    let line = line(app, incoming, &frame, &client, granted);
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &Withdraw(line));
    }
    app.settle(
        &incoming.scene,
        || async { Ok(()) },
        |(), cx| {
            let by = Actor { who: Who::Person(me.user.id()), from: cx.from };
            let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
            consent::withdraw(&me.user, &client, &mut desk).map_err(|refused| OAuthError::from(refused.answer).into())
        },
    )
    .await?;
    Ok(frame.back_to(LIST, Some(&text("application-withdrawn").with("application", line.name))))
}

/// By client: what was approved, and every authorization that lives.
async fn granted(app: &App, incoming: &Incoming, me: &Person) -> Result<BTreeMap<ClientKey, Granted>, Failure> {
    let store = app.store.in_realm(incoming.scene.realm.id());
    let user = me.user.id();
    let mut all = BTreeMap::<ClientKey, Granted>::new();
    for Consent { client, scope, granted_at, .. } in store.consents_of_user(user).await? {
        add(&mut all, client, granted_at, granted_at, scope.iter());
    }
    let now = app.now();
    let lives = |one: &Authorization| one.state == AuthorizationState::Active && now < one.expires_at;
    for one in store.authorizations_of_user(user).await?.into_iter().filter(lives) {
        let used = one.refresh.as_ref().map_or(one.created_at, |refresh| refresh.rotated_at);
        add(&mut all, one.client, one.created_at, used, one.scope.iter());
    }
    Ok(all)
}

fn add<'s>(
    all: &mut BTreeMap<ClientKey, Granted>,
    client: ClientKey,
    since: Timestamp,
    used: Timestamp,
    scopes: impl Iterator<Item = &'s str>,
) {
    let granted = all.entry(client).or_insert_with(|| Granted { since, used, scopes: BTreeSet::new() });
    granted.since = granted.since.min(since);
    granted.used = granted.used.max(used);
    granted.scopes.extend(scopes.map(str::to_owned));
}

fn line(app: &App, incoming: &Incoming, frame: &Frame<'_>, client: &Client, granted: Granted) -> Line {
    let realm = &incoming.scene.realm;
    let may = granted.scopes.iter().map(|scope| match describe(frame, realm, scope) {
        words if words.is_empty() => scope.clone(),
        words => words,
    });
    Line {
        key: client.key.to_string(),
        name: client.title().to_owned(),
        initials: initials(client.title()),
        logo: logo_of(app, client),
        since: granted.since.as_millis(),
        used: granted.used.as_millis(),
        may: may.collect(),
    }
}

fn no_such_application() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "you have allowed no such application")
}
