//! The token API of a realm as an OpenAPI 3.1 document: paths and parameters are its dialect's, answers and errors
//! are described by what they are made of.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Calls, Refusal,
    call::{Call, title_case},
    refusals,
    text::plain,
};
use crate::{
    Endpoint,
    dialect::{Authenticate, Content, ErrorSource, Format, Member, Parameter, Place, Route, Source, TokenRoute, UserField},
    model::Realm,
    settings::GrantType,
};

/// The document.
pub fn openapi(realm: &Realm, calls: &Calls) -> Value {
    let refusals = refusals(realm);
    let mut paths = Map::new();
    for (route, token) in realm.dialect.token_routes() {
        for method in &route.methods {
            let own: Vec<_> =
                calls.all().filter(|call| call.grant.is_some() && call.url == format!("{}{}", realm.issuer, route.path)).collect();
            put(&mut paths, &route.path, method.as_str(), token_operation(realm, route, token, &own, &refusals));
        }
    }
    let at = |endpoint| realm.dialect.path_of(endpoint).to_owned();
    put(&mut paths, &at(Endpoint::Authorization), "GET", authorization());
    put(
        &mut paths,
        &at(Endpoint::Introspection),
        "POST",
        of_client(realm, "introspect", "Says whether a token lives, and what it may do", calls.introspection.as_ref()),
    );
    put(&mut paths, &at(Endpoint::Revocation), "POST", of_client(realm, "revoke", "Ends a token", calls.revocation.as_ref()));
    put(&mut paths, &at(Endpoint::UserInfo), "GET", userinfo(&calls.userinfo, &refusals));
    put(&mut paths, &at(Endpoint::Jwks), "GET", open("jwks", "The keys that tokens are signed with", "keys"));
    for (at, route) in realm.dialect.routes.iter().filter(|route| route.endpoint == Endpoint::Metadata).enumerate() {
        let id = if at == 0 { "metadata".to_owned() } else { format!("metadata_{}", at + 1) };
        put(&mut paths, &route.path, "GET", open(&id, "What this issuer says of itself", "issuer"));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{}: token API", realm.title()),
            "version": env!("CARGO_PKG_VERSION"),
            "description": realm.dialect.summary,
        },
        "servers": [{ "url": realm.issuer }],
        "paths": paths,
        "components": { "securitySchemes": schemes(realm), "schemas": { "Error": error_schema(realm) } },
    })
}

fn put(paths: &mut Map<String, Value>, path: &str, method: &str, operation: Value) {
    let item = paths.entry(path).or_insert_with(|| json!({}));
    item[method.to_lowercase()] = operation;
}

