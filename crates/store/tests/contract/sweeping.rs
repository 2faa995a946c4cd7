//! Sweeping deletes what has ended, a bounded number at a time, and nothing else.

use jeton_oauth::{
    AuditId, Change, RealmId, Seconds, Timestamp,
    change::{AccessTokenChange, AttemptChange, AuditEvent, AuditKind, PersonalAccessTokenChange},
};
use jeton_store::Swept;
use uuid::Uuid;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, audit, id, redeem},
};

cases![only_what_has_ended_is_swept, sweep_is_bounded, redeemed_code_stays_as_long_as_it_must, audit_is_swept_by_realm_and_age];

async fn only_what_has_ended_is_swept(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let (authorization, code, session) = (world.authorization(&web, &ann).await, world.code(&web, &ann).await, world.session(&ann).await);
    let (token, jti) = (world.access_token(&web, None).await, id());
    let of_authorization = world.access_token(&web, Some(&authorization)).await;
    let pat = world.personal_access_token(&ann).await;
    let others = vec![
        Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti, expires_at: NOW + Seconds(60) }),
        Change::Attempt(AttemptChange::Reserve {
            bucket: [1; 32],
            realm: Some(world.realm),
            limit: 5,
            window_ms: 60_000,
            closed_until: NOW,
            at: NOW,
            user: None,
            client: None,
            network: None,
        }),
        Change::Audit(audit(world.realm, AuditKind::SignedIn)),
    ];
    world.store.commit(others).await.unwrap();

    // Change rows carry the real time, and the present of the cases is later.
    let swept = world.store.sweep(NOW, 100).await.unwrap();
    assert_eq!(swept, Swept { changes: swept.changes, ..Swept::default() });

    let swept = world.store.sweep(NOW + Seconds(61), 100).await.unwrap();
    assert_eq!(swept, Swept { codes: 1, access_tokens: 2, revoked_jtis: 1, attempts: 1, ..Swept::default() });
    assert!(world.rows().code(code.id).await.unwrap().is_none());
    assert!(world.rows().access_token(token.id).await.unwrap().is_none());
    assert!(world.rows().access_token(of_authorization.id).await.unwrap().is_none());
    assert!(!world.rows().is_revoked(jti).await.unwrap());
    assert!(world.rows().session(session.id).await.unwrap().is_some());

    let swept = world.store.sweep(NOW + Seconds(601), 100).await.unwrap();
    assert_eq!(swept, Swept { sessions: 1, ..Swept::default() });
    assert!(world.rows().authorization(authorization.id).await.unwrap().is_some());
    let swept = world.store.sweep(NOW + Seconds(3601), 100).await.unwrap();
    assert_eq!((swept.authorizations, swept.more), (1, false));
    assert!(world.rows().authorization(authorization.id).await.unwrap().is_none());

    assert!(world.rows().personal_access_token(pat.id).await.unwrap().is_some());
    let revoke = PersonalAccessTokenChange::Revoke { realm: world.realm, user: ann.id(), id: pat.id, at: NOW };
    world.commit(Change::PersonalAccessToken(revoke)).await.unwrap();
    let shown = NOW + Seconds(90 * 86_400);
    assert_eq!(world.store.sweep(shown, 100).await.unwrap().personal_access_tokens, 0);
    assert_eq!(world.store.sweep(shown + Seconds(1), 100).await.unwrap().personal_access_tokens, 1);
    assert!(world.rows().personal_access_token(pat.id).await.unwrap().is_none());
    assert_eq!(world.rows().audit(None, 9).await.unwrap().len(), 1);
}

async fn audit_is_swept_by_realm_and_age(engine: Engine) {
    let (world, other) = (World::new(engine).await, RealmId(id()));
    let at = |realm, seconds| {
        let at = NOW + Seconds(seconds);
        let made = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, at.as_seconds().unsigned_abs(), 5_000_000));
        Change::Audit(AuditEvent { id: AuditId(made), at, ..audit(realm, AuditKind::SignedIn) })
    };
    let unit = (0..5).map(|seconds| at(world.realm, seconds)).chain([at(other, 0)]).collect();
    world.store.commit(unit).await.unwrap();
    let sweep = |before, limit| world.store.sweep_audit(world.realm, NOW + Seconds(before), limit);
    assert_eq!(sweep(3, 2).await, Ok(2));
    assert_eq!(sweep(3, 2).await, Ok(1));
    assert_eq!(sweep(3, 2).await, Ok(0));
    let left: Vec<_> = world.rows().audit(None, 9).await.unwrap().iter().map(|event| event.at).collect();
    assert_eq!(left, [NOW + Seconds(4), NOW + Seconds(3)]);
    assert_eq!(world.store.in_realm(other).audit(None, 9).await.unwrap().len(), 1);
}

async fn sweep_is_bounded(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    for _ in 0..5 {
        world.code(&web, &ann).await;
    }
    let later = NOW + Seconds(61);
    let counts = [
        world.store.sweep(later, 3).await.unwrap(),
        world.store.sweep(later, 3).await.unwrap(),
        world.store.sweep(later, 3).await.unwrap(),
    ];
    assert_eq!(counts.map(|swept| (swept.codes, swept.more)), [(3, true), (2, false), (0, false)]);
}

async fn redeemed_code_stays_as_long_as_it_must(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let code = world.code(&web, &ann).await;
    world.commit(redeem(&code)).await.unwrap();
    let present = async |at: Timestamp| {
        world.store.sweep(at, 100).await.unwrap();
        world.rows().code(code.id).await.unwrap().is_some()
    };
    assert!(present(NOW + Seconds(3600)).await);
    assert!(!present(NOW + Seconds(3601)).await);
}
