//! Personal access tokens.

use jeton_oauth::{
    Change, Timestamp,
    bearer::PatFacts,
    change::{AuthorizationChange, PersonalAccessTokenChange, UserChange},
    model::{PersonalAccessToken, RevocationReason},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, personal_access_token, verifier},
};

cases![
    personal_access_token_reads_with_its_account,
    regenerated_token_has_a_new_secret_of_the_present_epoch,
    regenerating_another_version_is_a_conflict,
    personal_access_token_is_revoked_by_its_owner_once,
    personal_access_token_mark_only_moves_forward,
    nothing_that_was_killed_makes_a_personal_access_token,
];

async fn personal_access_token_reads_with_its_account(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let (one, two) = (world.personal_access_token(&ann).await, world.personal_access_token(&ann).await);
    assert_eq!(
        world.rows().personal_access_token(one.id).await.unwrap(),
        Some(PatFacts { token: one.clone(), account: ann.account.clone(), username: ann.username.clone(), authorization: None })
    );
    let listed: Vec<_> = world.rows().personal_access_tokens(ann.id()).await.unwrap().into_iter().map(|facts| facts.token).collect();
    assert_eq!(listed, [two, one]);
}

async fn regenerated_token_has_a_new_secret_of_the_present_epoch(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let token = world.personal_access_token(&ann).await;
    world.store.raise_epoch(NOW).await.unwrap();
    let (new, prefix) = (verifier(), "jtn_pat_New".to_owned());
    let change = PersonalAccessTokenChange::Regenerate {
        realm: world.realm,
        id: token.id,
        version: 1,
        verifier: new,
        prefix: prefix.clone(),
        at: NOW,
        since: NOW,
    };
    world.commit(Change::PersonalAccessToken(change)).await.unwrap();
    let expected = PersonalAccessToken { verifier: new, prefix, regenerated_at: Some(NOW), epoch: 1, version: 2, ..token };
    assert_eq!(world.rows().personal_access_token(expected.id).await.unwrap().unwrap().token, expected);
}

async fn regenerating_another_version_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let token = world.personal_access_token(&ann).await;
    let regenerate = |version| {
        let change = PersonalAccessTokenChange::Regenerate {
            realm: world.realm,
            id: token.id,
            version,
            verifier: verifier(),
            prefix: String::new(),
            at: NOW,
            since: NOW,
        };
        Change::PersonalAccessToken(change)
    };
    world.commit(regenerate(1)).await.unwrap();
    assert_eq!(world.commit(regenerate(1)).await, Err(CommitError::Conflict));
    world.commit(revoke(&token)).await.unwrap();
    assert_eq!(world.commit(regenerate(2)).await, Err(CommitError::Conflict));
}

async fn personal_access_token_is_revoked_by_its_owner_once(engine: Engine) {
    let world = World::new(engine).await;
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    let token = world.personal_access_token(&ann).await;
    let by_bob = PersonalAccessToken { user: bob.id(), ..token.clone() };
    assert_eq!(world.commit(revoke(&by_bob)).await, Err(CommitError::Conflict));
    world.commit(revoke(&token)).await.unwrap();
    assert_eq!(world.commit(revoke(&token)).await, Err(CommitError::Conflict));
    assert_eq!(world.rows().personal_access_token(token.id).await.unwrap().unwrap().token.revoked_at, Some(NOW));
}

async fn personal_access_token_mark_only_moves_forward(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let token = world.personal_access_token(&ann).await;
    for at in [NOW, Timestamp::from_millis(5)] {
        world
            .commit(Change::PersonalAccessToken(PersonalAccessTokenChange::Used { realm: world.realm, id: token.id, at, from: None }))
            .await
            .unwrap();
        assert_eq!(world.rows().personal_access_token(token.id).await.unwrap().unwrap().token.last_used_at, Some(NOW));
    }
}

async fn nothing_that_was_killed_makes_a_personal_access_token(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let authorization = world.authorization(&web, &ann).await;
    let create = |authorization| {
        let token = PersonalAccessToken { authorization, ..personal_access_token(&ann) };
        Change::PersonalAccessToken(PersonalAccessTokenChange::Create { token, since: NOW, limit: 9 })
    };
    let made = personal_access_token(&ann);
    let by_application = PersonalAccessToken { authorization: Some(authorization.id), ..made.clone() };
    world
        .commit(Change::PersonalAccessToken(PersonalAccessTokenChange::Create { token: by_application, since: NOW, limit: 9 }))
        .await
        .unwrap();
    let read = world.rows().personal_access_token(made.id).await.unwrap().unwrap();
    assert_eq!((read.token.authorization, read.authorization), (Some(authorization.id), Some(authorization.clone())));
    let regenerate = Change::PersonalAccessToken(PersonalAccessTokenChange::Regenerate {
        realm: world.realm,
        id: made.id,
        version: 1,
        verifier: verifier(),
        prefix: String::new(),
        at: NOW,
        since: NOW,
    });

    let revoke = AuthorizationChange::Revoke { realm: world.realm, id: authorization.id, at: NOW, why: RevocationReason::Person };
    world.commit(Change::Authorization(revoke)).await.unwrap();
    assert_eq!(world.commit(create(Some(authorization.id))).await, Err(CommitError::Conflict));
    assert_eq!(world.commit(regenerate).await, Err(CommitError::Conflict));
    world.commit(create(None)).await.unwrap();
    let to = Timestamp::from_millis(NOW.as_millis() + 1);
    world.commit(Change::User(UserChange::RaiseNotBefore { realm: world.realm, user: ann.id(), to })).await.unwrap();
    assert_eq!(world.commit(create(None)).await, Err(CommitError::Conflict));
}

fn revoke(token: &PersonalAccessToken) -> Change {
    Change::PersonalAccessToken(PersonalAccessTokenChange::Revoke { realm: token.realm, user: token.user, id: token.id, at: NOW })
}
