//! Keys, scopes, dialects, health and metrics over the admin API, and the document that programs read.

use http::Method;
use jeton_oauth::{
    Endpoint,
    endpoint::{Authentication, Base},
    manage::AdministratorRole,
};
use serde_json::{Value, json};

use crate::{
    admins::Admin,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![
    keys_are_listed_succeeded_and_taken_out_of_use,
    a_rotation_under_a_name_is_done_once,
    scopes_are_defined_changed_and_removed,
    scopes_are_guarded_by_the_realms_version,
    dialects_are_listed_checked_and_written,
    health_and_metrics_are_told,
    roles_and_scopes_guard_these_nouns,
    the_document_is_public_and_whole,
    the_viewer_is_a_page_of_our_own,
    what_is_answered_is_as_the_document_says,
];

fn items(part: &Value) -> &Vec<Value> {
    part["items"].as_array().unwrap_or_else(|| panic!("no items in {part}"))
}

async fn keys_are_listed_succeeded_and_taken_out_of_use(engine: Engine) {
    let world = World::standard(engine).await;
    world.ann("read").await;
    let admin = Admin::owner(&world).await;
    let listed = admin.get("/realms/acme/keys").await;
    assert_eq!(listed.status, 200, "{}", listed.text());
    let before = items(&listed.json()).clone();
    let current = |keys: &[Value]| keys.iter().find(|key| key["purpose"] == "ES256" && key["state"] == "current").cloned().unwrap();
    let old = current(&before);
    assert!(old["public_jwk"]["kid"].is_string() && old["public_jwk"].get("d").is_none(), "{old}");
    assert!(!listed.text().contains("wrapped"));
    let first = &items(&admin.get("/realms/acme/keys?limit=1").await.json())[0].clone();
    assert_eq!(admin.get(&format!("/realms/acme/keys/{}", first["id"].as_str().unwrap())).await.json(), *first);
    // Announced, and the same again.
    let next = admin.call(Method::POST, "/realms/acme/keys/rotate").send().await;
    assert_eq!(next.status, 200, "{}", next.text());
    assert_eq!(admin.post("/realms/acme/keys/rotate", &json!({})).await.member("id"), next.member("id"));
    let at_once = admin.post("/realms/acme/keys/rotate", &json!({ "purpose": "ES256", "now": true })).await;
    assert_eq!((at_once.status.as_u16(), at_once.member("id")), (200, next.member("id")));
    assert_eq!(current(items(&admin.get("/realms/acme/keys").await.json()))["id"], next.json()["id"]);
    for (wrong, pointer) in [
        (json!({ "purpose": "HS256" }), "/purpose"),
        (json!({ "purpose": "x" }), "/purpose"),
        (json!({ "now": 1 }), "/now"),
        (json!({ "nwo": true }), "/nwo"),
    ] {
        assert_eq!(admin.post("/realms/acme/keys/rotate", &wrong).await.problem(400), [pointer]);
    }
    let id = old["id"].as_str().unwrap();
    let revoked = admin.post(&format!("/realms/acme/keys/{id}/revoke"), &json!({})).await;
    assert_eq!(revoked.status, 204, "{}", revoked.text());
    world.notice().await;
    let shown = world.get("/acme/jwks").send().await.text();
    assert!(!shown.contains(old["public_jwk"]["kid"].as_str().unwrap()));
    admin.post("/realms/acme/keys/0191b0a0-0000-7000-8000-000000000000/revoke", &json!({})).await.problem(404);
    admin.get("/realms/acme/keys/x").await.problem(404);
    let events = world.app.store.in_realm(world.realm("acme").await.id()).audit(None, 100).await.unwrap();
    let by_admin = |kind: &str| events.iter().any(|event| event.kind.as_str() == kind && event.actor.unwrap().as_str() == "administrator");
    assert!(by_admin("key_created") && by_admin("key_revoked"));
}

async fn a_rotation_under_a_name_is_done_once(engine: Engine) {
    let world = World::standard(engine).await;
    world.ann("read").await;
    let admin = Admin::owner(&world).await;
    let rotate = |body: Value| admin.call(Method::POST, "/realms/acme/keys/rotate").header("idempotency-key", "one").json(&body).send();
    let first = rotate(json!({ "now": true })).await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(rotate(json!({ "now": true })).await.member("id"), first.member("id"));
    rotate(json!({ "now": false })).await.problem(422);
}

async fn scopes_are_defined_changed_and_removed(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let made = admin.post("/realms/acme/scopes", &json!({ "name": "orders:read", "description": "See your orders" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("location"), Some("http://127.0.0.1:8080/admin/api/v1/realms/acme/scopes/orders%3Aread"));
    assert_eq!(made.json(), json!({ "name": "orders:read", "description": "See your orders", "optional": false }));
    admin.post("/realms/acme/scopes", &json!({ "name": "orders:read" })).await.problem(409);
    let changed = admin.patch("/realms/acme/scopes/orders%3Aread", &json!({ "optional": true, "description": null })).await;
    assert_eq!(
        (changed.status.as_u16(), changed.json()),
        (200, json!({ "name": "orders:read", "description": "", "optional": true })),
        "{}",
        changed.text()
    );
    let names: Vec<Value> = items(&admin.get("/realms/acme/scopes").await.json()).iter().map(|scope| scope["name"].clone()).collect();
    assert_eq!(names, ["orders:read", "read", "write"]);
    // At once in use.
    let metadata = world.get("/acme/.well-known/openid-configuration").send().await.json();
    assert!(metadata["scopes_supported"].as_array().unwrap().contains(&json!("orders:read")));
    assert_eq!(admin.delete("/realms/acme/scopes/orders%3Aread").await.status, 204);
    admin.get("/realms/acme/scopes/orders%3Aread").await.problem(404);
    admin.delete("/realms/acme/scopes/openid").await.problem(404);
    let wrong = [
        (json!({ "name": "a b" }), "/name"),
        (json!({ "name": "jeton:mine" }), "/name"),
        (json!({ "name": "x", "descripton": "y" }), "/descripton"),
        (json!({ "name": 5 }), "/name"),
        (json!({}), "/name"),
    ];
    for (document, pointer) in wrong {
        assert_eq!(admin.post("/realms/acme/scopes", &document).await.problem(400), [pointer], "{document}");
    }
    assert_eq!(admin.patch("/realms/acme/scopes/read", &json!({ "name": "other" })).await.problem(400), ["/name"]);
}

async fn scopes_are_guarded_by_the_realms_version(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let change = |tag: Option<&str>| {
        let call = admin.call(Method::PATCH, "/realms/acme/scopes/read").json(&json!({ "description": "Other" }));
        match tag {
            Some(tag) => call.header("if-match", tag),
            None => call,
        }
    };
    change(None).send().await.problem(428);
    let tag = admin.get("/realms/acme/scopes/read").await.header("etag").unwrap().to_owned();
    assert_eq!(change(Some(&tag)).send().await.status, 200);
    change(Some(&tag)).send().await.problem(412);
    let tag = admin.get("/realms/acme/scopes/read").await.header("etag").unwrap().to_owned();
    change(Some(&format!("W/{tag}"))).send().await.problem(412);
}

async fn dialects_are_listed_checked_and_written(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let listed = admin.get("/dialects?limit=3").await.json();
    assert_eq!(items(&listed).len(), 3);
    let volt = admin.get("/dialects/volt").await.json();
    assert_eq!(volt["built_in"], true);
    let ours = volt["toml"].as_str().unwrap().replacen("\"volt\"", "\"ours\"", 1);
    let checked = admin.post("/dialects/check", &json!({ "toml": ours })).await.json();
    assert_eq!((&checked["name"], &checked["faults"]), (&json!("ours"), &json!([])));
    let broken = admin.post("/dialects/check", &json!({ "toml": "nonsense" })).await.json();
    assert!(broken["faults"][0]["line"].is_u64() && broken["name"].is_null(), "{broken}");
    let put = |name: &str, toml: &str| admin.call(Method::PUT, &format!("/dialects/{name}")).json(&json!({ "toml": toml })).send();
    put("other", &ours).await.problem(400);
    put("ours", "nonsense").await.problem(400);
    put("volt", volt["toml"].as_str().unwrap()).await.problem(400);
    let written = put("ours", &ours).await;
    assert_eq!((written.status.as_u16(), &written.json()["version"]), (200, &json!(1)), "{}", written.text());
    assert_eq!(put("ours", &ours).await.json()["version"], 1, "nothing to write");
    let made = admin.post("/realms", &json!({ "name": "spoken", "dialect": "ours" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    admin.get("/dialects/nothing").await.problem(404);
    Admin::new(&world, AdministratorRole::Owner, &["acme"], "all")
        .await
        .call(Method::PUT, "/dialects/ours")
        .json(&json!({ "toml": ours }))
        .send()
        .await
        .problem(403);
}

async fn health_and_metrics_are_told(engine: Engine) {
    let world = World::standard(engine).await;
    world.ann("read").await;
    let admin = Admin::owner(&world).await;
    let health = admin.get("/health").await;
    assert_eq!((health.status.as_u16(), &health.json()["healthy"]), (200, &json!(true)), "{}", health.text());
    let about: std::collections::BTreeSet<_> =
        health.json()["findings"].as_array().unwrap().iter().map(|finding| finding["about"].as_str().unwrap().to_owned()).collect();
    for place in ["database", "changes", "data folder", "disk", "clock", "realms", "administrators"] {
        assert!(about.contains(place), "{place}: {about:?}");
    }
    let metrics = admin.get("/metrics").await.json();
    assert!(
        metrics["metrics"].as_object().unwrap().iter().any(|(name, value)| name.starts_with("jeton_") && value.as_f64() > Some(0.0)),
        "{metrics}"
    );
}

async fn roles_and_scopes_guard_these_nouns(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let writes = [
        (Method::POST, "/realms/acme/keys/rotate"),
        (Method::POST, "/realms/acme/scopes"),
        (Method::PATCH, "/realms/acme/scopes/read"),
        (Method::DELETE, "/realms/acme/scopes/read"),
        (Method::PUT, "/dialects/ours"),
    ];
    let reads = ["/realms/acme/keys", "/realms/acme/scopes", "/realms/acme/scopes/read"];
    let auditor = Admin::new(&world, AdministratorRole::Auditor, &[], "all").await;
    for (method, path) in &writes {
        auditor.call(method.clone(), path).json(&json!({})).send().await.problem(403);
    }
    for path in reads.iter().chain(&["/dialects", "/health", "/metrics"]) {
        assert_eq!(auditor.get(path).await.status, 200, "{path}");
    }
    let elsewhere = Admin::new(&world, AdministratorRole::Owner, &["other"], "all").await;
    for path in reads {
        elsewhere.get(path).await.problem(404);
    }
    for (method, path) in writes.iter().take(4) {
        elsewhere.call(method.clone(), path).json(&json!({})).send().await.problem(404);
    }
    let narrow = Admin::new(&world, AdministratorRole::Owner, &[], "clients:write").await;
    for path in ["/realms/acme/keys", "/realms/acme/scopes", "/dialects", "/health", "/metrics"] {
        narrow.get(path).await.problem(403);
        world.get(&format!("/admin/api/v1{path}")).send().await.problem(401);
    }
    Admin::new(&world, AdministratorRole::Owner, &[], "keys:read").await.post("/realms/acme/keys/rotate", &json!({})).await.problem(403);
}

async fn document(world: &World) -> Value {
    let answer = world.get("/admin/api/openapi.json").send().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")), "{}", answer.text());
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    answer.json()
}

async fn the_document_is_public_and_whole(engine: Engine) {
    let world = World::standard(engine).await;
    let document = document(&world).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["servers"][0]["url"], "http://127.0.0.1:8080");
    let rows = Endpoint::of(Base::Admin).filter(|endpoint| endpoint.policy().authentication == Authentication::Administrator);
    for endpoint in rows {
        for method in endpoint.policy().methods {
            let operation = &document["paths"][format!("/admin{}", endpoint.path())][method.as_str().to_lowercase()];
            assert!(operation["responses"]["401"].is_object(), "{method} {endpoint:?}");
        }
    }
    let client = &document["components"]["schemas"]["NewClient"];
    assert!(client["properties"]["redirect_uris"]["description"].is_string() && client["properties"].get("status").is_none());
}

async fn the_viewer_is_a_page_of_our_own(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/admin/api/", "/admin/api"] {
        let page = world.get(path).header("accept", "text/html").send().await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(page.text().contains("/admin/api/v1/realms/{realm}/clients") || page.text().contains("&#x2f;clients"), "{}", page.text());
    }
}

/// Whether `value` is what `schema` says, as far as types, words, members and their names go.
fn breach(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return breach(document, document.pointer(name.strip_prefix('#')?).unwrap(), value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any.iter().any(|schema| breach(document, schema, value, at).is_none());
        return (!fits).then(|| format!("{at}: {value} is none of {any:?}"));
    }
    if let Some(words) = schema["enum"].as_array() {
        return (!words.contains(value)).then(|| format!("{at}: {value} is no word of {words:?}"));
    }
    let types: Vec<&str> =
        schema["type"].as_str().into_iter().chain(schema["type"].as_array().into_iter().flatten().filter_map(Value::as_str)).collect();
    let own = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.is_empty() || types.contains(&own) || (own == "integer" && types.contains(&"number"));
    if !fits {
        return Some(format!("{at}: {value} is {own}, and not {types:?}"));
    }
    let missing = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).find(|name| value.get(name).is_none());
    if let Some(missing) = missing.filter(|_| value.is_object()) {
        return Some(format!("{at}: lacks {missing}"));
    }
    let mut members = value.as_object().into_iter().flatten();
    let within = members.find_map(|(name, value)| match schema["properties"].get(name) {
        Some(schema) => breach(document, schema, value, &format!("{at}/{name}")),
        None if schema["additionalProperties"] == false => Some(format!("{at}: has {name}, which is not described")),
        None => None,
    });
    within.or_else(|| {
        value.as_array()?.iter().enumerate().find_map(|(index, value)| breach(document, &schema["items"], value, &format!("{at}/{index}")))
    })
}

async fn what_is_answered_is_as_the_document_says(engine: Engine) {
    let world = World::standard(engine).await;
    world.ann("read").await;
    let admin = Admin::owner(&world).await;
    let document = document(&world).await;
    let key = items(&admin.get("/realms/acme/keys").await.json())[0]["id"].as_str().unwrap().to_owned();
    let calls = [
        (Method::GET, "/realms", "/realms".to_owned(), None),
        (Method::POST, "/realms", "/realms".to_owned(), Some(json!({ "name": "fresh" }))),
        (Method::GET, "/realms/{realm}", "/realms/acme".to_owned(), None),
        (Method::GET, "/realms/{realm}/settings", "/realms/acme/settings".to_owned(), None),
        (Method::GET, "/realms/{realm}/clients", "/realms/acme/clients".to_owned(), None),
        (
            Method::POST,
            "/realms/{realm}/clients",
            "/realms/acme/clients".to_owned(),
            Some(json!({ "grant_types": ["client_credentials"] })),
        ),
        (Method::POST, "/realms/{realm}/clients", "/realms/acme/clients".to_owned(), Some(json!({ "grant_types": [] }))),
        (Method::GET, "/realms/{realm}/clients/{client_id}", "/realms/acme/clients/web".to_owned(), None),
        (Method::PATCH, "/realms/{realm}/clients/{client_id}", "/realms/acme/clients/web".to_owned(), Some(json!({}))),
        (Method::GET, "/realms/{realm}/clients/{client_id}/secrets", "/realms/acme/clients/web/secrets".to_owned(), None),
        (Method::POST, "/realms/{realm}/clients/{client_id}/secrets", "/realms/acme/clients/web/secrets".to_owned(), Some(json!({}))),
        (Method::GET, "/realms/{realm}/keys", "/realms/acme/keys".to_owned(), None),
        (Method::GET, "/realms/{realm}/keys/{id}", format!("/realms/acme/keys/{key}"), None),
        (Method::POST, "/realms/{realm}/keys/rotate", "/realms/acme/keys/rotate".to_owned(), Some(json!({}))),
        (Method::GET, "/realms/{realm}/scopes", "/realms/acme/scopes".to_owned(), None),
        (Method::GET, "/realms/{realm}/scopes/{scope}", "/realms/acme/scopes/nothing".to_owned(), None),
        (Method::GET, "/dialects", "/dialects".to_owned(), None),
        (
            Method::POST,
            "/apply",
            "/apply".to_owned(),
            Some(json!({ "files": [{ "name": "x", "text": "[realm]\nname = \"x\"\n" }], "dry_run": true })),
        ),
        (Method::GET, "/health", "/health".to_owned(), None),
        (Method::GET, "/metrics", "/metrics".to_owned(), None),
    ];
    for (method, pattern, path, body) in calls {
        let call = admin.call(method.clone(), &path);
        let answer = match &body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        };
        let operation = &document["paths"][format!("/admin/api/v1{pattern}")][method.as_str().to_lowercase()];
        let mut told = &operation["responses"][answer.status.as_str()];
        if let Some(name) = told["$ref"].as_str() {
            told = document.pointer(name.strip_prefix('#').unwrap()).unwrap();
        }
        let content = &told["content"][answer.header("content-type").unwrap()];
        assert!(content.is_object(), "{method} {path}: {} is not told of", answer.status);
        let breach = breach(&document, &content["schema"], &answer.json(), "");
        assert_eq!(breach, None, "{method} {path}: {}", answer.text());
        if let (Some(example), Some(schema)) = (
            operation["requestBody"]["content"]["application/json"].get("example"),
            operation["requestBody"]["content"]["application/json"].get("schema"),
        ) {
            assert_eq!(self::breach(&document, schema, example, ""), None, "{method} {path}: its own example");
        }
    }
}
