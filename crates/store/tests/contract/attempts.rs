//! Guesses, counted before they are checked.

use jeton_oauth::{Change, Seconds, Timestamp, change::AttemptChange};
use jeton_store::CommitError;

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
];

const BUCKET: [u8; 32] = [1; 32];
const WINDOW: i64 = 60_000;

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

fn reserve(limit: u32, at: Timestamp) -> Change {
    Change::Attempt(AttemptChange::Reserve { bucket: BUCKET, limit, window_ms: WINDOW, at })
}

async fn count(world: &World, now: Timestamp) -> u32 {
    world.rows().attempts(&[BUCKET], WINDOW, now).await.unwrap()[0]
}
