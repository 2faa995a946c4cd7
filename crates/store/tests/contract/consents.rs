//! What people have approved.

use jeton_oauth::{Change, Seconds, change::ConsentChange, model::Consent};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, scope},
};

cases![consent_replaces_what_was_remembered, withdrawn_consent_is_gone];

async fn consent_replaces_what_was_remembered(engine: Engine) {
    let world = World::new(engine).await;
    let (web, app, ann) = (world.client("web").await, world.client("app").await, world.user("ann").await);
    let first = world.consent(&web, &ann).await;
    assert_eq!(world.rows().consent(ann.id(), web.key).await.unwrap(), Some(first.clone()));
    assert_eq!(world.rows().consent(ann.id(), app.key).await.unwrap(), None);
    let wider = Consent { scope: scope("read write"), granted_at: NOW + Seconds(1), ..first };
    world.commit(Change::Consent(ConsentChange::Grant(wider.clone()))).await.unwrap();
    let other = world.consent(&app, &ann).await;
    assert_eq!(world.rows().consents_of_user(ann.id()).await.unwrap(), [wider, other]);
}

async fn withdrawn_consent_is_gone(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    world.consent(&web, &ann).await;
    for _ in 0..2 {
        world.commit(Change::Consent(ConsentChange::Withdraw { realm: world.realm, user: ann.id(), client: web.key })).await.unwrap();
        assert!(world.rows().consent(ann.id(), web.key).await.unwrap().is_none());
    }
}
