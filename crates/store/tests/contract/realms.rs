//! Realms: found by id and name, changed by compare-and-set.

use jeton_oauth::{Change, Timestamp, change::RealmChange, model::RealmConfig};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, realm},
};

cases![
    realm_reads_as_it_was_written,
    realms_are_listed_by_name,
    realm_name_and_issuer_are_taken_once,
    realms_without_an_issuer_do_not_collide,
    realm_update_of_another_version_is_a_conflict,
    realm_not_before_is_never_lowered,
];

async fn realm_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let written = RealmConfig { issuer: None, title: None, audience: None, ..realm("other") };
    world.commit(Change::Realm(RealmChange::Create(written.clone()))).await.unwrap();
    assert_eq!(*world.store.realm(written.id).await.unwrap().unwrap(), written);
    assert_eq!(*world.store.realm_by_name("other").await.unwrap().unwrap(), written);
    assert!(world.store.realm_by_name("nobody").await.unwrap().is_none());
}

async fn realms_are_listed_by_name(engine: Engine) {
    let world = World::new(engine).await;
    world.commit(Change::Realm(RealmChange::Create(realm("aaa")))).await.unwrap();
    let names: Vec<_> = world.store.realms().await.unwrap().into_iter().map(|realm| (realm.name, realm.issuer)).collect();
    assert_eq!(
        names,
        [
            ("aaa".to_owned(), Some("https://auth.example.com/aaa".to_owned())),
            ("acme".to_owned(), Some("https://auth.example.com/acme".to_owned()))
        ]
    );
}

async fn realm_name_and_issuer_are_taken_once(engine: Engine) {
    let world = World::new(engine).await;
    let same_name = RealmConfig { issuer: None, ..realm("acme") };
    let same_issuer = RealmConfig { name: "other".to_owned(), ..realm("acme") };
    let same_id = RealmConfig { id: world.realm, ..realm("other") };
    for taken in [same_name, same_issuer, same_id] {
        assert_eq!(world.commit(Change::Realm(RealmChange::Create(taken))).await, Err(CommitError::Conflict));
    }
}

async fn realms_without_an_issuer_do_not_collide(engine: Engine) {
    let world = World::new(engine).await;
    for name in ["one", "two"] {
        let realm = RealmConfig { issuer: None, ..realm(name) };
        world.commit(Change::Realm(RealmChange::Create(realm))).await.unwrap();
    }
}

async fn realm_update_of_another_version_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let read = world.store.realm(world.realm).await.unwrap().unwrap();
    let update = Change::Realm(RealmChange::Update(RealmConfig { title: Some("New".to_owned()), ..(*read).clone() }));
    world.commit(update.clone()).await.unwrap();
    assert_eq!(world.commit(update).await, Err(CommitError::Conflict));
    let now = world.store.realm(world.realm).await.unwrap().unwrap();
    assert_eq!((now.title.as_deref(), now.version), (Some("New"), 2));
}

async fn realm_not_before_is_never_lowered(engine: Engine) {
    let world = World::new(engine).await;
    for to in [NOW, Timestamp::from_millis(5)] {
        world.commit(Change::Realm(RealmChange::RaiseNotBefore { realm: world.realm, to })).await.unwrap();
        assert_eq!(world.store.realm(world.realm).await.unwrap().unwrap().not_before, NOW);
    }
}
