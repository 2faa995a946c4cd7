//! Whoever knows a client's id may send what they like; what is kept of it is bounded.

use http::StatusCode;
use jeton_oauth::model::ClientAuthMethod;

use crate::{
    failures, of_client,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![a_flood_fills_a_ring_of_its_own_and_drives_out_nothing, strangers_of_one_client_reach_no_other];

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
