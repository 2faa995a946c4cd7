//! Who guesses waits, and nobody waits for another's guesses for long.

use std::sync::Arc;

use jeton_oauth::{
    Change,
    change::{AttemptChange, AuditKind},
    model::{AccountKind, ClientAuthMethod},
    settings::SettingsPatch,
};
use tokio::task::JoinSet;

use crate::{
    call::Answer,
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    a_network_that_guesses_waits_and_others_do_not,
    guesses_of_many_networks_make_everybody_wait_a_little_longer_each_time,
    a_network_that_was_right_before_does_not_wait_for_others,
    a_user_name_and_the_address_of_one_account_share_what_they_have,
    names_that_are_nobodys_wait_like_accounts,
    strangers_do_not_lock_the_people_of_a_public_client_out,
    one_guess_at_a_time_is_made_when_a_wait_is_over,
    a_wait_outlives_the_server,
    an_operator_sees_a_lock_and_ends_it,
    a_siege_is_told_once_with_a_number_that_rises,
];

fn attempts(limit: u32) -> SettingsPatch {
    SettingsPatch { password_attempts: Some(limit), ..SettingsPatch::default() }
}

async fn guess(world: &World, peer: &str, username: &str, password: &str) -> Answer {
    let form = [("grant_type", "password"), ("username", username), ("password", password), ("scope", "read")];
    let call = world.token(&form);
    if peer.is_empty() { call.send().await } else { call.peer(peer).send().await }
}

/// Status, and when to come back.
async fn told(world: &World, peer: &str, username: &str, password: &str) -> (u16, Option<u32>) {
    let answer = guess(world, peer, username, password).await;
    (answer.status.as_u16(), answer.header("retry-after").map(|seconds| seconds.parse().unwrap()))
}

/// Two wrong guesses from each of five networks.
async fn besiege(world: &World, username: &str) {
    for network in 1..=5 {
        for _ in 0..2 {
            assert_eq!(told(world, &format!("203.0.113.{network}"), username, "wrong").await, (400, None));
        }
    }
}

async fn a_network_that_guesses_waits_and_others_do_not(engine: Engine) {
    let world = World::with_settings(engine, attempts(3)).await;
    for _ in 0..3 {
        assert_eq!(told(&world, "203.0.113.5", "ann", "wrong").await, (400, None));
    }
    assert_eq!(told(&world, "203.0.113.5", "ann", PASSWORD).await, (429, Some(900)));
    world.advance(100);
    assert_eq!(told(&world, "203.0.113.5", "ann", PASSWORD).await, (429, Some(800)));
    assert_eq!(told(&world, "198.51.100.7", "ann", PASSWORD).await, (200, None));
    assert_eq!(told(&world, "2001:db8::1", "ann", PASSWORD).await, (200, None));
}

async fn guesses_of_many_networks_make_everybody_wait_a_little_longer_each_time(engine: Engine) {
    let world = World::with_settings(engine, attempts(2)).await;
    besiege(&world, "ann").await;
    let mut stranger = 0;
    let mut from_elsewhere = || {
        stranger += 1;
        format!("198.51.100.{stranger}")
    };
    for seconds in [30, 60, 120, 240, 480, 900, 900] {
        assert_eq!(told(&world, &from_elsewhere(), "ann", PASSWORD).await, (429, Some(seconds)));
        world.advance(seconds - 1);
        assert_eq!(told(&world, &from_elsewhere(), "ann", PASSWORD).await, (429, Some(1)));
        world.advance(1);
        assert_eq!(told(&world, &from_elsewhere(), "ann", "wrong").await, (400, None));
    }
    world.advance(3600);
    assert_eq!(told(&world, &from_elsewhere(), "ann", PASSWORD).await, (200, None));
}

async fn a_network_that_was_right_before_does_not_wait_for_others(engine: Engine) {
    let setup = Setup::new("acme", "standard").settings(attempts(2)).person("bot", |bot| bot.account.kind = AccountKind::ApiUser);
    let world = World::start(engine, vec![setup]).await;
    assert_eq!(told(&world, "198.51.100.7", "bot", PASSWORD).await, (200, None));
    world.advance(86_400);
    world.app.store.sweep(world.app.now(), 100).await.unwrap();
    besiege(&world, "bot").await;
    assert_eq!(told(&world, "198.51.100.8", "bot", PASSWORD).await, (429, Some(30)));
    assert_eq!(told(&world, "198.51.100.7", "bot", PASSWORD).await, (200, None));
    for _ in 0..2 {
        assert_eq!(told(&world, "198.51.100.7", "bot", "wrong").await, (400, None));
    }
    assert_eq!(told(&world, "198.51.100.7", "bot", PASSWORD).await, (429, Some(900)), "it guesses no more than others");
    world.advance(30);
    assert_eq!(told(&world, "198.51.100.8", "bot", PASSWORD).await, (200, None));
}

async fn a_user_name_and_the_address_of_one_account_share_what_they_have(engine: Engine) {
    let world = World::with_settings(engine, attempts(4)).await;
    for name in ["ann", "ann@example.com", "ANN", "Ann@Example.com"] {
        assert_eq!(told(&world, "203.0.113.5", name, "wrong").await, (400, None));
    }
    for name in ["ann", "ann@example.com"] {
        assert_eq!(told(&world, "203.0.113.5", name, PASSWORD).await.0, 429, "{name}");
    }
}

