//! Realms are walls: nothing of one is seen or changed from another.

use jeton_oauth::{
    Change, ClientKey, RealmId, Seconds,
    change::{
        AccessTokenChange, AuditKind, AuthorizationChange, ClientChange, CodeChange, ConsentChange, KeyChange, PersonalAccessTokenChange,
        RealmChange, SessionChange, UserChange,
    },
    manage::ClientMetadata,
    model::{Client, PasswordHash, RevocationReason, User},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, audit, fold, id, realm, refresh, secret, verifier},
};

cases![nothing_is_read_across_realms, nothing_is_changed_across_realms, names_are_taken_per_realm];

async fn nothing_is_read_across_realms(engine: Engine) {
    let world = World::new(engine).await;
    let other = other_realm(&world).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let (authorization, code, session) = (world.authorization(&web, &ann).await, world.code(&web, &ann).await, world.session(&ann).await);
    let (token, pat, jti) = (world.access_token(&web, Some(&authorization)).await, world.personal_access_token(&ann).await, id());
    world.consent(&web, &ann).await;
    world.key(1).await;
    world.commit(Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti, expires_at: NOW })).await.unwrap();
    world.commit(Change::Audit(audit(world.realm, AuditKind::SignedIn))).await.unwrap();
    // Remembered from a read of its own realm, it is still not another's.
    assert!(world.rows().client_by_key(web.key).await.unwrap().is_some());

    let rows = world.store.in_realm(other);
    assert!(rows.client("web").await.unwrap().is_none());
    assert!(rows.client_by_key(web.key).await.unwrap().is_none());
    assert!(rows.clients(None, 9).await.unwrap().is_empty());
    assert!(rows.user(ann.id()).await.unwrap().is_none());
    assert!(rows.user_by_login(&fold("ann")).await.unwrap().is_none());
    assert!(rows.user_by_sub(&ann.account.sub).await.unwrap().is_none());
    assert!(rows.user_by_number(ann.account.number).await.unwrap().is_none());
    assert!(rows.users(None, 9, None).await.unwrap().is_empty());
    assert!(rows.users(None, 9, Some("ann")).await.unwrap().is_empty());
    assert!(rows.authorization(authorization.id).await.unwrap().is_none());
    assert!(rows.authorizations_of_user(ann.id()).await.unwrap().is_empty());
    assert!(rows.code(code.id).await.unwrap().is_none());
    assert!(rows.session(session.id).await.unwrap().is_none());
    assert!(rows.sessions_of_user(ann.id()).await.unwrap().is_empty());
    assert!(rows.consent(ann.id(), web.key).await.unwrap().is_none());
    assert!(rows.consents_of_user(ann.id()).await.unwrap().is_empty());
    assert!(rows.personal_access_token(pat.id).await.unwrap().is_none());
    assert!(rows.personal_access_tokens(ann.id()).await.unwrap().is_empty());
    assert!(rows.access_token(token.id).await.unwrap().is_none());
    assert!(!rows.is_revoked(jti).await.unwrap());
    assert!(rows.keys().await.unwrap().is_empty());
    assert!(rows.audit(None, 9).await.unwrap().is_empty());
    assert_eq!(rows.counts().await.unwrap(), jeton_store::Counts::default());

    // A first read from the wrong realm spoils nothing for the right one.
    let app = world.client("app").await;
    assert!(rows.client_by_key(app.key).await.unwrap().is_none());
    assert!(world.rows().client_by_key(app.key).await.unwrap().is_some());
}

