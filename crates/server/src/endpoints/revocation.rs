//! The revocation endpoint (RFC 7009).

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    bearer::judge,
    revocation::{Presented, revoke},
};

use super::presented_token::{find, presented_authorization, read_refresh};
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

pub async fn revocation(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let scene = &incoming.scene;
    let client = incoming.client()?;
    let token = incoming.parameters.get("token").ok_or_else(|| OAuthError::invalid_request("token is missing"))?;

    // `token_type_hint` is not needed: every kind of token says what it is (RFC 7009 §2.1).
    if let Some(presented) = read_refresh(app, scene, token).await? {
        let look = || presented_authorization(app, scene, &presented);
        app.settle(scene, look, |facts, cx| {
            let found = facts
                .as_ref()
                .map_or(Presented::Nothing, |facts| Presented::Refresh { presented: &presented, authorization: &facts.authorization });
            revoke(&found, client, cx)
        })
        .await?;
    } else {
        let facts = find(app, scene, token).await?;
        let live = app.decide(scene, |cx| facts.and_then(|facts| judge(&facts, cx).ok()));
        app.settle(scene, || async { Ok(()) }, |(), cx| revoke(&live.as_ref().map_or(Presented::Nothing, Presented::Access), client, cx))
            .await?;
    }
    Ok(respond::empty(StatusCode::OK))
}
