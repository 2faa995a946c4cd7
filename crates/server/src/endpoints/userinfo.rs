//! The userinfo endpoint (OpenID Connect Core §5.3), by GET and by POST.

use axum::response::Response;
use http::{Method, StatusCode, header};
use jeton_oauth::{
    OAuthError,
    userinfo::{check, claims},
};
use serde_json::{Map, Value};

use super::presented_token::bearer;
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

pub async fn userinfo(app: &App, incoming: &Incoming) -> Response {
    match answer(app, incoming).await {
        Ok(claims) => respond::json(StatusCode::OK, &claims),
        Err(failure) => respond::resource_error(&respond::logged(app, "userinfo", failure), app, &incoming.scene.realm),
    }
}

async fn answer(app: &App, incoming: &Incoming) -> Result<Map<String, Value>, Failure> {
    // RFC 6750 §2.2: a form body may carry the token; a POST with an empty body need not say what it is.
    let form_token = match incoming.is(&Method::POST) && incoming.headers().contains_key(header::CONTENT_TYPE) && !incoming.body.is_empty()
    {
        true => incoming.form()?.take_secret("access_token"),
        false => None,
    };
    let token = bearer(app, incoming, form_token.as_ref().map(|token| token.expose())).await?;
    let user = check(&token)?;
    let user = app
        .store
        .in_realm(incoming.scene.realm.id())
        .user(user)
        .await?
        .ok_or_else(|| OAuthError::invalid_token("the token is unknown or revoked"))?;
    Ok(claims(&user, &token.scope))
}
