//! What was deleted is gone for every reader at once, and leaves in steps that nobody waits behind.

use jeton_oauth::{
    Change, SessionId,
    change::{AccessTokenChange, AuthorizationChange, ClientChange, ConsentChange, RealmChange, SessionChange, UserChange},
    model::{AuthorizationState, Client, Consent, RevocationReason, User},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, access_token, authorization, id, scope, session},
};

cases![
    a_client_with_many_rows_is_gone_at_once_and_leaves_in_steps,
    a_person_with_many_rows_is_gone_at_once_and_leaves_in_steps,
    a_realm_is_gone_at_once_and_leaves_in_steps,
    what_was_written_beside_a_deletion_leaves_with_it,
    more_than_a_unit_should_end_ends_in_steps_before_it,
];

const MANY: usize = 1000;
const STEP: u32 = 100;

/// Authorizations of `user` to `client`, each with an opaque access token.
async fn many(world: &World, client: &Client, user: &User) {
    for _ in 0..MANY / 250 {
        let unit = (0..250).flat_map(|_| {
            let granted = authorization(client, user);
            let token = access_token(client, Some(&granted));
            [Change::Authorization(AuthorizationChange::Create(granted)), Change::AccessToken(AccessTokenChange::Create(token))]
        });
        world.store.commit(unit.collect()).await.unwrap();
    }
}

/// Steps until nothing is left: how many.
async fn steps(world: &World) -> usize {
    let mut steps = 0;
    while world.store.clear_deleted(STEP).await.unwrap() {
        steps += 1;
        assert!(steps < 1000, "it never ends");
    }
    steps
}

async fn a_client_with_many_rows_is_gone_at_once_and_leaves_in_steps(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    many(&world, &web, &ann).await;
    world.consent(&web, &ann).await;
    let granted = world.authorization(&web, &ann).await;
    let delete = Change::Client(ClientChange::Delete { realm: world.realm, client: web.key });
    world.commit(delete.clone()).await.unwrap();
    world.commit(delete).await.unwrap();

    assert!(world.rows().client("web").await.unwrap().is_none() && world.rows().client_by_key(web.key).await.unwrap().is_none());
    assert!(world.rows().clients(None, 9).await.unwrap().is_empty());
    assert_eq!(world.rows().counts().await.unwrap().clients, 0);
    assert!(world.rows().authorizations_of_user(ann.id()).await.unwrap().is_empty());
    assert!(world.rows().consents_of_user(ann.id()).await.unwrap().is_empty());
    let again = world.client("web").await;
    assert_ne!(again.key, web.key);
    let kept = world.authorization(&again, &ann).await;
    let steps = steps(&world).await;
    assert!(steps >= MANY / STEP as usize, "{steps}: each takes little");
    assert!(world.rows().authorization(granted.id).await.unwrap().is_none());
    assert_eq!(world.rows().authorizations_of_user(ann.id()).await.unwrap(), [kept]);
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().key, again.key);
}

async fn a_person_with_many_rows_is_gone_at_once_and_leaves_in_steps(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    many(&world, &web, &ann).await;
    let (session, pat) = (world.session(&ann).await, world.personal_access_token(&ann).await);
    let granted = world.authorization(&web, &ann).await;
    world.consent(&web, &ann).await;
    let delete = Change::User(UserChange::Delete { realm: world.realm, user: ann.id() });
    world.commit(delete.clone()).await.unwrap();
    world.commit(delete).await.unwrap();

    let rows = world.rows();
    assert!(rows.user(ann.id()).await.unwrap().is_none() && rows.users(None, 9, None).await.unwrap().is_empty());
    assert!(rows.user_by_sub(&ann.account.sub).await.unwrap().is_none());
    assert!(rows.session(session.id).await.unwrap().is_none() && rows.personal_access_token(pat.id).await.unwrap().is_none());
    assert!(rows.authorization(granted.id).await.unwrap().is_none());
    assert_eq!(rows.counts().await.unwrap().users, 0);
    let again = world.user("ann").await;
    assert!(steps(&world).await >= MANY / STEP as usize);
    assert_eq!(rows.user(again.id()).await.unwrap().unwrap().username, "ann");
    assert_eq!(rows.client("web").await.unwrap().unwrap().key, web.key);
    assert!(rows.authorizations_of_user(ann.id()).await.unwrap().is_empty());
}

