//! What each operation takes and answers. One that is not told of here is told of by its row alone.

use http::Method;
use jeton_oauth::Endpoint;
use serde_json::{Map, Value, json};

use crate::activity::figures::Span;

/// What is known of one operation besides its row.
struct Said {
    summary: &'static str,
    /// The schema of what is sent.
    sends: Option<&'static str>,
    /// Whether it may be left out.
    may_be_empty: bool,
    /// The status of success, and the schema of the answer.
    answers: (u16, Option<&'static str>),
    /// What a list is filtered by, where it is one.
    list: Option<&'static [&'static str]>,
    if_match: IfMatch,
    example: Option<fn() -> Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IfMatch {
    Unknown,
    /// Heeded where it is sent.
    Heeded,
    Wanted,
}

fn get(summary: &'static str, schema: &'static str) -> Said {
    Said { summary, sends: None, may_be_empty: true, answers: (200, Some(schema)), list: None, if_match: IfMatch::Unknown, example: None }
}

fn list(summary: &'static str, schema: &'static str, filters: &'static [&'static str]) -> Said {
    Said { list: Some(filters), ..get(summary, schema) }
}

fn create(summary: &'static str, sends: &'static str, schema: &'static str, example: fn() -> Value) -> Said {
    Said { sends: Some(sends), may_be_empty: false, answers: (201, Some(schema)), example: Some(example), ..get(summary, schema) }
}

fn change(summary: &'static str, sends: &'static str, schema: &'static str, example: fn() -> Value) -> Said {
    Said { answers: (200, Some(schema)), if_match: IfMatch::Wanted, ..create(summary, sends, schema, example) }
}

fn act(summary: &'static str, schema: Option<&'static str>) -> Said {
    let status = if schema.is_some() { 200 } else { 204 };
    Said { sends: Some("Nothing"), answers: (status, schema), if_match: IfMatch::Heeded, ..get(summary, "Nothing") }
}

fn ends(summary: &'static str, schema: &'static str) -> Said {
    Said { if_match: IfMatch::Unknown, ..act(summary, Some(schema)) }
}

fn remove(summary: &'static str) -> Said {
    Said { answers: (204, None), if_match: IfMatch::Heeded, ..get(summary, "Nothing") }
}

