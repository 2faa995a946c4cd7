//! Tokens that people make for programs of their own.

use http::Method;
use jeton_oauth::{
    Change, Scope, Seconds,
    change::{AuthorizationChange, ClientChange, RealmChange, UserChange},
    model::{ClientAuthMethod, RevocationReason, Status},
    settings::SettingsPatch,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    browser::{Browser, form},
    call::{Answer, Call},
    setup::{API, NOW, PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_token_is_made_shown_once_used_and_listed,
    a_session_manages_tokens_and_other_sites_do_not,
    a_token_makes_no_tokens,
    only_what_may_manage_manages,
    what_cannot_be_a_token_is_refused,
    regenerating_kills_the_old_secret,
    a_revoked_token_is_dead_and_gone,
    nobody_else_sees_or_touches_it,
    it_ends_when_it_says,
    it_dies_with_its_owner,
    its_last_use_is_shown,
    an_application_makes_none_wider_than_what_it_was_granted,
    what_an_application_made_dies_with_what_it_was_granted,
    what_an_application_made_ends_no_later_than_its_grant,
    what_an_application_makes_anew_it_made_itself,
    a_realm_says_how_long_they_live,
    of_twenty_regenerations_at_once_each_has_its_turn,
    an_account_has_no_more_than_its_realm_says,
    the_list_has_pages,
    a_realm_keeps_applications_from_making_them,
];

const TOKENS: &str = "/acme/account/tokens";

async fn manager(world: &World) -> String {
    world.ann("jeton:tokens openid read").await["access_token"].as_str().unwrap().to_owned()
}

async fn make(world: &World, by: &str, body: &Value) -> Answer {
    world.post(TOKENS).bearer(by).json(body).send().await
}

/// A token of `ann` for `openid read`: its id and its text.
async fn made(world: &World, by: &str) -> (String, String) {
    let answer = make(world, by, &json!({ "name": "A script", "scopes": ["openid", "read"] })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    (answer.member("id"), answer.member("token"))
}

async fn list(world: &World, by: &str) -> Value {
    world.get(TOKENS).bearer(by).send().await.json()
}

/// A browser that `ann` has signed in with.
async fn signed_in(world: &World) -> Browser<'_> {
    let browser = Browser::new(world);
    let page = browser.get("/acme/sign-in").await.page();
    assert_eq!(browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page().status, 200);
    browser
}

async fn a_token_is_made_shown_once_used_and_listed(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    assert_eq!(list(&world, &by).await, json!([]));
    let answer =
        make(&world, &by, &json!({ "name": " A script ", "scopes": ["openid", "read"], "expires_at": "2027-02-01T00:00:00Z" })).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, Some("no-store")), "{}", answer.text());
    let token = answer.member("token");
    assert!(token.starts_with("jtn_pat_") && token.starts_with(&answer.member("prefix")));
    assert_eq!(answer.json()["name"], "A script");

    assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.json()["sub"], "sub-ann");
    let said = world.post("/acme/introspect").basic("web", SECRET).form(&[("token", &token)]).send().await.json();
    assert_eq!(
        (&said["active"], &said["scope"], &said["aud"], said.get("client_id")),
        (&json!(true), &json!("openid read"), &json!([API]), None)
    );

    let shown = world.get(TOKENS).bearer(&by).send().await;
    assert!(!shown.repeats(&token), "never again");
    let shown = shown.json();
    assert_eq!(
        (shown.as_array().unwrap().len(), &shown[0]["scopes"], &shown[0]["expires_at"]),
        (1, &json!(["openid", "read"]), &json!("2027-02-01T00:00:00Z"))
    );
    assert!(shown[0].get("token").is_none() && shown[0]["created_at"].is_string());
}

