//! The introspection endpoint (RFC 7662).

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    bearer::judge,
    introspection::{Introspection, introspect},
};

use super::{authentication::authenticate_request, presented_token::find};
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

pub async fn introspection(app: &App, incoming: &Incoming) -> Response {
    match answer(app, incoming).await {
        Ok(answer) => respond::json(StatusCode::OK, &answer),
        Err(failure) => respond::standard_error(&respond::logged(app, "introspection", failure), &incoming.scene.realm.config.name),
    }
}

async fn answer(app: &App, incoming: &Incoming) -> Result<Introspection, Failure> {
    let scene = &incoming.scene;
    let mut parameters = incoming.form()?;
    let caller = authenticate_request(app, incoming, &mut parameters).await?;
    if caller.is_public() {
        return Err(OAuthError::invalid_client("a public client asked for introspection").into());
    }
    app.marks.client_used(&caller, app.now());
    app.vouch()?;
    let token = parameters.take_secret("token").ok_or_else(|| OAuthError::invalid_request("token is missing"))?;
    let facts = find(app, scene, token.expose()).await?;
    Ok(app.decide(scene, |cx| {
        let live = facts.and_then(|facts| judge(&facts, cx).ok());
        introspect(live, &caller, cx)
    }))
}
