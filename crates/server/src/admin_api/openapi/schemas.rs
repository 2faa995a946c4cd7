//! What is sent and answered, described by the types that read it; and every problem.

use jeton_oauth::{
    activity::Call,
    manage::{ClientMetadata, Described, RealmDocument, UserMetadata},
    model::Profile,
    settings::{ScopeDefinition, SettingsPatch},
};
use serde_json::{Map, Value, json};

use crate::activity::figures::Span;

/// `components/schemas`.
pub(super) fn all() -> Value {
    let (realm, client, settings, scope) =
        (RealmDocument::described(), ClientMetadata::described(), SettingsPatch::described(), ScopeDefinition::described());
    let time = json!({ "type": "string", "format": "date-time" });
    let id = json!({ "type": "string", "format": "uuid" });
    let text = json!({ "type": "string" });
    let maybe = |schema: &Value| json!({ "anyOf": [schema, { "type": "null" }] });
    let status = json!({ "enum": ["active", "disabled"] });
    let number = json!({ "type": "integer", "minimum": 0 });
    let list = |properties: Value| json!({ "type": "array", "items": { "type": "object", "properties": properties } });
    let activity = json!({
        "span": { "enum": Span::ALL.map(Span::as_str) }, "since": time, "until": time,
        "items": list(json!({ "at": time, "answered": number, "refused": number })),
        "calls": list(json!({ "call": { "enum": Call::ALL.iter().map(|call| call.as_str()).collect::<Vec<_>>() }, "answered": number, "refused": number })),
        "reasons": list(json!({ "reason": text, "why": text, "times": number })),
    });
    let measured = list(json!({ "at": time, "value": number }));
    let of_all = json!({
        "latency": { "type": "object", "properties": { "p50_ms": { "type": ["number", "null"] }, "p99_ms": { "type": ["number", "null"] } } },
        "authorizations": measured, "database_size": measured,
    });
    let of_client = json!({
        "failures": list(json!({
            "at": time, "last_at": time, "times": number, "call": text, "error": text, "reason": text, "why": text,
            "address": maybe(&text), "sent": maybe(&text), "registered": maybe(&text),
        })),
        "secrets": list(json!({ "id": id, "last_used_at": maybe(&time), "addresses": list(json!({ "address": text, "last_at": time })) })),
    });
    let secret = json!({ "id": id, "created_at": time, "expires_at": maybe(&time), "last_used_at": maybe(&time) });
    let made = json!({ "client_secret": { "type": "string", "description": "Shown this once." } });
    let shown = json!({ "client_id": text, "owner": maybe(&text), "status": status, "created_at": time, "not_before": time });
    let layer = json!({ "type": "object", "required": ["value", "from"], "properties": { "value": {}, "from": text } });
    let layers = json!({ "effective": { "type": "object", "additionalProperties": layer, "description": "The settings of its tokens, and who said each; where one application is shown." } });
    let secrets = json!({ "secrets": { "type": "array", "items": answer(&[&of(&secret)], &["id", "created_at"]) } });
    let client_shown = answer(&[&client, &of(&shown), &of(&layers), &of(&secrets)], &["client_id", "status", "created_at"]);
    let realm_shown = answer(
        &[&realm, &of(&json!({ "id": id, "name": text, "status": status, "created_at": time, "not_before": time }))],
        &["id", "name", "issuer", "status"],
    );
    let key = json!({
        "id": id, "purpose": { "type": "string", "examples": ["ES256", "refresh"] }, "number": { "type": "integer", "minimum": 1 },
        "state": { "enum": ["announced", "current", "retired", "revoked"] },
        "created_at": time, "active_at": time, "revoked_at": maybe(&time), "public_jwk": { "type": ["object", "null"] },
    });
    let dialect = json!({
        "name": text, "title": maybe(&text), "summary": maybe(&text), "built_in": { "type": "boolean" },
        "relaxes": { "type": "array", "items": text }, "version": { "type": ["integer", "null"] }, "changed_at": maybe(&time), "toml": text,
    });
    let finding = json!({ "state": { "enum": ["ok", "warn", "fail"] }, "about": text, "words": text });
    let said_of_people = merged(&[&UserMetadata::described(), &Profile::described()]);
    let shown_of_people = json!({
        "id": id, "sub": text, "number": { "type": "integer" }, "status": status, "owner": maybe(&text), "has_password": { "type": "boolean" },
        "created_at": time, "updated_at": time, "not_before": time,
    });
    let person = answer(&[&said_of_people, &of(&shown_of_people)], &["sub", "username", "status", "created_at"]);
    let session = json!({
        "id": id, "sub": text, "created_at": time, "last_seen_at": time, "expires_at": time, "user_agent": maybe(&text), "address": maybe(&text),
    });
    let authorization = json!({
        "id": id, "sub": text, "username": text, "client_id": text, "scope": text, "created_at": time, "expires_at": time,
        "last_used_at": maybe(&time), "revoked_at": maybe(&time),
    });
    let token = json!({
        "id": id, "sub": text, "username": text, "name": text, "prefix": text, "scope": text, "created_at": time, "expires_at": maybe(&time),
        "last_used_at": maybe(&time), "last_used_from": maybe(&text), "revoked_at": maybe(&time),
    });
    let event = json!({
        "id": id, "at": time, "kind": text, "actor": maybe(&text), "actor_id": maybe(&text), "actor_name": maybe(&text),
        "address": maybe(&text), "request": maybe(&text), "endpoint": maybe(&text), "sub": maybe(&text), "username": maybe(&text), "client_id": maybe(&text),
        "authorization": maybe(&text), "redirect_uri": maybe(&text), "times": { "type": "integer", "minimum": 1 },
        "last_at": maybe(&time), "detail": maybe(&text),
    });
    let factor =
        json!({ "id": id, "kind": { "enum": ["totp", "recovery_code", "passkey"] }, "created_at": time, "last_used_at": maybe(&time) });
    let lock = json!({ "until": time, "network": maybe(&text), "sub": maybe(&text), "username": maybe(&text), "client_id": maybe(&text) });
    let count = json!({ "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u64 });
    let shown_once = json!({ "token": { "type": "string", "description": "Shown this once." } });
    let registration_token = json!({
        "id": id, "name": text, "created_at": time, "expires_at": maybe(&time), "uses": { "type": "integer", "minimum": 0 },
        "limit": maybe(&count), "last_used_at": maybe(&time), "state": { "enum": ["active", "expired", "used up"] },
    });
    let mail = json!({
        "id": id, "realm": maybe(&text), "created_at": time, "attempts": { "type": "integer", "minimum": 0 }, "next_at": maybe(&time),
        "given_up_at": maybe(&time), "fault": maybe(&text),
    });
    let role = json!({ "enum": ["owner", "support", "auditor"] });
    let reached =
        json!({ "anyOf": [{ "type": "array", "items": text, "minItems": 1 }, { "type": "null" }], "description": "Names; null for all." });
    let administrator = json!({
        "sub": text, "name": text, "email": maybe(&text), "kind": { "enum": ["person", "program"] }, "role": role, "realms": reached,
        "status": status, "since": time,
    });
    let invited = json!({ "id": id, "email": text, "role": role, "realms": reached, "expires_at": time });
    let schemas: Vec<(&str, Value)> = vec![
        ("Anything", json!({})),
        ("Nothing", json!({ "type": "object", "additionalProperties": false })),
        ("Problem", problem()),
        ("Realm", realm_shown),
        ("Realms", part("Realm")),
        ("NewRealm", with(&realm, &json!({ "name": { "type": "string", "pattern": "^[a-z0-9][a-z0-9_.-]{0,62}$" } }), &["name"])),
        ("RealmChange", changed(&realm)),
        ("Settings", settings.clone()),
        ("SettingsChange", changed(&settings)),
        ("Client", client_shown.clone()),
        ("Clients", part("Client")),
        ("NewClient", with(&client, &json!({ "client_id": { "type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$" } }), &[])),
        ("ClientMade", answer(&[&client_shown, &of(&made)], &["client_id"])),
        ("ClientChange", changed(&client)),
        ("Secret", answer(&[&of(&secret)], &["id", "created_at"])),
        ("Secrets", part("Secret")),
        (
            "NewSecret",
            json!({
                "type": "object", "additionalProperties": false,
                "properties": { "end_old_after": { "type": ["integer", "null"], "minimum": 0, "maximum": 4_294_967_295_u64, "description": "Seconds after which the other secrets end; the newest of them lives on where it is left out." } },
            }),
        ),
        ("SecretMade", answer(&[&of(&secret), &of(&made)], &["id", "client_secret"])),
        ("Scope", scope.clone()),
        ("ScopeChange", changed(&scope)),
        ("Scopes", part("Scope")),
        ("Person", person.clone()),
        ("People", part("Person")),
        ("NewPerson", with(&said_of_people, &json!({ "sub": text, "password": text }), &["username"])),
        ("PersonChange", changed(&said_of_people)),
        (
            "NewPassword",
            json!({
                "type": "object", "additionalProperties": false,
                "properties": { "password": { "type": "string", "description": "A fresh one is made where it is left out." } },
            }),
        ),
        (
            "PersonWithPassword",
            answer(&[&person, &of(&json!({ "password": { "type": "string", "description": "Shown this once." } }))], &["sub"]),
        ),
        (
            "Ending",
            json!({
                "type": "object", "additionalProperties": false,
                "properties": { "personal_access_tokens": { "type": ["boolean", "null"], "description": "Whether those end too." } },
            }),
        ),
        (
            "InvitationMade",
            answer(
                &[&of(&json!({ "id": id, "expires_at": time, "link": { "type": "string", "description": "Shown this once." } }))],
                &["id", "expires_at"],
            ),
        ),
        ("Session", answer(&[&of(&session)], &["id", "sub", "created_at"])),
        ("Sessions", part("Session")),
        ("Authorization", answer(&[&of(&authorization)], &["id", "sub", "client_id"])),
        ("Authorizations", part("Authorization")),
        ("Token", answer(&[&of(&token)], &["id", "sub", "name"])),
        ("Tokens", part("Token")),
        ("Event", answer(&[&of(&event)], &["id", "at", "kind"])),
        ("Events", part("Event")),
        ("Key", answer(&[&of(&key)], &["id", "purpose", "state"])),
        ("Keys", part("Key")),
        (
            "Rotation",
            json!({
                "type": "object", "additionalProperties": false,
                "properties": {
                    "purpose": { "type": ["string", "null"], "description": "ES256, RS256 and the like, refresh or refresh_jwt; that of access tokens where it is left out." },
                    "now": { "type": ["boolean", "null"], "description": "Whether it signs at once." },
                },
            }),
        ),
        ("Successor", answer(&[&of(&json!({ "id": id, "purpose": text, "active_at": time }))], &["id", "active_at"])),
        ("Dialect", answer(&[&of(&dialect)], &["name", "built_in"])),
        ("Dialects", part("Dialect")),
        ("DialectFile", json!({ "type": "object", "required": ["toml"], "additionalProperties": false, "properties": { "toml": text } })),
        (
            "DialectChecked",
            json!({
                "type": "object", "required": ["name", "faults"],
                "properties": {
                    "name": { "type": ["string", "null"] }, "relaxes": { "type": "array", "items": text },
                    "faults": { "type": "array", "items": { "type": "object", "properties": { "line": { "type": "integer" }, "column": { "type": "integer" }, "what": text, "instead": text } } },
                },
            }),
        ),
        ("Factors", part("Factor")),
        ("Factor", answer(&[&of(&factor)], &["id", "kind", "created_at"])),
        ("Locks", part("Lock")),
        ("Lock", answer(&[&of(&lock)], &["until"])),
        (
            "LocksEnded",
            json!({
                "type": "object", "additionalProperties": false,
                "properties": { "network": maybe(&text), "client_id": maybe(&text), "all": { "type": ["boolean", "null"] } },
            }),
        ),
        ("RegistrationTokens", part("RegistrationToken")),
        ("RegistrationToken", answer(&[&of(&registration_token)], &["id", "name", "uses", "state"])),
        ("RegistrationTokenMade", answer(&[&of(&registration_token), &of(&shown_once)], &["id", "name"])),
        (
            "NewRegistrationToken",
            json!({
                "type": "object", "required": ["name"], "additionalProperties": false,
                "properties": { "name": text, "uses": maybe(&count), "expires_in": maybe(&count) },
            }),
        ),
        ("Mails", part("Mail")),
        ("Mail", answer(&[&of(&mail)], &["id", "created_at", "attempts"])),
        ("Administrators", part("Administrator")),
        ("Administrator", answer(&[&of(&administrator)], &["sub", "name", "role", "realms", "status"])),
        (
            "AdministratorChange",
            json!({ "type": "object", "additionalProperties": false, "properties": { "role": role, "realms": reached } }),
        ),
        ("AdministratorInvitations", part("AdministratorInvitation")),
        ("AdministratorInvitation", answer(&[&of(&invited)], &["id", "email", "role", "realms", "expires_at"])),
        (
            "AdministratorInvited",
            answer(
                &[&of(&invited), &of(&json!({ "link": { "type": "string", "description": "Shown this once." } }))],
                &["id", "email", "role"],
            ),
        ),
        (
            "NewAdministratorInvitation",
            json!({
                "type": "object", "required": ["email", "role"], "additionalProperties": false,
                "properties": { "email": text, "role": role, "realms": reached },
            }),
        ),
        (
            "NewAdministratorToken",
            json!({
                "type": "object", "required": ["name", "scope"], "additionalProperties": false,
                "properties": { "name": text, "scope": text, "role": role, "realms": reached },
            }),
        ),
        (
            "AdministratorTokenMade",
            answer(
                &[
                    &of(
                        &json!({ "id": id, "name": text, "administrator": text, "sub": text, "scope": text, "role": role, "realms": reached }),
                    ),
                    &of(&shown_once),
                ],
                &["id", "name", "role"],
            ),
        ),
        ("RealmFiles", realm_files()),
        ("Applied", applied()),
        ("AllActivity", answer(&[&of(&activity), &of(&of_all)], &["span", "since", "until", "items", "calls", "reasons"])),
        ("Activity", answer(&[&of(&activity)], &["span", "since", "until", "items", "calls", "reasons"])),
        (
            "ClientActivity",
            answer(&[&of(&activity), &of(&of_client)], &["span", "since", "until", "items", "calls", "reasons", "failures", "secrets"]),
        ),
        (
            "Health",
            json!({
                "type": "object", "required": ["healthy", "findings"],
                "properties": { "healthy": { "type": "boolean" }, "findings": { "type": "array", "items": answer(&[&of(&finding)], &["state", "about", "words"]) } },
            }),
        ),
        (
            "Metrics",
            json!({
                "type": "object", "required": ["at", "metrics"],
                "properties": { "at": time, "metrics": { "type": "object", "additionalProperties": { "type": "number" } } },
            }),
        ),
    ];
    let mut schemas: Map<String, Value> = schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    // What is changed has a name already.
    if let Some(scope) = schemas.get_mut("ScopeChange").and_then(Value::as_object_mut) {
        scope.remove("required");
    }
    Value::Object(schemas)
}

/// `components/responses`: every problem, with an example.
pub(super) fn problems() -> Value {
    let statuses = [
        (400, "Bad Request", "What was sent cannot be so; `errors` says where.", "invalid_request"),
        (401, "Unauthorized", "There is no token in the request, or none that lives.", "invalid_token"),
        (403, "Forbidden", "The token's scope or the administrator's role does not allow it.", "access_denied"),
        (404, "Not Found", "There is no such thing, or none that the administrator may know of.", "not_found"),
        (409, "Conflict", "It exists already, or others change it right now.", "conflict"),
        (412, "Precondition Failed", "It was changed since it was looked at.", "precondition_failed"),
        (413, "Content Too Large", "The body is larger than what is read.", "invalid_request"),
        (415, "Unsupported Media Type", "The body is not JSON in UTF-8.", "invalid_request"),
        (422, "Unprocessable Content", "The Idempotency-Key was sent with another body.", "name_reused"),
        (428, "Precondition Required", "The request does not say what it looked at.", "precondition_required"),
        (429, "Too Many Requests", "Too many with this token; Retry-After says when to come back.", "temporarily_unavailable"),
        (500, "Internal Server Error", "The server failed; nothing was changed.", "server_error"),
        (503, "Service Unavailable", "The server cannot answer right now.", "temporarily_unavailable"),
    ];
    let one = |(status, title, words, error): (u16, &str, &str, &str)| {
        let example = json!({ "type": "about:blank", "title": title, "status": status, "detail": words, "error": error });
        let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" }, "example": example } });
        (status.to_string(), json!({ "description": words, "content": content }))
    };
    Value::Object(statuses.into_iter().map(one).collect())
}

/// What `apply` is sent.
fn realm_files() -> Value {
    let text = json!({ "type": "string" });
    let file = json!({
        "type": "object", "required": ["name", "text"], "additionalProperties": false,
        "properties": { "name": { "type": "string", "description": "As faults call it." }, "text": { "type": "string", "description": "TOML" } },
    });
    let secret = json!({
        "type": "object", "additionalProperties": false,
        "description": "What the files name by `env` or `file`: its value, or why there is none.",
        "properties": { "env": text, "file": text, "value": text, "error": text },
    });
    let kinds = jeton_provision::Prune::KINDS;
    json!({
        "type": "object", "required": ["files"], "additionalProperties": false,
        "properties": {
            "files": { "type": "array", "items": file, "minItems": 1 },
            "secrets": { "type": "array", "items": secret },
            "prune": { "type": "array", "items": { "enum": kinds }, "description": "Kinds of which everything goes that no file names." },
            "dry_run": { "type": "boolean", "description": "Whether nothing is written." },
        },
    })
}

/// What `apply` answers.
fn applied() -> Value {
    let (text, flag) = (json!({ "type": "string" }), json!({ "type": "boolean" }));
    let difference = json!({
        "realm": text, "kind": text, "name": text, "action": { "enum": ["create", "update", "remove", "unchanged"] },
        "what": { "type": "array", "items": text },
    });
    let differences = json!({ "type": "array", "items": answer(&[&of(&difference)], &["realm", "kind", "name", "action", "what"]) });
    let members = json!({ "dry_run": flag, "changed": flag, "would_change": flag, "differences": differences });
    answer(&[&of(&members)], &["dry_run", "changed", "would_change", "differences"])
}

/// RFC 9457.
fn problem() -> Value {
    let text = json!({ "type": "string" });
    let place = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text, "title": text, "status": { "type": "integer" }, "detail": text, "error": text,
            "errors": {
                "type": "array",
                "items": { "type": "object", "properties": { "pointer": { "type": "string", "description": "RFC 6901" }, "what": text, "instead": text, "file": text, "line": place, "column": place } },
            },
        },
    })
}