async fn a_realm_is_gone_at_once_and_leaves_in_steps(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    many(&world, &web, &ann).await;
    for index in 0..150 {
        world.user(&format!("user-{index}")).await;
    }
    world.client("other").await;
    world.session(&ann).await;
    world.key(1).await;
    let config = world.store.realm(world.realm).await.unwrap().unwrap();
    let other = world.realm_named("other").await;
    world.commit(Change::Realm(RealmChange::Delete { realm: world.realm })).await.unwrap();
    assert_eq!(world.commit(Change::Realm(RealmChange::Delete { realm: world.realm })).await, Err(CommitError::Conflict));

    assert!(world.store.realm(world.realm).await.unwrap().is_none());
    assert!(world.store.realm_by_name(&config.name).await.unwrap().is_none());
    assert_eq!(world.store.realms().await.unwrap().iter().map(|realm| realm.id).collect::<Vec<_>>(), [other]);
    let again = world.realm_named(&config.name).await;
    assert!(steps(&world).await >= MANY / STEP as usize);
    assert_eq!(world.store.realm_by_name(&config.name).await.unwrap().unwrap().id, again);
    assert_eq!(world.rows().counts().await.unwrap(), jeton_store::Counts::default());
    assert!(world.rows().keys().await.unwrap().is_empty());
}

async fn more_than_a_unit_should_end_ends_in_steps_before_it(engine: Engine) {
    let world = World::new(engine).await;
    let (web, other, ann) = (world.client("web").await, world.client("other").await, world.user("ann").await);
    let kept = world.authorization(&other, &ann).await;
    for _ in 0..5 {
        let unit = (0..500).flat_map(|_| {
            [
                Change::Authorization(AuthorizationChange::Create(authorization(&web, &ann))),
                Change::Session(SessionChange::Create(session(&ann))),
            ]
        });
        world.store.commit(unit.collect()).await.unwrap();
    }
    let (realm, user, why) = (world.realm, ann.id(), RevocationReason::Operator);
    let revoke = Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: Some(web.key), at: NOW, why });
    let end = Change::Session(SessionChange::EndOfUser { realm, user });
    let live = async || {
        let granted = world.rows().authorizations_before(user, uuid::Uuid::max(), 10_000).await.unwrap();
        let active = granted.iter().filter(|authorization| authorization.state == AuthorizationState::Active);
        [active.count(), world.rows().sessions_of_user(user).await.unwrap().len()]
    };
    // A guard that does not hold: nothing of the unit is written, and what had to go before it is gone.
    let missing = Change::Session(SessionChange::Require { realm, id: SessionId(id()) });
    assert_eq!(world.store.commit(vec![revoke.clone(), end.clone(), missing]).await, Err(CommitError::Conflict));
    assert_eq!(live().await, [501, 500]);
    world.store.commit(vec![revoke, end]).await.unwrap();
    assert_eq!(live().await, [1, 0]);
    assert_eq!(world.rows().authorization(kept.id).await.unwrap().unwrap().authorization, kept);
}

async fn what_was_written_beside_a_deletion_leaves_with_it(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann, bob) = (world.client("web").await, world.user("ann").await, world.user("bob").await);
    world
        .store
        .commit(vec![
            Change::Client(ClientChange::Delete { realm: world.realm, client: web.key }),
            Change::User(UserChange::Delete { realm: world.realm, user: ann.id() }),
        ])
        .await
        .unwrap();
    let (of_ann, of_bob) = (authorization(&web, &ann), authorization(&web, &bob));
    let consent = Consent {
        realm: world.realm,
        user: bob.id(),
        client: web.key,
        scope: scope("read"),
        declined: jeton_oauth::Scope::default(),
        granted_at: NOW,
    };
    let late = [
        Change::Authorization(AuthorizationChange::Create(of_ann.clone())),
        Change::Authorization(AuthorizationChange::Create(of_bob)),
        Change::AccessToken(AccessTokenChange::Create(access_token(&web, None))),
        Change::Consent(ConsentChange::Grant(consent)),
        Change::Session(SessionChange::Create(session(&ann))),
    ];
    for change in late.clone() {
        world.commit(change).await.unwrap();
    }
    assert!(world.rows().authorization(of_ann.id).await.unwrap().is_none());
    assert!(world.rows().authorizations_of_user(bob.id()).await.unwrap().is_empty());
    steps(&world).await;
    for change in late {
        assert_eq!(world.commit(change.clone()).await, Err(CommitError::Conflict), "{change:?}");
    }
}
