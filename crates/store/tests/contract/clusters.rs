//! Which PostgreSQL is refused, in which words, and what a lost one does to whoever waits.

use jeton_oauth::{Change, change::RealmChange};
use jeton_postgres_test::{Cluster, Settings};
use jeton_store::{CommitError, Location, OpenError, PostgresUrl, Role, Store, StoreError};

use crate::{
    engine::{Engine, cases},
    world::{World, realm},
};

cases![only Postgres:
    ten_nodes_start_at_once_on_an_empty_database,
    command_leaves_an_empty_database_alone,
    newer_database_is_refused,
    foreign_tables_are_refused_and_left_alone,
    missing_database_is_named,
    database_of_another_encoding_is_refused,
    wrong_password_is_refused_and_not_repeated,
    nobody_listening_says_where,
    no_connection_left_says_what_to_raise,
    read_only_database_is_refused,
    lost_connections_are_replaced,
    migration_that_waits_for_a_reader_gives_up_and_changes_nothing,
    text_with_a_nul_finds_nothing_and_is_not_stored,
    database_backs_itself_up,
];

fn open(url: &str, role: Role) -> Result<Store, OpenError> {
    Store::open(&Location::Postgres { url: PostgresUrl::parse(url)? }, role)
}

fn create(name: &str) -> Vec<Change> {
    vec![Change::Realm(RealmChange::Create(realm(name)))]
}

async fn ten_nodes_start_at_once_on_an_empty_database(engine: Engine) {
    let home = engine.home();
    let start = |location: Location| tokio::task::spawn_blocking(move || Store::open(&location, Role::Server).unwrap());
    let nodes: Vec<_> = (0..10).map(|_| start(home.location())).collect();
    let mut installations = Vec::new();
    for node in nodes {
        installations.push(node.await.unwrap().installation().await.unwrap());
    }
    assert!(installations.iter().all(|installation| *installation == installations[0]));
}

async fn command_leaves_an_empty_database_alone(engine: Engine) {
    let home = engine.home();
    let error = home.open(Role::Command { create: false }).unwrap_err();
    assert!(matches!(error, OpenError::EmptyDatabase { .. }), "{error}");
    home.place().execute("CREATE TABLE migrations ()");
}

async fn newer_database_is_refused(engine: Engine) {
    let World { home, .. } = World::new(engine).await;
    home.place().execute("INSERT INTO migrations (version, name, applied_at) VALUES (999, 'from the future', 0); UPDATE installation SET oldest_schema = 999");
    for role in [Role::Server, Role::Command { create: false }] {
        let error = home.open(role).unwrap_err();
        assert!(matches!(error, OpenError::TooNew { found: 999, .. }), "{error}");
    }
}

async fn foreign_tables_are_refused_and_left_alone(engine: Engine) {
    let home = engine.home();
    home.place().execute("CREATE TABLE migrations (theirs text)");
    let error = home.open(Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::ForeignTables { .. }), "{error}");
    home.place().execute("SELECT theirs FROM migrations; CREATE TABLE installation ()");
}

async fn missing_database_is_named(_: Engine) {
    let place = Cluster::durable().place();
    let error = open(&place.url().replace("/postgres?", "/nowhere?"), Role::Server).unwrap_err();
    assert!(matches!(&error, OpenError::NoSuchPostgres { database, .. } if database == "nowhere"), "{error}");
}

async fn database_of_another_encoding_is_refused(_: Engine) {
    let place = Cluster::durable().database("ENCODING 'SQL_ASCII' TEMPLATE template0");
    let error = open(&place.url(), Role::Server).unwrap_err();
    assert!(matches!(&error, OpenError::NotUtf8 { found, .. } if found == "SQL_ASCII"), "{error}");
}

async fn wrong_password_is_refused_and_not_repeated(_: Engine) {
    let settings = Settings { hba: Some("local all jeton trust\nlocal all ann scram-sha-256\n"), careless: true, ..Settings::default() };
    let cluster = Cluster::start(settings);
    let place = cluster.place();
    place.execute("CREATE USER ann PASSWORD 'right-one'");
    let as_ann = |password: &str| place.url().replace("jeton@", &format!("ann:{password}@"));
    let error = open(&as_ann("wr0ng-one"), Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::LoginRefused { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("wr0ng-one"));

    // Whom the database knows, but lets make nothing.
    let error = open(&as_ann("right-one"), Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::NoPrivilege { .. } | OpenError::Unreachable { .. }), "{error}");
}

async fn nobody_listening_says_where(_: Engine) {
    let error = open("postgres://jeton@%2Fnowhere/rows", Role::Server).unwrap_err();
    assert!(matches!(&error, OpenError::Unreachable { url, .. } if url == "postgres:///nowhere:5432/rows"), "{error}");
}

async fn no_connection_left_says_what_to_raise(_: Engine) {
    let place = Cluster::durable().place().for_role();
    place.limit(0);
    let error = open(&place.url(), Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::TooManyConnections { .. }), "{error}");
    place.limit(-1);
    open(&place.url(), Role::Server).unwrap();
}

async fn read_only_database_is_refused(_: Engine) {
    let place = Cluster::durable().database("");
    place.execute(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", place.database()));
    let error = open(&place.url(), Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::Replica { .. }), "{error}");
}

async fn lost_connections_are_replaced(engine: Engine) {
    let home = engine.home();
    let store = open(&format!("{}&application_name=severed", home.place().url()), Role::Server).unwrap();
    let sever = || home.place().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'severed'");
    store.commit(create("first")).await.unwrap();
    for round in 0..5 {
        sever();
        assert!(store.realm_by_name("first").await.unwrap().is_some());
        sever();
        store.commit(create(&format!("round-{round}"))).await.unwrap();
    }
}

async fn migration_that_waits_for_a_reader_gives_up_and_changes_nothing(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    store.close().await;
    home.back_to_the_first_schema();
    home.place().execute_while("BEGIN; SELECT * FROM installation", || {
        let error = home.open(Role::Server).unwrap_err();
        assert!(matches!(error, OpenError::Blocked { .. }), "{error}");
    });
    home.server();
}

async fn text_with_a_nul_finds_nothing_and_is_not_stored(engine: Engine) {
    let world = World::new(engine).await;
    assert!(world.rows().client("a\0b").await.unwrap().is_none());
    assert!(matches!(world.store.commit(create("a\0b")).await, Err(CommitError::Failed(StoreError::Unstorable(_)))));
}

async fn database_backs_itself_up(engine: Engine) {
    let world = World::new(engine).await;
    let error = world.store.backup(&world.home.beside("backup")).await.unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}