async fn a_session_manages_tokens_and_other_sites_do_not(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world).await;
    let body = json!({ "name": "n", "scopes": ["read"] });
    let post = || world.post(TOKENS).header("cookie", &browser.cookies()).json(&body);
    for refused in [
        post().header("sec-fetch-site", "cross-site"),
        post().header("sec-fetch-site", "same-site"),
        post().header("origin", "https://evil.example"),
        post().header("origin", "null"),
        post().header("origin", "http://127.0.0.1:8081"),
    ] {
        refused.send().await.refused(403, "access_denied");
    }
    assert_eq!(post().header("sec-fetch-site", "same-origin").send().await.status, 201);
    let made = post().header("origin", "http://127.0.0.1:8080").send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.member("id");
    let one = |method, path: &str| world.request(method, path).header("cookie", &browser.cookies());
    for (method, path) in [(Method::DELETE, format!("{TOKENS}/{id}")), (Method::POST, format!("{TOKENS}/{id}/regenerate"))] {
        one(method, &path).header("sec-fetch-site", "cross-site").send().await.refused(403, "access_denied");
    }
    assert_eq!(one(Method::GET, TOKENS).send().await.json().as_array().unwrap().len(), 2);
    assert_eq!(one(Method::DELETE, &format!("{TOKENS}/{id}")).header("sec-fetch-site", "same-origin").send().await.status, 204);
    // A form, as another site's page could send it without asking first, is not read.
    assert_eq!(world.post(TOKENS).header("cookie", &browser.cookies()).sent_by_our_page().form(&[("name", "n")]).send().await.status, 415);
    let answer = world.get(TOKENS).header("cookie", &browser.cookies()).header("origin", "https://evil.example").send().await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

async fn a_token_makes_no_tokens(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    let (id, token) = made(&world, &by).await;
    make(&world, &token, &json!({ "name": "n", "scopes": ["read"] })).await.refused(403, "insufficient_scope");
    world.get(TOKENS).bearer(&token).send().await.refused(403, "insufficient_scope");
    world.request(Method::DELETE, &format!("{TOKENS}/{id}")).bearer(&token).send().await.refused(403, "insufficient_scope");
    world.post(&format!("{TOKENS}/{id}/regenerate")).bearer(&token).send().await.refused(403, "insufficient_scope");
    make(&world, &by, &json!({ "name": "n", "scopes": ["jeton:tokens"] })).await.refused(400, "invalid_scope");
}

async fn only_what_may_manage_manages(engine: Engine) {
    let world = World::standard(engine).await;
    let tokens = world.ann("read").await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    world.get(TOKENS).bearer(&text("access_token")).send().await.refused(403, "insufficient_scope");
    world.get(TOKENS).bearer(&text("refresh_token")).send().await.refused(401, "invalid_token");
    world.get(TOKENS).send().await.refused(401, "invalid_token");
    // A program that speaks for itself has no account, whatever it asks for.
    let own = world.token(&[("grant_type", "client_credentials"), ("scope", "jeton:tokens read")]).send().await.member("access_token");
    world.get(TOKENS).bearer(&own).send().await.refused(403, "insufficient_scope");
    // A wrong token is refused even where somebody is signed in.
    let browser = signed_in(&world).await;
    world.get(TOKENS).header("cookie", &browser.cookies()).bearer("x").send().await.refused(401, "invalid_token");
}

