//! Who may open a folder, and what is made of missing, foreign, newer and damaged files.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use jeton_store::{Location, OpenError, Role, Store};

use crate::{
    engine::{Engine, cases},
    world::World,
};

cases![only Sqlite:
    second_server_is_refused,
    command_makes_nothing_that_is_missing,
    files_are_the_owners_alone,
    foreign_file_is_refused_and_left_alone,
    newer_schema_is_refused,
    file_where_the_folder_should_be_is_refused,
    damaged_file_is_refused,
    read_only_folder_is_refused,
    closed_store_leaves_no_log_behind,
];

async fn second_server_is_refused(engine: Engine) {
    let world = World::new(engine).await;
    let error = world.home.open(Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::HeldByServer { .. }), "{error}");
    assert!(error.to_string().contains("another server is running"), "{error}");
}

async fn command_makes_nothing_that_is_missing(engine: Engine) {
    let home = engine.home();
    let folder = home.folder();
    assert!(matches!(home.open(Role::Command { create: false }), Err(OpenError::NoSuchFolder { .. })));
    assert!(!folder.exists());
    fs::create_dir(&folder).unwrap();
    assert!(matches!(home.open(Role::Command { create: false }), Err(OpenError::NoSuchDatabase { .. })));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

async fn files_are_the_owners_alone(engine: Engine) {
    let world = World::new(engine).await;
    world.user("ann").await;
    let folder = world.home.folder();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

async fn foreign_file_is_refused_and_left_alone(engine: Engine) {
    let home = engine.home();
    let file = prepare(&home.folder(), b"These are not rows, and long enough to be read as a header: ".repeat(20).as_slice());
    let before = fs::read(&file).unwrap();
    let error = home.open(Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error}");
    assert_eq!(fs::read(&file).unwrap(), before);

    // Another program's database.
    fs::remove_file(&file).unwrap();
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let error = home.open(Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error}");
}

async fn newer_schema_is_refused(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    drop(store);
    let folder = home.folder();
    let connection = rusqlite::Connection::open(folder.join("jeton.db")).unwrap();
    connection.execute_batch("INSERT INTO migrations (version, name, applied_at) VALUES (999, 'from the future', 0); UPDATE installation SET oldest_schema = 999").unwrap();
    drop(connection);
    for role in [Role::Server, Role::Command { create: false }] {
        let error = home.open(role).unwrap_err();
        assert!(matches!(error, OpenError::TooNew { found: 999, .. }), "{error}");
    }
}

async fn file_where_the_folder_should_be_is_refused(engine: Engine) {
    let home = engine.home();
    let folder = home.folder();
    fs::write(&folder, "").unwrap();
    assert!(matches!(home.open(Role::Server), Err(OpenError::NoSuchFolder { .. })));
    let inside = Location::Sqlite { folder: folder.join("data") };
    assert!(matches!(Store::open(&inside, Role::Server), Err(OpenError::NoSuchFolder { .. })));
}

async fn damaged_file_is_refused(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    store.clone().close().await;
    drop(store);
    let folder = home.folder();
    let file = folder.join("jeton.db");
    let mut bytes = fs::read(&file).unwrap();
    // The schema's own page, behind the header.
    bytes[100..4096].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let error = home.open(Role::Server).unwrap_err();
    assert!(matches!(error, OpenError::Broken { .. }), "{error}");
}

async fn read_only_folder_is_refused(engine: Engine) {
    let home = engine.home();
    let folder = home.folder();
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    // Nothing is read-only to a superuser.
    if fs::write(folder.join("probe"), "").is_ok() {
        return;
    }
    let error = home.open(Role::Server).unwrap_err();
    assert!(matches!(&error, OpenError::ReadOnly { path } if path.starts_with(&folder)), "{error}");
}

async fn closed_store_leaves_no_log_behind(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    store.close().await;
    let folder = home.folder();
    let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["jeton.db", "server.lock"]);
}

fn prepare(folder: &Path, content: &[u8]) -> std::path::PathBuf {
    fs::create_dir(folder).unwrap();
    let file = folder.join("jeton.db");
    fs::write(&file, content).unwrap();
    file
}
