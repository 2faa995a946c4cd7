//! Who may know what about a token (RFC 7662), and that what is dead is dead at once.

use jeton_oauth::{
    Change, Seconds,
    change::{ClientChange, RealmChange, UserChange},
    model::{Client, ClientAuthMethod, Status, User},
    settings::{SettingsPatch, TokenFormat},
};
use serde_json::{Value, json};

use crate::{
    call::Call,
    setup::{API, NOW, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    an_access_token_tells_what_was_granted,
    a_refresh_token_is_no_bearer_token,
    an_opaque_token_tells_the_same,
    a_client_sees_its_own_tokens_and_those_for_its_audience,
    who_may_not_ask_is_refused,
    garbage_is_inactive,
    an_expired_token_is_inactive,
    a_disabled_person_client_or_realm_kills_at_once,
    a_raised_not_before_kills_what_was_born_before,
];

/// `web` and `ann` of the realm `acme`.
fn rows() -> (Client, User) {
    let mut setup = Setup::new("acme", "standard");
    (setup.clients.remove(0), setup.users.remove(0))
}

async fn introspect(world: &World, client: &str, token: &str) -> Value {
    let answer = world.post("/acme/introspect").basic(client, SECRET).form(&[("token", token)]).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text());
    answer.json()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn an_access_token_tells_what_was_granted(engine: Engine) {
    let world = World::standard(engine).await;
    let tokens = world.ann("read write").await;
    let said = introspect(&world, "web", text(&tokens, "access_token")).await;
    let expected = json!({
        "active": true, "scope": "read write", "client_id": "web", "token_type": "Bearer", "sub": "sub-ann", "username": "ann", "aud": [API],
        "iss": "http://127.0.0.1:8080/acme", "iat": NOW.as_seconds(), "exp": NOW.as_seconds() + 3600, "jti": said["jti"],
    });
    assert_eq!(said, expected);
    let own = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
    assert_eq!(introspect(&world, "web", &own).await["sub"], "web");
}

async fn a_refresh_token_is_no_bearer_token(engine: Engine) {
    let world = World::standard(engine).await;
    let tokens = world.ann("read").await;
    let said = introspect(&world, "web", text(&tokens, "refresh_token")).await;
    assert_eq!((&said["active"], said.get("token_type"), &said["client_id"]), (&json!(true), None, &json!("web")));
    // The hint is only a hint (RFC 7662 §2.1).
    for hint in ["access_token", "refresh_token", "made-up"] {
        let form = [("token", text(&tokens, "refresh_token")), ("token_type_hint", hint)];
        assert_eq!(world.post("/acme/introspect").basic("web", SECRET).form(&form).send().await.json()["active"], true, "{hint}");
    }
}

async fn an_opaque_token_tells_the_same(engine: Engine) {
    let world =
        World::with_settings(engine, SettingsPatch { access_token_format: Some(TokenFormat::Opaque), ..SettingsPatch::default() }).await;
    let tokens = world.ann("openid read").await;
    let token = text(&tokens, "access_token");
    assert!(token.starts_with("jtn_at_"), "{token}");
    let said = introspect(&world, "web", token).await;
    assert_eq!(
        (text(&said, "sub"), text(&said, "scope"), &said["aud"], &said["exp"]),
        ("sub-ann", "openid read", &json!([API]), &json!(NOW.as_seconds() + 3600))
    );
    assert_eq!(world.get("/acme/userinfo").bearer(token).send().await.json()["sub"], "sub-ann");
    let world = world.restart().await;
    assert_eq!(introspect(&world, "web", token).await["active"], true);
    world.advance(3600);
    assert_eq!(introspect(&world, "web", token).await, json!({ "active": false }));
}

async fn a_client_sees_its_own_tokens_and_those_for_its_audience(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("api", ClientAuthMethod::ClientSecretBasic, |api| api.grant_types.clear()).client(
        "other",
        ClientAuthMethod::ClientSecretBasic,
        |other| other.audiences = vec!["https://other.example.com".into()],
    );
    let world = World::start(engine, vec![setup]).await;
    let tokens = world.ann("read").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    assert_eq!(introspect(&world, "api", access).await["sub"], "sub-ann", "meant for the API that it serves");
    for (client, token) in [("api", refresh), ("other", access), ("other", refresh)] {
        assert_eq!(introspect(&world, client, token).await, json!({ "active": false }), "{client} sees nothing");
    }
    assert_eq!(introspect(&world, "web", access).await["active"], true);
}

async fn who_may_not_ask_is_refused(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("app", ClientAuthMethod::None, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let tokens = world.ann("read").await;
    let token = text(&tokens, "access_token");
    let ask = || world.post("/acme/introspect");
    let calls: [Call; 5] = [
        ask().form(&[("token", token), ("client_id", "app")]),
        ask().form(&[("token", token)]),
        ask().basic("web", "wrong").form(&[("token", token)]),
        ask().bearer(token).form(&[("token", token)]),
        ask().form(&[("token", token), ("client_id", "web")]),
    ];
    for call in calls {
        let answer = call.send().await;
        answer.refused(401, "invalid_client");
        assert!(!answer.repeats("sub-ann") && !answer.repeats(token));
    }
}

async fn garbage_is_inactive(engine: Engine) {
    let world = World::standard(engine).await;
    let tokens = world.ann("openid read").await;
    let access = text(&tokens, "access_token");
    let [header, payload, signature] = access.split('.').collect::<Vec<_>>()[..] else { panic!("{access}") };
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{payload}.");
    let swapped = format!("{header}.{payload}.{}", signature.chars().rev().collect::<String>());
    let code = crate::grants::approved_code(&world, "read").await;
    for token in [
        "x",
        "a.b.c",
        "jtn_rt_x",
        "jtn_at_x",
        "jtn_pat_x",
        &unsigned,
        &swapped,
        &format!("{access}."),
        &format!(" {access}"),
        text(&tokens, "id_token"),
        &code,
        SECRET,
    ] {
        assert_eq!(introspect(&world, "web", token).await, json!({ "active": false }), "{token}");
    }
}

async fn an_expired_token_is_inactive(engine: Engine) {
    let world = World::standard(engine).await;
    let tokens = world.ann("openid read").await;
    world.advance(3599);
    assert!(world.is_active(text(&tokens, "access_token")).await);
    world.advance(1);
    assert!(!world.is_active(text(&tokens, "access_token")).await && world.is_active(text(&tokens, "refresh_token")).await);
    world.get("/acme/userinfo").bearer(text(&tokens, "access_token")).send().await.refused(401, "invalid_token");
    world.advance(30 * 86_400);
    assert!(!world.is_active(text(&tokens, "refresh_token")).await);
}

/// Asserts that no endpoint takes a token of `ann` any more.
async fn assert_dead(world: &World, tokens: &Value, asked_by: &str, what: &str) {
    for token in ["access_token", "refresh_token"] {
        assert_eq!(introspect(world, asked_by, text(tokens, token)).await, json!({ "active": false }), "{what}: {token}");
    }
    assert_eq!(world.get("/acme/userinfo").bearer(text(tokens, "access_token")).send().await.status, 401, "{what}");
    let refresh = world.token(&[("grant_type", "refresh_token"), ("refresh_token", text(tokens, "refresh_token"))]).send().await;
    assert!(matches!(refresh.status.as_u16(), 400 | 401), "{what}: {}", refresh.text());
}

async fn a_disabled_person_client_or_realm_kills_at_once(engine: Engine) {
    let (mut web, mut ann) = rows();
    web.status = Status::Disabled;
    ann.account.status = Status::Disabled;
    for change in [Change::User(UserChange::Update(ann.clone())), Change::Client(ClientChange::Update(web))] {
        let setup = Setup::new("acme", "standard").client("api", ClientAuthMethod::ClientSecretBasic, |_| {});
        let world = World::start(engine, vec![setup]).await;
        let tokens = world.ann("openid read").await;
        world.commit(change.clone()).await;
        assert_dead(&world, &tokens, "api", &format!("{change:?}")).await;
    }
    let world = World::standard(engine).await;
    let tokens = world.ann("openid read").await;
    let mut config = Setup::new("acme", "standard").config;
    config.status = Status::Disabled;
    world.commit(Change::Realm(RealmChange::Update(config))).await;
    for path in ["/acme/userinfo", "/acme/jwks", "/acme/.well-known/openid-configuration", "/acme/authorize", "/acme/sign-in"] {
        assert_eq!(world.get(path).bearer(text(&tokens, "access_token")).send().await.status, 404, "{path}");
    }
    assert_eq!(world.token(&[("grant_type", "client_credentials")]).send().await.status, 404);
}

async fn a_raised_not_before_kills_what_was_born_before(engine: Engine) {
    let (web, ann) = rows();
    let (realm, client, user, to) = (web.realm, web.key, ann.id(), NOW + Seconds(1));
    for change in [
        Change::Realm(RealmChange::RaiseNotBefore { realm, to }),
        Change::Client(ClientChange::RaiseNotBefore { realm, client, to }),
        Change::User(UserChange::RaiseNotBefore { realm, user, to }),
    ] {
        let world = World::standard(engine).await;
        let tokens = world.ann("openid read").await;
        world.advance(1);
        world.commit(change.clone()).await;
        assert_dead(&world, &tokens, "web", &format!("{change:?}")).await;
        let after = world.ann("openid read").await;
        assert!(world.is_active(text(&after, "access_token")).await, "born at that very moment: {change:?}");
    }
}
