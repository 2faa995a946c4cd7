//! Dialects of an operator's own: stored, so that every server speaks them; or a file that one server has.

use jeton_oauth::{
    Change,
    change::{ClientChange, DialectChange, RealmChange, UserChange},
    dialect::DialectFile,
    model::RealmConfig,
};
use jeton_store::{CommitError, Store};

use crate::{
    setup::{NOW, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    what_a_stored_dialect_becomes_is_spoken_by_every_server_once_it_hears_of_it,
    a_file_in_the_data_folder_is_spoken_until_a_dialect_of_its_name_is_stored,
    a_dialect_that_a_realm_speaks_stays,
];

/// A dialect whose access tokens live for so long.
fn ours(lifetime: u32) -> String {
    format!("name = \"ours\"\ntitle = \"Ours\"\n[settings]\naccess_token_lifetime = {lifetime}\n")
}

/// As `jeton dialect apply` writes it beside a running server.
async fn store(beside: &Store, version: u32, lifetime: u32) {
    let file = DialectFile::check(ours(lifetime)).unwrap();
    beside.commit(vec![Change::Dialect(DialectChange::Store { file, version, at: NOW })]).await.unwrap();
}

async fn lifetime(world: &World) -> Option<u64> {
    let answer = world.post("/ours/token").basic("web", SECRET).form(&[("grant_type", "client_credentials")]).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["expires_in"].as_u64()
}

async fn what_a_stored_dialect_becomes_is_spoken_by_every_server_once_it_hears_of_it(engine: Engine) {
    let one = World::standard(engine).await;
    let beside = one.home.open_beside();
    store(&beside, 0, 77).await;
    let Setup { config, clients, users } = Setup::new("ours", "ours");
    let mut unit = vec![Change::Realm(RealmChange::Create(config))];
    unit.extend(clients.into_iter().map(|client| Change::Client(ClientChange::Create(client))));
    unit.extend(users.into_iter().map(|user| Change::User(UserChange::Create(user))));
    beside.commit(unit).await.unwrap();
    one.notice().await;
    assert_eq!(lifetime(&one).await, Some(77));
    let two = if engine.is_shared() { Some(one.another().await) } else { None };
    store(&beside, 1, 55).await;
    for world in [Some(&one), two.as_ref()].into_iter().flatten() {
        world.notice().await;
        assert_eq!(lifetime(world).await, Some(55));
    }
    // Whoever knew an older one is told, and nothing is overwritten.
    let stale = DialectFile::check(ours(11)).unwrap();
    let stale = vec![Change::Dialect(DialectChange::Store { file: stale, version: 1, at: NOW })];
    assert_eq!(beside.commit(stale).await, Err(CommitError::Conflict));
    let one = one.restart().await;
    assert_eq!(lifetime(&one).await, Some(55));
}

async fn a_file_in_the_data_folder_is_spoken_until_a_dialect_of_its_name_is_stored(engine: Engine) {
    let world = World::with_dialect(engine, Setup::new("ours", "ours"), &ours(33)).await;
    assert_eq!(lifetime(&world).await, Some(33));
    store(&world.home.open_beside(), 0, 77).await;
    world.notice().await;
    assert_eq!(lifetime(&world).await, Some(77));
}

async fn a_dialect_that_a_realm_speaks_stays(engine: Engine) {
    let world = World::with_dialect(engine, Setup::new("ours", "ours"), &ours(33)).await;
    store(&world.app.store, 0, 77).await;
    let remove = || world.app.store.commit(vec![Change::Dialect(DialectChange::Remove { name: "ours".into(), version: 1 })]);
    assert_eq!(remove().await, Err(CommitError::Conflict));
    assert_eq!(lifetime(&world).await, Some(77));
    let realm = (*world.app.store.realm_by_name("ours").await.unwrap().unwrap()).clone();
    world.commit(Change::Realm(RealmChange::Update(RealmConfig { dialect: "standard".into(), ..realm }))).await;
    assert_eq!(remove().await, Ok(()));
    assert_eq!(lifetime(&world).await, Some(3600));
}
