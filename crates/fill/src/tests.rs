//! What was filled is an installation that a server takes.

use std::collections::HashSet;

use jeton_oauth::{
    Change, ClientKey, RealmId, Timestamp,
    change::{ClientChange, RealmChange},
    dialect::Dialect,
    manage::ClientMetadata,
    model::{Client, Realm, RealmConfig, SecretHash, Status},
    refresh_secret::PresentedRefresh,
};
use jeton_server::keys::{self, KeyRing};
use jeton_store::{Location, Role, Store};
use uuid::Uuid;

use crate::{Order, Secret, Size, fill};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn realm() -> RealmConfig {
    RealmConfig {
        id: RealmId(Uuid::from_u128(7)),
        name: "own".to_owned(),
        title: None,
        issuer: None,
        dialect: "standard".to_owned(),
        audience: Some("https://api.example".to_owned()),
        scopes: Vec::new(),
        settings: Default::default(),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 1,
    }
}

fn client() -> Client {
    Client {
        key: ClientKey(Uuid::from_u128(8)),
        realm: realm().id,
        id: "load".to_owned(),
        metadata: ClientMetadata::default(),
        secrets: Vec::new(),
        owner: None,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 1,
    }
}

#[tokio::test]
async fn what_was_filled_is_an_installation_with_working_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite { folder: folder.path().to_owned() };
    let store = Store::open(&location, Role::Server).unwrap();
    let unit = vec![Change::Realm(RealmChange::Create(realm())), Change::Client(ClientChange::Create(client()))];
    store.commit(unit).await.unwrap();
    let master = keys::unlock(&store, folder.path()).await.unwrap();
    let own = Realm::new(realm(), String::new(), Dialect::built_in("standard").unwrap());
    let real_keys = KeyRing::new(store.clone(), master).realm_keys(&own, NOW).await.unwrap();
    store.close().await;

    let size = Size { realms: 30, clients: 60, people: 300, authorizations: 2_000 };
    let order = Order { size, realm: "own", client_id: "load", client_secret: Secret("s3cret"), tokens: 50 };
    let filled = fill(None, folder.path(), &order, &|_, _, _| {}).await.unwrap();
    assert_eq!(filled.refresh_tokens.iter().collect::<HashSet<_>>().len(), 50);
    assert_eq!(filled.rows, 30 + 30 + 60 + 60 + 300 + 360 + 300 + 2_000);

    let store = Store::open(&location, Role::Server).unwrap();
    let rows = store.in_realm(realm().id);
    for token in &filled.refresh_tokens {
        let presented = PresentedRefresh::read(token).unwrap();
        let facts = rows.authorization(presented.authorization).await.unwrap().unwrap();
        assert!(presented.is_genuine(&facts.authorization, &real_keys.refresh));
        assert_eq!((facts.authorization.client, facts.authorization.user), (client().key, facts.account.id));
    }
    for id in &filled.client_ids {
        let client = rows.client(id).await.unwrap().unwrap();
        assert!(matches!(&client.secrets[0].hash, SecretHash::Sha256(verifier) if verifier.proves(b"s3cret")));
    }
    assert_eq!(filled.client_ids.len(), 6);
    assert_eq!(store.realms().await.unwrap().len(), 31);
    store.close().await;
}
