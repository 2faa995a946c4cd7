//! A PostgreSQL that goes away at the worst moment, is slow, or comes back: what is acknowledged is
//! there, and what may have happened is never repeated.

use std::{
    future::Future,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use jeton_oauth::{Change, RealmId, change::RealmChange};
use jeton_store::{CommitError, Location, OpenError, PostgresUrl, Role, Store, StoreError};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream, unix::OwnedReadHalf, unix::OwnedWriteHalf},
};

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
    migration_that_was_cut_off_is_done_by_the_next_start,
];

/// What stands between a store and its database.
#[derive(Clone, Copy)]
enum Way {
    Open,
    /// Whoever comes is sent away, and whoever is there is cut off.
    Closed,
    /// Milliseconds that everything takes longer, each way.
    Slow(u64),
    /// Cuts off one connection when something is asked on it: before it arrives, or before its answer does.
    Cut {
        asked: fn(&[u8]) -> bool,
        arrives: bool,
    },
}

/// A store whose connections go through here.
struct Passage {
    way: Arc<Mutex<Way>>,
    store: Store,
    _folder: TempDir,
}

impl Passage {
    async fn to(home: &Home) -> Self {
        Self::by(home, Way::Open).await.unwrap()
    }

    /// Also for the opening itself.
    async fn by(home: &Home, way: Way) -> Result<Self, OpenError> {
        let folder = tempfile::tempdir().unwrap();
        let way = Arc::new(Mutex::new(way));
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        tokio::spawn(listen(listener, home.place().socket(), way.clone()));
        let url = home.place().url_through(folder.path());
        // Opening blocks its thread, and the passage needs one.
        let open = move || Store::open(&Location::Postgres { url: PostgresUrl::parse(&url).unwrap() }, Role::Server);
        let store = tokio::task::spawn_blocking(open).await.unwrap()?;
        Ok(Self { way, store, _folder: folder })
    }

    fn set(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }

    async fn create(&self, name: &str) -> Result<(), CommitError> {
        self.store.commit(vec![Change::Realm(RealmChange::Create(realm(name)))]).await
    }
}

async fn listen(listener: UnixListener, to: PathBuf, way: Arc<Mutex<Way>>) {
    while let Ok((client, _)) = listener.accept().await {
        if matches!(*way.lock().unwrap(), Way::Closed) {
            continue;
        }
        let server = UnixStream::connect(&to).await.unwrap();
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let (there, back) = (way.clone(), way.clone());
        tokio::spawn(async move {
            // Either way ends both: halves that are dropped close the connection.
            tokio::select! {
                () = carry(from_client, to_server, there, true) => {}
                () = carry(from_server, to_client, back, false) => {}
            }
        });
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Arc<Mutex<Way>>, asks: bool) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..length];
        let present = *way.lock().unwrap();
        match present {
            Way::Closed => return,
            Way::Slow(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Way::Cut { asked, arrives } if asks && asked(bytes) => {
                *way.lock().unwrap() = Way::Open;
                if arrives {
                    to.write_all(bytes).await.unwrap();
                }
                return;
            }
            Way::Open | Way::Cut { .. } => {}
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
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
    let passage = Passage::to(&home).await;
    passage.create("first").await.unwrap();
    passage.set(Way::Cut { asked: commits, arrives: false });
    assert_eq!(passage.create("lost").await, UNKNOWN);
    // Its name is free once the server has noticed.
    eventually(async || passage.create("lost").await.is_ok()).await;
}

async fn unit_that_was_cut_off_after_its_commit_arrived_is_unknown_and_there(engine: Engine) {
    let home = engine.home();
    let passage = Passage::to(&home).await;
    passage.create("first").await.unwrap();
    passage.set(Way::Cut { asked: commits, arrives: true });
    assert_eq!(passage.create("lost").await, UNKNOWN);
    eventually(async || passage.store.realm_by_name("lost").await.unwrap().is_some()).await;
    assert_eq!(passage.store.realms().await.unwrap().len(), 2);
}

async fn unit_that_was_cut_off_before_it_wanted_to_commit_is_written_once(engine: Engine) {
    let home = engine.home();
    let passage = Passage::to(&home).await;
    passage.create("first").await.unwrap();
    for (name, arrives) in [("before", false), ("after", true)] {
        passage.set(Way::Cut { asked: begins, arrives });
        assert_eq!(passage.create(name).await, Ok(()));
    }
    assert_eq!(passage.store.realms().await.unwrap().len(), 3);
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
    let passage = Passage::to(&world.home).await;
    passage.store.commit(vec![rotate(&warm, 0)]).await.unwrap();
    passage.set(Way::Cut { asked: binds, arrives });
    assert_eq!(passage.store.commit(vec![rotate(&row, 0)]).await, UNKNOWN);
    let present = async || world.rows().authorization(row.id).await.unwrap().unwrap().authorization.refresh.unwrap().generation;
    eventually(async || present().await == generation).await;
    // Whoever asks again from what is there, goes on.
    passage.store.commit(vec![rotate(&row, generation)]).await.unwrap();
    assert_eq!(present().await, generation + 1);
}

async fn database_that_is_gone_fails_at_once_and_is_found_again(engine: Engine) {
    let home = engine.home();
    let passage = Passage::to(&home).await;
    passage.create("first").await.unwrap();
    for round in 0..3 {
        passage.set(Way::Closed);
        let unknown_realm = passage.store.realm(RealmId(crate::world::id())).await;
        assert!(matches!(unknown_realm, Err(StoreError::Unreachable(_))), "{unknown_realm:?}");
        let written = passage.create("gone").await;
        assert!(matches!(written, Err(CommitError::Failed(StoreError::Unreachable(_)))), "{written:?}");
        assert!(passage.store.check().await.is_err());
        assert!(passage.store.noticed().await.is_err());
        passage.set(Way::Open);
        passage.store.check().await.unwrap();
        passage.store.noticed().await.unwrap();
        passage.create(&format!("back-{round}")).await.unwrap();
    }
    assert_eq!(passage.store.realms().await.unwrap().len(), 4);
}

async fn slow_database_is_waited_for(engine: Engine) {
    let home = engine.home();
    let passage = Passage::to(&home).await;
    passage.set(Way::Slow(250));
    passage.create("late").await.unwrap();
    assert!(passage.store.realm_by_name("late").await.unwrap().is_some());
}

async fn migration_that_was_cut_off_is_done_by_the_next_start(engine: Engine) {
    for arrives in [false, true] {
        let home = engine.home();
        let error = Passage::by(&home, Way::Cut { asked: commits, arrives }).await.err().unwrap();
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
