//! The userinfo endpoint (OpenID Connect Core §5.3), by GET and by POST.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    userinfo::{check, claims},
};

use crate::{app::App, failure::Failure, incoming::Incoming, respond};

pub async fn userinfo(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let token = incoming.token()?;
    let user = check(token)?;
    let user = app
        .store
        .in_realm(incoming.scene.realm.id())
        .user(user)
        .await?
        .ok_or_else(|| OAuthError::invalid_token("the token is unknown or revoked"))?;
    Ok(respond::json(StatusCode::OK, &claims(&user, &token.scope)))
}
