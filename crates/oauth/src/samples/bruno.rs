//! The calls as a collection of Bruno, in the one file that it exports and imports (version 1).

use serde_json::{Value, json};

use super::{
    Calls,
    call::{Call, Payload},
    postman::{filled, is_bearer, name, variables},
    text::json_line,
};
use crate::model::Realm;

/// A collection to import, with an environment whose variables are what is the reader's own.
pub fn bruno(realm: &Realm, calls: &Calls) -> Value {
    let secret = |name: &str| name.contains("secret") || name.contains("password") || name.contains("token") || name == "code_verifier";
    let variables: Vec<_> = variables()
        .map(|(_, name)| json!({ "name": name, "value": "", "type": "text", "enabled": true, "secret": secret(&name) }))
        .collect();
    json!({
        "version": "1",
        "name": realm.title(),
        "items": calls.all().enumerate().map(|(index, call)| item(index + 1, call)).collect::<Vec<_>>(),
        "environments": [{ "name": realm.title(), "variables": variables }],
        "brunoConfig": { "version": "1", "name": realm.title(), "type": "collection" },
    })
}

fn item(seq: usize, call: &Call) -> Value {
    let line = |name: &str, value: &str| json!({ "name": name, "value": filled(value), "enabled": true });
    let bearer = is_bearer(call);
    let headers: Vec<_> =
        call.headers.iter().filter(|(name, _)| !bearer || name != "Authorization").map(|(name, value)| line(name, value)).collect();
    let pairs = |pairs: &[(String, String)]| -> Vec<Value> { pairs.iter().map(|(name, value)| line(name, value)).collect() };
    let body = match &call.body {
        Payload::None => json!({ "mode": "none", "formUrlEncoded": [], "multipartForm": [] }),
        Payload::Form(form) => json!({ "mode": "formUrlEncoded", "formUrlEncoded": pairs(form), "multipartForm": [] }),
        Payload::Json(object) => json!({ "mode": "json", "json": filled(&json_line(object)), "formUrlEncoded": [], "multipartForm": [] }),
    };
    let auth = match &call.basic {
        Some((id, secret)) => json!({ "mode": "basic", "basic": { "username": filled(id), "password": filled(secret) } }),
        None if bearer => json!({ "mode": "bearer", "bearer": { "token": "{{access_token}}" } }),
        None => json!({ "mode": "none" }),
    };
    let query = call.url.split_once('?').map_or("", |(_, query)| query);
    let params: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| json!({ "name": name, "value": value, "type": "query", "enabled": true }))
        .collect();
    json!({
        "type": "http",
        "name": name(call),
        "seq": seq,
        "request": {
            "url": call.url,
            "method": call.method.as_str(),
            "headers": headers,
            "params": params,
            "body": body,
            "auth": auth,
            "script": {},
            "vars": {},
            "assertions": [],
            "tests": "",
            "docs": "",
        },
    })
}
