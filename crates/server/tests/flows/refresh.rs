//! Refresh tokens rotate, and an old one is a replay (RFC 6749 §6, RFC 9700 §4.14).

use std::collections::BTreeSet;

use jeton_oauth::{Seconds, settings::{SettingsPatch, TokenFormat}};
use tokio::task::JoinSet;

use crate::world::{Engine, World, cases};

cases![
    a_refresh_gives_a_new_token_and_kills_the_old,
    of_fifty_rotations_without_grace_one_wins_and_the_losers_revoke,
    of_fifty_rotations_with_grace_all_get_the_same_successor,
    a_lost_answer_is_not_a_replay_within_grace,
    a_refresh_token_may_be_a_jwt,
    dead_stays_dead_after_a_restart,
    a_garbled_token_revokes_nothing,
];

pub fn refresh(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

fn grace() -> SettingsPatch {
    SettingsPatch { refresh_token_grace: Some(Seconds(30)), ..SettingsPatch::default() }
}

async fn first(world: &World) -> String {
    world.ann("read").await["refresh_token"].as_str().unwrap().to_owned()
}

async fn a_refresh_gives_a_new_token_and_kills_the_old(engine: Engine) {
    let world = World::standard(engine).await;
    let old = first(&world).await;
    let answer = world.token(&refresh(&old)).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let new = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    assert!(world.is_active(&new).await && !world.is_active(&old).await);
    world.token(&refresh(&old)).send().await.refused(400, "invalid_grant");
    world.token(&refresh(&new)).send().await.refused(400, "invalid_grant");
}

async fn of_fifty_rotations_without_grace_one_wins_and_the_losers_revoke(engine: Engine) {
    let world = World::standard(engine).await;
    let old = first(&world).await;
    let mut race = JoinSet::new();
    for _ in 0..50 {
        race.spawn(world.token(&refresh(&old)).send());
    }
    let answers = race.join_all().await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        lost.refused(400, "invalid_grant");
    }
    assert!(!world.is_active(won[0].json()["refresh_token"].as_str().unwrap()).await);
}

async fn of_fifty_rotations_with_grace_all_get_the_same_successor(engine: Engine) {
    let world = World::with_settings(engine, grace()).await;
    let old = first(&world).await;
    let mut race = JoinSet::new();
    for _ in 0..50 {
        race.spawn(world.token(&refresh(&old)).send());
    }
    let answers = race.join_all().await;
    let successors: BTreeSet<_> = answers.iter().map(|answer| answer.json()["refresh_token"].as_str().unwrap().to_owned()).collect();
    assert_eq!(successors.len(), 1);
    assert!(world.is_active(successors.first().unwrap()).await);
}

async fn a_lost_answer_is_not_a_replay_within_grace(engine: Engine) {
    let world = World::with_settings(engine, grace()).await;
    let old = first(&world).await;
    let new = world.token(&refresh(&old)).send().await.json()["refresh_token"].clone();
    world.advance(29);
    assert_eq!(world.token(&refresh(&old)).send().await.json()["refresh_token"], new);
    world.advance(1);
    world.token(&refresh(&old)).send().await.refused(400, "invalid_grant");
    assert!(!world.is_active(new.as_str().unwrap()).await);
}

async fn a_refresh_token_may_be_a_jwt(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { refresh_token_format: Some(TokenFormat::Jwt), ..grace() }).await;
    let old = first(&world).await;
    assert_eq!(old.split('.').count(), 3);
    let new = world.token(&refresh(&old)).send().await.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(world.token(&refresh(&old)).send().await.json()["refresh_token"], new, "the same successor, to the byte");
    assert_eq!(world.get("/acme/userinfo").bearer(&new).send().await.status, 401, "never an access token");
}

async fn dead_stays_dead_after_a_restart(engine: Engine) {
    let world = World::standard(engine).await;
    let old = first(&world).await;
    let new = world.token(&refresh(&old)).send().await.json()["refresh_token"].as_str().unwrap().to_owned();
    let world = world.restart().await;
    assert!(world.is_active(&new).await && !world.is_active(&old).await);
    assert_eq!(world.token(&refresh(&new)).send().await.status, 200);
    world.token(&refresh(&new)).send().await.refused(400, "invalid_grant");
}

async fn a_garbled_token_revokes_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let token = first(&world).await;
    for at in [8, 20, 40, 60, token.len() - 1] {
        let mut garbled = token.clone().into_bytes();
        garbled[at] = if garbled[at] == b'A' { b'B' } else { b'A' };
        world.token(&refresh(std::str::from_utf8(&garbled).unwrap())).send().await.refused(400, "invalid_grant");
    }
    assert_eq!(world.token(&refresh(&token)).send().await.status, 200);
}
