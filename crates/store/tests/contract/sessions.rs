//! Browser sessions.

use jeton_oauth::{Change, Seconds, change::SessionChange, model::Session};
use jeton_store::{CommitError, SessionFacts};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World},
};

cases![
    session_reads_with_its_account,
    ended_session_is_gone,
    what_needs_a_session_that_ended_is_a_conflict,
    sessions_of_a_user_end_together,
    session_mark_only_moves_forward
];

async fn session_reads_with_its_account(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let (one, two) = (world.session(&ann).await, world.session(&ann).await);
    assert_eq!(world.rows().session(one.id).await.unwrap(), Some(SessionFacts { session: one.clone(), account: ann.account.clone() }));
    assert_eq!(world.rows().sessions_of_user(ann.id()).await.unwrap(), [two, one]);
}

async fn ended_session_is_gone(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let session = world.session(&ann).await;
    for _ in 0..2 {
        world.commit(Change::Session(SessionChange::End { realm: world.realm, id: session.id })).await.unwrap();
        assert!(world.rows().session(session.id).await.unwrap().is_none());
    }
}

async fn what_needs_a_session_that_ended_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let session = world.session(&ann).await;
    let require = Change::Session(SessionChange::Require { realm: world.realm, id: session.id });
    world.commit(require.clone()).await.unwrap();
    assert_eq!(world.rows().session(session.id).await.unwrap().unwrap().session, session);
    world.commit(Change::Session(SessionChange::End { realm: world.realm, id: session.id })).await.unwrap();
    assert_eq!(world.commit(require).await, Err(CommitError::Conflict));
}

async fn sessions_of_a_user_end_together(engine: Engine) {
    let world = World::new(engine).await;
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    world.session(&ann).await;
    world.session(&ann).await;
    let others = world.session(&bob).await;
    world.commit(Change::Session(SessionChange::EndOfUser { realm: world.realm, user: ann.id() })).await.unwrap();
    assert!(world.rows().sessions_of_user(ann.id()).await.unwrap().is_empty());
    assert!(world.rows().session(others.id).await.unwrap().is_some());
}

async fn session_mark_only_moves_forward(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let session = world.session(&ann).await;
    for at in [NOW + Seconds(9), NOW] {
        world.commit(Change::Session(SessionChange::Seen { realm: world.realm, id: session.id, at })).await.unwrap();
        let expected = Session { last_seen_at: NOW + Seconds(9), ..session.clone() };
        assert_eq!(world.rows().session(session.id).await.unwrap().unwrap().session, expected);
    }
}
