//! Whatever document is accepted is stored and read back equal; whatever is refused changes nothing.

use std::{collections::BTreeMap, sync::Arc};

use jeton_oauth::{
    dialect::Dialect,
    manage::{
        Actor, ClientMetadata, Desk, Fault, RealmDocument, Refusal, UserDocument,
        client::{self, FirstSecret, Registration},
        issuer::PlainHttp,
        read,
        realm::{self, Founding},
        unread_too,
        user::{self, NewUser, Taken},
    },
    model::{AccountKind, Realm, Status},
    secret::Verifier,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use rand_core::{CryptoRng, RngCore};
use serde_json::{Map, Value, json};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World},
};

cases![documents_of_clients, documents_of_people, documents_of_realms];

/// Documents of each noun that are tried.
const CASES: usize = 120;

/// A member of a document, and a value of it: a fitting one, or another.
type Member = (&'static str, fn() -> Value);

type Members = &'static [Member];

const CLIENT: &[Member] = &[
    ("client_name", || json!("Ünïcode \u{1f600}")),
    ("client_name", || json!("")),
    ("client_name", || json!(7)),
    ("token_endpoint_auth_method", || json!("none")),
    ("token_endpoint_auth_method", || json!(["client_secret_basic", "client_secret_post"])),
    ("token_endpoint_auth_method", || json!("basic")),
    ("grant_types", || json!(["client_credentials"])),
    ("grant_types", || json!(["password", "refresh_token"])),
    ("grant_types", || json!(["authorization_code", "refresh_token"])),
    ("grant_types", || json!(["authorization_code"])),
    ("grant_types", || json!(["implicit"])),
    ("redirect_uris", || json!(["https://app.example/cb", "com.example.app:/cb", "http://127.0.0.1/cb"])),
    ("redirect_uris", || json!(["https://app.example/cb?x=%20"])),
    ("redirect_uris", || json!(["javascript:1"])),
    ("scope", || json!("read write openid")),
    ("scope", || json!(["email", "read"])),
    ("scope", || json!("unknown")),
    ("default_scope", || json!("read")),
    ("audiences", || json!(["https://api.example.com", "urn:example:api"])),
    ("audiences", || json!(["api"])),
    ("logo_uri", || json!("https://app.example/logo.png")),
    ("contacts", || json!(["ann@example.com"])),
    ("trusted", || json!(true)),
    ("id_token_signed_response_alg", || json!("ES256")),
    ("id_token_signed_response_alg", || json!("HS256")),
    ("access_token_format", || json!("opaque")),
    ("access_token_alg", || json!("EdDSA")),
    ("access_token_lifetime", || json!(7200)),
    ("access_token_lifetime", || json!(100_000)),
    ("refresh_token_lifetime", || json!(60)),
    ("authorization_lifetime", || json!(30)),
    ("authorization_code_lifetime", || json!(61)),
    ("id_token_lifetime", || json!(60)),
    ("id_token_claims", || json!("scopes")),
    ("require_pkce", || json!(false)),
    ("require_pkce", || json!(true)),
    ("refresh_token_grace", || json!(10)),
    ("relaxes", || json!(["refresh_token_grace", "confidential_clients_without_pkce"])),
    ("loopback_any_port", || json!(true)),
    ("colour", || json!("red")),
];

const USER: &[Member] = &[
    ("username", || json!("Ann Ünïcode")),
    ("username", || json!("")),
    ("email", || json!("ann@example.com")),
    ("email", || json!("ann")),
    ("email_verified", || json!(true)),
    ("email_verified", || json!("yes")),
    ("user_type", || json!("DEVELOPER")),
    ("user_type", || json!("two\nlines")),
    ("roles", || json!([{ "name": "admin", "permissions": ["a", "b"] }, { "name": "x" }])),
    ("roles", || json!([{ "permissions": [] }])),
    ("attributes", || json!({ "plan": "gold", "seats": -3, "ratio": 0.25, "deep": { "list": [1, null, true] }, "": "é" })),
    ("given_name", || json!("Ann")),
    ("address", || json!({ "locality": "Berlin" })),
    ("address", || json!({ "town": "Berlin" })),
    ("phone_number_verified", || json!(false)),
    ("phone_number_verified", || json!(true)),
    ("locale", || json!("de")),
    ("givn_name", || json!("Ann")),
];

const REALM: &[Member] = &[
    ("title", || json!("Ünïcode")),
    ("title", || json!("two\nlines")),
    ("dialect", || json!("volt")),
    ("dialect", || json!("vlot")),
    ("audience", || json!("https://api.example.com")),
    ("scopes", || json!([{ "name": "read", "description": "See", "optional": true }, { "name": "write" }])),
    ("scopes", || json!([{ "name": "read" }, { "name": "read" }])),
    (
        "settings",
        || json!({ "access_token_lifetime": 60, "claims": [{ "name": "plan", "from": "user.attributes.plan" }, { "name": "n", "value": [1, { "a": null }] }] }),
    ),
    ("settings", || json!({ "refresh_token_grace": 10 })),
    ("settings", || json!({ "refresh_token_grace": 10, "refresh_token_rotation": false })),
    ("settings", || json!({ "brand": { "accent": "#123456", "help": "https://help.example" }, "session_lifetime": 90_000 })),
    ("settings", || json!({ "access_token_lifetme": 1 })),
    ("relaxes", || json!(["refresh_token_grace"])),
    ("issuer", || json!("ftp://auth.example.com")),
];

/// The next document: some of the members, each with one of its values.
fn next(runner: &mut TestRunner, members: Members, most: usize) -> Map<String, Value> {
    let strategy = prop::collection::vec(0..members.len(), 0..most);
    let chosen = strategy.new_tree(runner).unwrap().current();
    chosen.into_iter().map(|index| (members[index].0.to_owned(), members[index].1())).collect()
}

fn runner() -> TestRunner {
    TestRunner::new(Config { failure_persistence: None, ..Config::default() })
}

/// Enough for ids that differ.
struct Counting(u64);

impl RngCore for Counting {
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}

impl CryptoRng for Counting {}

/// How often documents were accepted and refused: both have to happen.
#[derive(Debug, Default)]
struct Counts {
    accepted: usize,
    refused: usize,
}

impl Counts {
    fn check(&self) {
        assert!(self.accepted > 5 && self.refused > 5, "{self:?}");
    }
}

fn faults_of(unread: Vec<Fault>, rest: Vec<Fault>) -> Vec<Fault> {
    match unread_too(unread, || rest.clone()) {
        Ok(()) => rest,
        Err(Refusal::Faults(faults)) => faults,
        Err(other) => panic!("{other}"),
    }
}

async fn resolved(world: &World) -> Realm {
    let mut config = (*world.store.realm(world.realm).await.unwrap().unwrap()).clone();
    config.scopes = vec![json!({ "name": "read" }), json!({ "name": "write" })]
        .into_iter()
        .map(|scope| serde_json::from_value(scope).unwrap())
        .collect();
    Realm::new(config, "https://auth.example.com/acme".to_owned(), Dialect::built_in("standard").unwrap())
}

async fn documents_of_clients(engine: Engine) {
    let world = World::new(engine).await;
    let realm = resolved(&world).await;
    let (mut runner, mut counts, mut rng) = (runner(), Counts::default(), Counting(1));
    for number in 0..CASES {
        let mut document = next(&mut runner, CLIENT, 7);
        document.entry("grant_types").or_insert_with(|| json!(["client_credentials"]));
        let (metadata, unread) = read::<ClientMetadata>(&document);
        let faults = faults_of(unread.clone(), metadata.faults(&realm));
        let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: NOW, rng: &mut rng };
        let client_id = format!("client-{number}");
        let secret = jeton_oauth::model::SecretHash::Sha256(Verifier::of(b"x"));
        let secret = FirstSecret::Given(if metadata.token_endpoint_auth_method.is_public() { Vec::new() } else { vec![(secret, None)] });
        let registration =
            Registration { client_id: client_id.clone(), metadata: metadata.clone(), owner: None, status: Status::Active, secret };
        match client::register(registration, false, &mut desk) {
            Ok(effect) => {
                assert!(faults.len() == unread.len(), "{document:?}: {faults:?}");
                if !unread.is_empty() {
                    counts.refused += 1;
                    continue;
                }
                world.store.commit(effect.changes).await.unwrap();
                let stored = world.rows().client(&client_id).await.unwrap().unwrap();
                assert_eq!(stored.metadata, metadata, "{document:?}");
                assert_eq!(read::<ClientMetadata>(&stored.metadata.to_document()), (metadata.clone(), Vec::new()));
                // What is stored changes into the next document, or into nothing else.
                let (next, unread) = read::<ClientMetadata>(&next(&mut runner, CLIENT, 4));
                let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: NOW, rng: &mut rng };
                if let (true, Ok(effect)) = (unread.is_empty(), client::change(&stored, next.clone(), None, &mut desk)) {
                    world.store.commit(effect.changes).await.unwrap();
                    assert_eq!(world.rows().client(&client_id).await.unwrap().unwrap().metadata, next);
                }
                counts.accepted += 1;
            }
            Err(refused) => {
                assert!(!faults.is_empty(), "{document:?}: {:?}", refused.answer);
                assert_eq!(refused.changes, []);
                counts.refused += 1;
            }
        }
    }
    counts.check();
}

