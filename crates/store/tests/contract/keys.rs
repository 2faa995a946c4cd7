//! Keys of a realm, and the master key that wraps them.

use jeton_oauth::{
    Change, KeyId, Seconds,
    change::KeyChange,
    model::{Key, RefreshProof},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, id, key},
};

cases![
    keys_read_as_they_were_written,
    ordinal_of_a_purpose_is_taken_once,
    key_is_activated_earlier_but_never_later,
    revoked_key_keeps_its_first_time,
    key_is_rewrapped,
    a_deleted_key_is_gone_and_its_line_goes_on,
    the_key_of_an_authorization_derives,
    change_of_a_missing_key_is_a_conflict,
    master_key_is_adopted_once,
    master_key_is_not_adopted_once_keys_exist,
];

async fn keys_read_as_they_were_written(engine: Engine) {
    let world = World::new(engine).await;
    let (two, one) = (world.key(2).await, world.key(1).await);
    let refresh = Key { purpose: jeton_oauth::model::KeyPurpose::Refresh, public_jwk: None, revoked_at: Some(NOW), ..key(world.realm, 1) };
    world.commit(Change::Key(KeyChange::Create(refresh.clone()))).await.unwrap();
    assert_eq!(world.rows().keys().await.unwrap(), [one, two, refresh]);
}

async fn ordinal_of_a_purpose_is_taken_once(engine: Engine) {
    let world = World::new(engine).await;
    world.key(1).await;
    assert_eq!(world.commit(Change::Key(KeyChange::Create(key(world.realm, 1)))).await, Err(CommitError::Conflict));
}

async fn key_is_activated_earlier_but_never_later(engine: Engine) {
    let world = World::new(engine).await;
    let key = world.key(1).await;
    for at in [NOW, NOW + Seconds(600)] {
        world.commit(Change::Key(KeyChange::Activate { realm: world.realm, key: key.id, at })).await.unwrap();
        assert_eq!(world.rows().keys().await.unwrap()[0].active_at, NOW);
    }
}

async fn revoked_key_keeps_its_first_time(engine: Engine) {
    let world = World::new(engine).await;
    let key = world.key(1).await;
    for at in [NOW, NOW + Seconds(600)] {
        world.commit(Change::Key(KeyChange::Revoke { realm: world.realm, key: key.id, at })).await.unwrap();
        assert_eq!(world.rows().keys().await.unwrap()[0].revoked_at, Some(NOW));
    }
}

async fn key_is_rewrapped(engine: Engine) {
    let world = World::new(engine).await;
    let key = world.key(1).await;
    let (wrapped, wrapping_key) = (vec![9; 40], "master-2".to_owned());
    world
        .commit(Change::Key(KeyChange::Rewrap {
            realm: world.realm,
            key: key.id,
            wrapped: wrapped.clone(),
            wrapping_key: wrapping_key.clone(),
        }))
        .await
        .unwrap();
    assert_eq!(world.rows().keys().await.unwrap(), [Key { wrapped, wrapping_key, ..key }]);
}

async fn a_deleted_key_is_gone_and_its_line_goes_on(engine: Engine) {
    let world = World::new(engine).await;
    let (one, two) = (world.key(1).await, world.key(2).await);
    for _ in 0..2 {
        world.commit(Change::Key(KeyChange::Delete { realm: world.realm, key: one.id })).await.unwrap();
        assert_eq!(world.rows().keys().await.unwrap(), std::slice::from_ref(&two));
    }
}

async fn the_key_of_an_authorization_derives(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let authorization = world.authorization(&web, &ann).await;
    let Some(RefreshProof::Derived { key, .. }) = authorization.refresh.map(|refresh| refresh.proof) else { panic!("derived") };
    assert!(world.rows().derives(key).await.unwrap());
    assert!(!world.rows().derives(KeyId(id())).await.unwrap());
}

async fn change_of_a_missing_key_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let (realm, key) = (world.realm, KeyId(id()));
    for change in [
        KeyChange::Activate { realm, key, at: NOW },
        KeyChange::Revoke { realm, key, at: NOW },
        KeyChange::Rewrap { realm, key, wrapped: Vec::new(), wrapping_key: String::new() },
    ] {
        assert_eq!(world.commit(Change::Key(change)).await, Err(CommitError::Conflict));
    }
}

async fn master_key_is_adopted_once(engine: Engine) {
    let world = World::new(engine).await;
    assert_eq!(world.store.installation().await.unwrap().master_key_check, None);
    world.store.adopt_master_key(b"check").await.unwrap();
    assert_eq!(world.store.adopt_master_key(b"other").await, Err(CommitError::Conflict));
    assert_eq!(world.store.installation().await.unwrap().master_key_check.as_deref(), Some(b"check".as_slice()));
}

async fn master_key_is_not_adopted_once_keys_exist(engine: Engine) {
    let world = World::new(engine).await;
    world.key(1).await;
    assert_eq!(world.store.adopt_master_key(b"check").await, Err(CommitError::Conflict));
}
