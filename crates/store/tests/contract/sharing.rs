//! Who opens the rows one after the other, or at the same time.

use jeton_oauth::{Change, change::RealmChange};
use jeton_store::Role;

use crate::{
    engine::{Engine, cases},
    world::{World, realm},
};

cases![next_server_finds_what_the_last_one_wrote, commands_write_beside_a_server, command_may_be_asked_to_make_what_is_missing];

async fn next_server_finds_what_the_last_one_wrote(engine: Engine) {
    let World { home, store, realm } = World::new(engine).await;
    let installation = store.installation().await.unwrap();
    drop(store);
    let store = home.server();
    assert_eq!(store.installation().await.unwrap(), installation);
    assert!(store.realm(realm).await.unwrap().is_some());
}

async fn commands_write_beside_a_server(engine: Engine) {
    let world = World::new(engine).await;
    let (one, two) = (world.home.command(), world.home.command());
    let tasks: Vec<_> = (0..30)
        .map(|index| {
            let store = [&world.store, &one, &two][index % 3].clone();
            let change = Change::Realm(RealmChange::Create(realm(&format!("realm-{index}"))));
            tokio::spawn(async move { store.commit(vec![change]).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(world.store.realms().await.unwrap().len(), 31);
}

async fn command_may_be_asked_to_make_what_is_missing(engine: Engine) {
    let home = engine.home();
    let command = home.open(Role::Command { create: true }).unwrap();
    let written = realm("acme");
    command.commit(vec![Change::Realm(RealmChange::Create(written.clone()))]).await.unwrap();
    // A command does not keep the server out.
    assert_eq!(*home.server().realm(written.id).await.unwrap().unwrap(), written);
}
