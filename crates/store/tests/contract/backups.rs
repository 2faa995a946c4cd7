//! A backup opens, equals, and overwrites nothing.

use std::fs;

use jeton_oauth::{Change, change::UserChange};
use jeton_store::{BackupError, Location, Role, Store};

use crate::{
    engine::{Engine, cases},
    world::{World, user},
};

cases![only Sqlite: backup_opens_and_equals, backup_overwrites_nothing, backup_into_nowhere_says_so];

async fn backup_opens_and_equals(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let authorization = world.authorization(&web, &ann).await;
    let folder = world.home.beside("restored");
    fs::create_dir(&folder).unwrap();
    let writers = (0..20).map(|index| {
        let (store, user) = (world.store.clone(), user(world.realm, &format!("user-{index}")));
        tokio::spawn(async move { store.commit(vec![Change::User(UserChange::Create(user))]).await })
    });
    let writers: Vec<_> = writers.collect();
    world.store.backup(&folder.join("jeton.db")).await.unwrap();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }

    let restored = Store::open(&Location::Sqlite { folder: folder.clone() }, Role::Server).unwrap();
    assert_eq!(restored.installation().await.unwrap(), world.store.installation().await.unwrap());
    let rows = restored.in_realm(world.realm);
    assert_eq!(*rows.client("web").await.unwrap().unwrap(), web);
    assert_eq!(rows.user(ann.id()).await.unwrap().unwrap(), ann);
    assert_eq!(rows.authorization(authorization.id).await.unwrap().unwrap().authorization, authorization);
    assert!(restored.diagnose().await.unwrap().faults.is_empty());
    restored.commit(vec![Change::User(UserChange::Create(user(world.realm, "new")))]).await.unwrap();
    drop(restored);
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|name| !name.ends_with(".partial")), "{left:?}");
}

async fn backup_overwrites_nothing(engine: Engine) {
    let world = World::new(engine).await;
    let file = world.home.beside("backup.db");
    fs::write(&file, "precious").unwrap();
    assert!(matches!(world.store.backup(&file).await, Err(BackupError::Exists { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}

async fn backup_into_nowhere_says_so(engine: Engine) {
    let world = World::new(engine).await;
    let error = world.store.backup(&world.home.beside("nowhere").join("backup.db")).await.unwrap_err();
    assert!(matches!(&error, BackupError::Io { path, .. } if path.starts_with(world.home.beside("nowhere"))), "{error}");
}
