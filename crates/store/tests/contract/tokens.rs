//! Opaque access tokens, and marks of revoked JWTs.

use jeton_oauth::{Change, Seconds, bearer::OpaqueFacts, change::AccessTokenChange};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, id},
};

cases![
    opaque_token_of_a_client_reads_as_it_was_written,
    opaque_token_of_a_user_reads_with_account_and_authorization,
    deleted_opaque_token_is_gone,
    revoked_jti_is_remembered,
];

async fn opaque_token_of_a_client_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let token = world.access_token(&web, None).await;
    assert_eq!(
        world.rows().access_token(token.id).await.unwrap(),
        Some(OpaqueFacts { token, account: None, username: None, authorization: None })
    );
}

async fn opaque_token_of_a_user_reads_with_account_and_authorization(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let authorization = world.authorization(&web, &ann).await;
    let token = world.access_token(&web, Some(&authorization)).await;
    let expected =
        OpaqueFacts { token: token.clone(), account: Some(ann.account), username: Some(ann.username), authorization: Some(authorization) };
    assert_eq!(world.rows().access_token(token.id).await.unwrap(), Some(expected));
}

async fn deleted_opaque_token_is_gone(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let token = world.access_token(&web, None).await;
    for _ in 0..2 {
        world.commit(Change::AccessToken(AccessTokenChange::Delete { realm: world.realm, id: token.id })).await.unwrap();
        assert!(world.rows().access_token(token.id).await.unwrap().is_none());
    }
}

async fn revoked_jti_is_remembered(engine: Engine) {
    let world = World::new(engine).await;
    let jti = id();
    assert!(!world.rows().is_revoked(jti).await.unwrap());
    for expires_at in [NOW + Seconds(60), NOW] {
        world.commit(Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti, expires_at })).await.unwrap();
    }
    // Until the later of its ends.
    world.store.sweep(NOW + Seconds(30), 10).await.unwrap();
    assert!(world.rows().is_revoked(jti).await.unwrap());
}
