//! Guesses, counted before they are checked.

use jeton_oauth::{Change, ClientKey, RealmId, Seconds, Timestamp, UserId, attempts::Tally, change::AttemptChange};
use jeton_store::{CommitError, Lock};
use uuid::Uuid;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World},
};

cases![
    concurrent_reservations_never_exceed_the_limit,
    window_begins_with_its_first_attempt,
    attempt_is_given_back_but_never_below_zero,
    limit_of_nothing_lets_nobody_in,
    clock_set_back_locks_nobody_out_for_long,
    the_last_attempt_closes_the_bucket_and_going_back_opens_it,
    what_a_lowered_limit_closed_is_written_down_once,
    a_lock_is_shown_with_its_network_until_it_ends_or_is_ended,
    locks_of_networks_and_clients_are_shown_and_ended_apart,
    who_was_right_is_remembered_beyond_the_window,
];

const BUCKET: [u8; 32] = [1; 32];
const WINDOW: i64 = 60_000;
const USER: UserId = UserId(Uuid::from_u128(1));

async fn concurrent_reservations_never_exceed_the_limit(engine: Engine) {
    let world = World::new(engine).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move { store.commit(vec![reserve(10, NOW)]).await })
        })
        .collect();
    let mut reserved = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => reserved += 1,
            Err(error) => assert_eq!(error, CommitError::Conflict),
        }
    }
    assert_eq!((reserved, count(&world, NOW).await), (10, 10));
}

async fn window_begins_with_its_first_attempt(engine: Engine) {
    let world = World::new(engine).await;
    for seconds in [0, 30, 60] {
        world.commit(reserve(3, NOW + Seconds(seconds))).await.unwrap();
    }
    assert_eq!(world.commit(reserve(3, NOW + Seconds(60))).await, Err(CommitError::Conflict));
    let later = NOW + Seconds(61);
    assert_eq!(count(&world, later).await, 0);
    world.commit(reserve(3, later)).await.unwrap();
    assert_eq!(count(&world, later).await, 1);
}

async fn attempt_is_given_back_but_never_below_zero(engine: Engine) {
    let world = World::new(engine).await;
    world.commit(reserve(1, NOW)).await.unwrap();
    for _ in 0..2 {
        world.commit(Change::Attempt(AttemptChange::GiveBack { bucket: BUCKET })).await.unwrap();
        assert_eq!(count(&world, NOW).await, 0);
    }
    world.commit(reserve(1, NOW)).await.unwrap();
    assert_eq!(world.commit(reserve(1, NOW)).await, Err(CommitError::Conflict));
}

async fn limit_of_nothing_lets_nobody_in(engine: Engine) {
    let world = World::new(engine).await;
    assert_eq!(world.commit(reserve(0, NOW)).await, Err(CommitError::Conflict));
}

async fn clock_set_back_locks_nobody_out_for_long(engine: Engine) {
    let world = World::new(engine).await;
    world.commit(reserve(1, NOW + Seconds(86_400))).await.unwrap();
    assert_eq!(count(&world, NOW).await, 0);
    world.commit(reserve(1, NOW)).await.unwrap();
}

async fn the_last_attempt_closes_the_bucket_and_going_back_opens_it(engine: Engine) {
    let world = World::new(engine).await;
    world.commit(reserve(2, NOW)).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, None);
    world.commit(reserve(2, NOW + Seconds(1))).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, Some(NOW + Seconds(61)));
    world.commit(Change::Attempt(AttemptChange::GiveBack { bucket: BUCKET })).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, None);
    world.commit(reserve(1, NOW + Seconds(90))).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, Some(NOW + Seconds(150)), "one alone, in a new window");
}

async fn what_a_lowered_limit_closed_is_written_down_once(engine: Engine) {
    let world = World::new(engine).await;
    let close = |count, seconds, at| {
        Change::Attempt(AttemptChange::Close { bucket: BUCKET, count, until: NOW + Seconds(seconds), at: NOW + Seconds(at) })
    };
    world.commit(reserve(9, NOW)).await.unwrap();
    world.commit(close(2, 60, 1)).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, None, "fewer are counted than were seen");
    world.commit(close(1, 60, 1)).await.unwrap();
    world.commit(close(1, 70, 2)).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, Some(NOW + Seconds(60)));
    world.commit(close(1, 90, 60)).await.unwrap();
    assert_eq!(tally(&world).await.opens_at, Some(NOW + Seconds(90)), "open again when it was looked at");
}

