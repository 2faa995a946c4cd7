//! A server in this process, on one storage engine, at a time that the story sets.

use std::{fmt, future::Future, ops::ControlFlow, pin::Pin, sync::Arc};

use http::StatusCode;
use jeton_oauth::{
    Change, Seconds,
    change::{ClientChange, RealmChange, UserChange},
    dialect::Dialect,
    manage::Actor,
    model::Realm,
    settings::SettingsPatch,
};
use jeton_postgres_test::{Cluster, Passage, Place, Way};
use jeton_provision::{Dialects, Means, Options, Prepared, apply};
use jeton_server::{
    App, AppOptions, Clock, Internal, StartError, deliver, jobs,
    keys::{MASTER_KEY_FILE, MasterKey},
    mail::{self, Kept},
    password::{PasswordPool, PoolOptions},
    proxies::TrustedProxies,
    randomness::SystemRng,
    router,
};
use jeton_store::{
    Location, PostgresUrl, Role, Store,
    copy::{self, copy},
};
use libtest_mimic::{Arguments, Trial};

use crate::{
    call::Call,
    setup::{NOW, PASSWORD, SECRET, Setup},
};

/// Where rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Whether several servers may have the same rows.
    pub fn is_shared(self) -> bool {
        self == Self::Postgres
    }

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
#[macro_export]
macro_rules! cases {
    ($($story:ident),* $(,)?) => {
        pub const CASES: &[$crate::world::Case] = &[$($crate::world::Case {
            name: stringify!($story),
            story: |engine| Box::pin($story(engine)),
        }),*];
    };
}
pub use crate::cases;

/// All stories of a test target.
pub fn run(suites: &[(&str, &'static [Case])]) -> ! {
    libtest_mimic::run(&Arguments::from_args(), trials(suites)).exit()
}

/// A trial of each story per engine, of which those of `nodes`, `outages` and `standby` need an engine that servers share.
///
/// Trials are called `engine::suite::story`; where an engine is missing they are ignored, unless it is required.
pub fn trials(suites: &[(&str, &'static [Case])]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for engine in Engine::ALL {
        for (suite, cases) in suites.iter().filter(|(suite, _)| !["nodes", "outages", "standby"].contains(suite) || engine.is_shared()) {
            for case in *cases {
                let trial = Trial::test(format!("{engine}::{suite}::{}", case.name), move || case.run(engine));
                trials.push(match engine.missing() {
                    Some(missing) if !jeton_postgres_test::required() => trial.with_kind(missing).with_ignored_flag(true),
                    _ => trial,
                });
            }
        }
    }
    trials
}

/// Where every story's proxies are.
const PROXIES: &str = "10.0.0.0/8";
const POOL: PoolOptions = PoolOptions { threads: 2, queue: 64 };

/// Where a server keeps its rows, and the folder of its master key. Gone when dropped.
pub struct Home {
    pub folder: tempfile::TempDir,
    place: Option<Place>,
    /// What its connections go through.
    passage: Option<Passage>,
    /// A server for this story alone.
    _cluster: Option<Cluster>,
}

impl Home {
    fn new(engine: Engine) -> Self {
        let place = match engine {
            Engine::Sqlite => None,
            // What is on the disk after a crash is not what stories are about.
            Engine::Postgres => Some(Cluster::careless().place()),
        };
        Self { folder: tempfile::tempdir().unwrap(), place, passage: None, _cluster: None }
    }

    fn on(cluster: Cluster) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), place: Some(cluster.place()), passage: None, _cluster: Some(cluster) }
    }

    /// On rows of the story's own.
    pub fn at(place: Place) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), place: Some(place), passage: None, _cluster: None }
    }

    /// As [`Home::at`], with a passage to it.
    pub fn behind_a_passage(place: Place) -> Self {
        let passage = Some(Passage::to(&place, Way::Open));
        Self { passage, ..Self::at(place) }
    }

    pub fn passage(&self) -> &Passage {
        self.passage.as_ref().unwrap()
    }

    pub fn place(&self) -> &Place {
        self.place.as_ref().unwrap()
    }

    fn open(&self) -> Store {
        self.open_as(Role::Server)
    }

    /// As a command opens it beside a running server, which hears of its changes only when it asks.
    pub fn open_beside(&self) -> Store {
        self.open_as(Role::Command { create: false })
    }

    /// Runs SQL as somebody else would; for stories of PostgreSQL.
    pub fn execute(&self, sql: &str) {
        self.place().execute(sql);
    }

    fn open_as(&self, role: Role) -> Store {
        Store::open(&self.location(), role).unwrap()
    }

    fn location(&self) -> Location {
        match &self.place {
            None => Location::Sqlite { folder: self.folder.path().to_owned() },
            Some(place) => {
                let url = self.passage.as_ref().map_or_else(|| place.url(), |passage| passage.url().to_owned());
                Location::Postgres { url: PostgresUrl::parse(&url).unwrap() }
            }
        }
    }
}

