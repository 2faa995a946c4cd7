//! Authorization codes: redeemed once.

use jeton_oauth::{
    Change,
    change::{AuthorizationChange, CodeChange},
    model::{Authorization, AuthorizationCode, CodeState},
};
use jeton_store::{CodeFacts, CommitError};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, authorization, code, redeem, scope},
};

cases![code_reads_with_its_account, bare_code_reads_as_it_was_written, code_is_redeemed_once, one_of_fifty_concurrent_redemptions_wins];

async fn code_reads_with_its_account(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.code(&web, &ann).await;
    assert_eq!(world.rows().code(written.id).await.unwrap(), Some(CodeFacts { code: written, account: ann.account }));
}

async fn bare_code_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let bare = AuthorizationCode {
        session: None,
        redirect_uri: None,
        code_challenge: None,
        audience: Some(vec!["https://api.example.com".to_owned()]),
        nonce: Some("n".to_owned()),
        scope: scope(""),
        state: CodeState::Redeemed { at: NOW },
        ..code(&web, &ann)
    };
    world.commit(Change::Code(CodeChange::Create(bare.clone()))).await.unwrap();
    assert_eq!(world.rows().code(bare.id).await.unwrap().unwrap().code, bare);
}

async fn code_is_redeemed_once(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.code(&web, &ann).await;
    world.commit(redeem(&written)).await.unwrap();
    assert_eq!(world.commit(redeem(&written)).await, Err(CommitError::Conflict));
    assert_eq!(world.rows().code(written.id).await.unwrap().unwrap().code.state, CodeState::Redeemed { at: NOW });
}

async fn one_of_fifty_concurrent_redemptions_wins(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let written = world.code(&web, &ann).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let granted = Authorization { id: written.authorization, ..authorization(&web, &ann) };
            let unit = vec![redeem(&written), Change::Authorization(AuthorizationChange::Create(granted))];
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
    assert_eq!(won, 1);
    assert_eq!(world.rows().authorizations_of_user(ann.id()).await.unwrap().len(), 1);
}