fn token_operation(realm: &Realm, route: &Route, token: &TokenRoute, calls: &[&Call], refusals: &[Refusal]) -> Value {
    let words: String = route.path.split('/').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let mut operation = json!({
        "operationId": format!("token_{words}"),
        "summary": "Gives tokens",
        "tags": ["Tokens"],
        "security": security(realm, token),
        "responses": responses(token, calls, refusals),
    });
    let parameters = placed(token);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if !token.bodies.is_empty() {
        let schema = body_schema(token);
        let mut examples = Map::new();
        for call in calls {
            let example: Map<String, Value> = call.body.pairs().iter().map(|(name, value)| (name.clone(), plain(value).into())).collect();
            examples.insert(call.id.to_owned(), json!({ "value": example }));
        }
        let content: Map<String, Value> =
            token.bodies.iter().map(|body| (body.media_type().to_owned(), json!({ "schema": schema, "examples": examples }))).collect();
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

/// One schema per grant.
fn body_schema(token: &TokenRoute) -> Value {
    let mut all: Vec<Value> = token
        .grants
        .iter()
        .map(|grant| {
            let mut properties = Map::new();
            let mut required = Vec::new();
            for parameter in Parameter::ALL {
                let Place::Body(name) = token.place(parameter) else { continue };
                let Some(needed) = takes(token, *grant, parameter) else { continue };
                let property = match parameter {
                    Parameter::GrantType => json!({ "const": grant.as_str() }),
                    parameter if parameter.is_secret() => json!({ "type": "string", "format": "password" }),
                    Parameter::RedirectUri | Parameter::Resource => json!({ "type": "string", "format": "uri" }),
                    _ => json!({ "type": "string" }),
                };
                properties.insert(name.clone(), property);
                if needed {
                    required.push(name.clone());
                }
            }
            json!({ "title": grant.as_str(), "type": "object", "properties": properties, "required": required })
        })
        .collect();
    if all.len() == 1 { all.remove(0) } else { json!({ "oneOf": all }) }
}

/// Whether a grant reads this parameter, and whether it must be there.
fn takes(token: &TokenRoute, grant: GrantType, parameter: Parameter) -> Option<bool> {
    let admits = |way| token.admits(way);
    match (parameter, grant) {
        (Parameter::GrantType, _)
        | (Parameter::Code, GrantType::AuthorizationCode)
        | (Parameter::RefreshToken, GrantType::RefreshToken) => Some(true),
        (Parameter::Username | Parameter::Password, GrantType::Password) => Some(true),
        (Parameter::CodeVerifier | Parameter::RedirectUri, GrantType::AuthorizationCode) => Some(false),
        (Parameter::ClientId, _) => (admits(Authenticate::ClientSecretPost) || admits(Authenticate::None)).then_some(false),
        (Parameter::ClientSecret, _) => admits(Authenticate::ClientSecretPost).then_some(false),
        (Parameter::Scope, grant) => (grant != GrantType::AuthorizationCode).then_some(false),
        (Parameter::Resource, _) => Some(false),
        _ => None,
    }
}

/// Parameters that stand in headers and in the query.
fn placed(token: &TokenRoute) -> Vec<Value> {
    let needed = |parameter| token.grants.iter().find_map(|grant| takes(token, *grant, parameter));
    Parameter::ALL
        .into_iter()
        .filter_map(|parameter| {
            let (name, place) = match token.place(parameter) {
                Place::Header(name) => (title_case(name.as_str()), "header"),
                Place::Query(name) => (name.clone(), "query"),
                Place::Body(_) | Place::Constant(_) => return None,
            };
            Some(json!({ "name": name, "in": place, "required": needed(parameter)?, "schema": { "type": "string" } }))
        })
        .collect()
}

fn responses(token: &TokenRoute, calls: &[&Call], refusals: &[Refusal]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for member in &token.answer {
        properties.insert(member.name.clone(), answer_schema(member));
        if matches!(member.source(), Some(Source::AccessToken | Source::TokenType | Source::ExpiresIn)) {
            required.push(member.name.clone());
        }
    }
    let examples: Map<String, Value> = calls
        .iter()
        .filter_map(|call| Some((call.id.to_owned(), json!({ "value": serde_json::from_str::<Value>(&call.answer.body).ok()? }))))
        .collect();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    let mut responses = errors(refusals.iter().filter(|refusal| refusal.error != "invalid_token"));
    responses.insert(
        "200".to_owned(),
        json!({ "description": "Tokens", "content": { "application/json": { "schema": schema, "examples": examples } } }),
    );
    Value::Object(responses)
}

fn errors<'r>(refusals: impl Iterator<Item = &'r Refusal>) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Map<String, Value>> = BTreeMap::new();
    for refusal in refusals {
        let value: Value = serde_json::from_str(&refusal.body).unwrap_or_default();
        by_status.entry(refusal.status).or_default().insert(refusal.about.to_owned(), json!({ "value": value }));
    }
    let response = |(status, examples): (u16, Map<String, Value>)| {
        let names: Vec<_> = examples.keys().cloned().collect();
        let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Error" }, "examples": examples } });
        (status.to_string(), json!({ "description": names.join(", "), "content": content }))
    };
    by_status.into_iter().map(response).collect()
}

fn answer_schema(member: &Member<Source>) -> Value {
    let Content::From { source, format, .. } = &member.content else { return json!({}) };
    match source {
        Source::AccessToken | Source::RefreshToken | Source::IdToken | Source::TokenType | Source::Scope => json!({ "type": "string" }),
        Source::ExpiresIn | Source::RefreshExpiresIn => json!({ "type": "integer", "description": "Seconds" }),
        Source::Scopes => json!({ "type": "array", "items": { "type": "string" } }),
        Source::SessionState => json!({ "type": "string", "format": "uuid" }),
        Source::NotBefore => moment(*format),
        Source::User(UserField::Number) => json!({ "type": "integer" }),
        Source::User(UserField::EmailVerified) => json!({ "type": "boolean" }),
        Source::User(UserField::CreatedAt | UserField::UpdatedAt) => moment(*format),
        Source::User(UserField::Roles) => json!({ "type": "array", "items": { "type": "object" } }),
        Source::User(UserField::Attribute(_)) => json!({}),
        Source::User(_) => json!({ "type": "string" }),
    }
}

fn moment(format: Format) -> Value {
    match format {
        Format::UnixSeconds => json!({ "type": "integer", "description": "Seconds since 1970" }),
        Format::UnixMilliseconds => json!({ "type": "integer", "description": "Milliseconds since 1970" }),
        _ => json!({ "type": "string" }),
    }
}

fn error_schema(realm: &Realm) -> Value {
    let members = realm.dialect.error.members.iter().map(|member| {
        let schema = match member.source() {
            Some(ErrorSource::Status | ErrorSource::Code | ErrorSource::TimestampMs) => json!({ "type": "integer" }),
            Some(_) => json!({ "type": "string" }),
            None => json!({}),
        };
        (member.name.clone(), schema)
    });
    json!({ "type": "object", "properties": members.collect::<Map<_, _>>() })
}

