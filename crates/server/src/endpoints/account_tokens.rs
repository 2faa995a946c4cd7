//! A person's personal access tokens: list, create, regenerate, revoke. Authorised by an access
//! token with the scope `jeton:tokens` or by the browser's session.

use axum::response::Response;
use http::StatusCode;
use jeton_jose::base64url;
use jeton_oauth::{
    Context, ErrorCode, OAuthError, PersonalAccessTokenId, Scope, Timestamp,
    model::{Authorization, PersonalAccessToken, Realm},
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

/// A part of the list.
#[derive(Serialize)]
struct Listed {
    items: Vec<Shown>,
    /// What `after` has to be to get the next part; null where there is none.
    next: Option<String>,
}

/// Most tokens of one answer.
const PAGE: u32 = 1000;

/// Newest first. All of them; or, where `limit` or `after` is given, a part and what follows it.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let manager = manager(incoming)?;
    let query = incoming.query()?;
    let limit = query.get("limit").map(limit).transpose()?;
    let after = query.get("after").map(after).transpose()?;
    let realm = &incoming.scene.realm;
    let most = limit.unwrap_or(PAGE);
    // One more than is shown tells whether any follow.
    let mut tokens = app.store.in_realm(realm.id()).kept_personal_access_tokens(manager.user, after, most + 1).await?;
    let more = tokens.len() > most as usize;
    tokens.truncate(most as usize);
    let next = tokens.last().filter(|_| more).map(|facts| base64url::encode(facts.token.id.as_bytes()));
    let items: Vec<_> = tokens.iter().map(|facts| shown(&facts.token, realm, None)).collect();
    Ok(match limit.is_some() || after.is_some() {
        true => respond::json(StatusCode::OK, &Listed { items, next }),
        false => respond::json(StatusCode::OK, &items),
    })
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
        id: None,
        name: body.name,
        scope: body.scopes,
        expires_at: body.expires_at.map(|at| Timestamp::from_millis(at.as_millisecond())),
    };
    let look = || async {
        let rows = app.store.in_realm(incoming.scene.realm.id());
        let living = rows.living_personal_access_tokens(manager.user, app.now()).await?;
        let grant = match manager.authorization() {
            Some(id) => rows.authorization(id).await?.map(|facts| facts.authorization),
            None => None,
        };
        Ok((grant, living))
    };
    let rule =
        |(grant, living): (Option<Authorization>, u32), cx: &mut Context<'_>| rules::create(&request, &manager, grant.as_ref(), living, cx);
    let made = app.settle(&incoming.scene, look, rule).await?;
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
        Caller::Anybody => {
            Err(OAuthError::invalid_token("there is no access token in the request, and nobody is signed in").missing().into())
        }
        _ => Ok(Manager::bearer(incoming.token()?)?),
    }
}

fn limit(text: &str) -> Result<u32, OAuthError> {
    let limit = text.parse().ok().filter(|limit| (1..=PAGE).contains(limit));
    limit.ok_or_else(|| OAuthError::invalid_request(format!("limit must be a number from 1 to {PAGE}")))
}

fn after(text: &str) -> Result<PersonalAccessTokenId, OAuthError> {
    let id = base64url::decode_array::<16>(text);
    id.map(PersonalAccessTokenId::from_bytes).map_err(|_| OAuthError::invalid_request("after must be `next` of the answer before"))
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
