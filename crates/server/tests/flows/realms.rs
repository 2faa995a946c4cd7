//! Realms are walls: nothing of one is valid in another, and a request is in one by its host and path alone.

use jeton_oauth::{Change, change::RealmChange, model::Status};
use serde_json::json;

use crate::{
    browser::{Browser, form},
    grants::{approved_code, redemption},
    setup::{PASSWORD, SECRET, Setup, secret},
    world::{Engine, World, cases},
};

cases![
    a_realms_tokens_are_nothing_to_another,
    a_realms_codes_are_nothing_to_another,
    a_realms_clients_and_people_are_nothing_to_another,
    a_realms_session_is_nothing_to_another,
    an_unknown_host_finds_nothing,
    localhost_is_the_loopback_address,
    what_a_proxy_says_changes_nothing,
    an_issuer_is_found_by_host_and_path,
    an_issuer_inside_another_is_not_served,
    a_disabled_realm_is_not_there_until_it_is_enabled,
    a_realm_made_meanwhile_is_found,
];

const OTHER_SECRET: &str = "other-secret-0123456789-abcdefghijklmnopqrstuvwxyz";

/// Two realms whose people and clients have the same names and ids, and the same secrets but for `other`'s client.
async fn two(engine: Engine) -> World {
    let other = Setup::new("other", "standard").web(|web| web.secrets = vec![secret(9, OTHER_SECRET, None)]);
    World::start(engine, vec![Setup::new("acme", "standard"), other]).await
}

async fn a_realms_tokens_are_nothing_to_another(engine: Engine) {
    let world = two(engine).await;
    let tokens = world.ann("openid read jeton:tokens").await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let made =
        world.post("/acme/account/tokens").bearer(&text("access_token")).json(&json!({ "name": "n", "scopes": ["openid"] })).send().await;
    for token in [text("access_token"), text("refresh_token"), text("id_token"), made.member("token")] {
        let said = world.post("/other/introspect").basic("web", OTHER_SECRET).form(&[("token", &token)]).send().await;
        assert_eq!(said.json(), json!({ "active": false }));
        world.get("/other/userinfo").bearer(&token).send().await.refused(401, "invalid_token");
        world.get("/other/account/tokens").bearer(&token).send().await.refused(401, "invalid_token");
        let revoked = world.post("/other/revoke").basic("web", OTHER_SECRET).form(&[("token", &token)]).send().await;
        assert_eq!(revoked.status, 200, "unknown there, so there is nothing to do");
    }
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &text("refresh_token"))];
    world.post("/other/token").basic("web", OTHER_SECRET).form(&refresh).send().await.refused(400, "invalid_grant");
    assert!(world.is_active(&text("access_token")).await && world.is_active(&made.member("token")).await, "unharmed at home");
    assert_eq!(world.token(&refresh).send().await.status, 200);
}

async fn a_realms_codes_are_nothing_to_another(engine: Engine) {
    let world = two(engine).await;
    let code = approved_code(&world, "read").await;
    world.post("/other/token").basic("web", OTHER_SECRET).form(&redemption(&code)).send().await.refused(400, "invalid_grant");
    assert_eq!(world.token(&redemption(&code)).send().await.status, 200, "unharmed at home");
}

async fn a_realms_clients_and_people_are_nothing_to_another(engine: Engine) {
    let only_there = Setup::new("other", "standard").web(|web| web.secrets = vec![secret(9, OTHER_SECRET, None)]).person("olga", |_| {});
    let world = World::start(engine, vec![Setup::new("acme", "standard"), only_there]).await;
    let grant = [("grant_type", "client_credentials")];
    world.post("/other/token").basic("web", SECRET).form(&grant).send().await.refused(401, "invalid_client");
    world.post("/acme/token").basic("web", OTHER_SECRET).form(&grant).send().await.refused(401, "invalid_client");
    let olga = [("grant_type", "password"), ("username", "olga"), ("password", PASSWORD)];
    world.token(&olga).send().await.refused(400, "invalid_grant");
    assert_eq!(world.post("/other/token").basic("web", OTHER_SECRET).form(&olga).send().await.status, 200);
}

async fn a_realms_session_is_nothing_to_another(engine: Engine) {
    let world = two(engine).await;
    let browser = Browser::new(&world);
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    let (acme, other) = (world.realm("acme").await.id().to_string(), world.realm("other").await.id().to_string());
    let renamed = browser.cookies().replace(&acme, &other);
    assert!(renamed.contains(&other));
    for cookie in [browser.cookies(), renamed] {
        assert_eq!(world.get("/other/account/tokens").header("cookie", &cookie).send().await.status, 401);
    }
    assert_eq!(world.get("/acme/account/tokens").header("cookie", &browser.cookies()).send().await.status, 200);
}

