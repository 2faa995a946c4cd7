//! A person's personal access tokens: list, create, regenerate, revoke. Authorised by an access
//! token with the scope `jeton:tokens` or by the browser's session.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    ErrorCode, OAuthError, PersonalAccessTokenId, Scope, Timestamp,
    model::{PersonalAccessToken, Realm},
    personal_access_token::{self as rules, CreateRequest, Made, Manager},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    failure::Failure,
    incoming::{Caller, Incoming},
    respond,
};

/// What a list shows of a token; `token` is there once, in the answer to making it.
#[derive(Serialize)]
struct Shown {
    id: PersonalAccessTokenId,
    name: String,
    scopes: Vec<String>,
    prefix: String,
    created_at: String,
    last_used_at: Option<String>,
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateBody {
    name: String,
    scopes: Scope,
    #[serde(default)]
    expires_at: Option<jiff::Timestamp>,
}

pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let manager = manager(incoming)?;
    let realm = &incoming.scene.realm;
    let mut tokens = app.store.in_realm(realm.id()).personal_access_tokens(manager.user).await?;
    tokens.retain(rules::is_kept);
    Ok(respond::json(StatusCode::OK, &tokens.iter().map(|facts| shown(&facts.token, realm, None)).collect::<Vec<_>>()))
}

pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let manager = manager(incoming)?;
    incoming.expect_media_type("application/json")?;
    let body: CreateBody = jeton_jose::json::from_slice_strict(&incoming.body).map_err(|_| {
        OAuthError::invalid_request(
            "the body must be a JSON object with name (text), scopes (list of texts) and, if you want, expires_at (RFC 3339)",
        )
    })?;
    let request = CreateRequest {
        name: body.name,
        scope: body.scopes,
        expires_at: body.expires_at.map(|at| Timestamp::from_millis(at.as_millisecond())),
    };
    let look = || async {
        let Some(id) = manager.authorization() else { return Ok(None) };
        Ok(app.store.in_realm(incoming.scene.realm.id()).authorization(id).await?.map(|facts| facts.authorization))
    };
    let made = app.settle(&incoming.scene, look, |grant, cx| rules::create(&request, &manager, grant.as_ref(), cx)).await?;
    Ok(respond::json(StatusCode::CREATED, &shown_once(made, incoming)))
}

pub async fn regenerate(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let manager = manager(incoming)?;
    let id = named(incoming)?;
    let look = || async { app.store.in_realm(incoming.scene.realm.id()).personal_access_token(id).await };
    let made = app.settle(&incoming.scene, look, |facts, cx| rules::regenerate(facts.as_ref(), &manager, cx)).await?;
    Ok(respond::json(StatusCode::OK, &shown_once(made, incoming)))
}

pub async fn revoke(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let manager = manager(incoming)?;
    let id = named(incoming)?;
    let look = || async { app.store.in_realm(incoming.scene.realm.id()).personal_access_token(id).await };
    app.settle(&incoming.scene, look, |facts, cx| rules::revoke(facts.as_ref(), &manager, cx)).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// Whose tokens these are: the bearer token's person or the session's.
fn manager(incoming: &Incoming) -> Result<Manager, Failure> {
    match &incoming.caller {
        Caller::Session(current) => Ok(Manager::person(&current.session)),
        _ => Ok(Manager::bearer(incoming.token()?)?),
    }
}

/// The token that the path names.
fn named(incoming: &Incoming) -> Result<PersonalAccessTokenId, OAuthError> {
    let none = || OAuthError::new(ErrorCode::NotFound, "there is no such personal access token");
    incoming.path_parameter("id")?.parse().map_err(|_| none())
}

fn shown_once(made: Made, incoming: &Incoming) -> Shown {
    shown(&made.token, &incoming.scene.realm, Some(made.text.expose().to_owned()))
}

fn shown(token: &PersonalAccessToken, realm: &Realm, text: Option<String>) -> Shown {
    Shown {
        id: token.id,
        name: token.name.clone(),
        scopes: token.scope.tokens().to_vec(),
        prefix: token.prefix.clone(),
        created_at: rfc3339(token.created_at),
        last_used_at: token.last_used_at.map(rfc3339),
        expires_at: rules::end(token, realm).map(rfc3339),
        token: text,
    }
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default().to_string()
}
