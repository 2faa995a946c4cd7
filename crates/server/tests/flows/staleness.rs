//! A server that has not heard from the others for five seconds believes no token and no session.

use http::StatusCode;
use jeton_oauth::{Change, Seconds, change::RealmChange};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    call::Call,
    grants::{approved_code, query, redemption, refresh},
    setup::{NOW, PASSWORD, SECRET},
    world::{Engine, World, cases},
};

cases![
    what_has_not_heard_from_the_others_vouches_for_nothing,
    what_has_not_heard_from_the_others_issues_nothing,
    public_documents_are_there_all_the_same,
    a_cache_that_stops_because_of_a_bug_is_counted_and_the_server_stays_ready,
];

/// What believes a token or a session.
pub fn believing(world: &World, token: &str, cookies: &str) -> Vec<(&'static str, Call)> {
    let asked = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query("read")).finish();
    vec![
        ("introspection", world.post("/acme/introspect").basic("web", SECRET).form(&[("token", token)])),
        ("userinfo", world.get("/acme/userinfo").bearer(token)),
        ("tokens by token", world.get("/acme/account/tokens").bearer(token)),
        ("tokens by session", world.get("/acme/account/tokens").header("cookie", cookies)),
        ("a page", world.get(&format!("/acme/authorize?{asked}")).header("cookie", cookies)),
    ]
}

/// 503, when to come back, and a number for the log.
#[track_caller]
pub fn refused_for_now(name: &str, answer: &crate::call::Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{name}: {}", answer.text());
    assert!(answer.header("retry-after").is_some(), "{name} does not say when to come back: {:?}", answer.headers);
    assert!(answer.text().contains("request "), "{name} has no number: {}", answer.text());
}

/// A token for everything, and the cookies of somebody who is signed in.
pub async fn believed(world: &World) -> (String, String) {
    let body: Value = world.ann("openid read jeton:tokens").await;
    let browser = Browser::new(world);
    browser.authorize(&query("read")).await.parameters();
    (body["access_token"].as_str().unwrap().to_owned(), browser.cookies())
}

async fn what_has_not_heard_from_the_others_vouches_for_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let (token, cookies) = believed(&world).await;
    world.clock.run_on(Seconds(4));
    for (name, call) in believing(&world, &token, &cookies) {
        assert!(call.send().await.status.as_u16() < 400, "{name}");
    }
    world.clock.run_on(Seconds(1));
    for (name, call) in believing(&world, &token, &cookies) {
        refused_for_now(name, &call.send().await);
    }
    assert_eq!(world.get("/health/ready").send().await.status, 503);
    assert!(world.internal("/metrics").send().await.text().contains("jeton_changes_silence_seconds 5.0\n"));
    assert_eq!(world.get("/health/ready").send().await.json(), json!({ "status": "not ready" }));
    let reason = json!({ "status": "not ready", "reason": "changes of other processes could not be read for 5 seconds" });
    assert_eq!(world.internal("/health/ready").send().await.json(), reason);
    assert_eq!(world.get("/metrics").send().await.status, 404);
    world.notice().await;
    for (name, call) in believing(&world, &token, &cookies) {
        assert!(call.send().await.status.as_u16() < 400, "{name}");
    }
    assert_eq!(world.get("/health/ready").send().await.status, 200);
}

/// A client that was disabled elsewhere must not go on getting tokens from a node that cannot know of it.
async fn what_has_not_heard_from_the_others_issues_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let refresh_token = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    let code = approved_code(&world, "read").await;
    let revocation = || world.post("/acme/revoke").basic("web", SECRET).form(&[("token", "unknown")]);
    let asks = || {
        vec![
            ("client credentials", world.token(&[("grant_type", "client_credentials")])),
            ("a refresh token", world.token(&refresh(&refresh_token))),
            ("a code", world.token(&redemption(&code))),
            ("a password", world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)])),
            ("a revocation", revocation()),
        ]
    };
    world.clock.run_on(Seconds(4));
    let answer = world.token(&[("grant_type", "client_credentials")]).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    world.clock.run_on(Seconds(1));
    for (name, call) in asks() {
        refused_for_now(name, &call.send().await);
    }
    world.notice().await;
    for (name, call) in asks() {
        let answer = call.send().await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    }
}

async fn a_cache_that_stops_because_of_a_bug_is_counted_and_the_server_stays_ready(engine: Engine) {
    let world = World::standard(engine).await;
    let broken = std::sync::atomic::AtomicBool::new(true);
    world.app.store.subscribe(move |_| assert!(!broken.swap(false, std::sync::atomic::Ordering::SeqCst), "a bug, for a test"));
    let realm = world.realm("acme").await.id();
    world.commit(Change::Realm(RealmChange::RaiseNotBefore { realm, to: NOW })).await;
    assert!(world.internal("/metrics").send().await.text().contains("jeton_store_restarts_total 1\n"));
    assert_eq!(world.get("/health/ready").send().await.status, 200);
    world.ann("read").await;
}

async fn public_documents_are_there_all_the_same(engine: Engine) {
    let world = World::standard(engine).await;
    world.clock.run_on(Seconds(3600));
    for path in ["/acme/jwks", "/acme/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/acme", "/health/live"] {
        assert_eq!(world.get(path).send().await.status, 200, "{path}");
    }
}