async fn what_cannot_be_a_token_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    for (body, code) in [
        (json!({ "scopes": ["read"] }), "invalid_request"),
        (json!({ "name": "", "scopes": ["read"] }), "invalid_request"),
        (json!({ "name": "n".repeat(101), "scopes": ["read"] }), "invalid_request"),
        (json!({ "name": "a\nb", "scopes": ["read"] }), "invalid_request"),
        (json!({ "name": "n" }), "invalid_request"),
        (json!({ "name": "n", "scopes": [] }), "invalid_scope"),
        (json!({ "name": "n", "scopes": ["admin"] }), "invalid_scope"),
        (json!({ "name": "n", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z" }), "invalid_request"),
        (json!({ "name": "n", "scopes": ["read"], "expires_at": "tomorrow" }), "invalid_request"),
        (json!({ "name": "n", "scopes": ["read"], "token": "mine" }), "invalid_request"),
        (json!([]), "invalid_request"),
    ] {
        make(&world, &by, &body).await.refused(400, code);
    }
    assert_eq!(list(&world, &by).await, json!([]));
}

async fn regenerating_kills_the_old_secret(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    let (id, old) = made(&world, &by).await;
    let answer = world.post(&format!("{TOKENS}/{id}/regenerate")).bearer(&by).send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["name"].as_str(), &answer.json()["scopes"]),
        (200, Some("A script"), &json!(["openid", "read"]))
    );
    let new = answer.member("token");
    assert!(old != new && world.is_active(&new).await && !world.is_active(&old).await);
    world.get("/acme/userinfo").bearer(&old).send().await.refused(401, "invalid_token");
    assert_eq!(list(&world, &by).await[0]["prefix"], answer.json()["prefix"]);
}

async fn a_revoked_token_is_dead_and_gone(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    let (id, token) = made(&world, &by).await;
    let delete = || world.request(Method::DELETE, &format!("{TOKENS}/{id}")).bearer(&by);
    assert_eq!(delete().send().await.status, 204);
    assert!(!world.is_active(&token).await);
    world.get("/acme/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
    assert_eq!(list(&world, &by).await, json!([]));
    delete().send().await.refused(404, "not_found");
    world.post(&format!("{TOKENS}/{id}/regenerate")).bearer(&by).send().await.refused(404, "not_found");
    for id in ["x", "00000000-0000-0000-0000-000000000000", "%2e%2e"] {
        world.request(Method::DELETE, &format!("{TOKENS}/{id}")).bearer(&by).send().await.refused(404, "not_found");
    }
}

async fn nobody_else_sees_or_touches_it(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("bob", |_| {})]).await;
    let (id, token) = made(&world, &manager(&world).await).await;
    let form = [("grant_type", "password"), ("username", "bob"), ("password", PASSWORD), ("scope", "jeton:tokens")];
    let bob = world.token(&form).send().await.member("access_token");
    assert_eq!(list(&world, &bob).await, json!([]));
    let calls: [Call; 2] = [world.request(Method::DELETE, &format!("{TOKENS}/{id}")), world.post(&format!("{TOKENS}/{id}/regenerate"))];
    for call in calls {
        call.bearer(&bob).send().await.refused(404, "not_found");
    }
    assert!(world.is_active(&token).await);
}

async fn it_ends_when_it_says(engine: Engine) {
    let world = World::standard(engine).await;
    let end = jiff::Timestamp::from_second((NOW + Seconds(60)).as_seconds()).unwrap();
    let by = manager(&world).await;
    let answer = make(&world, &by, &json!({ "name": "n", "scopes": ["openid"], "expires_at": end.to_string() })).await;
    let token = answer.member("token");
    world.advance(59);
    assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.status, 200);
    world.advance(1);
    world.get("/acme/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
    assert!(!world.is_active(&token).await);
    world.post(&format!("{TOKENS}/{}/regenerate", answer.member("id"))).bearer(&by).send().await.refused(400, "invalid_request");
}

async fn it_dies_with_its_owner(engine: Engine) {
    let mut ann = Setup::new("acme", "standard").users.remove(0);
    let (realm, user) = (ann.realm, ann.id());
    ann.account.status = Status::Disabled;
    for change in
        [UserChange::Update(ann), UserChange::RaiseNotBefore { realm, user, to: NOW + Seconds(1) }, UserChange::Delete { realm, user }]
    {
        let world = World::standard(engine).await;
        let (_, token) = made(&world, &manager(&world).await).await;
        world.commit(Change::User(change.clone())).await;
        assert!(!world.is_active(&token).await, "{change:?}");
        world.get("/acme/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
    }
}

async fn its_last_use_is_shown(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    let (_, token) = made(&world, &by).await;
    world.advance(30);
    assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.status, 200);
    assert_eq!(list(&world, &by).await[0]["last_used_at"], Value::Null, "not written yet");
    world.app.store.commit(world.app.marks.take()).await.unwrap();
    let used = jiff::Timestamp::from_second((NOW + Seconds(30)).as_seconds()).unwrap();
    assert_eq!(list(&world, &by).await[0]["last_used_at"], used.to_string());
}