fn security(realm: &Realm, token: &TokenRoute) -> Vec<Value> {
    let mut ways = Vec::new();
    for way in &token.authenticate {
        match way {
            Authenticate::ClientSecretBasic => ways.push(json!({ "clientBasic": [] })),
            Authenticate::Header if realm.dialect.authentication.header.is_some() => {
                ways.push(json!({ "clientId": [], "clientSecret": [] }))
            }
            // In the body, or not at all.
            Authenticate::ClientSecretPost | Authenticate::None | Authenticate::FromToken if !ways.contains(&json!({})) => {
                ways.push(json!({}))
            }
            _ => {}
        }
    }
    ways
}

fn schemes(realm: &Realm) -> Value {
    let url = |endpoint| format!("{}{}", realm.issuer, realm.dialect.path_of(endpoint));
    let scopes: Map<String, Value> = realm
        .scopes
        .iter()
        .filter(|scope| !scope.starts_with("jeton:"))
        .map(|scope| (scope.to_owned(), realm.describe_scope(scope).unwrap_or_default().into()))
        .collect();
    let mut flows = Map::new();
    for (_, token) in realm.dialect.token_routes() {
        for grant in &token.grants {
            let (name, mut flow) = match grant {
                GrantType::AuthorizationCode => ("authorizationCode", json!({ "authorizationUrl": url(Endpoint::Authorization) })),
                GrantType::ClientCredentials => ("clientCredentials", json!({})),
                GrantType::Password => ("password", json!({})),
                GrantType::RefreshToken => continue,
            };
            flow["tokenUrl"] = url(Endpoint::Token).into();
            flow["scopes"] = scopes.clone().into();
            flows.insert(name.to_owned(), flow);
        }
    }
    let mut schemes = json!({
        "oauth2": { "type": "oauth2", "flows": flows },
        "clientBasic": { "type": "http", "scheme": "basic" },
        "accessToken": { "type": "http", "scheme": "bearer" },
    });
    if let Some(names) = &realm.dialect.authentication.header {
        for (scheme, name) in [("clientId", &names.id), ("clientSecret", &names.secret)] {
            schemes[scheme] = json!({ "type": "apiKey", "in": "header", "name": title_case(name.as_str()) });
        }
    }
    if let Some(format) = &realm.dialect.resource {
        schemes["tokenHeader"] = json!({ "type": "apiKey", "in": "header", "name": title_case(format.header.as_str()) });
    }
    schemes
}

fn authorization() -> Value {
    let parameter =
        |(name, required): (&str, bool)| json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" } });
    let parameters = [
        ("response_type", true),
        ("client_id", true),
        ("redirect_uri", true),
        ("scope", false),
        ("state", false),
        ("nonce", false),
        ("code_challenge", false),
        ("code_challenge_method", false),
    ];
    json!({
        "operationId": "authorize",
        "summary": "Asks a person to approve, in their browser",
        "tags": ["Tokens"],
        "security": [],
        "parameters": parameters.map(parameter),
        "responses": { "200": { "description": "A page" }, "303": { "description": "Back to redirect_uri, with code or error" } },
    })
}

fn of_client(realm: &Realm, id: &str, summary: &str, call: Option<&Call>) -> Value {
    let mut security = vec![json!({ "clientBasic": [] }), json!({})];
    if realm.dialect.authentication.header.is_some() {
        security.push(json!({ "clientId": [], "clientSecret": [] }));
    }
    let schema = json!({
        "type": "object",
        "properties": {
            "token": { "type": "string", "format": "password" },
            "token_type_hint": { "type": "string" },
            "client_id": { "type": "string" },
            "client_secret": { "type": "string", "format": "password" },
        },
        "required": ["token"],
    });
    let mut answer = json!({ "description": "Done" });
    if let Some(example) = call.and_then(|call| serde_json::from_str::<Value>(&call.answer.body).ok()) {
        answer["content"] = json!({ "application/json": { "schema": { "type": "object" }, "example": example } });
    }
    json!({
        "operationId": id,
        "summary": summary,
        "tags": ["With tokens"],
        "security": security,
        "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": { "schema": schema } } },
        "responses": { "200": answer, "401": { "description": "invalid_client" } },
    })
}

fn userinfo(call: &Call, refusals: &[Refusal]) -> Value {
    let mut responses = errors(refusals.iter().filter(|refusal| refusal.error == "invalid_token"));
    let example: Value = serde_json::from_str(&call.answer.body).unwrap_or_default();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "The person", "content": { "application/json": { "schema": { "type": "object" }, "example": example } } }),
    );
    json!({
        "operationId": "userinfo",
        "summary": "Says whom a token speaks for",
        "tags": ["With tokens"],
        "security": [{ "accessToken": [] }],
        "responses": responses,
    })
}

fn open(id: &str, summary: &str, member: &str) -> Value {
    let schema = json!({ "type": "object", "required": [member] });
    json!({
        "operationId": id,
        "summary": summary,
        "tags": ["With tokens"],
        "security": [],
        "responses": { "200": { "description": summary, "content": { "application/json": { "schema": schema } } } },
    })
}
