//! The introspection endpoint (RFC 7662).

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    bearer::judge,
    introspection::{Hidden, Introspection, introspect},
};

use super::presented_token::find;
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

pub async fn introspection(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let scene = &incoming.scene;
    let caller = incoming.client()?;
    let token = incoming.parameters.get("token").ok_or_else(|| OAuthError::invalid_request("token is missing"))?;
    let facts = find(app, scene, token).await?;
    let answer = app.decide(scene, |cx| {
        let live = facts.and_then(|facts| judge(&facts, cx).ok());
        if let Some(token) = &live {
            app.marks.token_used(scene.realm.id(), token, cx.now, None);
        }
        introspect(live, caller, cx)
    });
    let answer = answer.unwrap_or_else(|hidden| {
        if hidden == Hidden::NotForThisClient {
            tracing::info!(
                realm = scene.realm.config.name,
                client = caller.id,
                "answered active: false: the token lives, but this client is registered for none of its audiences; see `audiences`"
            );
        }
        Introspection::default()
    });
    Ok(respond::json(StatusCode::OK, &answer))
}