async fn names_that_are_nobodys_wait_like_accounts(engine: Engine) {
    let mut seen = Vec::new();
    for username in ["ann", "nobody", "\u{1}"] {
        let world = World::with_settings(engine, attempts(2)).await;
        let mut told_here = Vec::new();
        for peer in ["", "203.0.113.5", "203.0.113.5", "203.0.113.5", "", "", "203.0.113.6"] {
            told_here.push(told(&world, peer, username, "wrong").await);
        }
        seen.push((told_here, world.app.passwords.work().verifications));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

async fn strangers_do_not_lock_the_people_of_a_public_client_out(engine: Engine) {
    let settings = SettingsPatch { client_attempts: Some(5), ..SettingsPatch::default() };
    let setup = Setup::new("acme", "standard").settings(settings).client("app", ClientAuthMethod::None, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let by_app = async |peer: &str, username: &str, password: &str| {
        let form = [("grant_type", "password"), ("client_id", "app"), ("username", username), ("password", password), ("scope", "read")];
        world.post("/acme/token").form(&form).peer(peer).send().await.status.as_u16()
    };
    for network in 0..10 {
        let peer = format!("203.0.113.{network}");
        for number in 0..5 {
            assert_eq!(by_app(&peer, &format!("somebody {network} {number}"), "wrong").await, 400);
        }
        assert_eq!(by_app(&peer, "ann", PASSWORD).await, 429);
    }
    assert_eq!(by_app("198.51.100.7", "ann", PASSWORD).await, 200);
}

async fn one_guess_at_a_time_is_made_when_a_wait_is_over(engine: Engine) {
    let world = World::with_settings(engine, attempts(2)).await;
    for _ in 0..2 {
        assert_eq!(told(&world, "", "ann", "wrong").await, (400, None));
    }
    world.advance(30);
    let world = Arc::new(world);
    let mut race = JoinSet::new();
    for _ in 0..20 {
        let world = world.clone();
        race.spawn(async move { told(&world, "", "ann", "wrong").await });
    }
    let mut told = race.join_all().await;
    told.sort_unstable();
    assert_eq!((told[0], &told[1..]), ((400, None), &[(429, Some(60)); 19][..]));
    assert_eq!(world.app.passwords.work().verifications, 3);
}

async fn a_wait_outlives_the_server(engine: Engine) {
    let world = World::with_settings(engine, attempts(2)).await;
    for _ in 0..2 {
        assert_eq!(told(&world, "203.0.113.5", "ann", "wrong").await, (400, None));
    }
    let world = world.restart().await;
    assert_eq!(told(&world, "203.0.113.5", "ann", PASSWORD).await, (429, Some(900)));
    if engine.is_shared() {
        let other = world.another().await;
        assert_eq!(told(&other, "203.0.113.5", "ann", PASSWORD).await, (429, Some(900)));
        assert_eq!(told(&other, "198.51.100.7", "ann", PASSWORD).await, (200, None));
    }
}

async fn an_operator_sees_a_lock_and_ends_it(engine: Engine) {
    let setup = Setup::new("acme", "standard").settings(attempts(2));
    let (realm, ann) = (setup.id(), setup.users[0].id());
    let world = World::start(engine, vec![setup]).await;
    for peer in ["203.0.113.5", "203.0.113.5", "2001:db8::1", "2001:db8::2"] {
        assert_eq!(told(&world, peer, "ann", "wrong").await, (400, None));
    }
    let locks = world.app.store.in_realm(realm).locks(ann, world.app.now()).await.unwrap();
    let mut networks: Vec<_> = locks.iter().map(|lock| lock.network.as_deref()).collect();
    networks.sort_unstable();
    assert_eq!(networks, [Some("2001:db8::/64"), Some("203.0.113.5")]);
    world.commit(Change::Attempt(AttemptChange::Forget { user: ann })).await;
    for peer in ["203.0.113.5", "2001:db8::1"] {
        assert_eq!(told(&world, peer, "ann", PASSWORD).await, (200, None));
    }
}

async fn a_siege_is_told_once_with_a_number_that_rises(engine: Engine) {
    let world = World::with_settings(engine, attempts(20)).await;
    let realm = Setup::new("acme", "standard").id();
    for _ in 0..40 {
        told(&world, "203.0.113.5", "ann", "wrong").await;
    }
    told(&world, "203.0.113.6", "ann", "wrong").await;
    world.commit_all(world.app.refusals.take(world.app.now())).await;
    let events = world.app.store.in_realm(realm).audit(None, 100).await.unwrap();
    let mut refusals: Vec<_> = events
        .iter()
        .filter(|event| event.kind.is_refusal())
        .map(|event| (event.kind.as_str(), event.address.unwrap().to_string(), event.times))
        .collect();
    refusals.sort_unstable();
    let expected = [
        (AuditKind::AttemptsExceeded.as_str(), "203.0.113.5".to_owned(), 20),
        (AuditKind::PasswordRefused.as_str(), "203.0.113.5".to_owned(), 20),
        (AuditKind::PasswordRefused.as_str(), "203.0.113.6".to_owned(), 1),
    ];
    assert_eq!(refusals, expected);
}
