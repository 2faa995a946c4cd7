//! The API's document (OpenAPI 3.1), and the page that shows it. Its paths and methods are those of the
//! table of endpoints, what is sent and answered is described by the types that read and write it
//! (`manage::Described`): what has a row or a member there is in it.

mod operations;
mod schemas;

use std::sync::{Mutex, PoisonError};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use jeton_oauth::{
    Endpoint,
    endpoint::{Authentication, Base},
    redirect_uri,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    pages::frame::{Frame, View},
};

/// GET `/admin/api/openapi.json`.
pub async fn document(_app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let mut response = Response::new(Body::from(text_of(&incoming.scene.realm.issuer)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// The document as it is sent. It is made once: it changes with the issuer alone.
fn text_of(issuer: &str) -> Bytes {
    static MADE: Mutex<Option<(String, Bytes)>> = Mutex::new(None);
    let mut made_before = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, text)) = made_before.as_ref().filter(|(of, _)| of == issuer) {
        return text.clone();
    }
    let text = Bytes::from(serde_json::to_vec(&made(issuer)).unwrap_or_default());
    *made_before = Some((issuer.to_owned(), text.clone()));
    text
}

/// One operation, as the page shows it.
#[derive(Serialize)]
struct Shown {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Line>,
    sends: Option<String>,
    answers: Vec<Line>,
    example: Option<String>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    words: String,
}

#[derive(Serialize)]
struct Group {
    name: String,
    operations: Vec<Shown>,
}

#[derive(Serialize)]
struct Viewer {
    title: String,
    words: String,
    document: String,
    groups: Vec<Group>,
    schemas: Vec<Line>,
}

impl View for Viewer {
    const TEMPLATE: &'static str = "admin/api.html";
}

/// GET `/admin/api/`: the same document, for people.
pub async fn viewer(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let issuer = &incoming.scene.realm.issuer;
    let document = made(issuer);
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = text(&operation["tags"][0]);
            let shown = shown(path, method, operation);
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(shown),
                None => groups.push(Group { name: tag, operations: vec![shown] }),
            }
        }
    }
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let view = Viewer {
        title: text(&document["info"]["title"]),
        words: text(&document["info"]["description"]),
        document: format!("{issuer}/api/openapi.json"),
        groups,
        schemas: schemas.map(|(name, schema)| Line { name: name.clone(), words: pretty(schema) }).collect(),
    };
    Frame::of(app, incoming).render(StatusCode::OK, &view)
}

fn shown(path: &str, method: &str, operation: &Value) -> Shown {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let answers = operation["responses"].as_object().into_iter().flatten();
    let content = &operation["requestBody"]["content"]["application/json"];
    Shown {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        parameters: parameters
            .map(|parameter| Line {
                name: format!("{} ({})", text(&parameter["name"]), text(&parameter["in"])),
                words: text(&parameter["description"]),
            })
            .collect(),
        sends: content["schema"]["$ref"].as_str().and_then(|name| name.rsplit('/').next()).map(str::to_owned),
        answers: answers.map(|(status, answer)| Line { name: status.clone(), words: text(&answer["description"]) }).collect(),
        example: content.get("example").map(pretty),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The document of the API below this issuer, which is that of the administrators' realm.
fn made(issuer: &str) -> Value {
    let origin = redirect_uri::origin(issuer);
    let prefix = issuer.strip_prefix(&origin).unwrap_or("/admin");
    let mut paths: Map<String, Value> = Map::new();
    let rows = Endpoint::of(Base::Admin).filter(|endpoint| endpoint.policy().authentication == Authentication::Administrator);
    for endpoint in rows {
        let policy = endpoint.policy();
        for path in policy.paths {
            let item = paths.entry(format!("{prefix}{path}")).or_insert_with(|| json!({}));
            for method in policy.methods {
                item[method.as_str().to_lowercase()] = operations::operation(endpoint, method, path);
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jeton's admin API",
            "version": "1",
            "description": "Realms and all that is in them, for administrators and their programs. Show a token in Authorization: Bearer. Lists have parts: `next` of one goes into `after` of the following. Changes say what they looked at: the ETag goes into If-Match. A POST with an Idempotency-Key is done once. Refusals are problems (RFC 9457).",
        },
        "servers": [{ "url": origin }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A personal access token or an access token of an administrator." },
            },
            "schemas": schemas::all(),
            "responses": schemas::problems(),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::made;

    fn references<'v>(value: &'v Value, found: &mut HashSet<&'v str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_path_of_the_table_is_there_and_nothing_is_named_that_is_not() {
        let document = made("https://auth.example.com/admin");
        assert_eq!(document["servers"][0]["url"], "https://auth.example.com");
        assert!(document["paths"]["/admin/api/v1/realms/{realm}/clients"]["post"]["responses"]["201"].is_object());
        let mut found = HashSet::new();
        references(&document, &mut found);
        for reference in found {
            let at = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(at).is_some(), "{reference}");
        }
        let mut ids = HashSet::new();
        for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()) {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{}", operation["operationId"]);
            assert!(operation["responses"]["401"].is_object() && operation["responses"]["403"].is_object());
        }
    }
}