/// A running server.
pub struct World {
    pub app: App,
    pub clock: Clock,
    pub home: Arc<Home>,
    router: axum::Router,
    /// Where a story's programs find it, where it is served to them.
    url: Option<String>,
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
        Self::start_in(Arc::new(Home::new(engine)), realms).await
    }

    /// On a PostgreSQL of its own.
    pub async fn on(cluster: Cluster, setup: Setup) -> Self {
        Self::start_in(Arc::new(Home::on(cluster)), vec![setup]).await
    }

    pub async fn start_in(home: Arc<Home>, realms: Vec<Setup>) -> Self {
        let store = Self::filled(&home, realms).await;
        Self::serve(store, home, Clock::standing_at(NOW), POOL).await
    }

    /// By the system's clock and at an address of its own, for programs of others that know no other time.
    pub async fn today(engine: Engine, url: &str, realms: Vec<Setup>) -> Self {
        let home = Arc::new(Home::new(engine));
        let store = Self::filled(&home, realms).await;
        let world = Self::serve_at(url, store, home, Clock::system(), POOL).await.unwrap();
        Self { url: Some(url.to_owned()), ..world }
    }

    async fn filled(home: &Home, realms: Vec<Setup>) -> Store {
        let store = home.open();
        let mut unit = Vec::new();
        for setup in realms {
            unit.push(Change::Realm(RealmChange::Create(setup.config)));
            unit.extend(setup.users.into_iter().map(|user| Change::User(UserChange::Create(user))));
            unit.extend(setup.clients.into_iter().map(|client| Change::Client(ClientChange::Create(client))));
        }
        store.commit(unit).await.unwrap();
        store
    }

    /// One realm, with a dialect's file in the data folder.
    pub async fn with_dialect(engine: Engine, setup: Setup, dialect: &str) -> Self {
        let home = Arc::new(Home::new(engine));
        let dialects = home.folder.path().join("dialects");
        std::fs::create_dir(&dialects).unwrap();
        std::fs::write(dialects.join(format!("{}.toml", setup.config.dialect)), dialect).unwrap();
        Self::start_in(home, vec![setup]).await
    }

    /// One realm, and no room for more passwords than `pool` says.
    pub async fn with_pool(engine: Engine, setup: Setup, pool: PoolOptions) -> Self {
        let Self { app, clock, home, .. } = Self::start(engine, vec![setup]).await;
        app.close().await;
        Self::serve(home.open(), home, clock, pool).await
    }

    /// What realm files say, put there before the server starts.
    pub async fn provisioned(engine: Engine, files: &Prepared) -> Self {
        let home = Arc::new(Home::new(engine));
        let store = home.open();
        let dialects: Dialects = Dialect::BUILT_IN.iter().map(|name| ((*name).to_owned(), Dialect::built_in(name).unwrap())).collect();
        let pool = PasswordPool::new(POOL).unwrap();
        let mut means = Means {
            by: &Actor::REALM_FILE,
            store: Some(&store),
            dialects: &dialects,
            pool: &pool,
            rng: &mut SystemRng,
            now: &|| NOW,
            progress: &|_, _| {},
        };
        apply(files, Options::default(), &mut means).await.unwrap();
        Self::serve(store, home, Clock::standing_at(NOW), POOL).await
    }

    /// Another server on the same rows, with the same master key and clock.
    pub async fn another(&self) -> Self {
        Self::serve(self.home.open(), self.home.clone(), self.clock.clone(), POOL).await
    }

    /// What its job does twice a second: hears of what other servers changed.
    pub async fn notice(&self) {
        self.app.notice().await.unwrap();
    }

    /// As [`World::another`], if it may.
    pub async fn another_if_it_may(&self) -> Result<Self, StartError> {
        Self::serve_if_it_may(self.home.open(), self.home.clone(), self.clock.clone(), POOL).await
    }

    async fn serve(store: Store, home: Arc<Home>, clock: Clock, passwords: PoolOptions) -> Self {
        Self::serve_if_it_may(store, home, clock, passwords).await.unwrap()
    }

    async fn serve_if_it_may(store: Store, home: Arc<Home>, clock: Clock, passwords: PoolOptions) -> Result<Self, StartError> {
        Self::serve_at("http://127.0.0.1:8080", store, home, clock, passwords).await
    }

    async fn serve_at(url: &str, store: Store, home: Arc<Home>, clock: Clock, passwords: PoolOptions) -> Result<Self, StartError> {
        let master = MasterKey::open(home.folder.path(), store.installation().await.unwrap().master_key_check.as_deref()).unwrap();
        let options = AppOptions {
            data: home.folder.path().to_owned(),
            public_url: url.into(),
            place: "a story".into(),
            clock: clock.clone(),
            passwords,
            proxies: TrustedProxies::new(vec![PROXIES.parse().unwrap()]),
            demo: None,
            mail: None,
        };
        let app = App::start(store, &master, options).await?;
        Ok(Self { router: router(&app), app, clock, home, url: None })
    }

    /// Stops the server and starts it again on the same rows.
    pub async fn restart(self) -> Self {
        let Self { app, clock, home, router, .. } = self;
        drop(router);
        app.close().await;
        Self::serve(home.open(), home, clock, POOL).await
    }

    /// Stops the server and starts it again under another address.
    pub async fn called(self, url: &str) -> Self {
        let Self { app, clock, home, router, .. } = self;
        drop(router);
        app.close().await;
        Self::serve_at(url, home.open(), home, clock, POOL).await.unwrap()
    }

    /// Stops the server, copies all that it has to a place of another engine, and serves it there.
    pub async fn moved(self, engine: Engine) -> Self {
        let Self { app, clock, home, router, .. } = self;
        drop(router);
        app.close().await;
        let to = Home::new(engine);
        copy(&home.location(), &to.location(), copy::Options::default(), &mut |_| ControlFlow::Continue(())).await.unwrap();
        std::fs::copy(home.folder.path().join(MASTER_KEY_FILE), to.folder.path().join(MASTER_KEY_FILE)).unwrap();
        Self::serve(to.open(), Arc::new(to), clock, POOL).await
    }

    /// What its job does: sends what is due. The letters of the folder, the newest first.
    pub async fn mail(&self) -> Vec<Kept> {
        deliver(&self.app).await;
        mail::kept(&self.home.folder.path().join(mail::FOLDER), 100)
    }

    /// What its job does every few seconds: writes down what happened.
    pub async fn count(&self) {
        jobs::write_activity(&self.app).await;
    }

    /// What an operator's command writes.
    pub async fn commit(&self, change: Change) {
        self.app.store.commit(vec![change]).await.unwrap();
    }

    /// What a job writes.
    pub async fn commit_all(&self, changes: Vec<Change>) {
        self.app.store.commit(changes).await.unwrap();
    }

    pub async fn realm(&self, name: &str) -> Arc<Realm> {
        self.app.realms.by_name(name).await.unwrap().unwrap()
    }

    pub fn advance(&self, seconds: u32) {
        self.clock.advance(Seconds(seconds));
    }

    /// A request to this server: `world.post("/acme/token")…`.
    pub fn get(&self, path: &str) -> Call {
        self.request(http::Method::GET, path)
    }

    /// What an operator asks on the internal listener.
    pub fn internal(&self, path: &str) -> Call {
        Call::new(axum::Router::new().fallback_service(Internal::new(&self.app)), http::Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Call {
        self.request(http::Method::POST, path)
    }

    pub fn request(&self, method: http::Method, path: &str) -> Call {
        let call = Call::new(self.router.clone(), method, path);
        match &self.url {
            Some(url) => call.host(url.split_once("://").unwrap().1),
            None => call,
        }
    }

    /// The server's own address.
    pub fn url(&self) -> &str {
        self.url.as_deref().unwrap_or("http://127.0.0.1:8080")
    }

    /// Answers whoever calls its address by TCP, and hears of others' changes as its job does, for as long as the
    /// runtime runs.
    pub fn listen(&self, listener: tokio::net::TcpListener) {
        let (router, app) = (self.router.clone(), self.app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(std::time::Duration::from_millis(500));
            while app.notice().await.is_ok() {
                beat.tick().await;
            }
        });
    }

    pub fn written(&self, request: http::Request<Vec<u8>>) -> Call {
        Call::written(self.router.clone(), request)
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
