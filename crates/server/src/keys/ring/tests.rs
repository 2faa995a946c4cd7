use jeton_jose::{Expect, JwkSet, verify};
use jeton_oauth::{
    Change, Seconds,
    change::{AuditKind, KeyChange, RealmChange},
    dialect::Dialect,
    model::{RealmConfig, Status},
    settings::{SettingsPatch, TokenFormat},
};
use jeton_store::{Location, Role};

use super::*;
use crate::keys::{Rotation, unlock};

const DAY: i64 = 86_400;

struct Stage {
    folder: tempfile::TempDir,
    store: Store,
    ring: KeyRing,
    realm: Realm,
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

async fn stage(settings: SettingsPatch) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite { folder: folder.path().into() }, Role::Server).unwrap();
    let master = unlock(&store, folder.path()).await.unwrap();
    let config = RealmConfig {
        id: RealmId::from_bytes([3; 16]),
        name: "acme".into(),
        title: None,
        issuer: None,
        dialect: "standard".into(),
        audience: None,
        scopes: Vec::new(),
        settings,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: at(0),
        version: 1,
    };
    store.commit(vec![Change::Realm(RealmChange::Create(config.clone()))]).await.unwrap();
    let realm = Realm::new(config, "https://auth.example/acme".into(), Dialect::built_in("standard").unwrap());
    Stage { ring: KeyRing::new(store.clone(), master), folder, store, realm }
}

impl Stage {
    /// Another server on the same rows, which hears of nothing.
    fn other_ring(&self) -> KeyRing {
        KeyRing(Arc::new(Inner {
            store: self.store.clone(),
            master: self.ring.master().clone(),
            by: Actor::SYSTEM,
            remembered: Cache::new(8),
            locks: (0..LOCKS).map(|_| Mutex::new(())).collect(),
            allowance: Allowance::default(),
            forgotten: AtomicU64::new(0),
        }))
    }

    async fn rows(&self) -> Vec<Key> {
        self.store.in_realm(self.realm.id()).keys().await.unwrap()
    }

    async fn kids(&self, now: Timestamp) -> Vec<String> {
        let jwks = self.ring.realm_keys(&self.realm, now).await.unwrap().jwks.clone();
        let set: JwkSet = serde_json::from_slice(&jwks).unwrap();
        set.keys.into_iter().filter_map(|key| key.kid).collect()
    }
}

const SIGN: KeyPurpose = KeyPurpose::Sign(Algorithm::ES256);

#[tokio::test]
async fn the_first_need_makes_the_keys_and_writes_it_down() {
    let stage = stage(SettingsPatch::default()).await;
    let keys = stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap();
    let key = keys.signer(Algorithm::ES256).unwrap();
    assert!(keys.refresh.by_id.contains_key(&keys.refresh.current));
    assert!(keys.refresh_jwt.is_none());
    let token = key.sign("at+jwt", &serde_json::json!({ "sub": "ann" })).unwrap();
    let believed = verify(&token, &Expect::new(&[Algorithm::ES256], &["at+jwt"]), |header| keys.verifying(header.kid.as_deref()?));
    assert!(believed.is_ok());
    assert_eq!(stage.kids(at(0)).await, [key.kid()]);
    let rows = stage.rows().await;
    assert!(rows.iter().all(|row| row.ordinal == 1 && row.active_at == at(0)));
    let audit = stage.store.in_realm(stage.realm.id()).audit(None, 10).await.unwrap();
    assert_eq!(audit.iter().map(|event| event.kind).collect::<Vec<_>>(), [AuditKind::KeyCreated; 2]);
}

#[tokio::test]
async fn a_hundred_first_needs_on_two_servers_make_one_key() {
    let stage = Arc::new(stage(SettingsPatch::default()).await);
    let rings = [stage.ring.clone(), stage.other_ring()];
    let asking: Vec<_> = (0..100)
        .map(|n| {
            let (ring, stage) = (rings[n % 2].clone(), stage.clone());
            tokio::spawn(async move { ring.signer(&stage.realm, Algorithm::ES256, at(0)).await.unwrap().kid().to_owned() })
        })
        .collect();
    let mut kids = std::collections::HashSet::new();
    for asked in asking {
        kids.insert(asked.await.unwrap());
    }
    assert_eq!((kids.len(), stage.rows().await.len()), (1, 2));
}

#[tokio::test]
async fn each_key_is_parsed_once() {
    let stage = stage(SettingsPatch::default()).await;
    let first = stage.ring.signer(&stage.realm, Algorithm::ES256, at(0)).await.unwrap();
    stage.ring.forget(stage.realm.id());
    let again = stage.ring.signer(&stage.realm, Algorithm::ES256, at(1)).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again));
}

