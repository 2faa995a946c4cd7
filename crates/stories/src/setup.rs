//! Who is in a realm before the server starts; a story changes what it is about.

use std::sync::OnceLock;

use jeton_oauth::{
    ClientKey, ClientSecretId, RealmId, Scope, Timestamp, UserId,
    manage::ClientMetadata,
    model::{
        Account, AccountKind, Client, ClientAuthMethod, ClientSecret, Email, PasswordHash, Profile, RealmConfig, SecretHash, Status, User,
    },
    redirect_uri::RedirectUri,
    secret::{SecretText, Verifier},
    settings::{GrantType, ScopeDefinition, SettingsPatch},
};
use jeton_server::password::{PasswordPool, PoolOptions};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub const SECRET: &str = "web-secret-0123456789-abcdefghijklmnopqrstuvwxyz";
pub const PASSWORD: &str = "correct horse battery";
pub const REDIRECT_URI: &str = "https://app.example/callback";
pub const API: &str = "https://api.example.com";

/// A realm and who is in it, before the server starts. A story changes what it is about.
pub struct Setup {
    pub config: RealmConfig,
    pub clients: Vec<Client>,
    pub users: Vec<User>,
}

impl Setup {
    /// The realm `acme` of a dialect, with the confidential client `web` (every grant, Basic) and the person `ann`.
    pub fn new(name: &str, dialect: &str) -> Self {
        let id = RealmId(Uuid::from_u128(name.bytes().fold(1, |sum, byte| sum * 131 + u128::from(byte))));
        let scopes =
            ["read", "write"].map(|name| ScopeDefinition { name: name.into(), description: format!("May {name}"), optional: false });
        let config = RealmConfig {
            id,
            name: name.into(),
            title: None,
            issuer: None,
            dialect: dialect.into(),
            audience: Some(API.into()),
            scopes: scopes.to_vec(),
            settings: SettingsPatch::default(),
            status: Status::Active,
            not_before: Timestamp::default(),
            created_at: NOW,
            version: 0,
        };
        Self { clients: vec![client(id, "web", ClientAuthMethod::ClientSecretBasic)], users: vec![person(id, "ann")], config }
    }

    pub fn settings(mut self, settings: SettingsPatch) -> Self {
        self.config.settings = settings;
        self
    }

    pub fn id(&self) -> RealmId {
        self.config.id
    }

    /// Beside `web`, a client as [`client`] makes it, changed.
    pub fn client(mut self, id: &str, auth: ClientAuthMethod, change: impl FnOnce(&mut Client)) -> Self {
        let mut client = client(self.config.id, id, auth);
        change(&mut client);
        self.clients.push(client);
        self
    }

    /// `web`, changed.
    pub fn web(mut self, change: impl FnOnce(&mut Client)) -> Self {
        change(&mut self.clients[0]);
        self
    }

    /// `ann`, changed.
    pub fn ann(mut self, change: impl FnOnce(&mut User)) -> Self {
        change(&mut self.users[0]);
        self
    }

    /// Beside `ann`, a person as [`person`] makes it, changed.
    pub fn person(mut self, name: &str, change: impl FnOnce(&mut User)) -> Self {
        let mut user = person(self.config.id, name);
        change(&mut user);
        self.users.push(user);
        self
    }
}

/// A client with every grant, the secret [`SECRET`] unless it is public, and [`REDIRECT_URI`].
pub fn client(realm: RealmId, id: &str, auth: ClientAuthMethod) -> Client {
    Client {
        key: ClientKey(Uuid::from_u128(
            id.bytes().fold(realm.0.as_u128(), |sum, byte| sum.wrapping_mul(257).wrapping_add(u128::from(byte))),
        )),
        realm,
        id: id.into(),
        metadata: ClientMetadata {
            client_name: Some(format!("The {id} application")),
            token_endpoint_auth_method: auth.into(),
            grant_types: GrantType::ALL.to_vec(),
            redirect_uris: vec![RedirectUri::register(REDIRECT_URI).unwrap()],
            scope: Scope::parse("openid profile email address phone read write jeton:tokens").unwrap(),
            default_scope: Some(Scope::parse("read").unwrap()),
            audiences: vec![API.into()],
            ..ClientMetadata::default()
        },
        secrets: if auth == ClientAuthMethod::None { Vec::new() } else { vec![secret(77, SECRET, None)] },
        owner: None,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 0,
    }
}

/// A client's secret that needs no slow hash.
pub fn secret(id: u128, text: &str, expires_at: Option<Timestamp>) -> ClientSecret {
    ClientSecret {
        id: ClientSecretId(Uuid::from_u128(id)),
        hash: SecretHash::Sha256(Verifier::of(text.as_bytes())),
        created_at: NOW,
        expires_at,
        last_used_at: None,
        shown: None,
    }
}

/// A person with the password [`PASSWORD`].
pub fn person(realm: RealmId, name: &str) -> User {
    let id =
        UserId(Uuid::from_u128(name.bytes().fold(realm.0.as_u128(), |sum, byte| sum.wrapping_mul(263).wrapping_add(u128::from(byte)))));
    User {
        account: Account {
            id,
            sub: format!("sub-{name}"),
            number: 0,
            kind: AccountKind::Person,
            status: Status::Active,
            not_before: Timestamp::default(),
        },
        realm,
        username: name.into(),
        email: Some(Email { address: format!("{name}@example.com"), verified: true }),
        profile: Profile { given_name: Some(name.to_uppercase()), ..Profile::default() },
        user_type: None,
        roles: Vec::new(),
        attributes: serde_json::Map::new(),
        password: Some(password_hash()),
        owner: None,
        created_at: NOW,
        updated_at: NOW,
        version: 0,
    }
}

fn password_hash() -> PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    let hash = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let pool = PasswordPool::new(PoolOptions { threads: 1, queue: 1 }).unwrap();
        runtime.block_on(pool.hash(SecretText::new(PASSWORD))).unwrap()
    };
    // A runtime cannot be entered from within another: a thread of its own hashes.
    HASH.get_or_init(|| std::thread::spawn(hash).join().unwrap()).clone()
}
