//! The admin API: its habits, and realms and applications over it.

use http::Method;
use jeton_oauth::manage::AdministratorRole;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    admins::Admin,
    setup::{SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_realm_and_an_application_are_made_and_used_at_once,
    a_list_has_parts_and_each_goes_on_where_the_other_ended,
    a_cursor_that_is_forged_or_of_another_list_is_refused,
    search_is_how_a_name_begins_to_the_letter,
    a_change_says_what_it_looked_at,
    of_fifty_changes_at_once_that_looked_at_the_same_one_is_done,
    what_is_not_known_is_refused_with_its_place_and_the_nearest_name,
    what_is_not_the_callers_to_say_is_refused,
    a_request_under_a_name_is_done_once,
    a_repetition_is_answered_as_before_whatever_it_looked_at,
    whatever_has_a_version_heeds_what_was_looked_at,
    secrets_are_shown_once_and_listed_by_what_is_known_of_them,
    disabling_and_enabling_are_verbs,
    credentials_come_first_then_permission_then_the_rest,
    nobody_else_comes_in,
    a_role_and_its_realms_say_what_is_allowed,
    a_scope_narrows_a_role,
    a_realm_is_changed_disabled_and_removed,
    the_realm_of_the_administrators_stays,
    a_token_asks_no_more_than_its_limit,
    another_server_knows_the_same_names_and_versions,
];

const CLIENTS: &str = "/realms/acme/clients";

fn machine(id: &str) -> Value {
    json!({ "client_id": id, "grant_types": ["client_credentials"], "scope": "read" })
}

async fn a_realm_and_an_application_are_made_and_used_at_once(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let realm = admin.post("/realms", &json!({ "name": "fresh", "title": "Fresh", "scopes": [{ "name": "read" }] })).await;
    assert_eq!(realm.status, 201, "{}", realm.text());
    assert_eq!(realm.header("location"), Some("http://127.0.0.1:8080/admin/api/v1/realms/fresh"));
    assert_eq!(realm.json()["issuer"], "http://127.0.0.1:8080/fresh");
    assert!(realm.header("etag").is_some_and(|tag| tag.starts_with('"')));
    assert!(realm.json()["created_at"].as_str().unwrap().ends_with('Z'));
    let made = admin.post("/realms/fresh/clients", &json!({ "grant_types": ["client_credentials"], "scope": "read" })).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (201, Some("no-store")), "{}", made.text());
    let (id, secret) = (made.member("client_id"), made.member("client_secret"));
    let token = world.post("/fresh/token").basic(&id, &secret).form(&[("grant_type", "client_credentials")]).send().await;
    assert_eq!(token.status, 200, "{}", token.text());
    let shown = admin.get(&format!("/realms/fresh/clients/{id}")).await;
    assert_eq!((shown.status.as_u16(), shown.json()["status"].as_str()), (200, Some("active")));
    assert!(!shown.repeats(&secret) && shown.json().get("client_secret").is_none());
    admin.post("/realms", &json!({ "name": "fresh" })).await.problem(409);
    let names: Vec<_> = admin.get("/realms").await.json()["items"].as_array().unwrap().iter().map(|realm| realm["name"].clone()).collect();
    assert_eq!(names, ["acme", "fresh"], "the realm of the administrators is no realm of theirs");
}

