//! Changes are noticed: at once by the process that made them, by polling everywhere else.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use jeton_oauth::{
    Change, Seconds, born_at,
    change::{AccessTokenChange, AuthorizationChange, ClientChange, KeyChange, RealmChange, UserChange},
    manage::ClientMetadata,
    model::{Client, RealmConfig, RevocationReason},
};
use jeton_store::{Noticed, Store};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, id, key},
};

cases![
    own_write_is_seen_at_once,
    write_of_another_process_is_seen_after_a_poll,
    deletion_by_another_process_is_seen_after_a_poll,
    each_change_is_noticed_once_and_as_what_it_is,
    marks_and_refused_units_are_not_noticed,
    subscriber_hears_before_the_committer,
    whoever_missed_changes_forgets_everything,
    storm_of_changes_is_noticed_whole_and_once,
    what_was_read_before_a_later_page_failed_is_heard,
    that_changes_were_missed_is_heard_even_if_a_page_fails_then,
    a_cache_that_stops_because_of_a_bug_forgets_everything_and_keeps_nobody_from_hearing,
    no_reader_keeps_what_a_writer_has_replaced,
];

async fn own_write_is_seen_at_once(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    for version in 1..20 {
        let read = world.rows().client("web").await.unwrap().unwrap();
        assert_eq!(read.version, version);
        world.commit(Change::Client(ClientChange::Update((*read).clone()))).await.unwrap();
        let realm = world.store.realm(world.realm).await.unwrap().unwrap();
        assert_eq!(realm.version, version);
        world.commit(Change::Realm(RealmChange::Update((*realm).clone()))).await.unwrap();
    }
    world.commit(Change::Client(ClientChange::Delete { realm: world.realm, client: web.key })).await.unwrap();
    assert!(world.rows().client("web").await.unwrap().is_none());
}

async fn write_of_another_process_is_seen_after_a_poll(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let realm = world.store.realm(world.realm).await.unwrap().unwrap();
    world.rows().client("web").await.unwrap();
    world.store.noticed().await.unwrap();

    let other = world.home.command();
    let unit = vec![
        Change::Client(ClientChange::Update(Client { metadata: ClientMetadata::default(), ..web.clone() })),
        Change::Realm(RealmChange::Update(RealmConfig { title: None, ..(*realm).clone() })),
    ];
    other.commit(unit).await.unwrap();

    assert_eq!(world.store.noticed().await.unwrap(), [Noticed::Client(world.realm, web.key), Noticed::Realm(world.realm)]);
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().client_name, None);
    assert_eq!(world.store.realm(world.realm).await.unwrap().unwrap().title, None);
    // And what this process then writes is the other's to notice.
    other.noticed().await.unwrap();
    world.commit(Change::Realm(RealmChange::RaiseNotBefore { realm: world.realm, to: NOW })).await.unwrap();
    assert_eq!(other.noticed().await.unwrap(), [Noticed::Realm(world.realm)]);
}

async fn deletion_by_another_process_is_seen_after_a_poll(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    world.rows().client("web").await.unwrap();
    let other = world.home.command();
    other.commit(vec![Change::Client(ClientChange::Delete { realm: world.realm, client: web.key })]).await.unwrap();
    let new = crate::world::client(world.realm, "web");
    other.commit(vec![Change::Client(ClientChange::Create(new.clone()))]).await.unwrap();
    world.store.noticed().await.unwrap();
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().key, new.key);
}

