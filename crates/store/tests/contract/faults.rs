//! A PostgreSQL that goes away at the worst moment, is slow, or comes back: what is acknowledged is
//! there, and what may have happened is never repeated.

use std::{future::Future, time::Duration};

use jeton_oauth::{Change, RealmId, UserId, change::RealmChange};
use jeton_postgres_test::{Passage, Way};
use jeton_store::{CommitError, Location, OpenError, PostgresUrl, Role, Store, StoreError};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    engine::{Engine, Home, cases},
    world::{World, realm, rotate},
};

cases![only Postgres:
    unit_that_was_cut_off_before_its_commit_arrived_is_unknown_and_absent,
    unit_that_was_cut_off_after_its_commit_arrived_is_unknown_and_there,
    unit_that_was_cut_off_before_it_wanted_to_commit_is_written_once,
    rotation_whose_answer_was_lost_is_unknown_and_not_repeated,
    rotation_that_never_arrived_is_unknown_and_absent,
    database_that_is_gone_fails_at_once_and_is_found_again,
    slow_database_is_waited_for,
    whoever_asks_a_silent_database_is_told_so_and_it_is_found_again,
    migration_that_was_cut_off_is_done_by_the_next_start,
];

/// A store whose connections go through a passage.
struct Through {
    passage: Passage,
    store: Store,
}

impl Through {
    async fn to(home: &Home) -> Self {
        Self::by(home, Way::Open).await.unwrap()
    }

    /// Also for the opening itself.
    async fn by(home: &Home, way: Way) -> Result<Self, OpenError> {
        let passage = Passage::to(home.place(), way);
        let url = passage.url().to_owned();
        // Opening blocks its thread, and the passage needs one.
        let open = move || Store::open(&Location::Postgres { url: PostgresUrl::parse(&url).unwrap() }, Role::Server);
        let store = tokio::task::spawn_blocking(open).await.unwrap()?;
        Ok(Self { passage, store })
    }

    fn set(&self, way: Way) {
        self.passage.set(way);
    }

    async fn create(&self, name: &str) -> Result<(), CommitError> {
        self.store.commit(vec![Change::Realm(RealmChange::Create(realm(name)))]).await
    }
}

fn commits(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|window| window == b"COMMIT")
}

fn begins(bytes: &[u8]) -> bool {
    bytes.windows(5).any(|window| window == b"BEGIN")
}

/// The tag of Bind: a prepared statement is to run.
fn binds(bytes: &[u8]) -> bool {
    bytes.first() == Some(&b'B')
}

const UNKNOWN: Result<(), CommitError> = Err(CommitError::Failed(StoreError::Unknown));

async fn unit_that_was_cut_off_before_its_commit_arrived_is_unknown_and_absent(engine: Engine) {
    let home = engine.home();
    let through = Through::to(&home).await;
    through.create("first").await.unwrap();
    through.set(Way::Cut { asked: commits, arrives: false });
    assert_eq!(through.create("lost").await, UNKNOWN);
    // Its name is free once the server has noticed.
    eventually(async || through.create("lost").await.is_ok()).await;
}

async fn unit_that_was_cut_off_after_its_commit_arrived_is_unknown_and_there(engine: Engine) {
    let home = engine.home();
    let through = Through::to(&home).await;
    through.create("first").await.unwrap();
    through.set(Way::Cut { asked: commits, arrives: true });
    assert_eq!(through.create("lost").await, UNKNOWN);
    eventually(async || through.store.realm_by_name("lost").await.unwrap().is_some()).await;
    assert_eq!(through.store.realms().await.unwrap().len(), 2);
}

async fn unit_that_was_cut_off_before_it_wanted_to_commit_is_written_once(engine: Engine) {
    let home = engine.home();
    let through = Through::to(&home).await;
    through.create("first").await.unwrap();
    for (name, arrives) in [("before", false), ("after", true)] {
        through.set(Way::Cut { asked: begins, arrives });
        assert_eq!(through.create(name).await, Ok(()));
    }
    assert_eq!(through.store.realms().await.unwrap().len(), 3);
}

async fn rotation_whose_answer_was_lost_is_unknown_and_not_repeated(engine: Engine) {
    rotation_cut_off(engine, true, 1).await;
}

async fn rotation_that_never_arrived_is_unknown_and_absent(engine: Engine) {
    rotation_cut_off(engine, false, 0).await;
}

