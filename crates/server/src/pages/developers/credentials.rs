//! What an application proves itself with: its id, and two secrets at most, so that one can be changed without an outage.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    ClientSecretId, ErrorCode, OAuthError, Timestamp,
    authorize::finished,
    manage::client::{MOST_SECRETS, add_second_secret, asks_for_its_name, remove_secret_of_developer},
    model::{Client, ClientSecret},
};
use serde::Serialize;

use super::{Head, Own, faults::Faults, sign_in_first};
use crate::{
    activity::secrets::{secret_uses, used_at},
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::frame::View,
    respond::not_found,
};

#[derive(Serialize)]
struct Credentials {
    head: Head,
    secrets: Vec<Secret>,
    live: usize,
    most: usize,
    is_public: bool,
    /// What the form to add one was made for.
    version: u32,
    /// Where a change stands, while two live: since when there are two, and when the older was used last.
    second_since: Option<i64>,
    older_used: Option<i64>,
}

impl View for Credentials {
    const TEMPLATE: &'static str = "developers/credentials.html";
}

#[derive(Serialize)]
struct Secret {
    id: String,
    /// How it begins, where that is known.
    start: Option<String>,
    /// The newer of two.
    newer: bool,
    created: i64,
    used: Option<i64>,
    /// From where in the last hour.
    addresses: Vec<String>,
    ends: Option<i64>,
    ended: bool,
}

#[derive(Serialize)]
struct Added {
    head: Head,
    secret: String,
}

impl View for Added {
    const TEMPLATE: &'static str = "developers/secret_added.html";
}

#[derive(Serialize)]
struct Remove {
    head: Head,
    secret: Secret,
    /// It was used, or nothing else proves the application: the name is asked for.
    asks: bool,
    last: bool,
    /// The newest of those that stay.
    stays: Option<Stays>,
    fault: Option<String>,
}

#[derive(Serialize)]
struct Stays {
    /// How it begins, where that is known.
    start: Option<String>,
    /// It was made after the one that goes.
    newer: bool,
}

impl View for Remove {
    const TEMPLATE: &'static str = "developers/secret_remove.html";
}

/// GET.
pub async fn credentials(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let frame = own.frame(app, incoming);
    let client = afresh(app, incoming, &own).await?;
    let now = app.now();
    let mut secrets: Vec<Secret> = newest_first(&client).into_iter().map(|secret| shown(app, &client, secret, now)).collect();
    for used in secret_uses(app, &client).await? {
        let of_secret = secrets.iter_mut().find(|secret| secret.id == used.secret.to_string());
        of_secret.into_iter().for_each(|secret| secret.addresses.push(used.address.to_string()));
    }
    let live = secrets.iter().filter(|secret| !secret.ended).count();
    if let Some(newest) = secrets.iter_mut().find(|secret| !secret.ended).filter(|_| live > 1) {
        newest.newer = true;
    }
    let of_two = secrets.iter().filter(|secret| !secret.ended).collect::<Vec<_>>();
    let view = Credentials {
        head: own.head(app, incoming, &frame),
        second_since: of_two.first().filter(|_| live > 1).map(|newer| newer.created),
        older_used: of_two.last().filter(|_| live > 1).and_then(|older| older.used),
        live,
        most: MOST_SECRETS,
        is_public: client.is_public(),
        version: client.version,
        secrets,
    };
    frame.render(StatusCode::OK, &view)
}

/// POST: another one, shown this once.
pub async fn add(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, "/developers")) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, &own.path("/credentials")));
    }
    let frame = own.frame(app, incoming);
    let seen: Option<u32> = incoming.page_form()?.get("version").and_then(|version| version.parse().ok());
    let added = own
        .act(
            app,
            incoming,
            || async { Ok(()) },
            |client, (), desk| {
                // The page was for the application as it was before: it was sent already.
                if Some(client.version) != seen { Ok(jeton_oauth::Effect::only(None)) } else { add_second_secret(client, desk).map(some) }
            },
        )
        .await?
        .map_err(OAuthError::from)?;
    let secret = added.and_then(|added| added.secret).ok_or_else(finished)?;
    frame.render(StatusCode::OK, &Added { head: own.head(app, incoming, &frame), secret: secret.expose().to_owned() })
}

/// GET: asks. POST: it proves nothing any more.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, incoming.path()));
    }
    let frame = own.frame(app, incoming);
    let id: ClientSecretId = incoming.path_parameter("id")?.parse().map_err(|_| not_found())?;
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &asked(app, incoming, &own, id).await?);
    }
    let sent = incoming.page_form()?;
    let typed = sent.get("confirm");
    let gone = own.act(
        app,
        incoming,
        || async { Ok(()) },
        |client, (), desk| {
            let used = client.secrets.iter().find(|secret| secret.id == id).and_then(|secret| used_at(app, client, secret));
            remove_secret_of_developer(client, id, used, typed, desk)
        },
    );
    if let Err(refusal) = gone.await? {
        // Anything but a name that has to be typed is a page of its own.
        Faults::of(refusal)?;
        let fault = Some(frame.say(&text("confirm-fault")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &Remove { fault, ..asked(app, incoming, &own, id).await? });
    }
    Ok(frame.back_to(&own.path("/credentials"), Some(&text("secret-removed"))))
}

async fn asked(app: &App, incoming: &Incoming, own: &Own, id: ClientSecretId) -> Result<Remove, Failure> {
    let client = afresh(app, incoming, own).await?;
    let (now, frame) = (app.now(), own.frame(app, incoming));
    let secret = client.secrets.iter().find(|secret| secret.id == id).ok_or_else(not_found)?;
    let stays = newest_first(&client).into_iter().find(|other| other.id != id && other.is_live(now));
    Ok(Remove {
        head: own.head(app, incoming, &frame),
        asks: asks_for_its_name(&client, secret, used_at(app, &client, secret), now),
        last: secret.is_live(now) && stays.is_none(),
        stays: stays.map(|stays| Stays { start: stays.shown.clone(), newer: secret.created_at < stays.created_at }),
        secret: shown(app, &client, secret, now),
        fault: None,
    })
}

/// As its rows are: what is remembered of it does not know when a secret was used last.
pub async fn afresh(app: &App, incoming: &Incoming, own: &Own) -> Result<Client, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let gone = || OAuthError::new(ErrorCode::NotFound, "there is nothing at this address");
    Ok(rows.client_afresh(own.client.key).await?.ok_or_else(gone)?)
}

fn shown(app: &App, client: &Client, secret: &ClientSecret, now: Timestamp) -> Secret {
    Secret {
        id: secret.id.to_string(),
        start: secret.shown.clone(),
        newer: false,
        created: secret.created_at.as_millis(),
        used: used_at(app, client, secret).map(Timestamp::as_millis),
        addresses: Vec::new(),
        ends: secret.expires_at.map(Timestamp::as_millis),
        ended: !secret.is_live(now),
    }
}

fn newest_first(client: &Client) -> Vec<&ClientSecret> {
    let mut secrets: Vec<&ClientSecret> = client.secrets.iter().collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse((secret.created_at, secret.id)));
    secrets
}

fn some<T>(effect: jeton_oauth::Effect<T>) -> jeton_oauth::Effect<Option<T>> {
    jeton_oauth::Effect { answer: Some(effect.answer), changes: effect.changes }
}