#[tokio::test]
async fn the_jwks_shows_the_keys_of_access_and_id_tokens_and_nothing_private() {
    let stage = stage(SettingsPatch { refresh_token_format: Some(TokenFormat::Jwt), ..SettingsPatch::default() }).await;
    let jwks = stage.ring.jwks(&stage.realm, at(0)).await.unwrap().json;
    let set: JwkSet = serde_json::from_slice(&jwks).unwrap();
    let mut algorithms: Vec<_> = set.keys.iter().map(|key| key.alg.unwrap()).collect();
    algorithms.sort();
    assert_eq!(algorithms, [Algorithm::RS256, Algorithm::ES256]);
    let rsa = stage.ring.signer(&stage.realm, Algorithm::RS256, at(1)).await.unwrap();
    assert!(set.find(rsa.kid()).is_some());
    assert_eq!(stage.ring.jwks(&stage.realm, at(2)).await.unwrap().json, jwks);
}

#[tokio::test]
async fn the_key_of_jwt_refresh_tokens_verifies_nothing_else() {
    let stage = stage(SettingsPatch { refresh_token_format: Some(TokenFormat::Jwt), ..SettingsPatch::default() }).await;
    let keys = stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap();
    let kid = keys.refresh_jwt.as_ref().unwrap().kid();
    assert!(keys.refresh_jwt_verifying(kid).is_some());
    assert!(keys.verifying(kid).is_none());
    assert!(keys.refresh_jwt_verifying(keys.signer(Algorithm::ES256).unwrap().kid()).is_none());
    assert!(matches!(stage.ring.signer(&stage.realm, Algorithm::HS256, at(0)).await, Err(KeyRingError::Symmetric(Algorithm::HS256))));
}

#[tokio::test]
async fn a_rotation_is_shown_first_signs_later_and_leaves_at_last() {
    let stage = stage(SettingsPatch::default()).await;
    let old = stage.ring.signer(&stage.realm, Algorithm::ES256, at(0)).await.unwrap();
    let successor = stage.ring.rotate(&stage.realm, SIGN, at(10), Rotation::Announced).await.unwrap();
    assert_eq!(successor.active_at, at(10 + DAY));
    assert_eq!(stage.ring.rotate(&stage.realm, SIGN, at(20), Rotation::Announced).await.unwrap(), successor, "announced once");
    assert_eq!(stage.kids(at(20)).await.len(), 2);
    assert_eq!(stage.ring.signer(&stage.realm, Algorithm::ES256, at(9 + DAY)).await.unwrap().kid(), old.kid());
    let new = stage.ring.signer(&stage.realm, Algorithm::ES256, at(10 + DAY)).await.unwrap();
    assert_ne!(new.kid(), old.kid());
    assert_eq!(stage.kids(at(2 * DAY)).await.len(), 2);
    assert_eq!(stage.kids(at(10 + DAY + 3600 + DAY)).await, [new.kid()]);
}

#[tokio::test]
async fn an_immediate_rotation_brings_an_announced_key_forward() {
    let stage = stage(SettingsPatch::default()).await;
    let old = stage.ring.signer(&stage.realm, Algorithm::ES256, at(0)).await.unwrap();
    let announced = stage.ring.rotate(&stage.realm, SIGN, at(10), Rotation::Announced).await.unwrap();
    let now = stage.ring.rotate(&stage.realm, SIGN, at(20), Rotation::Immediate).await.unwrap();
    assert_eq!((now.key, now.active_at), (announced.key, at(20)));
    assert_ne!(stage.ring.signer(&stage.realm, Algorithm::ES256, at(20)).await.unwrap().kid(), old.kid());
}

#[tokio::test]
async fn a_revoked_key_is_gone_at_once_and_another_signs() {
    let stage = stage(SettingsPatch::default()).await;
    let old = stage.ring.signer(&stage.realm, Algorithm::ES256, at(0)).await.unwrap();
    let row = stage.rows().await.into_iter().find(|row| row.purpose == SIGN).unwrap();
    stage.ring.revoke(&stage.realm, row.id, at(5)).await.unwrap();
    stage.ring.revoke(&stage.realm, row.id, at(6)).await.unwrap();
    let keys = stage.ring.realm_keys(&stage.realm, at(6)).await.unwrap();
    assert!(keys.verifying(old.kid()).is_none());
    let new = keys.signer(Algorithm::ES256).unwrap();
    assert_ne!(new.kid(), old.kid());
    assert_eq!(stage.kids(at(6)).await, [new.kid()]);
    let unknown = stage.ring.revoke(&stage.realm, KeyId::from_bytes([9; 16]), at(7)).await;
    assert!(matches!(unknown, Err(KeyRingError::NoSuchKey(_))));
}

