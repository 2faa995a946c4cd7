//! Authorizations: one rotation of each generation, one revocation for good.

use jeton_oauth::{
    AuthorizationId, Change, Timestamp,
    bearer::AuthorizationFacts,
    change::AuthorizationChange,
    model::{Authorization, AuthorizationState, RefreshProof, RefreshVerifier, RevocationReason},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, authorization, id, refresh, rotate, scope, verifier},
};

cases![
    authorization_reads_with_its_account,
    bare_authorization_reads_as_it_was_written,
    imported_refresh_token_becomes_derived,
    one_of_fifty_concurrent_rotations_wins,
    rotation_of_another_generation_is_a_conflict,
    revoked_authorization_does_not_rotate,
    authorization_without_a_refresh_token_does_not_rotate,
    first_reason_of_a_revocation_stays,
    authorizations_of_a_user_are_revoked_together,
    authorizations_of_a_user_and_client_are_revoked_together,
    authorizations_of_a_user_are_listed_newest_first,
    a_full_account_is_trimmed_once_a_sixteenth_more_is_there,
];

async fn a_full_account_is_trimmed_once_a_sixteenth_more_is_there(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann, bob) = (world.client("web").await, world.user("ann").await, world.user("bob").await);
    world.authorization(&web, &bob).await;
    let mut all = Vec::new();
    for _ in 0..34 {
        all.push(world.authorization(&web, &ann).await);
    }
    let trim = || Change::Authorization(AuthorizationChange::Trim { realm: world.realm, user: ann.id(), keep: 32 });
    let left = async |of| world.rows().authorizations_of_user(of).await.unwrap().len();
    world.commit(trim()).await.unwrap();
    assert_eq!(left(ann.id()).await, 34);
    let why = RevocationReason::Operator;
    world.commit(Change::Authorization(AuthorizationChange::Revoke { realm: world.realm, id: all[20].id, at: NOW, why })).await.unwrap();
    world.authorization(&web, &ann).await;
    world.commit(trim()).await.unwrap();
    assert_eq!(left(ann.id()).await, 32);
    assert_eq!(world.rows().authorization(all[20].id).await.unwrap(), None, "what is revoked goes first");
    assert_eq!(left(bob.id()).await, 1);
}

async fn authorization_reads_with_its_account(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.authorization(&web, &ann).await;
    let facts = AuthorizationFacts { authorization: written.clone(), account: ann.account.clone(), username: ann.username.clone() };
    assert_eq!(world.rows().authorization(written.id).await.unwrap(), Some(facts));
    assert_eq!(world.rows().authorization(AuthorizationId(id())).await.unwrap(), None);
}

async fn bare_authorization_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let bare = Authorization {
        session: None,
        scope: scope(""),
        audience: None,
        amr: None,
        nonce: None,
        refresh: None,
        state: AuthorizationState::Revoked { at: NOW, why: RevocationReason::Operator },
        not_before: NOW,
        epoch: 3,
        ..authorization(&web, &ann)
    };
    world.commit(Change::Authorization(AuthorizationChange::Create(bare.clone()))).await.unwrap();
    assert_eq!(world.rows().authorization(bare.id).await.unwrap().unwrap().authorization, bare);
}

async fn imported_refresh_token_becomes_derived(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let imported = RefreshVerifier { proof: RefreshProof::Imported { sha256: verifier() }, ..refresh(0) };
    let written = Authorization { refresh: Some(imported), ..authorization(&web, &ann) };
    world.commit(Change::Authorization(AuthorizationChange::Create(written.clone()))).await.unwrap();
    assert_eq!(world.rows().authorization(written.id).await.unwrap().unwrap().authorization, written);
    let to = refresh(1);
    world
        .commit(Change::Authorization(AuthorizationChange::Rotate { realm: world.realm, id: written.id, generation: 0, to: to.clone() }))
        .await
        .unwrap();
    assert_eq!(world.rows().authorization(written.id).await.unwrap().unwrap().authorization.refresh, Some(to));
}

async fn one_of_fifty_concurrent_rotations_wins(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.authorization(&web, &ann).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (store, change) = (world.store.clone(), rotate(&written, 0));
            tokio::spawn(async move {
                let result = store.commit(vec![change]).await;
                // Whoever lost sees at once what beat them.
                let row = store.in_realm(written.realm).authorization(written.id).await.unwrap().unwrap();
                (result, row.authorization.refresh.unwrap().generation)
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        let (result, generation) = task.await.unwrap();
        assert_eq!(generation, 1);
        match result {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error, CommitError::Conflict),
        }
    }
    assert_eq!(won, 1);
}