/// A part of a list.
fn part(schema: &str) -> Value {
    let items = json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{schema}") } });
    json!({
        "type": "object", "required": ["items", "next"],
        "properties": { "items": items, "next": { "type": ["string", "null"], "description": "Goes into `after`; null where nothing follows." } },
    })
}

fn of(properties: &Value) -> Value {
    json!({ "properties": properties })
}

/// An answer has the members of all of these; more may come.
fn answer(schemas: &[&Value], required: &[&str]) -> Value {
    let members = schemas.iter().filter_map(|schema| schema["properties"].as_object()).flatten();
    let properties: Map<String, Value> = members.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// One document of the members of all of these, and no others.
fn merged(schemas: &[&Value]) -> Value {
    let members = schemas.iter().filter_map(|schema| schema["properties"].as_object()).flatten();
    let properties: Map<String, Value> = members.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// What is sent to make one: the document, and these members.
fn with(document: &Value, more: &Value, required: &[&str]) -> Value {
    let mut schema = answer(&[document, &of(more)], required);
    schema["additionalProperties"] = false.into();
    schema
}

/// What is sent to change one (RFC 7396): null makes a member as usual.
fn changed(document: &Value) -> Value {
    let mut schema = document.clone();
    for member in schema["properties"].as_object_mut().into_iter().flatten().map(|(_, schema)| schema) {
        *member = json!({ "anyOf": [member.take(), { "type": "null" }] });
    }
    schema
}
