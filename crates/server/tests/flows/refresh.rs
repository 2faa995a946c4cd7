//! Refresh tokens rotate, and an old one is a replay (RFC 6749 §6, RFC 9700 §4.14).

use std::collections::BTreeSet;

use jeton_oauth::{
    Change, Scope, Seconds,
    change::ClientChange,
    settings::{GrantType, SettingsPatch, TokenFormat},
};
use tokio::task::JoinSet;

use crate::{
    grants::{approved_code, redemption, refresh},
    jwks::verified,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![
    a_refresh_gives_a_new_token_and_kills_the_old,
    of_fifty_rotations_without_grace_one_wins_and_the_losers_revoke,
    of_fifty_rotations_with_grace_all_get_the_same_successor,
    a_lost_answer_is_not_a_replay_within_grace,
    a_refresh_token_may_be_a_jwt,
    dead_stays_dead_after_a_restart,
    a_garbled_token_revokes_nothing,
    a_refresh_never_widens_the_scope,
    a_scope_that_was_taken_away_is_not_refreshed,
    an_unused_token_ends_and_so_does_the_sign_in,
    an_id_token_of_a_refresh_is_new_and_tells_the_same,
    without_rotation_one_token_serves_until_it_ends,
];

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

async fn a_refresh_never_widens_the_scope(engine: Engine) {
    let world = World::standard(engine).await;
    let first = world.ann("read write").await["refresh_token"].as_str().unwrap().to_owned();
    let with = |token: &str, scope: &str| world.token(&[&refresh(token)[..], &[("scope", scope)]].concat()).send();
    for wider in ["read openid", "admin", "read write email"] {
        with(&first, wider).await.refused(400, "invalid_scope");
    }
    let narrow = with(&first, "write").await;
    assert_eq!(narrow.json()["scope"], "write", "{}", narrow.text());
    // It was that one token that was narrow, not what was granted (RFC 6749 §6).
    let wide = world.token(&refresh(&narrow.member("refresh_token"))).send().await;
    assert_eq!(wide.json()["scope"], "read write");
}

async fn a_scope_that_was_taken_away_is_not_refreshed(engine: Engine) {
    let world = World::standard(engine).await;
    let first = world.ann("read write").await["refresh_token"].as_str().unwrap().to_owned();
    let mut web = Setup::new("acme", "standard").clients.remove(0);
    web.scope = Scope::parse("openid read").unwrap();
    world.commit(Change::Client(ClientChange::Update(web.clone()))).await;
    let less = world.token(&refresh(&first)).send().await;
    assert_eq!(less.json()["scope"], "read", "{}", less.text());
    web.version = 1;
    web.grant_types.retain(|grant| *grant != GrantType::RefreshToken);
    world.commit(Change::Client(ClientChange::Update(web))).await;
    world.token(&refresh(&less.member("refresh_token"))).send().await.refused(400, "unauthorized_client");
}

async fn an_unused_token_ends_and_so_does_the_sign_in(engine: Engine) {
    let settings = SettingsPatch {
        refresh_token_lifetime: Some(Seconds(100)),
        authorization_lifetime: Some(Seconds(250)),
        ..SettingsPatch::default()
    };
    let world = World::with_settings(engine, settings).await;
    let unused = first(&world).await;
    world.advance(100);
    world.token(&refresh(&unused)).send().await.refused(400, "invalid_grant");

    let mut tokens = world.ann("read").await;
    for _ in 0..2 {
        world.advance(99);
        tokens = world.token(&refresh(tokens["refresh_token"].as_str().unwrap())).send().await.json();
    }
    assert_eq!(tokens["expires_in"], 250 - 198, "no access token outlives the sign-in");
    world.advance(52);
    assert!(!world.is_active(tokens["access_token"].as_str().unwrap()).await);
    world.token(&refresh(tokens["refresh_token"].as_str().unwrap())).send().await.refused(400, "invalid_grant");
}

async fn an_id_token_of_a_refresh_is_new_and_tells_the_same(engine: Engine) {
    let world = World::standard(engine).await;
    let code = approved_code(&world, "openid").await;
    let first = world.token(&redemption(&code)).send().await;
    world.advance(5);
    let second = world.token(&refresh(&first.member("refresh_token"))).send().await;
    let (_, before) = verified(&world, "acme", "JWT", &first.member("id_token")).await;
    let (_, after) = verified(&world, "acme", "JWT", &second.member("id_token")).await;
    for same in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert!(before[same] == after[same] && !after[same].is_null(), "{same}: {before} {after}");
    }
    assert_eq!(after["iat"].as_i64().unwrap(), before["iat"].as_i64().unwrap() + 5);
    assert_eq!((before["nonce"].as_str(), after.get("nonce")), (Some("the nonce"), None));
    assert!(before.get("name").is_none() && before.get("email").is_none(), "userinfo has them");
}

async fn without_rotation_one_token_serves_until_it_ends(engine: Engine) {
    let settings =
        SettingsPatch { refresh_token_rotation: Some(false), refresh_token_lifetime: Some(Seconds(100)), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let token = first(&world).await;
    for _ in 0..3 {
        world.advance(33);
        let answer = world.token(&refresh(&token)).send().await;
        assert!(answer.status == 200 && answer.json().get("refresh_token").is_none(), "{}", answer.text());
    }
    world.advance(1);
    world.token(&refresh(&token)).send().await.refused(400, "invalid_grant");
}