#[tokio::test]
async fn old_refresh_keys_prove_old_tokens_after_a_rotation() {
    let stage = stage(SettingsPatch::default()).await;
    let old = stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap().refresh.current;
    stage.ring.rotate(&stage.realm, KeyPurpose::Refresh, at(1), Rotation::Immediate).await.unwrap();
    let keys = stage.ring.realm_keys(&stage.realm, at(10_000 * DAY)).await.unwrap();
    assert_ne!(keys.refresh.current, old);
    assert!(keys.refresh.by_id.contains_key(&old));
}

#[tokio::test]
async fn a_refresh_key_made_elsewhere_is_found_by_looking_again() {
    let stage = stage(SettingsPatch::default()).await;
    let elsewhere = stage.other_ring();
    elsewhere.realm_keys(&stage.realm, at(0)).await.unwrap();
    let made = stage.ring.rotate(&stage.realm, KeyPurpose::Refresh, at(1), Rotation::Immediate).await.unwrap();
    assert!(!elsewhere.realm_keys(&stage.realm, at(2)).await.unwrap().derives(made.key));
    let known = elsewhere.realm_keys(&stage.realm, at(2)).await.unwrap();
    assert!(elsewhere.look_again(&stage.realm, &known, at(2)).await.unwrap().derives(made.key));
}

#[tokio::test]
async fn tending_announces_what_is_due_once_on_any_number_of_servers() {
    let stage = stage(SettingsPatch::default()).await;
    let other = stage.other_ring();
    stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap();
    assert_eq!(stage.ring.tend(&stage.realm, at(88 * DAY)).await.unwrap(), 0);
    let due = at(89 * DAY);
    let (one, two) = tokio::join!(stage.ring.tend(&stage.realm, due), other.tend(&stage.realm, due));
    one.unwrap();
    two.unwrap();
    let mut lines: Vec<_> = stage.rows().await.iter().map(|row| (row.purpose.to_string(), row.ordinal)).collect();
    lines.sort();
    assert_eq!(lines, [("ES256".into(), 1), ("ES256".into(), 2), ("refresh".into(), 1), ("refresh".into(), 2)]);
}

#[tokio::test]
async fn other_settings_of_the_realm_take_other_keys() {
    let mut stage = stage(SettingsPatch::default()).await;
    stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap();
    stage.realm.config.version = 2;
    stage.realm.settings.access_token_alg = Algorithm::EdDSA;
    stage.realm.settings.access_token_lifetime = Seconds(60);
    let keys = stage.ring.realm_keys(&stage.realm, at(1)).await.unwrap();
    assert!(keys.signer(Algorithm::EdDSA).is_some());
    assert_eq!(stage.kids(at(1)).await.len(), 2, "tokens of the old algorithm are believed on");
}

#[tokio::test]
async fn another_master_key_is_named_and_reads_nothing() {
    let stage = stage(SettingsPatch::default()).await;
    stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap();
    let error = KeyRing::new(stage.store.clone(), MasterKey::generate()).realm_keys(&stage.realm, at(1)).await.unwrap_err();
    assert!(matches!(&error, KeyRingError::OtherMasterKey { wrapped_under, .. } if wrapped_under == stage.ring.master().id()), "{error}");
}

#[tokio::test]
async fn a_wrapped_key_moved_to_another_row_is_unreadable() {
    let stage = stage(SettingsPatch::default()).await;
    let keys = stage.ring.realm_keys(&stage.realm, at(0)).await.unwrap();
    let rows = stage.rows().await;
    let signing = rows.iter().find(|row| row.purpose == SIGN).unwrap();
    let moved = KeyChange::Rewrap {
        realm: stage.realm.id(),
        key: keys.refresh.current,
        wrapped: signing.wrapped.clone(),
        wrapping_key: signing.wrapping_key.clone(),
    };
    stage.store.commit(vec![Change::Key(moved)]).await.unwrap();
    let error = stage.ring.realm_keys(&stage.realm, at(1)).await.unwrap_err();
    assert!(matches!(error, KeyRingError::Unreadable(key) if key == keys.refresh.current));
}

#[tokio::test]
async fn a_database_keeps_the_master_key_that_it_was_first_opened_with() {
    let stage = stage(SettingsPatch::default()).await;
    assert_eq!(unlock(&stage.store, stage.folder.path()).await.unwrap().id(), stage.ring.master().id());
    std::fs::remove_file(stage.folder.path().join(crate::keys::MASTER_KEY_FILE)).unwrap();
    let error = unlock(&stage.store, stage.folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("the master key is missing"), "{error}");
}