fn said(endpoint: Endpoint, method: &Method) -> Option<Said> {
    let is = |wanted: &Method| method == wanted;
    Some(match endpoint {
        Endpoint::AdminRealms if is(&Method::GET) => list("List realms", "Realms", &["search"]),
        Endpoint::AdminRealms => create("Make a realm", "NewRealm", "Realm", || json!({ "name": "acme", "title": "Acme" })),
        Endpoint::AdminRealm if is(&Method::GET) => get("Show a realm", "Realm"),
        Endpoint::AdminRealm if is(&Method::PATCH) => change("Change a realm", "RealmChange", "Realm", || json!({ "title": "Acme" })),
        Endpoint::AdminRealm => remove("Remove a realm with everybody and everything in it"),
        Endpoint::AdminRealmDisabling => act("Stop serving a realm, and end its sessions and tokens", Some("Realm")),
        Endpoint::AdminRealmEnabling => act("Serve a realm again", Some("Realm")),
        Endpoint::AdminSettings if is(&Method::GET) => get("Show what a realm says of its settings", "Settings"),
        Endpoint::AdminSettings => {
            change("Change settings of a realm", "SettingsChange", "Realm", || json!({ "access_token_lifetime": 900, "brand": null }))
        }
        Endpoint::AdminClients if is(&Method::GET) => list("List applications", "Clients", &["search"]),
        Endpoint::AdminClients => create(
            "Register an application; its secret is in this answer alone",
            "NewClient",
            "ClientMade",
            || json!({ "client_name": "Web", "grant_types": ["authorization_code"], "redirect_uris": ["https://app.example/callback"], "scope": "openid" }),
        ),
        Endpoint::AdminClient if is(&Method::GET) => get("Show an application", "Client"),
        Endpoint::AdminClient if is(&Method::PATCH) => {
            change("Change an application", "ClientChange", "Client", || json!({ "client_name": "The web application" }))
        }
        Endpoint::AdminClient => remove("Remove an application with everything that was granted to it"),
        Endpoint::AdminClientDisabling => act("Stop an application from getting tokens, and end those that it has", Some("Client")),
        Endpoint::AdminClientEnabling => act("Let an application get tokens again", Some("Client")),
        Endpoint::AdminClientSecrets if is(&Method::GET) => list("List an application's secrets by what is known of them", "Secrets", &[]),
        Endpoint::AdminClientSecrets => Said {
            sends: Some("NewSecret"),
            ..create(
                "Give an application another secret; it is in this answer alone",
                "NewSecret",
                "SecretMade",
                || json!({ "end_old_after": 86400 }),
            )
        }
        .optional(),
        Endpoint::AdminClientSecret => Said { if_match: IfMatch::Unknown, ..remove("End a secret") },
        Endpoint::AdminRealmNotBefore => ends("Make every token of a realm dead", "Realm"),
        Endpoint::AdminClientNotBefore => ends("Make every token of an application dead", "Client"),
        Endpoint::AdminPeople if is(&Method::GET) => list("List people or API users", "People", &["search"]),
        Endpoint::AdminPeople => create(
            "Make an account",
            "NewPerson",
            "Person",
            || json!({ "username": "ann", "email": "ann@example.com", "email_verified": true, "given_name": "Ann" }),
        ),
        Endpoint::AdminPerson if is(&Method::GET) => get("Show an account", "Person"),
        Endpoint::AdminPerson if is(&Method::PATCH) => {
            change("Change an account", "PersonChange", "Person", || json!({ "family_name": "Archer", "nickname": null }))
        }
        Endpoint::AdminPerson => remove("Remove an account with everything that it granted"),
        Endpoint::AdminPersonDisabling => act("Let nobody sign in with an account, and end what speaks for it", Some("Person")),
        Endpoint::AdminPersonEnabling => act("Let an account sign in again", Some("Person")),
        Endpoint::AdminPersonUnlocking => act("Forget wrong passwords: nobody waits any more", Some("Person")),
        Endpoint::AdminPersonPassword => Said {
            answers: (200, Some("PersonWithPassword")),
            if_match: IfMatch::Heeded,
            ..create(
                "Give an account another password; one that is made here is in this answer alone",
                "NewPassword",
                "PersonWithPassword",
                || json!({ "password": "a few unrelated words" }),
            )
        }
        .optional(),
        Endpoint::AdminPersonNotBefore => Said {
            answers: (200, Some("Person")),
            ..create("End everything that speaks for an account", "Ending", "Person", || json!({ "personal_access_tokens": true }))
        }
        .optional(),
        Endpoint::AdminInvitations => Said {
            answers: (201, Some("InvitationMade")),
            if_match: IfMatch::Unknown,
            ..act("Make an address where somebody may make an account for themselves; it is in this answer alone", Some("InvitationMade"))
        },
        Endpoint::AdminPersonSessions if is(&Method::GET) => list("List the sessions of a person", "Sessions", &[]),
        Endpoint::AdminPersonSessions => remove("End all sessions of a person"),
        Endpoint::AdminSessions => list("List sessions", "Sessions", &["person"]),
        Endpoint::AdminSession => Said { if_match: IfMatch::Unknown, ..remove("End a session") },
        Endpoint::AdminAuthorizations => list("List what people granted to applications", "Authorizations", &["person", "client"]),
        Endpoint::AdminAuthorization => Said { if_match: IfMatch::Unknown, ..remove("Revoke what was granted, with every token of it") },
        Endpoint::AdminTokens => list("List personal access tokens by what is known of them", "Tokens", &["person"]),
        Endpoint::AdminToken => Said { if_match: IfMatch::Unknown, ..remove("Revoke a personal access token") },
        Endpoint::AdminAudit => list(
            "List who did what, the newest first; as application/x-ndjson or text/csv all of it, a line each",
            "Events",
            &["kind", "actor", "subject", "address", "since", "until"],
        ),
        Endpoint::AdminPersonAuthorizations => Said {
            list: Some(&["client"]),
            ..remove("Revoke what a person granted to one application or to all, and forget that they approved it")
        },
        Endpoint::AdminPersonFactors if is(&Method::GET) => list("List a person's second factors by what is known of them", "Factors", &[]),
        Endpoint::AdminPersonFactors => remove("Remove a person's second factors"),
        Endpoint::AdminLocks => list("List who waits after too many wrong guesses", "Locks", &["person"]),
        Endpoint::AdminLockEnding => Said {
            answers: (204, None),
            ..create("Let those try again who wait", "LocksEnded", "Nothing", || json!({ "network": "203.0.113.0/24" }))
        },
        Endpoint::AdminRegistrationTokens if is(&Method::GET) => list("List initial access tokens", "RegistrationTokens", &[]),
        Endpoint::AdminRegistrationTokens => create(
            "Make a token that lets programs register applications; it is in this answer alone",
            "NewRegistrationToken",
            "RegistrationTokenMade",
            || json!({ "name": "partner", "uses": 1, "expires_in": 604_800 }),
        ),
        Endpoint::AdminRegistrationToken => Said { if_match: IfMatch::Unknown, ..remove("End an initial access token") },
        Endpoint::AdminMails => list("List letters that wait or were given up", "Mails", &["given_up"]),
        Endpoint::AdminMailAgain => Said { if_match: IfMatch::Unknown, ..act("Send a letter again that was given up", Some("Mail")) },
        Endpoint::AdminAdministrators => list("List administrators", "Administrators", &[]),
        Endpoint::AdminAdministrator if is(&Method::GET) => get("Show an administrator", "Administrator"),
        Endpoint::AdminAdministrator => change(
            "Give an administrator another role, or other realms",
            "AdministratorChange",
            "Administrator",
            || json!({ "role": "support", "realms": ["acme"] }),
        ),
        Endpoint::AdminAdministratorDisabling => act("Keep an administrator out", Some("Administrator")),
        Endpoint::AdminAdministratorEnabling => act("Let an administrator in again", Some("Administrator")),
        Endpoint::AdminAdministratorInvitations if is(&Method::GET) => {
            list("List who is invited to administer", "AdministratorInvitations", &[])
        }
        Endpoint::AdminAdministratorInvitations => create(
            "Make a link that makes somebody an administrator; it is in this answer alone",
            "NewAdministratorInvitation",
            "AdministratorInvited",
            || json!({ "email": "ann@example.com", "role": "owner" }),
        ),
        Endpoint::AdminAdministratorInvitation if is(&Method::GET) => get("Show an invitation to administer", "AdministratorInvitation"),
        Endpoint::AdminAdministratorInvitation => Said { if_match: IfMatch::Unknown, ..remove("Withdraw an invitation to administer") },
        Endpoint::AdminAdministratorTokens => create(
            "Make an administrator for a program, with its token, which is in this answer alone",
            "NewAdministratorToken",
            "AdministratorTokenMade",
            || json!({ "name": "ci", "scope": "all", "role": "owner" }),
        ),
        Endpoint::AdminKeys => list("List a realm's keys", "Keys", &[]),
        Endpoint::AdminKey => get("Show a key with its public half", "Key"),
        Endpoint::AdminKeyRotation => Said {
            answers: (200, Some("Successor")),
            ..create(
                "Make the next key of a line; it is shown for a while before it signs",
                "Rotation",
                "Successor",
                || json!({ "purpose": "ES256", "now": false }),
            )
        }
        .optional(),
        Endpoint::AdminKeyRevocation => {
            Said { if_match: IfMatch::Unknown, ..act("Take a key out of use: what it signed is not believed any more", None) }
        }
        Endpoint::AdminScopes if is(&Method::GET) => list("List the scopes that a realm defines", "Scopes", &[]),
        Endpoint::AdminScopes => Said {
            if_match: IfMatch::Heeded,
            ..create("Define a scope", "Scope", "Scope", || json!({ "name": "orders:read", "description": "See your orders" }))
        },
        Endpoint::AdminScope if is(&Method::GET) => get("Show a scope", "Scope"),
        Endpoint::AdminScope if is(&Method::PATCH) => change("Change a scope", "ScopeChange", "Scope", || json!({ "optional": true })),
        Endpoint::AdminScope => remove("Remove a scope: no new token has it"),
        Endpoint::AdminDialects => list("List dialects", "Dialects", &[]),
        Endpoint::AdminDialect if is(&Method::GET) => get("Show a dialect with its file", "Dialect"),
        Endpoint::AdminDialect if is(&Method::DELETE) => remove("Remove a dialect that no realm speaks"),
        Endpoint::AdminDialect => Said {
            if_match: IfMatch::Heeded,
            ..change(
                "Write a dialect; realms that speak it speak so from now on",
                "DialectFile",
                "Dialect",
                || json!({ "toml": "name = \"ours\"\n…" }),
            )
        },
        Endpoint::AdminDialectCheck => Said {
            answers: (200, Some("DialectChecked")),
            ..create(
                "Say what is wrong with a dialect's file, and write nothing",
                "DialectFile",
                "DialectChecked",
                || json!({ "toml": "name = \"ours\"\n…" }),
            )
        },
        Endpoint::AdminApply => Said {
            answers: (200, Some("Applied")),
            ..create(
                "Make realms, applications and people what files say, or say what that would change",
                "RealmFiles",
                "Applied",
                || json!({ "files": [{ "name": "acme.toml", "text": "[realm]\nname = \"acme\"\n" }], "dry_run": true }),
            )
        },
        Endpoint::AdminActivity => get("Count what all realms that you reach were asked for, how it ended and why", "AllActivity"),
        Endpoint::AdminRealmActivity => get("Count what a realm was asked for, how it ended and why", "Activity"),
        Endpoint::AdminClientActivity => get("Count what an application asked for, and say why it was refused lately", "ClientActivity"),
        Endpoint::AdminHealth => get("Say what is wrong, as far as a server can tell", "Health"),
        Endpoint::AdminMetrics => get("What is counted, summed", "Metrics"),
        _ => return None,
    })
}