async fn documents_of_people(engine: Engine) {
    let world = World::new(engine).await;
    let realm = resolved(&world).await;
    let (mut runner, mut counts, mut rng) = (runner(), Counts::default(), Counting(2));
    for number in 0..CASES {
        let mut document = next(&mut runner, USER, 6);
        if document.get("username").is_none_or(|name| name != "") {
            document.insert("username".to_owned(), format!("Ann {number}").into());
        }
        if document.contains_key("email") && document["email"] == "ann@example.com" {
            document.insert("email".to_owned(), format!("ann-{number}@example.com").into());
        }
        let (said, unread) = UserDocument::read(&document);
        let faults = faults_of(unread.clone(), said.faults());
        let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: NOW, rng: &mut rng };
        let new = NewUser {
            document: said.clone(),
            kind: AccountKind::Person,
            sub: None,
            number: None,
            owner: None,
            status: Status::Active,
            password: None,
            created_at: None,
        };
        match user::create(new, &Taken::default(), &mut desk) {
            Ok(effect) if unread.is_empty() => {
                assert_eq!(faults, [], "{document:?}");
                world.store.commit(effect.changes).await.unwrap();
                let stored = world.rows().user(effect.answer.id()).await.unwrap().unwrap();
                let mut expected = said;
                // Whether an address is verified is said only of one that there is.
                expected.own.email_verified = expected.own.email.as_ref().map(|_| expected.own.email_verified.unwrap_or(false));
                assert_eq!(UserDocument::of(&stored), expected, "{document:?}");
                assert_eq!(UserDocument::read(&expected.to_document()), (expected, Vec::new()));
                counts.accepted += 1;
            }
            Ok(_) => counts.refused += 1,
            Err(refused) => {
                assert!(!faults.is_empty(), "{document:?}: {:?}", refused.answer);
                assert_eq!(refused.changes, []);
                counts.refused += 1;
            }
        }
    }
    counts.check();
}