async fn an_application_makes_none_wider_than_what_it_was_granted(engine: Engine) {
    let world = World::standard(engine).await;
    let by = |scope: &'static str| {
        let world = &world;
        async move { world.ann(scope).await["access_token"].as_str().unwrap().to_owned() }
    };
    let (alone, reading) = (by("jeton:tokens").await, by("jeton:tokens read").await);
    for (token, scopes) in [(&alone, json!(["read"])), (&alone, json!(["openid"])), (&reading, json!(["read", "write"]))] {
        make(&world, token, &json!({ "name": "n", "scopes": scopes })).await.refused(400, "invalid_scope");
    }
    assert_eq!(make(&world, &reading, &json!({ "name": "n", "scopes": ["read"] })).await.status, 201);
    // Its person may, in a browser.
    let browser = signed_in(&world).await;
    let body = json!({ "name": "n", "scopes": ["read", "write"] });
    let made = world.post(TOKENS).header("cookie", &browser.cookies()).header("sec-fetch-site", "same-origin").json(&body).send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    // What the application lost since, its tokens lost too.
    let made = make(&world, &by("jeton:tokens openid read").await, &json!({ "name": "n", "scopes": ["openid", "read"] })).await;
    let mut web = Setup::new("acme", "standard").clients.remove(0);
    web.scope = Scope::parse("openid jeton:tokens").unwrap();
    world.commit(Change::Client(ClientChange::Update(web))).await;
    let said = world.post("/acme/introspect").basic("web", SECRET).form(&[("token", &made.member("token"))]).send().await.json();
    assert_eq!(said["scope"], "openid", "{said}");
}