async fn nothing_is_changed_across_realms(engine: Engine) {
    let world = World::new(engine).await;
    let realm = other_realm(&world).await;
    let (web, ann, key) = (world.client("web").await, world.user("ann").await, world.key(1).await);
    let (authorization, code, session) = (world.authorization(&web, &ann).await, world.code(&web, &ann).await, world.session(&ann).await);
    let (token, pat) = (world.access_token(&web, None).await, world.personal_access_token(&ann).await);
    world.consent(&web, &ann).await;
    let (client, user, secret_id, why) = (web.key, ann.id(), web.secrets[0].id, RevocationReason::Operator);
    let hash = || PasswordHash("$new".to_owned());

    let guarded = [
        Change::Client(ClientChange::Update(Client { realm, metadata: ClientMetadata::default(), ..web.clone() })),
        Change::Client(ClientChange::AddSecret { realm, client, secret: secret() }),
        Change::Client(ClientChange::RemoveSecret { realm, client, secret: secret_id }),
        Change::Client(ClientChange::UpgradeSecret {
            realm,
            client,
            secret: secret_id,
            from: web.secrets[0].hash.clone(),
            to: secret().hash,
        }),
        Change::User(UserChange::Update(User { realm, username: "other".to_owned(), ..ann.clone() })),
        Change::User(UserChange::SetPassword { realm, user, to: hash(), at: NOW }),
        Change::Authorization(AuthorizationChange::Rotate { realm, id: authorization.id, generation: 0, to: refresh(1) }),
        Change::Code(CodeChange::Redeem { realm, id: code.id, at: NOW, keep_until: NOW }),
        Change::PersonalAccessToken(PersonalAccessTokenChange::Regenerate {
            realm,
            id: pat.id,
            version: 1,
            verifier: verifier(),
            prefix: String::new(),
            at: NOW,
            since: NOW,
        }),
        Change::PersonalAccessToken(PersonalAccessTokenChange::Revoke { realm, user, id: pat.id, at: NOW }),
        Change::Consent(ConsentChange::Grant(jeton_oauth::model::Consent {
            realm,
            user,
            client,
            scope: crate::world::scope("write"),
            declined: jeton_oauth::Scope::default(),
            granted_at: NOW,
        })),
        Change::Session(SessionChange::Require { realm, id: session.id }),
        Change::Key(KeyChange::Activate { realm, key: key.id, at: NOW }),
        Change::Key(KeyChange::Revoke { realm, key: key.id, at: NOW }),
        Change::Key(KeyChange::Rewrap { realm, key: key.id, wrapped: Vec::new(), wrapping_key: String::new() }),
    ];
    for change in guarded {
        assert_eq!(world.commit(change.clone()).await, Err(CommitError::Conflict), "{change:?}");
    }
    let free = [
        Change::Client(ClientChange::RaiseNotBefore { realm, client, to: NOW }),
        Change::Client(ClientChange::SecretUsed { realm, client, secret: secret_id, at: NOW }),
        Change::Client(ClientChange::Delete { realm, client }),
        Change::User(UserChange::UpgradePassword { realm, user, from: ann.password.clone().unwrap(), to: hash() }),
        Change::User(UserChange::RaiseNotBefore { realm, user, to: NOW }),
        Change::User(UserChange::Delete { realm, user }),
        Change::Authorization(AuthorizationChange::Revoke { realm, id: authorization.id, at: NOW, why }),
        Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: None, at: NOW, why }),
        Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: Some(client), at: NOW, why }),
        Change::AccessToken(AccessTokenChange::Delete { realm, id: token.id }),
        Change::PersonalAccessToken(PersonalAccessTokenChange::Used { realm, id: pat.id, at: NOW, from: None }),
        Change::Key(KeyChange::Delete { realm, key: key.id }),
        Change::Session(SessionChange::End { realm, id: session.id }),
        Change::Session(SessionChange::EndOfUser { realm, user }),
        Change::Session(SessionChange::Seen { realm, id: session.id, at: NOW + Seconds(1) }),
        Change::Consent(ConsentChange::Withdraw { realm, user, client }),
    ];
    world.store.commit(free.to_vec()).await.unwrap();

    let rows = world.rows();
    assert_eq!(rows.clients(None, 9).await.unwrap(), [web]);
    assert_eq!(rows.user(user).await.unwrap(), Some(ann));
    assert_eq!(rows.authorizations_of_user(user).await.unwrap(), [authorization]);
    assert_eq!(rows.code(code.id).await.unwrap().unwrap().code, code);
    assert_eq!(rows.session(session.id).await.unwrap().unwrap().session, session);
    assert_eq!(rows.access_token(token.id).await.unwrap().unwrap().token, token);
    assert_eq!(rows.personal_access_token(pat.id).await.unwrap().unwrap().token, pat);
    assert_eq!(rows.keys().await.unwrap(), [key]);
    assert_eq!(rows.consent(user, client).await.unwrap().unwrap().scope.to_string(), "read");
}

async fn names_are_taken_per_realm(engine: Engine) {
    let world = World::new(engine).await;
    let realm = other_realm(&world).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let twin = Client { key: ClientKey(id()), realm, secrets: Vec::new(), ..web.clone() };
    let same_names = User { realm, ..crate::world::user(realm, "ann") };
    world
        .store
        .commit(vec![Change::Client(ClientChange::Create(twin.clone())), Change::User(UserChange::Create(same_names.clone()))])
        .await
        .unwrap();
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().key, web.key);
    assert_eq!(world.store.in_realm(realm).client("web").await.unwrap().unwrap().key, twin.key);
    assert_eq!(world.rows().user_by_login(&fold("ann")).await.unwrap().unwrap().id(), ann.id());
    let theirs = world.store.in_realm(realm).user_by_login(&fold("ann")).await.unwrap().unwrap();
    assert_eq!((theirs.id(), theirs.account.number), (same_names.id(), 1));
}

async fn other_realm(world: &World) -> RealmId {
    let other = realm("other");
    let id = other.id;
    world.commit(Change::Realm(RealmChange::Create(other))).await.unwrap();
    id
}