async fn each_change_is_noticed_once_and_as_what_it_is(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let (authorization, token) = (world.authorization(&web, &ann).await, world.access_token(&web, None).await);
    let (key, jti, realm) = (key(world.realm, 1), id(), world.realm);
    world.store.noticed().await.unwrap();
    let why = RevocationReason::Operator;
    let unit = vec![
        Change::Key(KeyChange::Create(key.clone())),
        Change::Authorization(AuthorizationChange::Revoke { realm, id: authorization.id, at: NOW, why }),
        Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user: ann.id(), client: None, at: NOW, why }),
        Change::AccessToken(AccessTokenChange::RevokeJti { realm, jti, expires_at: NOW }),
        Change::AccessToken(AccessTokenChange::Delete { realm, id: token.id }),
        Change::User(UserChange::RaiseNotBefore { realm, user: ann.id(), to: NOW }),
    ];
    world.store.commit(unit).await.unwrap();
    let expected = [
        Noticed::Key(realm, key.id),
        Noticed::Authorization(realm, authorization.id),
        Noticed::User(realm, ann.id()),
        Noticed::AccessToken(realm, jti),
        Noticed::AccessToken(realm, token.id.0),
        Noticed::User(realm, ann.id()),
    ];
    assert_eq!(world.store.noticed().await.unwrap(), expected);
    assert!(world.store.noticed().await.unwrap().is_empty());
}

async fn marks_and_refused_units_are_not_noticed(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    world.store.noticed().await.unwrap();
    world
        .commit(Change::Client(ClientChange::SecretUsed { realm: world.realm, client: web.key, secret: web.secrets[0].id, at: NOW }))
        .await
        .unwrap();
    let stale = Client { version: 7, ..web };
    world.commit(Change::Client(ClientChange::Update(stale))).await.unwrap_err();
    assert!(world.store.noticed().await.unwrap().is_empty());
}

async fn subscriber_hears_before_the_committer(engine: Engine) {
    let world = World::new(engine).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    world.store.subscribe(move |noticed| hears.lock().unwrap().extend_from_slice(noticed));
    let web = world.client("web").await;
    assert_eq!(*heard.lock().unwrap(), [Noticed::Client(world.realm, web.key)]);
    // Nothing to forget, nothing to hear.
    world.user("ann").await;
    assert_eq!(heard.lock().unwrap().len(), 1);
}

async fn whoever_missed_changes_forgets_everything(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    world.rows().client("web").await.unwrap();
    let asleep = world.home.command();
    asleep.in_realm(world.realm).client("web").await.unwrap();
    for _ in 0..3 {
        let read = world.rows().client("web").await.unwrap().unwrap();
        world.commit(Change::Client(ClientChange::Update((*read).clone()))).await.unwrap();
    }
    // Change rows carry the real time; a day from it, all but the newest are swept.
    world.store.sweep(born_at(crate::world::id()).unwrap() + Seconds(86_400), 100).await.unwrap();
    assert_eq!(asleep.noticed().await.unwrap(), [Noticed::Everything]);
    assert_eq!(asleep.in_realm(world.realm).client_by_key(web.key).await.unwrap().unwrap().version, 4);
    assert!(asleep.noticed().await.unwrap().is_empty());
}

async fn storm_of_changes_is_noticed_whole_and_once(engine: Engine) {
    let world = World::new(engine).await;
    world.store.noticed().await.unwrap();
    let command = world.home.command();
    let (mut left, mut killed) = (2500, std::collections::HashSet::new());
    while left > 0 {
        let jtis: Vec<_> = (0..500).map(|_| id()).collect();
        let revoke = |jti| Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti, expires_at: NOW });
        command.commit(jtis.iter().copied().map(revoke).collect()).await.unwrap();
        left -= jtis.len();
        killed.extend(jtis);
    }
    let noticed = world.store.noticed().await.unwrap();
    assert_eq!(noticed.len(), 2500);
    assert!(noticed.iter().all(|one| matches!(one, Noticed::AccessToken(_, jti) if killed.contains(jti))));
    assert!(world.store.noticed().await.unwrap().is_empty());
}

/// A row that cannot be read, as the newest change; takes it away again.
fn spoil(world: &World) -> impl FnOnce() + '_ {
    let (sqlite, postgres) = (
        "INSERT INTO changes (realm_id, kind, target_id, at) VALUES (x'00', 'realm', x'00', 0)",
        "ALTER TABLE changes ALTER COLUMN target_id DROP NOT NULL; \
         INSERT INTO changes (realm_id, kind, target_id, at) VALUES (gen_random_uuid(), 'realm', NULL, 0)",
    );
    world.home.execute_either(sqlite, postgres);
    || world.home.execute_either("DELETE FROM changes WHERE at = 0", "DELETE FROM changes WHERE at = 0")
}