async fn a_lock_is_shown_with_its_network_until_it_ends_or_is_ended(engine: Engine) {
    let world = World::new(engine).await;
    world.commit(reserve(1, NOW)).await.unwrap();
    let locks = async |now| world.rows().locks(USER, now).await.unwrap();
    let shown = Lock {
        until: NOW + Seconds(60),
        network: Some("192.0.2.7".into()),
        user: Some(USER),
        client: None,
        // Nobody is there who has a name.
        sub: None,
        username: None,
        client_id: None,
    };
    assert_eq!(locks(NOW).await, [shown]);
    assert_eq!(locks(NOW + Seconds(60)).await, []);
    world.commit(Change::Attempt(AttemptChange::Forget { user: UserId(Uuid::from_u128(2)) })).await.unwrap();
    assert_eq!(locks(NOW).await.len(), 1, "another's is not ended");
    world.commit(Change::Attempt(AttemptChange::Forget { user: USER })).await.unwrap();
    assert_eq!((locks(NOW).await, count(&world, NOW).await), (vec![], 0));
}

async fn locks_of_networks_and_clients_are_shown_and_ended_apart(engine: Engine) {
    let world = World::new(engine).await;
    let (realm, web) = (world.realm, ClientKey(Uuid::from_u128(9)));
    let close = |number: u8, user: Option<UserId>, client: Option<ClientKey>, network: Option<&str>| {
        Change::Attempt(AttemptChange::Reserve {
            bucket: [number; 32],
            realm: Some(realm),
            limit: 1,
            window_ms: WINDOW,
            closed_until: NOW + Seconds(60 + u32::from(number)),
            at: NOW,
            user,
            client,
            network: network.map(str::to_owned),
        })
    };
    let (here, there) = (Some("192.0.2.7"), Some("198.51.100.7"));
    let all = || {
        vec![
            close(6, Some(USER), None, here),
            close(5, None, None, here),
            close(4, None, Some(web), here),
            close(3, None, None, there),
            close(2, None, Some(web), None),
            close(1, None, None, None),
        ]
    };
    world.store.commit(all()).await.unwrap();
    let rows = world.rows();
    let shown = async || {
        let locks = rows.locks_of_realm(NOW, 100).await.unwrap();
        locks.iter().map(|lock| (lock.until.as_seconds() - NOW.as_seconds() - 60) as u8).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [6, 5, 4, 3, 2], "a name that nobody has is nobody's lock");
    let of_user: Vec<_> = rows.locks(USER, NOW).await.unwrap().into_iter().map(|lock| (lock.user, lock.client)).collect();
    assert_eq!(of_user, [(Some(USER), None), (None, None), (None, Some(web))], "the networks it was guessed at from are its own too");
    for (open, left) in [
        (AttemptChange::OpenNetworksOf { realm, user: USER }, &[6, 3, 2][..]),
        (AttemptChange::Open { realm, network: here.map(str::to_owned), client: None }, &[3, 2]),
        (AttemptChange::Open { realm, network: here.map(str::to_owned), client: Some(web) }, &[6, 5, 3, 2]),
        (AttemptChange::Open { realm, network: None, client: Some(web) }, &[6, 5, 3]),
        (AttemptChange::Open { realm, network: None, client: None }, &[]),
        (AttemptChange::Open { realm: RealmId(Uuid::from_u128(4)), network: None, client: None }, &[6, 5, 4, 3, 2]),
    ] {
        world.commit(Change::Attempt(AttemptChange::Open { realm, network: None, client: None })).await.unwrap();
        world.store.commit(all()).await.unwrap();
        world.commit(Change::Attempt(open.clone())).await.unwrap();
        assert_eq!(shown().await, left, "{open:?}");
    }
}

async fn who_was_right_is_remembered_beyond_the_window(engine: Engine) {
    let world = World::new(engine).await;
    let until = NOW + Seconds(86_400);
    let remember = || Change::Attempt(AttemptChange::Remember { bucket: BUCKET, until });
    world.commit(remember()).await.unwrap();
    assert_eq!(world.rows().attempts(&[BUCKET]).await.unwrap(), [None], "nobody guessed");
    world.commit(reserve(3, NOW)).await.unwrap();
    world.commit(remember()).await.unwrap();
    for later in [0, 61, 3600] {
        world.store.sweep(NOW + Seconds(later), 100).await.unwrap();
        world.commit(reserve(3, NOW + Seconds(later))).await.unwrap();
        assert_eq!(tally(&world).await.known_until, Some(until));
    }
    world.store.sweep(until + Seconds(3661), 100).await.unwrap();
    assert_eq!(world.rows().attempts(&[BUCKET]).await.unwrap(), [None]);
}

fn reserve(limit: u32, at: Timestamp) -> Change {
    Change::Attempt(AttemptChange::Reserve {
        bucket: BUCKET,
        realm: Some(RealmId(Uuid::from_u128(3))),
        limit,
        window_ms: WINDOW,
        closed_until: at + Seconds(60),
        at,
        user: Some(USER),
        client: None,
        network: Some("192.0.2.7".into()),
    })
}

async fn tally(world: &World) -> Tally {
    world.rows().attempts(&[BUCKET]).await.unwrap()[0].unwrap()
}

/// As many as count now.
async fn count(world: &World, now: Timestamp) -> u32 {
    let tally = tally(world).await;
    let live = (now.as_millis() - tally.began_at.as_millis()).abs() <= WINDOW;
    if live { tally.count } else { 0 }
}
