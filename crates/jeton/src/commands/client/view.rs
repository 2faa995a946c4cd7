//! An application as programs read it.

use jeton_oauth::{manage::ClientMetadata, model::Client as Application};
use serde_json::{Map, Value};

use crate::output;

/// A client for programs. **Invariant**: no hash of a secret.
pub(super) fn json(client: &Application) -> Value {
    let secrets: Vec<Value> = client
        .secrets
        .iter()
        .map(|secret| {
            serde_json::json!({
                "id": secret.id,
                "created_at": output::instant(secret.created_at),
                "expires_at": secret.expires_at.map(output::instant),
                "last_used_at": secret.last_used_at.map(output::instant),
            })
        })
        .collect();
    let mut view: Map<String, Value> = ClientMetadata::MEMBERS.iter().map(|member| (member.name.to_owned(), Value::Null)).collect();
    view.extend(client.to_document());
    let more = serde_json::json!({
        "client_id": client.id,
        "status": client.status,
        "trusted": client.trusted,
        "redirect_uris": client.redirect_uris,
        "audiences": client.audiences,
        "owner": client.owner,
        "secrets": secrets,
        "created_at": output::instant(client.created_at),
        // The short names of realm files.
        "id": client.id,
        "name": client.title(),
        "auth": client.token_endpoint_auth_method,
        "grants": client.grant_types,
        "scopes": client.scope.tokens(),
        "default_scopes": client.default_scope.as_ref().map(|scope| scope.tokens()),
    });
    view.extend(more.as_object().cloned().unwrap_or_default());
    Value::Object(view)
}
