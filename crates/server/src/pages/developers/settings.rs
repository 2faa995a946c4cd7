//! What is said of an application, changed later; and how it ends.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Effect, OAuthError,
    authorize::finished,
    manage::{
        client::{remove, revoke_all},
        registration::{CHOICES, change_as_developer, returns_elsewhere},
    },
    model::Client,
    parameters::Parameters,
    settings::GrantType,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Head, Own,
    credentials::afresh,
    faults::Faults,
    form::{Fields, document, fields_of},
    sign_in_first,
};
use crate::{activity::secrets::used_at, app::App, failure::Failure, incoming::Incoming, page_parts::texts::text, pages::frame::View};

/// Rows that are counted one by one; beyond it is said that there are more.
const COUNTED: u32 = 1000;

#[derive(Serialize)]
struct Settings {
    head: Head,
    fields: Fields,
    returns: bool,
    /// What the form was made for.
    version: u32,
    /// Settings of its tokens: a choice each, with what the realm says.
    format: String,
    claims: String,
    realm_format: String,
    realm_claims: String,
    pkce: bool,
    pkce_always: bool,
    factor: bool,
    factor_always: bool,
    /// It says so itself, whatever the realm says.
    factor_of_its_own: bool,
}

impl View for Settings {
    const TEMPLATE: &'static str = "developers/settings.html";
}

enum Saved {
    Yes,
    /// The page was for what it was before.
    Stale,
    /// People would return elsewhere, and the sign-in is long ago.
    NeedsSignIn,
}

#[derive(Serialize)]
struct Ending {
    head: Head,
    authorizations: u32,
    api_users: u32,
    secrets: usize,
    used: Option<i64>,
    most: u32,
    fault: Option<String>,
}

#[derive(Serialize)]
struct Delete(Ending);

impl View for Delete {
    const TEMPLATE: &'static str = "developers/delete.html";
}

#[derive(Serialize)]
struct EndAll(Ending);

impl View for EndAll {
    const TEMPLATE: &'static str = "developers/end_all.html";
}

/// GET: the form. POST: it becomes so.
pub async fn settings(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let frame = own.frame(app, incoming);
    let client = afresh(app, incoming, &own).await?;
    let now = client.metadata.to_document();
    if !incoming.is(&Method::POST) {
        let view = view(app, incoming, &own, &client, &fields_of(&now), &now, 0, &Faults::default());
        return frame.render(StatusCode::OK, &view);
    }
    let sent = incoming.page_form()?;
    let wanted = wanted(&client, &sent);
    if sent.get("more").is_some() {
        let view = view(app, incoming, &own, &client, &sent, &wanted, 1, &Faults::default());
        return frame.render(StatusCode::OK, &view);
    }
    let seen: Option<u32> = sent.get("version").and_then(|version| version.parse().ok());
    let recent = own.developer.me.is_recent(app);
    let changed = own
        .act(
            app,
            incoming,
            || async { Ok(()) },
            |client, (), desk| {
                // Somebody changed it since the page was shown, or it was sent before.
                if Some(client.version) != seen {
                    return Ok(Effect::only(Saved::Stale));
                }
                if !recent && returns_elsewhere(client, &wanted) {
                    return Ok(Effect::only(Saved::NeedsSignIn));
                }
                change_as_developer(client, &wanted, desk).map(|effect| Effect { answer: Saved::Yes, changes: effect.changes })
            },
        )
        .await?;
    match changed {
        Ok(Saved::Yes) => Ok(frame.back_to(&own.path("/settings"), Some(&text("application-saved")))),
        Ok(Saved::NeedsSignIn) => Ok(sign_in_first(incoming, incoming.path())),
        Ok(Saved::Stale) => Err(finished().into()),
        Err(refusal) => {
            let faults = Faults::of(refusal)?;
            let view = view(app, incoming, &own, &client, &sent, &wanted, 0, &faults);
            frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
    }
}

/// GET: asks, and says what breaks. POST: it is gone, once its name was typed.
pub async fn delete(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, incoming.path()));
    }
    let frame = own.frame(app, incoming);
    let mut view = Delete(ending(app, incoming, &own).await?);
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &view);
    }
    if incoming.page_form()?.get("confirm").map(str::trim) != Some(own.client.title().trim()) {
        view.0.fault = Some(frame.say(&text("confirm-fault")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    own.act(app, incoming, || async { Ok(()) }, |client, (), desk| remove(client, desk)).await?.map_err(OAuthError::from)?;
    Ok(frame.back_to("/developers", Some(&text("application-deleted").with("name", own.client.title()))))
}

/// GET: asks. POST: every token that it has is dead.
pub async fn end_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, incoming.path()));
    }
    let frame = own.frame(app, incoming);
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &EndAll(ending(app, incoming, &own).await?));
    }
    incoming.page_form()?;
    own.act(app, incoming, || async { Ok(()) }, |client, (), desk| revoke_all(client, desk)).await?.map_err(OAuthError::from)?;
    Ok(frame.back_to(&own.path("/settings"), Some(&text("application-ended"))))
}

