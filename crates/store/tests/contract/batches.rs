//! Units that an engine writes together are as whole, and as apart, as if each were alone.

use jeton_oauth::{
    Change,
    change::{AuthorizationChange, UserChange},
    model::{Authorization, CodeState},
};
use jeton_store::CommitError;
use tokio::task::JoinSet;

use crate::{
    engine::{Engine, cases},
    world::{World, authorization, code, redeem, rotate},
};

cases![
    many_rotations_of_many_rows_have_one_winner_each,
    one_caller_after_another_rotates_without_a_gap,
    redemption_that_cannot_be_written_leaves_the_others_alone,
    redemption_that_lost_makes_no_authorization,
    rotations_of_another_realm_touch_nothing,
];

async fn many_rotations_of_many_rows_have_one_winner_each(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let mut rows = Vec::new();
    for _ in 0..20 {
        rows.push(world.authorization(&web, &ann).await);
    }
    let mut tasks = JoinSet::new();
    for turn in 0..400 {
        let (store, index) = (world.store.clone(), turn * 7 % rows.len());
        let unit = vec![rotate(&rows[index], 0)];
        tasks.spawn(async move { (index, store.commit(unit).await) });
    }
    let mut won = vec![0; rows.len()];
    while let Some(ended) = tasks.join_next().await {
        match ended.unwrap() {
            (index, Ok(())) => won[index] += 1,
            (_, Err(error)) => assert_eq!(error, CommitError::Conflict),
        }
    }
    assert_eq!(won, vec![1; rows.len()]);
    for row in &rows {
        assert_eq!(generation(&world, row).await, 1);
    }
}

async fn one_caller_after_another_rotates_without_a_gap(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let (store, row) = (world.store.clone(), world.authorization(&web, &ann).await);
        tasks.spawn(async move {
            for present in 0..20 {
                store.commit(vec![rotate(&row, present)]).await.unwrap();
            }
            row
        });
    }
    while let Some(row) = tasks.join_next().await {
        assert_eq!(generation(&world, &row.unwrap()).await, 20);
    }
}

async fn redemption_that_cannot_be_written_leaves_the_others_alone(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann, gone) = (world.client("web").await, world.user("ann").await, world.user("gone").await);
    let mut units = Vec::new();
    for index in 0..30 {
        let whose = if index % 10 == 3 { &gone } else { &ann };
        let code = world.code(&web, whose).await;
        units.push((index % 10 != 3, redemption(&code, Authorization { id: code.authorization, ..authorization(&web, whose) }), code));
    }
    world.commit(Change::User(UserChange::Delete { realm: world.realm, user: gone.id() })).await.unwrap();
    let mut tasks = JoinSet::new();
    for (fine, unit, code) in units {
        let store = world.store.clone();
        tasks.spawn(async move { (fine, code, store.commit(unit).await) });
    }
    while let Some(ended) = tasks.join_next().await {
        let (fine, code, written) = ended.unwrap();
        assert_eq!(written, if fine { Ok(()) } else { Err(CommitError::Conflict) });
        if fine {
            assert!(matches!(world.rows().code(code.id).await.unwrap().unwrap().code.state, CodeState::Redeemed { .. }));
            assert!(world.rows().authorization(code.authorization).await.unwrap().is_some());
        }
    }
}

async fn redemption_that_lost_makes_no_authorization(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let code = code(&web, &ann);
    world.commit(Change::Code(jeton_oauth::change::CodeChange::Create(code.clone()))).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        // Each would make one of its own.
        let (store, made) = (world.store.clone(), authorization(&web, &ann));
        let unit = redemption(&code, made.clone());
        tasks.spawn(async move { (made.id, store.commit(unit).await) });
    }
    let mut made = 0;
    while let Some(ended) = tasks.join_next().await {
        let (id, written) = ended.unwrap();
        assert_eq!(world.rows().authorization(id).await.unwrap().is_some(), written.is_ok());
        made += u32::from(written.is_ok());
    }
    assert_eq!(made, 1);
    assert_eq!(world.rows().authorizations_of_user(ann.id()).await.unwrap().len(), 1);
}

async fn rotations_of_another_realm_touch_nothing(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let row = world.authorization(&web, &ann).await;
    let foreign = Authorization { realm: jeton_oauth::RealmId(crate::world::id()), ..row.clone() };
    let (own, other) = tokio::join!(world.store.commit(vec![rotate(&row, 0)]), world.store.commit(vec![rotate(&foreign, 0)]));
    assert_eq!((own, other), (Ok(()), Err(CommitError::Conflict)));
    assert_eq!(world.store.commit(vec![rotate(&foreign, 1)]).await, Err(CommitError::Conflict));
    assert_eq!(generation(&world, &row).await, 1);
}

fn redemption(code: &jeton_oauth::model::AuthorizationCode, made: Authorization) -> Vec<Change> {
    vec![redeem(code), Change::Authorization(AuthorizationChange::Create(made))]
}

async fn generation(world: &World, row: &Authorization) -> u32 {
    world.rows().authorization(row.id).await.unwrap().unwrap().authorization.refresh.unwrap().generation
}