async fn a_list_has_parts_and_each_goes_on_where_the_other_ended(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    for id in ["a", "b", "c", "d"] {
        assert_eq!(admin.post(CLIENTS, &machine(id)).await.status, 201);
    }
    let (mut seen, mut path) = (Vec::new(), format!("{CLIENTS}?limit=2"));
    loop {
        let part = admin.get(&path).await;
        assert_eq!(part.status, 200, "{}", part.text());
        let part = part.json();
        let items = part["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|client| client["client_id"].as_str().unwrap().to_owned()));
        match part["next"].as_str() {
            Some(next) => path = format!("{CLIENTS}?limit=2&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["a", "b", "c", "d", "web"]);
    for wrong in ["limit=0", "limit=-1", "limit=x", "limit=1000", "limit=1&limit=2", "serach=x"] {
        admin.get(&format!("{CLIENTS}?{wrong}")).await.problem(400);
    }
}

async fn a_cursor_that_is_forged_or_of_another_list_is_refused(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let admin = Admin::owner(&world).await;
    for id in ["a", "b"] {
        assert_eq!(admin.post(CLIENTS, &machine(id)).await.status, 201);
    }
    let next = admin.get(&format!("{CLIENTS}?limit=1")).await.member("next");
    let realms = admin.get("/realms?limit=1").await.member("next");
    let forged = format!("{}x", &next[..next.len() - 1]);
    for (path, cursor) in [
        ("/realms/acme/clients?after=", &forged),
        ("/realms/acme/clients?after=", &realms),
        ("/realms/acme/clients?after=", &"a".to_owned()),
        ("/realms/acme/clients?search=a&after=", &next),
        ("/realms/other/clients?after=", &next),
        ("/realms?after=", &next),
    ] {
        admin.get(&format!("{path}{cursor}")).await.problem(400);
    }
    assert_eq!(admin.get(&format!("{CLIENTS}?limit=1&after={next}")).await.status, 200);
}

async fn search_is_how_a_name_begins_to_the_letter(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    for id in ["a%b", "a_b", "axb", "A%b"] {
        assert_eq!(admin.post(CLIENTS, &machine(id)).await.status, 201);
    }
    for (search, found) in
        [("a%25", vec!["a%b"]), ("a_", vec!["a_b"]), ("ax", vec!["axb"]), ("%25", vec![]), ("a", vec!["a%b", "a_b", "axb"])]
    {
        let answer = admin.get(&format!("{CLIENTS}?search={search}")).await.json();
        let ids: Vec<_> =
            answer["items"].as_array().unwrap().iter().map(|client| client["client_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, found, "{search}");
    }
    // A name with a percent sign is a segment like any other.
    assert_eq!(admin.get(&format!("{CLIENTS}/a%25b")).await.json()["client_id"], "a%b");
}

async fn a_change_says_what_it_looked_at(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = &format!("{CLIENTS}/web");
    let tag = admin.get(path).await.header("etag").unwrap().to_owned();
    let change = |tag: Option<&str>| {
        let call = admin.call(Method::PATCH, path).json(&json!({ "client_name": "Changed" }));
        match tag {
            Some(tag) => call.header("if-match", tag),
            None => call,
        }
    };
    change(None).send().await.problem(428);
    change(Some("\"stale\"")).send().await.problem(412);
    change(Some(&format!("W/{tag}"))).send().await.problem(412);
    let changed = change(Some(&tag)).send().await;
    assert_eq!((changed.status.as_u16(), changed.json()["client_name"].as_str()), (200, Some("Changed")), "{}", changed.text());
    let after = changed.header("etag").unwrap().to_owned();
    assert!(after != tag);
    assert_eq!(admin.get(path).await.header("etag"), Some(after.as_str()));
    change(Some(&tag)).send().await.problem(412);
    // As RFC 7396 says: null takes away, what is not named stays.
    let patched = admin.patch(path, &json!({ "client_name": null, "logo_uri": "https://app.example/logo.png" })).await.json();
    assert!(patched.get("client_name").is_none());
    assert_eq!(patched["redirect_uris"], json!(["https://app.example/callback"]));
    admin.call(Method::DELETE, path).header("if-match", &tag).send().await.problem(412);
    assert_eq!(admin.delete(path).await.status, 204);
    admin.get(path).await.problem(404);
}

async fn of_fifty_changes_at_once_that_looked_at_the_same_one_is_done(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = &format!("{CLIENTS}/web");
    let tag = admin.get(path).await.header("etag").unwrap().to_owned();
    let mut changes = JoinSet::new();
    for number in 0..50 {
        let body = json!({ "client_name": format!("Number {number}") });
        changes.spawn(admin.call(Method::PATCH, path).header("if-match", &tag).json(&body).send());
    }
    let mut statuses: Vec<u16> = changes.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, [412; 49].as_slice()));
}

async fn what_is_not_known_is_refused_with_its_place_and_the_nearest_name(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let answer = admin.post(CLIENTS, &json!({ "redirect_uri": ["x"], "grant_types": ["client_credential"], "scope": "read" })).await;
    let pointers = answer.problem(400);
    assert!(pointers.contains(&"/redirect_uri".to_owned()) && pointers.contains(&"/grant_types/0".to_owned()), "{pointers:?}");
    assert!(answer.text().contains("did you mean `redirect_uris`?"), "{}", answer.text());
    let faulty = json!({ "grant_types": ["authorization_code"], "redirect_uris": ["https://a.example/cb", "javascript:alert(1)"] });
    assert_eq!(admin.post(CLIENTS, &faulty).await.problem(400), ["/redirect_uris/1"]);
    assert_eq!(
        admin.post("/realms", &json!({ "name": "x", "settings": { "session_lifetim": 5 } })).await.problem(400),
        ["/settings/session_lifetim"]
    );
    assert_eq!(admin.post("/realms", &json!({ "titel": "x" })).await.problem(400), ["/name"]);
    for body in ["{\"scope\":\"read\",\"scope\":\"write\"}", "{", "[]", "\"x\"", "null", "", "{\"a\":1}{}"] {
        admin.call(Method::POST, CLIENTS).body("application/json", body.as_bytes()).send().await.problem(400);
    }
    let deep = format!("{{\"jwks\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    admin.call(Method::POST, CLIENTS).body("application/json", deep.as_bytes()).send().await.problem(400);
    let large = format!("{{\"client_name\":\"{}\"}}", "x".repeat(1 << 20));
    admin.call(Method::POST, CLIENTS).body("application/json", large.as_bytes()).send().await.problem(413);
    admin.call(Method::POST, CLIENTS).body("text/plain", b"{}").send().await.problem(415);
    admin.call(Method::POST, CLIENTS).send().await.problem(415);
}

async fn what_is_not_the_callers_to_say_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    for member in ["status", "owner", "version", "realm", "not_before", "created_at", "client_secret", "key"] {
        let mut body = machine("new");
        body[member] = json!("x");
        assert_eq!(admin.post(CLIENTS, &body).await.problem(400), [format!("/{member}")]);
        assert_eq!(admin.patch(&format!("{CLIENTS}/web"), &json!({ member: "x" })).await.problem(400), [format!("/{member}")]);
        assert_eq!(admin.patch(&format!("{CLIENTS}/web"), &json!({ member: null })).await.problem(400), [format!("/{member}")]);
    }
    for member in ["status", "id", "version", "not_before"] {
        assert_eq!(admin.post("/realms", &json!({ "name": "new", member: "x" })).await.problem(400), [format!("/{member}")]);
        assert_eq!(admin.patch("/realms/acme", &json!({ member: "x" })).await.problem(400), [format!("/{member}")]);
    }
    assert_eq!(admin.patch("/realms/acme", &json!({ "name": "other" })).await.problem(400), ["/name"]);
}

async fn a_request_under_a_name_is_done_once(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let call = |key: &str, body: &Value| admin.call(Method::POST, CLIENTS).header("idempotency-key", key).json(body);
    let body = json!({ "grant_types": ["client_credentials"], "scope": "read" });
    let first = call("one", &body).send().await;
    assert_eq!(first.status, 201, "{}", first.text());
    let again = call("one", &body).send().await;
    assert_eq!((again.status.as_u16(), again.member("client_id")), (201, first.member("client_id")));
    assert_eq!((again.header("etag"), again.header("location")), (first.header("etag"), first.header("location")));
    assert!(again.json().get("client_secret").is_none() && !again.repeats(&first.member("client_secret")));
    call("one", &json!({ "grant_types": ["client_credentials"], "scope": "write" })).send().await.problem(422);
    assert!(call("two", &body).send().await.member("client_id") != first.member("client_id"));
    // Whose it is, and where it goes, are part of the name.
    let other = Admin::owner(&world).await;
    let by_other = other.call(Method::POST, CLIENTS).header("idempotency-key", "one").json(&body).send().await;
    assert!(by_other.member("client_id") != first.member("client_id"));
    let secret = admin.call(Method::POST, &format!("{CLIENTS}/web/secrets")).header("idempotency-key", "one").json(&json!({})).send().await;
    assert_eq!(secret.status, 201, "{}", secret.text());
    // What was refused is not remembered.
    call("three", &json!({ "scope": "nothing" })).send().await.problem(400);
    assert_eq!(call("three", &body).send().await.status, 201);
    // Twenty at once are one.
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        calls.spawn(call("many", &body).send());
    }
    let answers = calls.join_all().await;
    let mut ids: Vec<_> = answers.iter().map(|answer| answer.member("client_id")).collect();
    ids.dedup();
    assert_eq!((ids.len(), answers.iter().filter(|answer| answer.json().get("client_secret").is_some()).count()), (1, 1));
    world.advance(86_400);
    assert!(call("one", &body).send().await.member("client_id") != first.member("client_id"), "after a day it is another request");
    call(&"x".repeat(256), &body).send().await.problem(400);
}

/// What is looked at, a member that others change, what is asked of it, and with which body.
fn versioned() -> Vec<(&'static str, &'static str, String, Value)> {
    let (realm, client, person) = ("/realms/acme", "/realms/acme/clients/web", "/realms/acme/people/sub-ann");
    vec![
        (client, "client_name", format!("{client}/disable"), json!({})),
        (client, "client_name", format!("{client}/enable"), json!({})),
        (person, "nickname", format!("{person}/disable"), json!({})),
        (person, "nickname", format!("{person}/enable"), json!({})),
        (person, "nickname", format!("{person}/password"), json!({ "password": "another horse battery" })),
        (realm, "title", "/realms/acme/scopes".to_owned(), json!({ "name": "orders" })),
        (realm, "title", format!("{realm}/disable"), json!({})),
        (realm, "title", format!("{realm}/enable"), json!({})),
    ]
}

async fn a_repetition_is_answered_as_before_whatever_it_looked_at(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    for (entity, member, path, body) in versioned() {
        let tag = admin.get(entity).await.header("etag").unwrap().to_owned();
        let call = |key: &str| admin.call(Method::POST, &path).header("idempotency-key", key).header("if-match", &tag);
        let first = call("one").json(&body).send().await;
        assert!(first.status.is_success(), "{path}: {}", first.text());
        // Whatever the request itself left as it was, somebody else changes.
        assert_eq!(admin.patch(entity, &json!({ member: path })).await.status, 200);
        let again = call("one").json(&body).send().await;
        assert_eq!((again.status, again.text()), (first.status, first.text()), "{path}");
        call("one").json(&json!({ "name": "another" })).send().await.problem(if path.ends_with("scopes") { 422 } else { 400 });
        // A first request is refused in the order of all: for what it is, what it looked at, what it says.
        call("two").body("text/plain", b"{").send().await.problem(415);
        call("two").body("application/json", b"{").send().await.problem(412);
        call("two").json(&body).send().await.problem(412);
    }
}

async fn whatever_has_a_version_heeds_what_was_looked_at(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let secrets = format!("{CLIENTS}/web/secrets");
    let id = admin.get(&secrets).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let calls = [
        (Method::POST, secrets.clone()),
        (Method::DELETE, format!("{secrets}/{id}")),
        (Method::POST, format!("{CLIENTS}/web/not-before")),
        (Method::POST, "/realms/acme/people/sub-ann/not-before".to_owned()),
        (Method::POST, "/realms/acme/people/sub-ann/unlock".to_owned()),
        (Method::DELETE, "/realms/acme/people/sub-ann/sessions".to_owned()),
        (Method::POST, "/realms/acme/not-before".to_owned()),
    ];
    for (method, path) in calls {
        admin.call(method.clone(), &path).header("if-match", "\"stale\"").send().await.problem(412);
        let noted = admin.call(method, &path).header("if-match", "*").send().await;
        assert!(noted.status.is_success(), "{path}: {}", noted.text());
    }
    // Where nothing is, nothing was looked at (RFC 9110 §13.1.1).
    let volt = admin.get("/dialects/volt").await.json();
    let ours = volt["toml"].as_str().unwrap().replacen("\"volt\"", "\"ours\"", 1);
    let put = || admin.call(Method::PUT, "/dialects/ours").json(&json!({ "toml": ours }));
    for tag in ["*", "\"1-1\""] {
        put().header("if-match", tag).send().await.problem(412);
    }
    let tag = put().send().await.header("etag").unwrap().to_owned();
    assert_eq!(put().header("if-match", &tag).send().await.status, 200);
}

async fn secrets_are_shown_once_and_listed_by_what_is_known_of_them(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = &format!("{CLIENTS}/web/secrets");
    let made = admin.post(path, &json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (id, secret) = (made.member("id"), made.member("client_secret"));
    let list = admin.get(path).await;
    let ids: Vec<_> = list.json()["items"].as_array().unwrap().iter().map(|secret| secret["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.len() == 2 && ids.contains(&id) && !list.repeats(&secret), "{}", list.text());
    let with = |secret: &str| world.post("/acme/token").basic("web", secret).form(&[("grant_type", "client_credentials")]).send();
    assert_eq!((with(SECRET).await.status.as_u16(), with(&secret).await.status.as_u16()), (200, 200));
    assert_eq!(admin.delete(&format!("{path}/{id}")).await.status, 204);
    admin.delete(&format!("{path}/{id}")).await.problem(404);
    admin.delete(&format!("{path}/nonsense")).await.problem(404);
    assert_eq!((with(SECRET).await.status.as_u16(), with(&secret).await.status.as_u16()), (200, 401));
    // A leaked one is replaced at once.
    let now = admin.post(path, &json!({ "end_old_after": 0 })).await.member("client_secret");
    assert_eq!((with(SECRET).await.status.as_u16(), with(&now).await.status.as_u16()), (401, 200));
    assert_eq!(admin.post(path, &json!({ "end_old_afte": 0 })).await.problem(400), ["/end_old_afte"]);
    assert_eq!(admin.call(Method::POST, path).send().await.status, 201, "nothing needs to be said");
}

async fn disabling_and_enabling_are_verbs(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let token = || async { world.token(&[("grant_type", "client_credentials")]).send().await.status.as_u16() };
    let disabled = admin.call(Method::POST, &format!("{CLIENTS}/web/disable")).send().await;
    assert_eq!((disabled.status.as_u16(), disabled.json()["status"].as_str()), (200, Some("disabled")), "{}", disabled.text());
    assert_eq!(token().await, 401);
    assert_eq!(admin.call(Method::POST, &format!("{CLIENTS}/web/enable")).send().await.json()["status"], "active");
    assert_eq!(token().await, 200);
    assert_eq!(admin.post(&format!("{CLIENTS}/web/disable"), &json!({ "status": "x" })).await.problem(400), ["/status"]);
    admin.call(Method::POST, &format!("{CLIENTS}/nobody/disable")).send().await.problem(404);
    admin.call(Method::PUT, &format!("{CLIENTS}/web")).send().await.problem(405);
}

async fn credentials_come_first_then_permission_then_the_rest(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let auditor = Admin::new(&world, AdministratorRole::Auditor, &["acme"], "all").await;
    let owner = Admin::owner(&world).await;
    let large = "x".repeat(1 << 20);
    let broken = |call: crate::call::Call| call.body("text/plain", large.as_bytes());
    let nobody = broken(world.post("/admin/api/v1/realms/acme/clients")).send().await;
    nobody.problem(401);
    assert!(nobody.header("www-authenticate").unwrap().starts_with("Bearer"));
    broken(auditor.call(Method::POST, CLIENTS)).send().await.problem(403);
    broken(auditor.call(Method::POST, "/realms/other/clients")).send().await.problem(404);
    broken(auditor.call(Method::POST, "/realms/nowhere/clients")).send().await.problem(404);
    broken(owner.call(Method::PATCH, &format!("{CLIENTS}/nobody"))).send().await.problem(404);
    broken(owner.call(Method::PATCH, &format!("{CLIENTS}/web"))).send().await.problem(415);
    let json = |call: crate::call::Call| call.body("application/json", large.as_bytes());
    json(owner.call(Method::PATCH, &format!("{CLIENTS}/web"))).send().await.problem(428);
    json(owner.call(Method::PATCH, &format!("{CLIENTS}/web")).header("if-match", "\"x\"")).send().await.problem(412);
    json(owner.call(Method::PATCH, &format!("{CLIENTS}/web")).header("if-match", "*")).send().await.problem(413);
}

async fn nobody_else_comes_in(engine: Engine) {
    let world = World::standard(engine).await;
    let anns = world.ann("openid read jeton:tokens").await;
    let access = anns["access_token"].as_str().unwrap();
    let personal =
        world.post("/acme/account/tokens").bearer(access).json(&json!({ "name": "n", "scopes": ["openid"] })).send().await.member("token");
    let web = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
    let admin = Admin::owner(&world).await;
    let altered = format!("{}x", &admin.token[..admin.token.len() - 1]);
    for token in [access, &personal, &web, anns["refresh_token"].as_str().unwrap(), &altered, "", "x"] {
        let answer = world.get("/admin/api/v1/realms").bearer(token).send().await;
        answer.problem(401);
        assert!(answer.header("www-authenticate").is_some());
    }
    world.get("/admin/api/v1/realms").basic("web", SECRET).send().await.problem(401);
    world.get(&format!("/admin/api/v1/realms?access_token={}", admin.token)).send().await.problem(401);
    for (header, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        admin.call(Method::GET, "/realms").header(header, value).send().await.problem(403);
        admin.call(Method::POST, "/realms").header(header, value).json(&json!({ "name": "evil" })).send().await.problem(403);
    }
    // The token opens the API, and not another realm.
    assert_eq!(world.get("/acme/userinfo").bearer(&admin.token).send().await.status, 401);
}

/// A role, its realms (none: all), and the statuses here, elsewhere, and for another realm.
type Allowed = (AdministratorRole, &'static [&'static str], [u16; 5], [u16; 5], u16);

async fn a_role_and_its_realms_say_what_is_allowed(engine: Engine) {
    use AdministratorRole::{Auditor, Owner, Support};
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    // Who; then read, change, disable, remove a secret, make: here and elsewhere; make a realm; see another.
    let rows: [Allowed; 6] = [
        (Owner, &[], [200, 200, 200, 404, 201], [200, 200, 200, 404, 201], 201),
        (Support, &[], [200, 403, 200, 404, 403], [200, 403, 200, 404, 403], 403),
        (Auditor, &[], [200, 403, 403, 403, 403], [200, 403, 403, 403, 403], 403),
        (Owner, &["acme"], [200, 200, 200, 404, 201], [404; 5], 403),
        (Support, &["acme"], [200, 403, 200, 404, 403], [404; 5], 403),
        (Auditor, &["acme"], [200, 403, 403, 403, 403], [404; 5], 403),
    ];
    for (number, (role, realms, here, elsewhere, makes_realms)) in rows.into_iter().enumerate() {
        let admin = Admin::new(&world, role, realms, "all").await;
        for (realm, expected) in [("acme", here), ("other", elsewhere)] {
            let clients = format!("/realms/{realm}/clients");
            let found = [
                admin.get(&format!("{clients}/web")).await.status.as_u16(),
                admin.patch(&format!("{clients}/web"), &json!({ "client_name": format!("By {number}") })).await.status.as_u16(),
                admin.call(Method::POST, &format!("{clients}/web/disable")).send().await.status.as_u16(),
                admin.delete(&format!("{clients}/web/secrets/01890a5d-ac96-774b-bcce-b302099a8057")).await.status.as_u16(),
                admin.post(&clients, &machine(&format!("made-{number}"))).await.status.as_u16(),
            ];
            assert_eq!(found, expected, "{role:?} of {realms:?} in {realm}");
        }
        assert_eq!(
            admin.post("/realms", &json!({ "name": format!("r{number}") })).await.status.as_u16(),
            makes_realms,
            "{role:?} of {realms:?}"
        );
        let listed = admin.get("/realms").await.json()["items"].as_array().unwrap().len();
        assert_eq!(listed == 1, !realms.is_empty(), "{role:?} of {realms:?} sees {listed}");
    }
}

async fn a_scope_narrows_a_role(engine: Engine) {
    let world = World::standard(engine).await;
    let reads = Admin::new(&world, AdministratorRole::Owner, &[], "clients:read").await;
    assert_eq!(reads.get(CLIENTS).await.status, 200);
    let refused = reads.post(CLIENTS, &machine("x")).await;
    refused.problem(403);
    assert!(refused.header("www-authenticate").unwrap().contains("insufficient_scope"));
    reads.get("/realms").await.problem(403);
    let writes = Admin::new(&world, AdministratorRole::Owner, &[], "clients:write realms:read").await;
    assert_eq!(writes.post(CLIENTS, &machine("x")).await.status, 201);
    writes.post("/realms", &json!({ "name": "x" })).await.problem(403);
    let other = Admin::new(&world, AdministratorRole::Owner, &[], "people:write").await;
    other.get(CLIENTS).await.problem(403);
}

async fn a_realm_is_changed_disabled_and_removed(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let answer = admin.patch("/realms/acme", &json!({ "title": "The Acme", "settings": { "access_token_lifetime": 60 } })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["settings"]["access_token_lifetime"], 60);
    assert_eq!(world.token(&[("grant_type", "client_credentials")]).send().await.json()["expires_in"], 60);
    let settings = admin.patch("/realms/acme/settings", &json!({ "access_token_lifetime": null, "session_lifetime": 86400 })).await;
    assert_eq!(settings.status, 200, "{}", settings.text());
    assert_eq!(admin.get("/realms/acme/settings").await.json(), json!({ "session_lifetime": 86400 }));
    assert_eq!(
        admin.patch("/realms/acme", &json!({ "settings": { "require_pkce": "public" } })).await.problem(400),
        ["/settings/require_pkce"]
    );
    assert_eq!(admin.patch("/realms/acme", &json!({ "dialect": "standrad" })).await.problem(400), ["/dialect"]);
    admin.call(Method::PATCH, "/realms/acme").json(&json!({ "title": "x" })).send().await.problem(428);
    assert_eq!(admin.post("/realms", &json!({ "name": "in", "issuer": "http://127.0.0.1:8080/acme/in" })).await.problem(400), ["/issuer"]);
    assert_eq!(admin.call(Method::POST, "/realms/acme/disable").send().await.json()["status"], "disabled");
    assert_eq!(world.get("/acme/jwks").send().await.status, 404);
    assert_eq!(admin.call(Method::POST, "/realms/acme/enable").send().await.json()["status"], "active");
    assert_eq!(world.get("/acme/jwks").send().await.status, 200);
    assert_eq!(admin.delete("/realms/acme").await.status, 204);
    admin.get("/realms/acme").await.problem(404);
    assert_eq!(world.get("/acme/jwks").send().await.status, 404);
    assert_eq!(admin.post("/realms", &json!({ "name": "acme" })).await.status, 201, "its name is free");
}

async fn the_realm_of_the_administrators_stays(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    assert_eq!(admin.get("/realms/admin").await.json()["issuer"], "http://127.0.0.1:8080/admin");
    for path in ["/realms/admin/disable", "/realms/admin/enable"] {
        let answer = admin.call(Method::POST, path).send().await;
        assert_eq!(answer.status.as_u16(), if path.ends_with("disable") { 409 } else { 200 }, "{}", answer.text());
    }
    admin.delete("/realms/admin").await.problem(409);
    assert_eq!(
        admin.patch("/realms/admin", &json!({ "dialect": "ubiquiti" })).await.problem(400).first().map(String::as_str),
        Some("/dialect")
    );
    assert_eq!(admin.patch("/realms/admin", &json!({ "settings": { "session_lifetime": 86400 } })).await.status, 200);
    admin.post("/realms", &json!({ "name": "admin", "issuer": "https://other.example" })).await.problem(409);
    let support = Admin::new(&world, AdministratorRole::Support, &[], "all").await;
    assert_eq!(support.get("/realms/admin/clients").await.status, 200);
    let named = Admin::new(&world, AdministratorRole::Owner, &["acme"], "all").await;
    named.get("/realms/admin").await.problem(404);
}

async fn a_token_asks_no_more_than_its_limit(engine: Engine) {
    let world = World::standard(engine).await;
    let (admin, other) = (Admin::owner(&world).await, Admin::owner(&world).await);
    let mut refused = None;
    for _ in 0..5000 {
        let answer = admin.get("/realms/acme/settings").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200);
    }
    let refused = refused.expect("nothing is ever too much");
    refused.problem(429);
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().unwrap() >= 1));
    assert_eq!(other.get("/realms/acme/settings").await.status, 200, "another token has its own");
}

async fn another_server_knows_the_same_names_and_versions(engine: Engine) {
    if !engine.is_shared() {
        return;
    }
    let world = World::standard(engine).await;
    let beside = world.another().await;
    let admin = Admin::owner(&world).await;
    let there = admin.at(&beside);
    let body = json!({ "grant_types": ["client_credentials"], "scope": "read" });
    let here = admin.call(Method::POST, CLIENTS).header("idempotency-key", "one").json(&body).send().await;
    let again = there.call(Method::POST, CLIENTS).header("idempotency-key", "one").json(&body).send().await;
    assert_eq!(again.member("client_id"), here.member("client_id"));
    let path = format!("{CLIENTS}/{}", here.member("client_id"));
    let tag = there.get(&path).await.header("etag").unwrap().to_owned();
    assert_eq!(admin.patch(&path, &json!({ "client_name": "Here" })).await.status, 200);
    // It has not heard of the change, and does not overwrite it.
    there.call(Method::PATCH, &path).header("if-match", &tag).json(&json!({ "client_name": "There" })).send().await.problem(412);
    let next = admin.get(&format!("{CLIENTS}?limit=1")).await.member("next");
    assert_eq!(there.get(&format!("{CLIENTS}?limit=1&after={next}")).await.status, 200);
}
