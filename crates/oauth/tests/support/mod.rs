//! A realm, a client and a person for tests of the rules, and randomness that repeats.

#![expect(dead_code, reason = "each test file uses a part of this")]

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::hmac;
use jeton_oauth::{
    AuthorizationId, ClientKey, ClientSecretId, Context, KeyId, RealmId, Scope, SessionId, Timestamp, UserId,
    client_auth::{AuthenticatedClient, SlowVerdict, authenticate},
    decision::RefreshKeys,
    dialect::Dialect,
    manage::{ClientMetadata, Origin},
    model::{
        Account, AccountKind, Authorization, AuthorizationState, Client, ClientAuthMethod, ClientSecret, Realm, RealmConfig, RefreshProof,
        RefreshVerifier, SecretHash, Session, Status,
    },
    redirect_uri::RedirectUri,
    request::{Credentials, SecretPlace},
    secret::{SecretText, Verifier},
    settings::{GrantType, SettingsPatch},
};
use rand_core::{CryptoRng, RngCore};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub const SECRET: &str = "a secret with plenty of entropy 0123456789 abcdefghij";

/// Repeats itself from its seed; for tests alone.
pub struct Repeating(pub u64);

impl RngCore for Repeating {
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }
    fn next_u64(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}

impl CryptoRng for Repeating {}

pub fn realm(settings: SettingsPatch) -> Realm {
    let config = RealmConfig {
        id: RealmId(Uuid::from_u128(1)),
        name: "acme".into(),
        title: None,
        issuer: Some("https://auth.example.com/acme".into()),
        dialect: "standard".into(),
        audience: Some("https://api.example.com".into()),
        scopes: vec![
            serde_json::from_value(serde_json::json!({ "name": "read" })).unwrap(),
            serde_json::from_value(serde_json::json!({ "name": "write" })).unwrap(),
        ],
        settings,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: Timestamp::default(),
        version: 0,
    };
    Realm::new(config, "https://auth.example.com/acme".into(), Dialect::built_in("standard").unwrap())
}

pub fn client(id: &str, auth: ClientAuthMethod) -> Client {
    let secrets = match auth {
        ClientAuthMethod::None => Vec::new(),
        _ => vec![ClientSecret {
            id: ClientSecretId(Uuid::from_u128(9)),
            hash: SecretHash::Sha256(Verifier::of(SECRET.as_bytes())),
            created_at: Timestamp::default(),
            expires_at: None,
            last_used_at: None,
            shown: None,
        }],
    };
    Client {
        key: ClientKey(Uuid::from_u128(id.bytes().fold(7, |sum, byte| sum * 31 + u128::from(byte)))),
        realm: RealmId(Uuid::from_u128(1)),
        id: id.into(),
        metadata: ClientMetadata {
            token_endpoint_auth_method: auth.into(),
            grant_types: GrantType::ALL.to_vec(),
            redirect_uris: vec![RedirectUri::register("https://app.example/cb").unwrap()],
            scope: Scope::parse("openid profile read write").unwrap(),
            default_scope: Some(Scope::parse("read").unwrap()),
            ..ClientMetadata::default()
        },
        secrets,
        owner: None,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: Timestamp::default(),
        version: 0,
    }
}

pub fn proven(client: Client) -> AuthenticatedClient {
    let credentials = match client.token_endpoint_auth_method.first() {
        ClientAuthMethod::None => Credentials::Public { client_id: client.id.clone() },
        _ => Credentials::secret(SecretPlace::Basic, client.id.as_str(), SecretText::new(SECRET)),
    };
    let client = Arc::new(client);
    at(&realm(SettingsPatch::default()), NOW, |cx| authenticate(&credentials, Some(&client), SlowVerdict::NotNeeded, cx)).unwrap().answer
}

pub fn account() -> Account {
    Account {
        id: UserId(Uuid::from_u128(3)),
        sub: "ann-sub".into(),
        number: 1,
        kind: AccountKind::Person,
        status: Status::Active,
        not_before: Timestamp::default(),
    }
}

pub fn session() -> Session {
    Session {
        id: SessionId(Uuid::from_u128(4)),
        realm: RealmId(Uuid::from_u128(1)),
        user: account().id,
        verifier: Verifier::of(b"session"),
        auth_time: NOW,
        amr: "pwd".into(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW + jeton_oauth::Seconds(86_400),
        user_agent: None,
        address: None,
    }
}

pub fn refresh_keys() -> RefreshKeys {
    let id = KeyId(Uuid::from_u128(5));
    RefreshKeys { current: id, by_id: HashMap::from([(id, hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]))]) }
}

pub fn authorization(client: &Client) -> Authorization {
    Authorization {
        id: AuthorizationId(Uuid::from_u128(6)),
        realm: client.realm,
        client: client.key,
        user: account().id,
        session: None,
        scope: Scope::parse("read write").unwrap(),
        audience: None,
        auth_time: NOW,
        amr: Some("pwd".into()),
        nonce: None,
        created_at: NOW,
        expires_at: NOW + jeton_oauth::Seconds(180 * 86_400),
        epoch: 0,
        state: AuthorizationState::Active,
        not_before: Timestamp::default(),
        refresh: Some(RefreshVerifier {
            generation: 0,
            rotated_at: NOW,
            expires_at: NOW + jeton_oauth::Seconds(86_400),
            proof: RefreshProof::Derived { seed: [8; 16], key: KeyId(Uuid::from_u128(5)) },
        }),
    }
}

/// Runs a rule at `now`.
pub fn at<T>(realm: &Realm, now: Timestamp, rule: impl FnOnce(&mut Context<'_>) -> T) -> T {
    let keys = refresh_keys();
    let mut rng = Repeating(now.as_millis() as u64);
    rule(&mut Context { realm, refresh_keys: &keys, epoch: 0, now, from: Origin::default(), rng: &mut rng })
}
