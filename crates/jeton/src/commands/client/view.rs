//! An application as programs read it.

use jeton_oauth::{manage::ClientMetadata, model::Client as Application};
use serde_json::{Map, Value, json};

use crate::{api::object, output};

/// A client for programs. **Invariant**: no hash of a secret.
pub(super) fn json(client: &Application) -> Value {
    let secret = |secret: &jeton_oauth::model::ClientSecret| {
        json!({
            "id": secret.id,
            "created_at": output::instant(secret.created_at),
            "expires_at": secret.expires_at.map(output::instant),
            "last_used_at": secret.last_used_at.map(output::instant),
        })
    };
    let mut view = client.to_document();
    let more = json!({
        "client_id": client.id,
        "status": client.status,
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "grant_types": client.grant_types,
        "scope": client.scope,
        "trusted": client.trusted,
        "redirect_uris": client.redirect_uris,
        "audiences": client.audiences,
        "owner": client.owner,
        "secrets": client.secrets.iter().map(secret).collect::<Vec<_>>(),
        "created_at": output::instant(client.created_at),
        "not_before": output::instant(client.not_before),
    });
    view.extend(object(more));
    named(Value::Object(view))
}

/// The same, of a document that a server answered: with every member, and with the short names of realm files.
pub(super) fn named(document: Value) -> Value {
    let mut view: Map<String, Value> = ClientMetadata::MEMBERS.iter().map(|member| (member.name.to_owned(), Value::Null)).collect();
    for (name, usual) in [("trusted", json!(false)), ("redirect_uris", json!([])), ("audiences", json!([]))] {
        view.insert(name.to_owned(), usual);
    }
    view.extend(object(document));
    let tokens = |scope: &Value| scope.as_str().map(|scope| scope.split_whitespace().map(Value::from).collect::<Vec<_>>());
    let title = Some(view["client_name"].clone()).filter(Value::is_string).unwrap_or_else(|| view["client_id"].clone());
    let short = json!({
        "id": view["client_id"],
        "name": title,
        "auth": view["token_endpoint_auth_method"],
        "grants": view["grant_types"],
        "scopes": tokens(&view["scope"]).unwrap_or_default(),
        "default_scopes": tokens(&view["default_scope"]),
    });
    view.extend(object(short));
    let mut view = Value::Object(view);
    output::to_the_second(&mut view);
    view
}
