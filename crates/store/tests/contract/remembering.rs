//! What tokens rest on is remembered, and no longer than it holds.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use jeton_oauth::{
    Change, UserId,
    change::{AccessTokenChange, AuthorizationChange, PersonalAccessTokenChange, UserChange},
    model::{AuthorizationState, OpaqueAccessToken, PersonalAccessToken, RevocationReason, User},
    secret::{self, Kind, Presented},
};
use jeton_store::Store;
use rand_core::{CryptoRng, RngCore, impls::fill_bytes_via_next};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, id},
};

cases![
    what_this_process_changes_is_forgotten_at_once,
    what_another_process_changes_is_forgotten_after_a_poll,
    secret_made_anew_by_another_process_works_before_a_poll,
    revocation_of_a_jwt_is_seen_although_its_life_was_remembered,
    what_is_remembered_of_one_realm_is_not_anothers,
    no_reader_finds_a_token_alive_after_its_revocation,
];

/// A user's tokens of every kind, with one authorization.
struct Tokens {
    ann: User,
    opaque: OpaqueAccessToken,
    personal: PersonalAccessToken,
    secret: Presented,
}

async fn tokens(world: &World) -> Tokens {
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let authorization = world.authorization(&web, &ann).await;
    let opaque = world.access_token(&web, Some(&authorization)).await;
    let personal = world.personal_access_token(&ann).await;
    let (change, secret) = made_anew(&personal);
    world.commit(change).await.unwrap();
    Tokens { ann, opaque, personal: PersonalAccessToken { version: personal.version + 1, ..personal }, secret }
}

/// Which of a personal token, an opaque token and its authorization are found alive.
async fn alive(store: &Store, tokens: &Tokens) -> [bool; 3] {
    let rows = store.in_realm(tokens.opaque.realm);
    let personal = rows.remembered_personal_access_token(&tokens.secret).await.unwrap();
    let opaque = rows.remembered_access_token(tokens.opaque.id).await.unwrap();
    let authorization = rows.remembered_authorization(tokens.opaque.authorization.unwrap()).await.unwrap();
    [
        personal.is_some_and(|facts| facts.token.revoked_at.is_none() && facts.account.not_before < NOW),
        opaque.is_some_and(|facts| {
            facts.authorization.as_ref().unwrap().state == AuthorizationState::Active && facts.account.as_ref().unwrap().not_before < NOW
        }),
        authorization.is_some_and(|facts| facts.authorization.state == AuthorizationState::Active && facts.account.not_before < NOW),
    ]
}

/// What may happen to them, and who survives it.
fn fates(tokens: &Tokens) -> [(Change, [bool; 3]); 5] {
    let (realm, user, at, why) = (tokens.ann.realm, tokens.ann.id(), NOW, RevocationReason::Operator);
    let authorization = tokens.opaque.authorization.unwrap();
    [
        (Change::PersonalAccessToken(PersonalAccessTokenChange::Revoke { realm, user, id: tokens.personal.id, at }), [false, true, true]),
        (Change::AccessToken(AccessTokenChange::Delete { realm, id: tokens.opaque.id }), [true, false, true]),
        (Change::Authorization(AuthorizationChange::Revoke { realm, id: authorization, at, why }), [true, false, false]),
        (Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: None, at, why }), [true, false, false]),
        (Change::User(UserChange::RaiseNotBefore { realm, user, to: NOW }), [false, false, false]),
    ]
}

async fn what_this_process_changes_is_forgotten_at_once(engine: Engine) {
    for fate in 0..5 {
        let world = World::new(engine).await;
        let tokens = tokens(&world).await;
        assert_eq!(alive(&world.store, &tokens).await, [true; 3]);
        let (change, survivors) = fates(&tokens).into_iter().nth(fate).unwrap();
        world.commit(change).await.unwrap();
        assert_eq!(alive(&world.store, &tokens).await, survivors);
    }
}

async fn what_another_process_changes_is_forgotten_after_a_poll(engine: Engine) {
    for fate in 0..5 {
        let world = World::new(engine).await;
        let tokens = tokens(&world).await;
        world.store.noticed().await.unwrap();
        assert_eq!(alive(&world.store, &tokens).await, [true; 3]);
        let (change, survivors) = fates(&tokens).into_iter().nth(fate).unwrap();
        world.home.command().commit(vec![change]).await.unwrap();
        world.store.noticed().await.unwrap();
        assert_eq!(alive(&world.store, &tokens).await, survivors);
    }
}