async fn ending(app: &App, incoming: &Incoming, own: &Own) -> Result<Ending, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let client = afresh(app, incoming, own).await?;
    Ok(Ending {
        head: own.head(app, incoming, &own.frame(app, incoming)),
        authorizations: rows.count_authorizations_of_client(client.key, COUNTED + 1).await?,
        api_users: rows.count_api_users_of_client(client.key, COUNTED + 1).await?,
        secrets: client.live_secrets(app.now()).count(),
        used: client.secrets.iter().filter_map(|secret| used_at(app, &client, secret)).max().map(|at| at.as_millis()),
        most: COUNTED,
        fault: None,
    })
}

/// The document as it is, with what the form says put over it.
fn wanted(client: &Client, sent: &Parameters) -> Map<String, Value> {
    let mut document_now = client.metadata.to_document();
    // What is as usual is not written, and here it has to be said.
    document_now.insert("grant_types".to_owned(), serde_json::json!(client.grant_types));
    document_now.insert("token_endpoint_auth_method".to_owned(), serde_json::json!(client.token_endpoint_auth_method));
    document(sent, client.may(GrantType::AuthorizationCode), &mut document_now);
    // What the form did not ask for, or was not ticked, stays as it is: nobody takes a tick back here.
    for (member, word) in CHOICES.into_iter().filter_map(|member| Some((member, sent.get(member)?))) {
        let said = match word {
            "realm" => None,
            "true" => Some(Value::Bool(true)),
            word => Some(Value::from(word)),
        };
        match said {
            Some(value) => drop(document_now.insert(member.to_owned(), value)),
            None => drop(document_now.remove(member)),
        }
    }
    document_now
}

#[expect(clippy::too_many_arguments, reason = "what the page shows, which two callers have")]
fn view(
    app: &App,
    incoming: &Incoming,
    own: &Own,
    client: &Client,
    sent: &Parameters,
    said: &Map<String, Value>,
    more: usize,
    faults: &Faults,
) -> Settings {
    let realm = &incoming.scene.realm;
    let frame = own.frame(app, incoming);
    let word = |member: &str| said.get(member).and_then(Value::as_str).unwrap_or("realm").to_owned();
    let is = |member: &str| said.get(member).and_then(Value::as_bool) == Some(true);
    let of_realm = |value: Value| value.as_str().unwrap_or_default().to_owned();
    Settings {
        head: own.head(app, incoming, &frame),
        fields: Fields::sent(sent, more, faults, Some(client), realm, &frame),
        returns: client.may(GrantType::AuthorizationCode),
        version: client.version,
        format: word("access_token_format"),
        claims: word("id_token_claims"),
        realm_format: of_realm(serde_json::json!(realm.settings.access_token_format)),
        realm_claims: of_realm(serde_json::json!(realm.settings.id_token_claims)),
        pkce: is("require_pkce"),
        pkce_always: client.effective(&realm.settings).needs_pkce(),
        factor: is("require_second_factor"),
        factor_always: client.effective(&realm.settings).needs_second_factor(),
        factor_of_its_own: client.require_second_factor == Some(true),
    }
}