async fn what_an_application_made_dies_with_what_it_was_granted(engine: Engine) {
    let setup = Setup::new("acme", "standard");
    let (realm, web, user) = (setup.id(), setup.clients[0].clone(), setup.users[0].id());
    let mut disabled = web.clone();
    disabled.status = Status::Disabled;
    let (client, at, why) = (web.key, NOW, RevocationReason::Person);
    for change in [
        Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: Some(client), at, why }),
        Change::Client(ClientChange::Update(disabled)),
        Change::Client(ClientChange::RaiseNotBefore { realm, client, to: NOW + Seconds(1) }),
        Change::Client(ClientChange::Delete { realm, client }),
        Change::Realm(RealmChange::RaiseNotBefore { realm, to: NOW + Seconds(1) }),
    ] {
        let api = |setup: Setup| setup.client("api", ClientAuthMethod::ClientSecretBasic, |_| {});
        let world = World::start(engine, vec![api(Setup::new("acme", "standard"))]).await;
        let (_, token) = made(&world, &manager(&world).await).await;
        let active = || async {
            world.post("/acme/introspect").basic("api", SECRET).form(&[("token", &token)]).send().await.json()["active"].as_bool().unwrap()
        };
        assert!(active().await);
        world.commit(change.clone()).await;
        assert!(!active().await, "{change:?}");
        world.get("/acme/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
    }
    // A refresh token that the application gives back takes them too, and the list says so.
    let world = World::standard(engine).await;
    let tokens = world.ann("jeton:tokens openid read").await;
    let (_, token) = made(&world, tokens["access_token"].as_str().unwrap()).await;
    let browser = signed_in(&world).await;
    let list = || async { world.get(TOKENS).header("cookie", &browser.cookies()).send().await.json() };
    assert_eq!(list().await.as_array().unwrap().len(), 1);
    let gone = world.post("/acme/revoke").basic("web", SECRET).form(&[("token", tokens["refresh_token"].as_str().unwrap())]).send().await;
    assert_eq!(gone.status, 200);
    world.get("/acme/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
    assert_eq!(list().await, json!([]));
}

async fn what_an_application_made_ends_no_later_than_its_grant(engine: Engine) {
    let settings = SettingsPatch {
        authorization_lifetime: Some(Seconds(600)),
        refresh_token_lifetime: Some(Seconds(600)),
        ..SettingsPatch::default()
    };
    let world = World::start(engine, vec![Setup::new("acme", "standard").settings(settings)]).await;
    let by = manager(&world).await;
    let end = jiff::Timestamp::from_second((NOW + Seconds(600)).as_seconds()).unwrap().to_string();
    for asked in [Value::Null, json!("2037-02-01T00:00:00Z")] {
        let answer = make(&world, &by, &json!({ "name": "n", "scopes": ["openid"], "expires_at": asked })).await;
        assert_eq!(answer.json()["expires_at"], end, "{}", answer.text());
    }
}

async fn what_an_application_makes_anew_it_made_itself(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world).await;
    let own = |call: Call| call.header("cookie", &browser.cookies()).header("sec-fetch-site", "same-origin");
    let body = json!({ "name": "n", "scopes": ["openid", "read", "write"] });
    let of_ann = own(world.post(TOKENS)).json(&body).send().await.member("id");
    let by = manager(&world).await;
    let (of_web, token) = made(&world, &by).await;
    let anew = |id: &str| world.post(&format!("{TOKENS}/{id}/regenerate"));
    anew(&of_ann).bearer(&by).send().await.refused(403, "access_denied");
    anew(&of_web).bearer(&manager(&world).await).send().await.refused(403, "access_denied");
    let narrower = world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", "jeton:tokens")]);
    anew(&of_web).bearer(&narrower.send().await.member("access_token")).send().await.refused(403, "access_denied");
    assert!(world.is_active(&token).await);
    assert_eq!(anew(&of_web).bearer(&by).send().await.status, 200);
    // Her own, made anew by herself, stays hers alone; the application's stays the application's.
    assert_eq!(own(anew(&of_ann)).send().await.status, 200);
    let token = own(anew(&of_web)).send().await.member("token");
    assert!(world.is_active(&token).await);
    let setup = Setup::new("acme", "standard");
    let (realm, user, at, why) = (setup.id(), setup.users[0].id(), NOW, RevocationReason::Person);
    world.commit(Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: None, at, why })).await;
    assert!(!world.is_active(&token).await);
    own(anew(&of_web)).send().await.refused(404, "not_found");
    assert_eq!(own(anew(&of_ann)).send().await.status, 200);
}

async fn a_realm_says_how_long_they_live(engine: Engine) {
    let settings = SettingsPatch { personal_access_token_lifetime: Some(Seconds(60)), ..SettingsPatch::default() };
    let world = World::start(engine, vec![Setup::new("acme", "standard").settings(settings)]).await;
    let browser = signed_in(&world).await;
    let own = |call: Call| call.header("cookie", &browser.cookies()).header("sec-fetch-site", "same-origin");
    let at = |seconds| jiff::Timestamp::from_second((NOW + Seconds(seconds)).as_seconds()).unwrap().to_string();
    let make = |end: Value| own(world.post(TOKENS)).json(&json!({ "name": "n", "scopes": ["openid"], "expires_at": end }));
    make(json!(at(61))).send().await.refused(400, "invalid_request");
    let answer = make(Value::Null).send().await;
    assert_eq!(answer.json()["expires_at"], at(60), "{}", answer.text());
    assert_eq!(make(json!(at(60))).send().await.status, 201);
    let token = answer.member("token");
    world.advance(59);
    assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.status, 200);
    world.advance(1);
    world.get("/acme/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
}

