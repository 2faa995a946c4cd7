//! An application as programs read it.

use jeton_oauth::model::Client as Application;
use serde_json::Value;

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
    serde_json::json!({
        "id": client.id,
        "name": client.title(),
        "status": client.status,
        "auth": client.auth,
        "grants": client.grants,
        "redirect_uris": client.redirect_uris,
        "scopes": client.scopes.tokens(),
        "default_scopes": client.default_scopes.as_ref().map(|scopes| scopes.tokens()),
        "audiences": client.audiences,
        "id_token_signed_response_alg": client.id_token_signed_response_alg,
        "access_token_format": client.access_token_format,
        "require_pkce": client.require_pkce,
        "trusted": client.trusted,
        "owner": client.owner,
        "secrets": secrets,
        "created_at": output::instant(client.created_at),
    })
}
