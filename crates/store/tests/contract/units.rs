//! A unit is written whole or not at all, and to its end.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use jeton_oauth::{
    Change,
    change::{AuditKind, ClientChange, UserChange},
};
use jeton_store::{CommitError, StoreError};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, audit, client, fold, redeem, user},
};

cases![
    empty_unit_is_written_already,
    unit_is_all_or_nothing,
    losing_unit_leaves_the_others_of_its_batch_alone,
    change_of_a_unit_sees_those_before_it,
    unit_whose_caller_hung_up_is_written,
    closed_store_refuses_and_keeps_what_was_written,
    audit_is_paged_newest_first,
    healthy_store_checks_and_diagnoses,
    epoch_is_raised,
];

async fn empty_unit_is_written_already(engine: Engine) {
    let world = World::new(engine).await;
    assert_eq!(world.store.commit(Vec::new()).await, Ok(()));
}

async fn unit_is_all_or_nothing(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let code = world.code(&web, &ann).await;
    world.commit(redeem(&code)).await.unwrap();
    let unit = vec![
        Change::User(UserChange::Create(user(world.realm, "bob"))),
        Change::Client(ClientChange::Create(client(world.realm, "app"))),
        Change::Audit(audit(world.realm, AuditKind::CodeReplayed)),
        redeem(&code),
    ];
    assert_eq!(world.store.commit(unit).await, Err(CommitError::Conflict));
    assert!(world.rows().user_by_login(&fold("bob")).await.unwrap().is_none());
    assert!(world.rows().client("app").await.unwrap().is_none());
    assert!(world.rows().audit(None, 9).await.unwrap().is_empty());
}

async fn losing_unit_leaves_the_others_of_its_batch_alone(engine: Engine) {
    let world = World::new(engine).await;
    let tasks: Vec<_> = (0..40)
        .map(|index| {
            // Every second one takes a name that its neighbour takes too.
            let unit = vec![
                Change::Audit(audit(world.realm, AuditKind::UserChanged)),
                Change::User(UserChange::Create(user(world.realm, &format!("user-{}", index / 2)))),
            ];
            let store = world.store.clone();
            tokio::spawn(async move { store.commit(unit).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error, CommitError::Conflict),
        }
    }
    assert_eq!((won, world.rows().counts().await.unwrap().users), (20, 20));
    assert_eq!(world.rows().audit(None, 99).await.unwrap().len(), 20);
}

async fn change_of_a_unit_sees_those_before_it(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (client(world.realm, "web"), user(world.realm, "ann"));
    let code = crate::world::code(&web, &ann);
    let unit = vec![
        Change::Client(ClientChange::Create(web)),
        Change::User(UserChange::Create(ann)),
        Change::Code(jeton_oauth::change::CodeChange::Create(code.clone())),
        redeem(&code),
    ];
    world.store.commit(unit).await.unwrap();
}

async fn unit_whose_caller_hung_up_is_written(engine: Engine) {
    let world = World::new(engine).await;
    {
        let mut commit = pin!(world.store.commit(vec![Change::User(UserChange::Create(user(world.realm, "ann")))]));
        let _ = commit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    while world.rows().user_by_login(&fold("ann")).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
}

async fn closed_store_refuses_and_keeps_what_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    world.store.clone().close().await;
    assert_eq!(
        world.commit(Change::User(UserChange::Create(user(world.realm, "bob")))).await,
        Err(CommitError::Failed(StoreError::Closed))
    );
    assert_eq!(world.rows().user(ann.id()).await, Err(StoreError::Closed));
    // The place is free for the next server, although clones of the closed store are still about.
    let reopened = world.home.server();
    assert_eq!(reopened.in_realm(world.realm).user(ann.id()).await.unwrap(), Some(ann));
}

async fn audit_is_paged_newest_first(engine: Engine) {
    let world = World::new(engine).await;
    let mut events: Vec<_> =
        [AuditKind::SignedIn, AuditKind::ConsentGranted, AuditKind::SignedOut].map(|kind| audit(world.realm, kind)).to_vec();
    world.store.commit(events.iter().cloned().map(Change::Audit).collect()).await.unwrap();
    events.reverse();
    assert_eq!(world.rows().audit(None, 2).await.unwrap(), events[..2]);
    assert_eq!(world.rows().audit(Some(events[1].id), 2).await.unwrap(), events[2..]);
}

async fn healthy_store_checks_and_diagnoses(engine: Engine) {
    let world = World::new(engine).await;
    world.user("ann").await;
    world.store.check().await.unwrap();
    let diagnosis = world.store.diagnose().await.unwrap();
    assert!(diagnosis.faults.is_empty(), "{diagnosis:?}");
    assert!(diagnosis.rows.contains(&("users".to_owned(), 1)), "{diagnosis:?}");
}

async fn epoch_is_raised(engine: Engine) {
    let world = World::new(engine).await;
    assert_eq!(world.store.installation().await.unwrap().epoch, 0);
    world.store.raise_epoch(NOW).await.unwrap();
    assert_eq!(world.store.installation().await.unwrap().epoch, 1);
}
