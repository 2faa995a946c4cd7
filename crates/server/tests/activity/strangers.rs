//! Whoever knows a client's id may send what they like; what is kept of it is bounded.

use http::StatusCode;
use jeton_oauth::model::ClientAuthMethod;

use crate::{
    failures, of_client,
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_flood_fills_a_ring_of_its_own_and_drives_out_nothing,
    a_refusal_in_the_middle_of_a_flood_is_told,
    whoever_proved_nothing_is_a_stranger_whatever_the_reason_is,
    strangers_of_one_client_reach_no_other,
];

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn a_flood_fills_a_ring_of_its_own_and_drives_out_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    world.token(&[CREDENTIALS[0], ("scope", "refunds")]).send().await;
    world.count().await;
    for round in 0..10 {
        for number in 0..60 {
            let call = world.post("/acme/token").basic("web", "a guess").form(&CREDENTIALS);
            assert_eq!(call.peer(&format!("198.51.{round}.{number}")).send().await.status, StatusCode::UNAUTHORIZED);
        }
        world.advance(1);
        world.count().await;
    }
    let figures = of_client(&world, "web", "24h").await;
    let failures = failures(&figures);
    let of = |reason: &str| failures.iter().filter(|(own, ..)| own == reason).count();
    assert_eq!((of("wrong_secret"), of("unknown_scope")), (25, 1), "{figures}");
    assert_eq!(figures["reasons"][0]["times"], 600, "numbers tell of all");
}

async fn a_refusal_in_the_middle_of_a_flood_is_told(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let flood = async || {
        for number in 0..250 {
            let call = world.post("/acme/token").basic("web", "a guess").form(&CREDENTIALS);
            call.peer(&format!("198.51.100.{number}")).send().await;
        }
    };
    flood().await;
    for client in ["web", "other"] {
        let call = world.post("/acme/token").basic(client, SECRET).form(&[CREDENTIALS[0], ("scope", "refunds")]);
        assert_eq!(call.send().await.status, StatusCode::BAD_REQUEST);
    }
    world.post("/acme/token").basic("other", "a guess").form(&CREDENTIALS).send().await;
    flood().await;
    world.count().await;
    let reasons = |figures| failures(&figures).into_iter().map(|(reason, ..)| reason).collect::<Vec<_>>();
    let of_web = reasons(of_client(&world, "web", "24h").await);
    assert!(of_web.contains(&"unknown_scope".to_owned()) && of_web.len() > 1, "{of_web:?}");
    let mut of_other = reasons(of_client(&world, "other", "24h").await);
    of_other.sort_unstable();
    assert_eq!(of_other, ["unknown_scope", "wrong_secret"]);
}

async fn whoever_proved_nothing_is_a_stranger_whatever_the_reason_is(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").client("app", ClientAuthMethod::None, |_| {})]).await;
    let sign_in = [("client_id", "app"), ("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", "read")];
    let tokens = world.post("/acme/token").form(&sign_in).send().await.json();
    let refresh = [("client_id", "app"), ("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let with_more = [refresh[0], refresh[1], refresh[2], ("scope", "write")];
    let genuine = world.post("/acme/token").form(&with_more).send().await;
    assert_eq!(genuine.status, StatusCode::BAD_REQUEST, "{}", genuine.text());
    let malformed = world.post("/acme/introspect").basic("web", SECRET).form(&[("no", "token")]).send().await;
    assert_eq!(malformed.status, StatusCode::BAD_REQUEST, "{}", malformed.text());
    for number in 0..60 {
        let peer = format!("198.51.100.{number}");
        let guess = [refresh[0], refresh[1], ("refresh_token", "a guess")];
        world.post("/acme/token").form(&guess).peer(&peer).send().await;
        world.post("/acme/token").form(&[("grant_type", "refresh_token"), ("client_id", "web")]).peer(&peer).send().await;
        world.count().await;
    }
    for (client, reason, call) in [("app", "scope_not_granted", "refresh_token"), ("web", "malformed", "introspection")] {
        let figures = of_client(&world, client, "24h").await;
        let failures = figures["failures"].as_array().unwrap();
        assert_eq!(failures.len(), 26, "{client}: {figures}");
        assert!(failures.iter().any(|one| one["reason"] == reason && one["call"] == call), "{client}: {figures}");
    }
}

async fn strangers_of_one_client_reach_no_other(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    let world = World::start(engine, vec![setup]).await;
    for number in 0..300 {
        let call = world.post("/acme/token").basic("web", &format!("guess {number}")).form(&CREDENTIALS);
        call.peer(&format!("203.0.113.{}", number % 250)).send().await;
    }
    world.post("/acme/token").basic("other", "a guess").form(&CREDENTIALS).send().await;
    world.count().await;
    assert_eq!(failures(&of_client(&world, "other", "24h").await).len(), 1);
}