/// Everything that a store tells its subscribers from now on.
fn hearing(store: &Store) -> Arc<Mutex<Vec<Noticed>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    store.subscribe(move |noticed| hears.lock().unwrap().extend_from_slice(noticed));
    heard
}

async fn what_was_read_before_a_later_page_failed_is_heard(engine: Engine) {
    let world = World::new(engine).await;
    world.store.noticed().await.unwrap();
    let heard = hearing(&world.store);
    let key = key(world.realm, 1);
    let command = world.home.command();
    command.commit(vec![Change::Key(KeyChange::Create(key.clone()))]).await.unwrap();
    let jtis = (0..1500).map(|_| AccessTokenChange::RevokeJti { realm: world.realm, jti: id(), expires_at: NOW });
    command.commit(jtis.map(Change::AccessToken).collect()).await.unwrap();
    let mend = spoil(&world);
    world.store.noticed().await.unwrap_err();
    assert!(heard.lock().unwrap().contains(&Noticed::Key(world.realm, key.id)));
    mend();
    world.store.noticed().await.unwrap();
    // All of them, and none twice.
    assert_eq!(heard.lock().unwrap().len(), 1501);
}

async fn that_changes_were_missed_is_heard_even_if_a_page_fails_then(engine: Engine) {
    let world = World::new(engine).await;
    let asleep = world.home.command();
    let heard = hearing(&asleep);
    for _ in 0..3 {
        world.commit(Change::Realm(RealmChange::RaiseNotBefore { realm: world.realm, to: NOW })).await.unwrap();
    }
    world.store.sweep(born_at(crate::world::id()).unwrap() + Seconds(86_400), 100).await.unwrap();
    let mend = spoil(&world);
    asleep.noticed().await.unwrap_err();
    mend();
    asleep.noticed().await.unwrap();
    assert!(heard.lock().unwrap().contains(&Noticed::Everything));
}

async fn a_cache_that_stops_because_of_a_bug_forgets_everything_and_keeps_nobody_from_hearing(engine: Engine) {
    let world = World::new(engine).await;
    let (bugs, told) = (Arc::new(AtomicU32::new(2)), Arc::new(AtomicU32::new(0)));
    let (left, everything) = (bugs.clone(), told.clone());
    world.store.subscribe(move |noticed| {
        if noticed == [Noticed::Everything] {
            everything.fetch_add(1, Ordering::SeqCst);
        } else if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            panic!("a bug, for a test");
        }
    });
    let heard = hearing(&world.store);
    let web = world.client("web").await;
    assert_eq!(*heard.lock().unwrap(), [Noticed::Client(world.realm, web.key)]);
    world.home.command().commit(vec![Change::Key(KeyChange::Create(key(world.realm, 1)))]).await.unwrap();
    world.store.noticed().await.unwrap();
    assert_eq!((world.store.deaths(), told.load(Ordering::SeqCst)), (2, 2));
    world.store.check().await.unwrap();
    world.user("ann").await;
}

async fn no_reader_keeps_what_a_writer_has_replaced(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let written = Arc::new(AtomicU32::new(web.version));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, realm, written) = (world.store.clone(), world.realm, written.clone());
            tokio::spawn(async move {
                while written.load(Ordering::SeqCst) < 200 {
                    let at_least = written.load(Ordering::SeqCst);
                    let read = store.in_realm(realm).client("web").await.unwrap().unwrap();
                    assert!(read.version >= at_least, "read {} after {at_least} was written", read.version);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for version in 1..200 {
        world.commit(Change::Client(ClientChange::Update(Client { version, ..web.clone() }))).await.unwrap();
        written.store(version + 1, Ordering::SeqCst);
    }
    for reader in readers {
        reader.await.unwrap();
    }
}
