//! The calls as a Postman collection (format v2.1). What is the reader's own are its variables.

use serde_json::{Value, json};

use super::{
    ACCESS_TOKEN, Calls, PLACEHOLDERS,
    call::{Call, Payload},
    text::{json_line, pieces},
};
use crate::model::Realm;

/// A collection to import.
pub fn postman(realm: &Realm, calls: &Calls) -> Value {
    let variables: Vec<_> = variables().map(|(_, name)| json!({ "key": name, "value": "", "type": "string" })).collect();
    json!({
        "info": {
            "name": realm.title(),
            "description": format!("The token API of {}. Fill in the variables of this collection.", realm.issuer),
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": calls.all().map(item).collect::<Vec<_>>(),
        "variable": variables,
    })
}

fn item(call: &Call) -> Value {
    let mut headers: Vec<_> = call.headers.iter().map(|(name, value)| json!({ "key": name, "value": filled(value) })).collect();
    let pairs = |pairs: &[(String, String)]| -> Vec<Value> {
        pairs.iter().map(|(name, value)| json!({ "key": name, "value": filled(value), "type": "text" })).collect()
    };
    let body = match &call.body {
        Payload::None => Value::Null,
        Payload::Form(form) => json!({ "mode": "urlencoded", "urlencoded": pairs(form) }),
        Payload::Json(object) => {
            headers.push(json!({ "key": "Content-Type", "value": "application/json" }));
            json!({ "mode": "raw", "raw": filled(&json_line(object)), "options": { "raw": { "language": "json" } } })
        }
    };
    let auth = match &call.basic {
        Some((id, secret)) => json!({
            "type": "basic",
            "basic": [
                { "key": "username", "value": filled(id), "type": "string" },
                { "key": "password", "value": filled(secret), "type": "string" },
            ],
        }),
        None => json!({ "type": "noauth" }),
    };
    let mut request = json!({ "method": call.method.as_str(), "header": headers, "url": url(&call.url), "auth": auth });
    if !body.is_null() {
        request["body"] = body;
    }
    json!({ "name": name(call), "request": request, "response": [] })
}

fn url(url: &str) -> Value {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    };
    let mut value = json!({
        "raw": url,
        "protocol": scheme,
        "host": host.split('.').collect::<Vec<_>>(),
        "path": path.split('/').collect::<Vec<_>>(),
    });
    if let Some(port) = port {
        value["port"] = port.into();
    }
    if !query.is_empty() {
        let pairs: Vec<_> =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, text)| json!({ "key": key, "value": text })).collect();
        value["query"] = pairs.into();
    }
    value
}

/// What the call is called in a list.
pub(super) fn name(call: &Call) -> String {
    match call.id {
        "code" => "Token by authorization code".to_owned(),
        "password" => "Token by password".to_owned(),
        "client-credentials" => "Token by client credentials".to_owned(),
        "refresh" => "Refresh the token".to_owned(),
        "introspection" => "Introspect a token".to_owned(),
        "revocation" => "Revoke a token".to_owned(),
        "userinfo" => "Userinfo".to_owned(),
        other => other.to_owned(),
    }
}

/// Placeholders and the variables that stand for them.
pub(super) fn variables() -> impl Iterator<Item = (&'static str, String)> {
    PLACEHOLDERS.iter().map(|placeholder| (*placeholder, placeholder.trim_start_matches("YOUR_").trim_start_matches('$').to_lowercase()))
}

/// A text with `{{variables}}` for what is the reader's own.
pub(super) fn filled(text: &str) -> String {
    let variable = |text: &str| variables().find(|(placeholder, _)| *placeholder == text).map(|(_, name)| format!("{{{{{name}}}}}"));
    pieces(text).into_iter().map(|piece| piece.own.then(|| variable(&piece.text)).flatten().unwrap_or(piece.text)).collect()
}

/// Whether the token is in a header that tools know by themselves.
pub(super) fn is_bearer(call: &Call) -> bool {
    call.headers.iter().any(|(name, value)| name == "Authorization" && super::plain(value) == format!("Bearer {ACCESS_TOKEN}"))
}