impl Said {
    fn optional(self) -> Self {
        Self { may_be_empty: true, ..self }
    }
}

/// The operation object (OpenAPI 3.1 §4.8.10).
pub(super) fn operation(endpoint: Endpoint, method: &Method, path: &str) -> Value {
    let said = said(endpoint, method);
    let writes = !method.is_safe();
    let mut parameters: Vec<Value> = path.split('/').filter_map(parameter).collect();
    let mut statuses: Vec<u16> = vec![400, 401, 403, 429, 500, 503];
    if path.contains('{') {
        statuses.push(404);
    }
    if writes {
        statuses.extend([409, 413, 415]);
    }
    let if_match = said.as_ref().map_or(if writes { IfMatch::Heeded } else { IfMatch::Unknown }, |said| said.if_match);
    if if_match != IfMatch::Unknown {
        statuses.push(412);
        parameters.push(header("If-Match", "The ETag of what was looked at.", &json!({ "type": "string" })));
    }
    if if_match == IfMatch::Wanted || said.is_none() && writes {
        statuses.push(428);
    }
    if method == Method::POST {
        statuses.push(422);
        parameters.push(header(
            "Idempotency-Key",
            "A name for this request: whoever repeats it within a day is answered as before.",
            &json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x20-\\x7e]+$" }),
        ));
    }
    // One that is told of nowhere is a list where it names no one of them.
    let filters = match &said {
        Some(said) => said.list,
        None => Some(&[][..]).filter(|_| method == Method::GET && !path.ends_with('}')),
    };
    if let Some(filters) = filters {
        parameters.push(query(
            "limit",
            "How many at most; 50 where it is left out.",
            &json!({ "type": "integer", "minimum": 1, "maximum": 200 }),
        ));
        parameters.push(query("after", "`next` of the part before.", &json!({ "type": "string" })));
        parameters.extend(filters.iter().map(|name| query(name, filter(name), &json!({ "type": "string" }))));
    }
    if matches!(endpoint, Endpoint::AdminActivity | Endpoint::AdminRealmActivity | Endpoint::AdminClientActivity) {
        let spans = Span::ALL.map(Span::as_str);
        parameters.push(query("span", "How far back; 24h where it is left out.", &json!({ "enum": spans })));
    }
    let mut responses: Map<String, Value> =
        statuses.iter().map(|status| (status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }))).collect();
    match &said {
        Some(Said { answers: (status, schema), .. }) => drop(responses.insert(status.to_string(), success(*status, *schema))),
        None => {
            for status in [200, 201, 204] {
                responses.insert(status.to_string(), success(status, Some("Anything").filter(|_| status != 204)));
            }
        }
    }
    if endpoint == Endpoint::AdminAudit {
        responses["200"]["content"]["application/x-ndjson"] = json!({ "schema": { "type": "string" } });
        responses["200"]["content"]["text/csv"] = json!({ "schema": { "type": "string" } });
    }
    let verb = method.as_str().to_lowercase();
    let mut operation = json!({
        "operationId": format!("{verb}{}", camel(path)),
        "tags": [endpoint.name().trim_start_matches("admin_")],
        "summary": said.as_ref().map_or_else(|| usual_summary(method, path), |said| said.summary.to_owned()),
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(body) = body(said.as_ref(), method) {
        operation["requestBody"] = body;
    }
    operation
}

fn body(said: Option<&Said>, method: &Method) -> Option<Value> {
    let (schema, required, example) = match said {
        Some(said) => (said.sends?, !said.may_be_empty, said.example.map(|example| example())),
        None if method.is_safe() || method == Method::DELETE => return None,
        None => ("Anything", false, None),
    };
    let mut content = json!({ "schema": reference(schema) });
    if let Some(example) = example {
        content["example"] = example;
    }
    let mut types = json!({ "application/json": content });
    if method == Method::PATCH {
        types["application/merge-patch+json"] = content;
    }
    Some(json!({ "required": required, "content": types }))
}

fn success(status: u16, schema: Option<&str>) -> Value {
    let words = match status {
        201 => "Made. What is shown once is in this answer alone.",
        204 => "Done, and there is nothing to show.",
        _ => "As it is now.",
    };
    match schema {
        None => json!({ "description": words }),
        Some(schema) => json!({ "description": words, "content": { "application/json": { "schema": reference(schema) } } }),
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn parameter(segment: &str) -> Option<Value> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
}

/// What a filter of a list says.
fn filter(name: &str) -> &'static str {
    match name {
        "person" => "The `sub` of whose they are.",
        "client" => "The `client_id` of whom they were granted to.",
        "kind" => "What happened, such as `client_changed`.",
        "actor" => "A word such as `administrator`, or the id of who did it.",
        "subject" => "The `sub` or `client_id` of whom it was done to.",
        "address" => "The address that it came from.",
        "given_up" => "`true` or `false`.",
        "since" => "Not before then (RFC 3339).",
        "until" => "Before then (RFC 3339).",
        _ => "How it begins, to the letter.",
    }
}

fn header(name: &str, words: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "header", "description": words, "schema": schema })
}

fn query(name: &str, words: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": words, "schema": schema })
}

/// `Show sessions`, of an address that ends so.
fn usual_summary(method: &Method, path: &str) -> String {
    let verb = match method.as_str() {
        "GET" => "Show",
        "POST" => "Post to",
        "DELETE" => "Remove of",
        _ => "Change of",
    };
    let last = path.rsplit('/').find(|segment| !segment.starts_with('{')).unwrap_or_default();
    format!("{verb} {}", last.replace('-', " "))
}

/// `/api/v1/realms/{realm}/api-users` as `RealmsRealmApiUsers`.
fn camel(path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}
