//! A server in this process, on one storage engine, at a time that the story sets.

use std::{fmt, future::Future, pin::Pin, sync::OnceLock};

use http::StatusCode;
use jeton_oauth::{
    Change, ClientKey, ClientSecretId, RealmId, Scope, Seconds, Timestamp, UserId,
    change::{ClientChange, RealmChange, UserChange},
    model::{Account, AccountKind, Client, ClientAuthMethod, ClientSecret, Email, PasswordHash, Profile, RealmConfig, SecretHash, Status, User},
    redirect_uri::RedirectUri,
    secret::{SecretText, Verifier},
    settings::{GrantType, ScopeDefinition, SettingsPatch},
};
use jeton_server::{
    App, AppOptions, Clock,
    keys::MasterKey,
    password::{PasswordPool, PoolOptions},
    router,
};
use jeton_postgres_test::{Cluster, Place};
use jeton_store::{Location, PostgresUrl, Role, Store};
use uuid::Uuid;

use crate::call::Call;

/// Where rows are kept.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// What to install before it runs here.
    pub fn missing(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => jeton_postgres_test::missing(),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

type Story = fn(Engine) -> Pin<Box<dyn Future<Output = ()>>>;

pub struct Case {
    pub name: &'static str,
    pub story: Story,
}

impl Case {
    pub fn run(&self, engine: Engine) -> Result<(), libtest_mimic::Failed> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on((self.story)(engine));
        Ok(())
    }
}

/// `CASES` of a module: every story by its function's name; each is an `async fn(Engine)`.
macro_rules! cases {
    ($($story:ident),* $(,)?) => {
        pub const CASES: &[$crate::world::Case] = &[$($crate::world::Case {
            name: stringify!($story),
            story: |engine| Box::pin($story(engine)),
        }),*];
    };
}
pub(crate) use cases;

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
        let scopes = ["read", "write"].map(|name| ScopeDefinition { name: name.into(), description: format!("May {name}") });
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

    pub fn client(mut self, client: Client) -> Self {
        self.clients.push(client);
        self
    }

    pub fn id(&self) -> RealmId {
        self.config.id
    }
}

/// A client with every grant, the secret [`SECRET`] unless it is public, and [`REDIRECT_URI`].
pub fn client(realm: RealmId, id: &str, auth: ClientAuthMethod) -> Client {
    let secret = ClientSecret {
        id: ClientSecretId(Uuid::from_u128(77)),
        hash: SecretHash::Sha256(Verifier::of(SECRET.as_bytes())),
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
    };
    Client {
        key: ClientKey(Uuid::from_u128(id.bytes().fold(realm.0.as_u128(), |sum, byte| sum.wrapping_mul(257).wrapping_add(u128::from(byte))))),
        realm,
        id: id.into(),
        name: Some(format!("The {id} application")),
        auth,
        grants: GrantType::ALL.to_vec(),
        redirect_uris: vec![RedirectUri::register(REDIRECT_URI).unwrap()],
        scopes: Scope::parse("openid profile email address phone read write jeton:tokens").unwrap(),
        default_scopes: Some(Scope::parse("read").unwrap()),
        audiences: vec![API.into()],
        secrets: if auth == ClientAuthMethod::None { Vec::new() } else { vec![secret] },
        id_token_signed_response_alg: None,
        access_token_format: None,
        require_pkce: None,
        trusted: false,
        owner: None,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 0,
    }
}