async fn an_unknown_host_finds_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    for (host, status) in [
        ("evil.example", 404),
        ("127.0.0.1:8081", 404),
        ("127.0.0.1", 404),
        ("evil.example:8080", 404),
        ("[::1]:8080", 404),
        // RFC 9112 §3.2: no host at all.
        ("127.0.0.1:8080.evil.example", 400),
        ("", 400),
        ("127.0.0.1:8080@evil.example", 400),
    ] {
        for path in ["/acme/jwks", "/acme/.well-known/openid-configuration", "/.well-known/openid-configuration/acme", "/acme/authorize"] {
            assert_eq!(world.get(path).host(host).send().await.status, status, "{host} {path}");
        }
    }
    for path in
        ["/acm/jwks", "/acme2/jwks", "/ACME/jwks", "/acme//jwks", "/acme/../acme/jwks", "/acme/jwks/", "/%61cme/jwks", "/acme/nothing"]
    {
        assert_eq!(world.get(path).send().await.status, 404, "{path}");
    }
}

async fn localhost_is_the_loopback_address(engine: Engine) {
    let world = World::standard(engine).await;
    for host in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080"] {
        let said = world.get("/acme/.well-known/openid-configuration").host(host).send().await.json();
        assert_eq!(said["issuer"], "http://127.0.0.1:8080/acme", "{host}");
    }
    assert_eq!(world.get("/acme/jwks").host("localhost.evil.example:8080").send().await.status, 404);
}

async fn what_a_proxy_says_changes_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let forged = |call: crate::call::Call| {
        call.header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "host=evil.example;proto=https")
            .header("x-original-url", "/other/jwks")
    };
    let said = forged(world.get("/acme/.well-known/openid-configuration")).send().await;
    assert!(said.json()["issuer"] == "http://127.0.0.1:8080/acme" && !said.repeats("evil.example"), "{}", said.text());
    assert_eq!(forged(world.get("/acme/jwks").host("evil.example")).send().await.status, 404);
    let page = forged(world.get("/acme/sign-in")).send().await;
    assert!(!page.repeats("evil.example"));
}

async fn an_issuer_is_found_by_host_and_path(engine: Engine) {
    let mut inner = Setup::new("inner", "standard");
    inner.config.issuer = Some("http://127.0.0.1:8080/acme-inner/deep".into());
    let mut root = Setup::new("root", "standard");
    root.config.issuer = Some("https://auth.example.com".into());
    let world = World::start(engine, vec![Setup::new("acme", "standard"), inner, root]).await;
    for (host, path, issuer) in [
        ("127.0.0.1:8080", "/acme-inner/deep/.well-known/openid-configuration", "http://127.0.0.1:8080/acme-inner/deep"),
        ("127.0.0.1:8080", "/.well-known/oauth-authorization-server/acme-inner/deep", "http://127.0.0.1:8080/acme-inner/deep"),
        ("127.0.0.1:8080", "/acme/.well-known/openid-configuration", "http://127.0.0.1:8080/acme"),
        ("auth.example.com", "/.well-known/openid-configuration", "https://auth.example.com"),
        ("AUTH.example.com:443", "/.well-known/oauth-authorization-server", "https://auth.example.com"),
    ] {
        let answer = world.get(path).host(host).send().await;
        assert_eq!((answer.status.as_u16(), answer.json()["issuer"].as_str()), (200, Some(issuer)), "{host}{path}");
    }
    assert_eq!(world.get("/acme-inner/deeper/jwks").send().await.status, 404);
    let token = world
        .post("/acme-inner/deep/token")
        .basic("web", SECRET)
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .member("access_token");
    assert!(!world.is_active(&token).await, "beginning like another's path is not inside the other");
}

/// Whoever had a place keeps it, whole.
async fn an_issuer_inside_another_is_not_served(engine: Engine) {
    let mut inner = Setup::new("inner", "standard");
    inner.config.issuer = Some("http://127.0.0.1:8080/acme/inner".into());
    let world = World::start(engine, vec![Setup::new("acme", "standard"), inner]).await;
    for path in ["/acme/inner/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/acme/inner", "/acme/inner/jwks"] {
        assert_eq!(world.get(path).send().await.status, 404, "{path}");
    }
    assert_eq!(world.get("/acme/jwks").send().await.status, 200);
}

async fn a_disabled_realm_is_not_there_until_it_is_enabled(engine: Engine) {
    let world = two(engine).await;
    let token = world.ann("openid").await["access_token"].as_str().unwrap().to_owned();
    let mut config = Setup::new("acme", "standard").config;
    config.status = Status::Disabled;
    world.commit(Change::Realm(RealmChange::Update(config.clone()))).await;
    assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.status, 404);
    assert_eq!(world.get("/.well-known/openid-configuration/acme").send().await.status, 404);
    assert_eq!(world.get("/other/jwks").send().await.status, 200);
    config.status = Status::Active;
    config.version = 1;
    world.commit(Change::Realm(RealmChange::Update(config))).await;
    assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.status, 200);
}

async fn a_realm_made_meanwhile_is_found(engine: Engine) {
    let world = World::standard(engine).await;
    assert_eq!(world.get("/late/jwks").send().await.status, 404);
    world.home.open_beside().commit(vec![Change::Realm(RealmChange::Create(Setup::new("late", "volt").config))]).await.unwrap();
    world.app.notice().await.unwrap();
    assert_eq!(world.get("/late/jwks").send().await.status, 200);
    assert_eq!(world.post("/late/oauth").form(&[]).send().await.status, 400);
}