async fn a_realm_keeps_applications_from_making_them(engine: Engine) {
    let settings = SettingsPatch { personal_access_tokens_by_applications: Some(false), ..SettingsPatch::default() };
    let world = World::start(engine, vec![Setup::new("acme", "standard").settings(settings)]).await;
    let (by, browser) = (manager(&world).await, signed_in(&world).await);
    let body = json!({ "name": "n", "scopes": ["read"] });
    make(&world, &by, &body).await.refused(403, "access_denied");
    let made = world.post(TOKENS).header("cookie", &browser.cookies()).header("sec-fetch-site", "same-origin").json(&body).send().await;
    assert_eq!(made.status, 201);
    let id = made.member("id");
    world.post(&format!("{TOKENS}/{id}/regenerate")).bearer(&by).send().await.refused(403, "access_denied");
    assert_eq!(list(&world, &by).await.as_array().unwrap().len(), 1);
    assert_eq!(world.request(Method::DELETE, &format!("{TOKENS}/{id}")).bearer(&by).send().await.status, 204);
}

async fn of_twenty_regenerations_at_once_each_has_its_turn(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    let (id, old) = made(&world, &by).await;
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        calls.spawn(world.post(&format!("{TOKENS}/{id}/regenerate")).bearer(&by).send());
    }
    let mut living = Vec::new();
    for answer in calls.join_all().await {
        match answer.status.as_u16() {
            200 => living.push(answer.member("token")),
            // A turn that never came: said so, not broken.
            status => assert_eq!((status, answer.json()["error"].as_str()), (409, Some("conflict")), "{}", answer.text()),
        }
    }
    assert!(!living.is_empty() && !world.is_active(&old).await);
    let mut active = 0;
    for token in living {
        active += usize::from(world.is_active(&token).await);
    }
    assert_eq!(active, 1);
}

async fn an_account_has_no_more_than_its_realm_says(engine: Engine) {
    let settings = SettingsPatch { personal_access_tokens_per_account: Some(3), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let by = manager(&world).await;
    let body = json!({ "name": "n", "scopes": ["read"], "expires_at": "2027-02-01T00:00:00Z" });
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        calls.spawn(world.post(TOKENS).bearer(&by).json(&body).send());
    }
    let answers = calls.join_all().await;
    let statuses = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((statuses(201), statuses(400)), (3, 7));
    make(&world, &by, &body).await.refused(400, "invalid_request");
    // One that ended, and one that was revoked, make room.
    let id = list(&world, &by).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.request(Method::DELETE, &format!("{TOKENS}/{id}")).bearer(&by).send().await.status, 204);
    assert_eq!(make(&world, &by, &body).await.status, 201);
    world.advance(20 * 86_400);
    let later = json!({ "name": "n", "scopes": ["read"] });
    assert_eq!(make(&world, &manager(&world).await, &later).await.status, 201);
}

async fn the_list_has_pages(engine: Engine) {
    let world = World::standard(engine).await;
    let by = manager(&world).await;
    for _ in 0..5 {
        made(&world, &by).await;
    }
    let all: Vec<String> = list(&world, &by).await.as_array().unwrap().iter().map(|token| token["id"].to_string()).collect();
    let (mut found, mut path) = (Vec::new(), format!("{TOKENS}?limit=2"));
    loop {
        let page = world.get(&path).bearer(&by).send().await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        found.extend(items.iter().map(|token| token["id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{TOKENS}?limit=2&after={next}");
    }
    assert_eq!(found, all);
    for wrong in ["limit=0", "limit=1001", "limit=x", "after=x"] {
        world.get(&format!("{TOKENS}?{wrong}")).bearer(&by).send().await.refused(400, "invalid_request");
    }
}