async fn documents_of_realms(engine: Engine) {
    let world = World::new(engine).await;
    let dialects: BTreeMap<String, Arc<Dialect>> =
        Dialect::BUILT_IN.iter().map(|name| ((*name).to_owned(), Dialect::built_in(name).unwrap())).collect();
    let (mut runner, mut counts, mut rng) = (runner(), Counts::default(), Counting(3));
    for number in 0..CASES {
        let document = next(&mut runner, REALM, 4);
        let (said, unread) = read::<RealmDocument>(&document);
        let mut founding = Founding { by: &Actor::COMMAND, now: NOW, rng: &mut rng, dialects: &dialects, plain_http: PlainHttp::Loopback };
        let name = format!("realm-{number}");
        match realm::create(&name, said.clone(), None, &mut founding) {
            Ok(effect) if unread.is_empty() => {
                world.store.commit(effect.changes).await.unwrap();
                let stored = world.store.realm_by_name(&name).await.unwrap().unwrap();
                assert_eq!(*stored, effect.answer);
                let dialect = &dialects[&stored.dialect];
                let mut expected = said;
                expected.dialect = Some(stored.dialect.clone());
                expected.relaxes = RealmDocument::of(&stored, dialect).relaxes;
                assert_eq!(RealmDocument::of(&stored, dialect), expected, "{document:?}");
                assert_eq!(read::<RealmDocument>(&expected.to_document()), (expected, Vec::new()));
                counts.accepted += 1;
            }
            Ok(_) => counts.refused += 1,
            Err(refused) => {
                assert_eq!(refused.changes, []);
                counts.refused += 1;
            }
        }
    }
    counts.check();
}
