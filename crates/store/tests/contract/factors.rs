//! Second factors: what they rest on stands in the statement that writes.

use jeton_oauth::{
    Change, FactorId, RealmId, Timestamp, UserId,
    change::{FactorChange, UserChange},
    model::{Factor, FactorKind, Passkey, User},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{self, NOW, World, id},
};

cases![
    passkey_is_one_accounts,
    factors_that_are_not_those_that_were_looked_at_are_a_conflict,
    recovery_codes_are_no_second_factor,
    factor_of_another_is_not_removed,
];

fn passkey(user: &User, credential: &[u8]) -> Factor {
    Factor {
        id: FactorId(id()),
        realm: user.realm,
        user: user.id(),
        kind: FactorKind::Passkey,
        secret: vec![7; 77],
        step: Some(0),
        created_at: NOW,
        last_used_at: None,
        passkey: Some(Passkey { credential: credential.to_vec(), name: "Key".into(), synced: true }),
    }
}

fn code(user: &User) -> Factor {
    Factor { kind: FactorKind::Recovery, secret: vec![8; 32], step: None, passkey: None, ..passkey(user, b"") }
}

const fn create(factor: Factor) -> Change {
    Change::Factor(FactorChange::Create(factor))
}

const fn same(realm: RealmId, user: UserId, count: u32, newest: Timestamp) -> Change {
    Change::Factor(FactorChange::RequireSame { realm, user, count, newest })
}

fn none(user: &User) -> Change {
    Change::Factor(FactorChange::RequireNone { realm: user.realm, user: user.id() })
}

async fn passkey_is_one_accounts(engine: Engine) {
    let world = World::new(engine).await;
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    world.commit(create(passkey(&ann, b"one"))).await.unwrap();
    for user in [&ann, &bob] {
        assert_eq!(world.commit(create(passkey(user, b"one"))).await, Err(CommitError::Conflict));
    }
    world.commit(create(passkey(&bob, b"two"))).await.unwrap();
    assert_eq!(world.rows().factors(ann.id()).await.unwrap().len(), 1);
    assert_eq!(world.rows().factors(bob.id()).await.unwrap().len(), 1);
    // Another realm is another relying party.
    let other = world.realm_named("other").await;
    let stranger = world::user(other, "ann");
    world.commit(Change::User(UserChange::Create(stranger.clone()))).await.unwrap();
    world.commit(create(passkey(&stranger, b"one"))).await.unwrap();
}

async fn factors_that_are_not_those_that_were_looked_at_are_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let (realm, user, never) = (world.realm, ann.id(), Timestamp::default());
    world.commit(same(realm, user, 0, never)).await.unwrap();
    world.commit(none(&ann)).await.unwrap();
    world.commit(create(passkey(&ann, b"one"))).await.unwrap();
    world.commit(same(realm, user, 1, NOW)).await.unwrap();
    assert_eq!(world.rows().user(user).await.unwrap().unwrap(), ann, "nothing by itself");
    for refused in [same(realm, user, 0, never), same(realm, user, 2, NOW), same(realm, user, 1, never), none(&ann)] {
        assert_eq!(world.commit(refused).await, Err(CommitError::Conflict));
    }
    // Nor where there is no such account.
    let other = world.realm_named("other").await;
    assert_eq!(world.commit(same(other, user, 1, NOW)).await, Err(CommitError::Conflict));
}

async fn recovery_codes_are_no_second_factor(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    world.commit(create(code(&ann))).await.unwrap();
    world.commit(none(&ann)).await.unwrap();
    world.commit(same(world.realm, ann.id(), 0, Timestamp::default())).await.unwrap();
}

async fn factor_of_another_is_not_removed(engine: Engine) {
    let world = World::new(engine).await;
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    let own = passkey(&ann, b"one");
    world.commit(create(own.clone())).await.unwrap();
    let (realm, id) = (world.realm, own.id);
    let remove = |user: UserId| Change::Factor(FactorChange::Remove { realm, user, id });
    assert_eq!(world.commit(remove(bob.id())).await, Err(CommitError::Conflict));
    let renamed = FactorChange::Rename { realm, user: bob.id(), id, name: "Mine".into() };
    assert_eq!(world.commit(Change::Factor(renamed)).await, Err(CommitError::Conflict));
    assert_eq!(world.rows().factors(ann.id()).await.unwrap(), [own]);
    world.commit(remove(ann.id())).await.unwrap();
    assert_eq!(world.rows().factors(ann.id()).await.unwrap(), []);
}