async fn rotation_cut_off(engine: Engine, arrives: bool, generation: u32) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let (warm, row) = (world.authorization(&web, &ann).await, world.authorization(&web, &ann).await);
    let through = Through::to(&world.home).await;
    through.store.commit(vec![rotate(&warm, 0)]).await.unwrap();
    through.set(Way::Cut { asked: binds, arrives });
    assert_eq!(through.store.commit(vec![rotate(&row, 0)]).await, UNKNOWN);
    let present = async || world.rows().authorization(row.id).await.unwrap().unwrap().authorization.refresh.unwrap().generation;
    eventually(async || present().await == generation).await;
    // Whoever asks again from what is there, goes on.
    through.store.commit(vec![rotate(&row, generation)]).await.unwrap();
    assert_eq!(present().await, generation + 1);
}

async fn database_that_is_gone_fails_at_once_and_is_found_again(engine: Engine) {
    let home = engine.home();
    let through = Through::to(&home).await;
    through.create("first").await.unwrap();
    for round in 0..3 {
        through.set(Way::Closed);
        let unknown_realm = through.store.realm(RealmId(crate::world::id())).await;
        assert!(matches!(unknown_realm, Err(StoreError::Unreachable(_))), "{unknown_realm:?}");
        let written = through.create("gone").await;
        assert!(matches!(written, Err(CommitError::Failed(StoreError::Unreachable(_)))), "{written:?}");
        assert!(through.store.check().await.is_err());
        assert!(through.store.noticed().await.is_err());
        through.set(Way::Open);
        through.store.check().await.unwrap();
        through.store.noticed().await.unwrap();
        through.create(&format!("back-{round}")).await.unwrap();
    }
    assert_eq!(through.store.realms().await.unwrap().len(), 4);
}

async fn slow_database_is_waited_for(engine: Engine) {
    let home = engine.home();
    let through = Through::to(&home).await;
    through.set(Way::Slow(250));
    through.create("late").await.unwrap();
    assert!(through.store.realm_by_name("late").await.unwrap().is_some());
}

/// Many more than the database is asked at once: nobody waits for the patience of those before.
async fn whoever_asks_a_silent_database_is_told_so_and_it_is_found_again(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let (warm, row) = (world.authorization(&web, &ann).await, world.authorization(&web, &ann).await);
    let through = Through::to(&world.home).await;
    // For connections that know their statements already, and for those that have to be told.
    for prepared in [false, true] {
        if prepared {
            through.store.commit(vec![rotate(&warm, 0)]).await.unwrap();
            through.store.realms().await.unwrap();
        }
        through.set(Way::Silent);
        let (mut asking, realm) = (JoinSet::new(), world.realm);
        for _ in 0..3000 {
            let store = through.store.clone();
            asking.spawn(async move { store.in_realm(realm).user(UserId(crate::world::id())).await.err() });
        }
        for _ in 0..500 {
            let (store, change) = (through.store.clone(), rotate(&row, 0));
            asking.spawn(async move { store.commit(vec![change]).await.err().map(failed) });
        }
        let store = through.store.clone();
        asking.spawn(async move { store.noticed().await.err() });
        let store = through.store.clone();
        asking.spawn(async move { store.realms().await.err() });
        let answers = timeout(Duration::from_secs(40), asking.join_all()).await.expect("everybody is told");
        for answer in answers {
            let told = matches!(answer, Some(StoreError::Unreachable(_) | StoreError::Unknown));
            assert!(told || answer == Some(StoreError::NoConnection), "{answer:?}");
        }
        through.set(Way::Open);
        eventually(async || through.store.check().await.is_ok()).await;
        through.store.noticed().await.unwrap();
        through.create(if prepared { "back" } else { "back-again" }).await.unwrap();
    }
}

fn failed(error: CommitError) -> StoreError {
    match error {
        CommitError::Failed(error) => error,
        CommitError::Conflict => StoreError::Failed("a conflict".to_owned()),
    }
}

async fn migration_that_was_cut_off_is_done_by_the_next_start(engine: Engine) {
    for arrives in [false, true] {
        let home = engine.home();
        let error = Through::by(&home, Way::Cut { asked: commits, arrives }).await.err().unwrap();
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
        home.server().installation().await.unwrap();
    }
}

/// Servers notice lost connections when they notice.
async fn eventually<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    for _ in 0..2000 {
        if holds().await {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came to be");
}