async fn secret_made_anew_by_another_process_works_before_a_poll(engine: Engine) {
    let world = World::new(engine).await;
    let tokens = tokens(&world).await;
    assert!(alive(&world.store, &tokens).await[0]);
    let (change, secret) = made_anew(&tokens.personal);
    world.home.command().commit(vec![change]).await.unwrap();
    let facts = world.rows().remembered_personal_access_token(&secret).await.unwrap().unwrap();
    assert!(facts.token.verifier.proves(secret.secret.as_slice()));
    // The old one is then dead too.
    let facts = world.rows().remembered_personal_access_token(&tokens.secret).await.unwrap().unwrap();
    assert!(!facts.token.verifier.proves(tokens.secret.secret.as_slice()));
}

async fn revocation_of_a_jwt_is_seen_although_its_life_was_remembered(engine: Engine) {
    let world = World::new(engine).await;
    let revoke = |jti| Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti, expires_at: NOW });
    let (own, others) = (id(), id());
    for jti in [own, others] {
        assert!(!world.rows().is_revoked(jti).await.unwrap());
        assert!(!world.rows().is_revoked(jti).await.unwrap());
    }
    world.commit(revoke(own)).await.unwrap();
    assert!(world.rows().is_revoked(own).await.unwrap());
    world.home.command().commit(vec![revoke(others)]).await.unwrap();
    world.store.noticed().await.unwrap();
    assert!(world.rows().is_revoked(others).await.unwrap());
}

async fn what_is_remembered_of_one_realm_is_not_anothers(engine: Engine) {
    let world = World::new(engine).await;
    let tokens = tokens(&world).await;
    assert_eq!(alive(&world.store, &tokens).await, [true; 3]);
    let rows = world.store.in_realm(jeton_oauth::RealmId(id()));
    assert!(rows.remembered_access_token(tokens.opaque.id).await.unwrap().is_none());
    assert!(rows.remembered_personal_access_token(&tokens.secret).await.unwrap().is_none());
    assert!(rows.remembered_authorization(tokens.opaque.authorization.unwrap()).await.unwrap().is_none());
    // The same `jti` may be revoked in one and not in the other.
    let jti = id();
    assert!(!rows.is_revoked(jti).await.unwrap());
    world.commit(Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti, expires_at: NOW })).await.unwrap();
    assert!(!rows.is_revoked(jti).await.unwrap());
    assert!(world.rows().is_revoked(jti).await.unwrap());
}

async fn no_reader_finds_a_token_alive_after_its_revocation(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let mut users = Vec::new();
    for number in 0..50 {
        let user = world.user(&format!("user-{number}")).await;
        let authorization = world.authorization(&web, &user).await;
        users.push((user.id(), authorization.id));
    }
    let users: Arc<[(UserId, _)]> = users.into();
    let revoked = Arc::new(AtomicU32::new(0));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, realm, users, revoked) = (world.store.clone(), world.realm, users.clone(), revoked.clone());
            tokio::spawn(async move {
                loop {
                    let dead = revoked.load(Ordering::SeqCst) as usize;
                    for (index, (_, id)) in users.iter().enumerate() {
                        let facts = store.in_realm(realm).remembered_authorization(*id).await.unwrap().unwrap();
                        assert!(
                            index >= dead || facts.authorization.state != AuthorizationState::Active,
                            "{index} lives after {dead} died"
                        );
                    }
                    if dead == users.len() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for (number, (user, _)) in (1..).zip(users.iter()) {
        let change =
            AuthorizationChange::RevokeOfUser { realm: world.realm, user: *user, client: None, at: NOW, why: RevocationReason::Operator };
        world.commit(Change::Authorization(change)).await.unwrap();
        revoked.store(number, Ordering::SeqCst);
    }
    for reader in readers {
        reader.await.unwrap();
    }
}

/// A new secret for a personal access token.
fn made_anew(token: &PersonalAccessToken) -> (Change, Presented) {
    let (text, verifier) = secret::make(Kind::PersonalAccessToken, token.id.0, &mut Fresh);
    let change = PersonalAccessTokenChange::Regenerate {
        realm: token.realm,
        id: token.id,
        version: token.version,
        verifier,
        prefix: token.prefix.clone(),
        at: NOW,
        since: NOW,
    };
    (Change::PersonalAccessToken(change), secret::read(Kind::PersonalAccessToken, text.expose()).unwrap())
}

/// Bytes that were not there before.
struct Fresh;

impl RngCore for Fresh {
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }

    fn next_u64(&mut self) -> u64 {
        id().as_u64_pair().1
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        fill_bytes_via_next(self, bytes);
    }
}

impl CryptoRng for Fresh {}