async fn rotation_of_another_generation_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.authorization(&web, &ann).await;
    world.commit(rotate(&written, 0)).await.unwrap();
    world.commit(rotate(&written, 1)).await.unwrap();
    for generation in [0, 1, 3] {
        assert_eq!(world.commit(rotate(&written, generation)).await, Err(CommitError::Conflict));
    }
}

async fn revoked_authorization_does_not_rotate(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.authorization(&web, &ann).await;
    world.commit(revoke(&written, NOW, RevocationReason::Client)).await.unwrap();
    assert_eq!(world.commit(rotate(&written, 0)).await, Err(CommitError::Conflict));
}

async fn authorization_without_a_refresh_token_does_not_rotate(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = Authorization { refresh: None, ..authorization(&web, &ann) };
    world.commit(Change::Authorization(AuthorizationChange::Create(written.clone()))).await.unwrap();
    assert_eq!(world.commit(rotate(&written, 0)).await, Err(CommitError::Conflict));
}

async fn first_reason_of_a_revocation_stays(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.authorization(&web, &ann).await;
    world.commit(revoke(&written, NOW, RevocationReason::RefreshReplay)).await.unwrap();
    world.commit(revoke(&written, Timestamp::from_millis(1), RevocationReason::Person)).await.unwrap();
    world.commit(Change::Authorization(of_user(&written, None))).await.unwrap();
    assert_eq!(state(&world, &written).await, AuthorizationState::Revoked { at: NOW, why: RevocationReason::RefreshReplay });
}

async fn authorizations_of_a_user_are_revoked_together(engine: Engine) {
    let world = World::new(engine).await;
    let (web, app, ann, bob) = (world.client("web").await, world.client("app").await, world.user("ann").await, world.user("bob").await);
    let (one, two, others) =
        (world.authorization(&web, &ann).await, world.authorization(&app, &ann).await, world.authorization(&web, &bob).await);
    world.commit(Change::Authorization(of_user(&one, None))).await.unwrap();
    let revoked = AuthorizationState::Revoked { at: NOW, why: RevocationReason::Person };
    assert_eq!(
        (state(&world, &one).await, state(&world, &two).await, state(&world, &others).await),
        (revoked, revoked, AuthorizationState::Active)
    );
}

async fn authorizations_of_a_user_and_client_are_revoked_together(engine: Engine) {
    let world = World::new(engine).await;
    let (web, app, ann) = (world.client("web").await, world.client("app").await, world.user("ann").await);
    let (one, two, others) =
        (world.authorization(&web, &ann).await, world.authorization(&web, &ann).await, world.authorization(&app, &ann).await);
    world.commit(Change::Authorization(of_user(&one, Some(web.key)))).await.unwrap();
    let revoked = AuthorizationState::Revoked { at: NOW, why: RevocationReason::Person };
    assert_eq!(
        (state(&world, &one).await, state(&world, &two).await, state(&world, &others).await),
        (revoked, revoked, AuthorizationState::Active)
    );
}

async fn authorizations_of_a_user_are_listed_newest_first(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann, bob) = (world.client("web").await, world.user("ann").await, world.user("bob").await);
    let (one, two) = (world.authorization(&web, &ann).await, world.authorization(&web, &ann).await);
    world.authorization(&web, &bob).await;
    assert_eq!(world.rows().authorizations_of_user(ann.id()).await.unwrap(), [two, one]);
}

fn revoke(authorization: &Authorization, at: Timestamp, why: RevocationReason) -> Change {
    Change::Authorization(AuthorizationChange::Revoke { realm: authorization.realm, id: authorization.id, at, why })
}

fn of_user(authorization: &Authorization, client: Option<jeton_oauth::ClientKey>) -> AuthorizationChange {
    AuthorizationChange::RevokeOfUser {
        realm: authorization.realm,
        user: authorization.user,
        client,
        at: NOW,
        why: RevocationReason::Person,
    }
}

async fn state(world: &World, authorization: &Authorization) -> AuthorizationState {
    world.rows().authorization(authorization.id).await.unwrap().unwrap().authorization.state
}