/// A person with the password [`PASSWORD`].
pub fn person(realm: RealmId, name: &str) -> User {
    let id = UserId(Uuid::from_u128(name.bytes().fold(realm.0.as_u128(), |sum, byte| sum.wrapping_mul(263).wrapping_add(u128::from(byte)))));
    User {
        account: Account { id, sub: format!("sub-{name}"), number: 0, kind: AccountKind::Person, status: Status::Active, not_before: Timestamp::default() },
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

/// Where a server keeps its rows, and the folder of its master key. Gone when dropped.
pub struct Home {
    pub folder: tempfile::TempDir,
    place: Option<Place>,
}

impl Home {
    fn new(engine: Engine) -> Self {
        let place = match engine {
            Engine::Sqlite => None,
            // What is on the disk after a crash is not what stories are about.
            Engine::Postgres => Some(Cluster::careless().place()),
        };
        Self { folder: tempfile::tempdir().unwrap(), place }
    }

    fn open(&self) -> Store {
        self.open_as(Role::Server)
    }

    /// As a command opens it beside a running server, which hears of its changes only when it asks.
    pub fn open_beside(&self) -> Store {
        self.open_as(Role::Command { create: false })
    }

    fn open_as(&self, role: Role) -> Store {
        let location = match &self.place {
            None => Location::Sqlite { folder: self.folder.path().to_owned() },
            Some(place) => Location::Postgres { url: PostgresUrl::parse(&place.url()).unwrap() },
        };
        Store::open(&location, role).unwrap()
    }
}

/// A running server.
pub struct World {
    pub app: App,
    pub clock: Clock,
    pub home: Home,
    router: axum::Router,
}

impl World {
    /// The realm `acme` of the standard dialect, as [`Setup::new`] makes it.
    pub async fn standard(engine: Engine) -> Self {
        Self::start(engine, vec![Setup::new("acme", "standard")]).await
    }

    pub async fn with_settings(engine: Engine, settings: SettingsPatch) -> Self {
        Self::start(engine, vec![Setup::new("acme", "standard").settings(settings)]).await
    }

    pub async fn start(engine: Engine, realms: Vec<Setup>) -> Self {
        let home = Home::new(engine);
        let store = home.open();
        let mut unit = Vec::new();
        for setup in realms {
            unit.push(Change::Realm(RealmChange::Create(setup.config)));
            unit.extend(setup.users.into_iter().map(|user| Change::User(UserChange::Create(user))));
            unit.extend(setup.clients.into_iter().map(|client| Change::Client(ClientChange::Create(client))));
        }
        store.commit(unit).await.unwrap();
        Self::serve(store, home, Clock::standing_at(NOW)).await
    }

    async fn serve(store: Store, home: Home, clock: Clock) -> Self {
        let master = MasterKey::open(home.folder.path(), store.installation().await.unwrap().master_key_check.as_deref()).unwrap();
        let options = AppOptions {
            data: home.folder.path().to_owned(),
            public_url: "http://127.0.0.1:8080".into(),
            clock: clock.clone(),
            passwords: PoolOptions { threads: 2, queue: 64 },
        };
        let app = App::start(store, &master, options).await.unwrap();
        Self { router: router(&app), app, clock, home }
    }

    /// Stops the server and starts it again on the same rows.
    pub async fn restart(self) -> Self {
        let Self { app, clock, home, router } = self;
        drop(router);
        app.close().await;
        let store = home.open();
        Self::serve(store, home, clock).await
    }

    pub fn advance(&self, seconds: u32) {
        self.clock.advance(Seconds(seconds));
    }

    /// A request to this server: `world.post("/acme/token")…`.
    pub fn get(&self, path: &str) -> Call {
        Call::new(self.router.clone(), http::Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Call {
        Call::new(self.router.clone(), http::Method::POST, path)
    }

    pub fn request(&self, method: http::Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    /// `POST /acme/token` by the client `web`.
    pub fn token(&self, form: &[(&str, &str)]) -> Call {
        self.post("/acme/token").basic("web", SECRET).form(form)
    }

    /// Tokens of `ann` by the password grant.
    pub async fn ann(&self, scope: &str) -> serde_json::Value {
        let answer = self.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", scope)]).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// `active` of a token, as `web` sees it.
    pub async fn is_active(&self, token: &str) -> bool {
        let answer = self.post("/acme/introspect").basic("web", SECRET).form(&[("token", token)]).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["active"].as_bool().unwrap()
    }
}
