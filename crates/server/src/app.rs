//! The whole shell: look → decide → commit → answer.

use std::{
    future::Future,
    path::PathBuf,
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::HeaderMap;
use jeton_oauth::{
    Change, Context, Decision, Endpoint, Timestamp,
    activity::{Outcome, Reason},
    change::{AuditKind, AuthorizationChange, RealmChange},
    manage::Origin,
    model::Realm,
};
use jeton_store::{CommitError, JoinError, Membership, NodeKind, Noticed, Store, StoreError};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    activity::Activity,
    administrators,
    clock::Clock,
    demo::Demo,
    doctor::Examined,
    documents::{Documents, Download, Reader},
    failure::{Broken, Failure},
    keys::{Cipher, KeyRing, KeyRingError, MasterKey, RealmKeys},
    mail::{Outbox, Transport},
    marks::Marks,
    metrics::{Metrics, Replay, RequestMetrics},
    outdated::Outdated,
    pace::Pace,
    page_parts::Pages,
    password::{self, Decoys, PasswordPool, PoolOptions, SlowSecrets},
    proxies::TrustedProxies,
    randomness::SystemRng,
    readiness::Readiness,
    realms::Realms,
    refusal_log::RefusalLog,
    refusals::{self, Refusals},
    request_ids::RequestIds,
    sealed::Seal,
    turns::Turns,
};

/// What the server is started with.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Where `dialects/` and the key file are.
    pub data: PathBuf,
    /// The server's own address as others see it, without a trailing slash: the issuer of a realm
    /// that names none is this, `/` and its name.
    pub public_url: String,
    /// Where this server runs, in words for whoever looks at the others.
    pub place: String,
    pub clock: Clock,
    pub passwords: PoolOptions,
    /// Who may say where a request came from.
    pub proxies: TrustedProxies,
    /// A demo shows on its front page all that one can try.
    pub demo: Option<Demo>,
    /// How mail leaves; into a folder where nobody said.
    pub mail: Option<Transport>,
}

/// The server: everything that requests share.
#[derive(Clone)]
pub struct App(Arc<Shared>);

pub struct Shared {
    pub store: Store,
    pub realms: Realms,
    pub keys: KeyRing,
    pub passwords: PasswordPool,
    pub decoys: Decoys,
    pub slow_secrets: SlowSecrets,
    pub metrics: Metrics,
    pub readiness: Readiness,
    pub requests: RequestMetrics,
    pub turns: Turns,
    pub marks: Marks,
    pub activity: Activity,
    pub refusals: Refusals,
    pub refusal_log: RefusalLog,
    pub request_ids: RequestIds,
    /// Hashes that one network may ask for.
    pub hashing: Pace,
    /// Requests that one administrator's token may make.
    pub api_pace: Pace<Uuid>,
    pub metadata: Documents<(), Bytes>,
    /// What realms write of their token API: pages, with their headers, and what tools import.
    pub public_pages: Documents<Reader, (HeaderMap, Bytes)>,
    pub downloads: Documents<Download, Bytes>,
    pub pages: Arc<Pages>,
    /// What the front page of a demo shows.
    pub demo: Option<Demo>,
    pub outbox: Outbox,
    /// What rests or travels encrypted; each use names itself and its place.
    pub cipher: Cipher,
    /// What recovery codes are kept with.
    pub recovery_key: Zeroizing<[u8; 32]>,
    pub seal: Seal,
    pub clock: Clock,
    pub proxies: TrustedProxies,
    /// The data folder.
    pub data: PathBuf,
    /// What is wrong with the installation, as it was last looked at.
    pub examined: Examined,
    /// The installation's token epoch: read again whenever everything may have changed.
    epoch: AtomicU32,
    epoch_outdated: Outdated,
    /// The process's milliseconds when it last began to hear of others' changes, and heard.
    heard: AtomicU64,
    membership: Membership,
    /// A request for a host that nobody is served under is told to the log once.
    pub(crate) strange_host: Once,
    /// Somebody has the rows to itself, who came while this node was taken for dead.
    barred: AtomicBool,
}

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// A realm and its keys: what every decision of one request is made with.
pub struct Scene {
    pub realm: Arc<Realm>,
    keys: Arc<RealmKeys>,
    /// Once the request named a key that is not among those.
    newer: OnceLock<Arc<RealmKeys>>,
    /// Once a token is about to be issued that needs one which the realm did not have.
    made: OnceLock<Arc<RealmKeys>>,
    /// Where the request came from, for the audit log.
    pub from: Origin,
}

impl Scene {
    fn new(realm: Arc<Realm>, keys: Arc<RealmKeys>) -> Self {
        Self { realm, keys, newer: OnceLock::new(), made: OnceLock::new(), from: Origin::default() }
    }

    pub fn keys(&self) -> &RealmKeys {
        self.made.get().or(self.newer.get()).unwrap_or(&self.keys)
    }
}

/// A unit that meets a conflict this often rests before it looks again.
pub(crate) const LOOKS: usize = 3;

/// An office signs in at nine through one address; whoever asks for more keeps others from hashing.
const HASHES_AT_ONCE: u32 = 100;
const HASHES_THEN_EVERY: Duration = Duration::from_millis(200);
/// A program that sets up a hundred applications does not wait; one that runs in circles does.
const API_CALLS_AT_ONCE: u32 = 1000;
const API_CALLS_THEN_EVERY: Duration = Duration::from_millis(20);
/// A unit that meets a conflict this often is given up: 409.
const TURNS: usize = 40;

/// After this long without news a node is not ready.
const STALE: Duration = Duration::from_secs(5);

impl App {
    /// Puts the server together; nothing is served yet.
    ///
    /// # Errors
    /// When the store cannot be read, somebody has it to itself, or a realm's dialect is missing or broken.
    pub async fn start(store: Store, master: &MasterKey, options: AppOptions) -> Result<Self, StartError> {
        let membership = store.join(NodeKind::Server, env!("CARGO_PKG_VERSION"), &options.place).await?;
        let installation = store.installation().await?;
        serve_at(&store, &options.public_url).await;
        administrators::ensure_realm(&store, options.clock.now()).await?;
        let realms = Realms::load(store.clone(), options.public_url, options.data.join("dialects"), options.clock.clone()).await?;
        let passwords = PasswordPool::new(options.passwords)?;
        let secrets = PasswordPool::new(password::LANE)?;
        let metrics = Metrics::new(options.clock.now(), passwords.clone(), secrets.clone());
        let app = Self(Arc::new(Shared {
            keys: KeyRing::new(store.clone(), master.clone()),
            slow_secrets: SlowSecrets::new(secrets),
            requests: RequestMetrics::new(&metrics),
            metrics,
            readiness: Readiness::default(),
            passwords,
            decoys: Decoys::default(),
            turns: Turns::default(),
            marks: Marks::default(),
            activity: Activity::default(),
            refusals: Refusals::default(),
            refusal_log: RefusalLog::default(),
            request_ids: RequestIds::default(),
            hashing: Pace::new(HASHES_AT_ONCE, HASHES_THEN_EVERY),
            api_pace: Pace::new(API_CALLS_AT_ONCE, API_CALLS_THEN_EVERY),
            metadata: Documents::new(2_000),
            public_pages: Documents::new(200),
            downloads: Documents::new(200),
            pages: Pages::load(&options.data),
            demo: options.demo,
            recovery_key: master.derive("jeton recovery codes"),
            cipher: Cipher::new(master, "jeton small values"),
            outbox: Outbox::new(master, options.mail.unwrap_or_else(|| Transport::folder_in(&options.data))),
            seal: Seal::new(master),
            heard: AtomicU64::new(millis(options.clock.uptime())),
            clock: options.clock,
            proxies: options.proxies,
            data: options.data,
            examined: Examined::default(),
            epoch: AtomicU32::new(installation.epoch),
            epoch_outdated: Outdated::default(),
            membership,
            strange_host: Once::new(),
            barred: AtomicBool::new(false),
            realms,
            store,
        }));
        let (weak, store) = (Arc::downgrade(&app.0), app.store.clone());
        store.subscribe(move |noticed| {
            if let Some(shared) = weak.upgrade() {
                Self(shared).forget(noticed);
            }
        });
        Ok(app)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// For what everybody may read: needs no keys, so it makes none, and is there while none are to be had.
    pub fn public_scene(realm: Arc<Realm>) -> Scene {
        Scene::new(realm, RealmKeys::none())
    }

    /// With the keys that the realm has; missing ones are made when a token is about to be issued.
    pub async fn scene(&self, realm: Arc<Realm>) -> Result<Scene, Failure> {
        let keys = self.keys.known_keys(&realm, self.now()).await?;
        Ok(Scene::new(realm, keys))
    }

    /// Makes the keys that the realm lacks. Whoever asks proved that a token is theirs.
    async fn make_keys(&self, scene: &Scene) -> Result<(), Failure> {
        let made = self.keys.realm_keys(&scene.realm, self.now()).await?;
        // Another decision of the same request was faster.
        let _ = scene.made.set(made);
        Ok(())
    }

    /// Before a token is refused that names a key which [`Scene::keys`] does not hold: looks at the rows,
    /// once in a request at most. Another node may have made it a moment ago.
    pub async fn look_for_keys(&self, scene: &Scene) -> Result<(), StoreError> {
        if scene.newer.get().is_none() {
            let newer = self.keys.look_again(&scene.realm, &scene.keys, self.now()).await.map_err(|error| match error {
                KeyRingError::Store(error) => error,
                error => StoreError::Failed(error.to_string()),
            })?;
            // Whoever was faster looked as well.
            let _ = scene.newer.set(newer);
        }
        Ok(())
    }

    /// Gathers facts, decides, commits; looks again when a guard no longer holds. The answer leaves
    /// only after the commit, and so does a refusal that writes.
    pub async fn settle<F, T, Fut>(
        &self,
        scene: &Scene,
        look: impl Fn() -> Fut,
        decide: impl Fn(F, &mut Context<'_>) -> Decision<T>,
    ) -> Result<T, Failure>
    where
        Fut: Future<Output = Result<F, StoreError>> + Send,
    {
        for looked in 0..TURNS {
            let facts = look().await?;
            if let Some(answer) = self.attempt(scene, |cx| decide(facts, cx)).await? {
                return Ok(answer);
            }
            if looked + 1 >= LOOKS {
                // Many want the same row: each round one of them is done, if they come apart.
                tokio::time::sleep(apart(looked)).await;
            }
        }
        Err(Broken::Contended.into())
    }

    /// Decides and commits once; `None` when a guard no longer holds, or the realm had no key for it, and the facts
    /// are to be gathered again.
    pub async fn attempt<T>(&self, scene: &Scene, decide: impl FnOnce(&mut Context<'_>) -> Decision<T>) -> Result<Option<T>, Failure> {
        let (answer, mut changes) = match self.decide(scene, decide) {
            Ok(effect) => (Ok(effect.answer), effect.changes),
            Err(effect) => (Err(effect.answer), effect.changes),
        };
        let answer = answer.map_err(|error| match changes.iter().find_map(refusals::refusal) {
            Some(event) => error.asked(|| event.into()),
            None => error,
        });
        if !scene.keys().are_whole() && changes.iter().any(has_refresh_token) {
            self.make_keys(scene).await?;
            return Ok(None);
        }
        let replay = changes.iter().find_map(replay);
        let sign_in = changes.iter().find_map(sign_in);
        let first = self.refusals.fold(&mut changes);
        let written = self.commit(changes).await;
        if written.is_err() {
            self.refusals.unwritten(&first);
        }
        match written {
            Ok(()) => {
                if let Some(replay) = replay {
                    self.metrics.replayed(replay);
                }
                if let Some(outcome) = sign_in {
                    self.activity.signed_in(scene.realm.id(), outcome, self.now());
                }
                answer.map(Some).map_err(Failure::Refused)
            }
            Err(CommitError::Conflict) => Ok(None),
            Err(CommitError::Failed(error)) => Err(error.into()),
        }
    }

    /// Runs a rule now, with the system's randomness.
    pub fn decide<T>(&self, scene: &Scene, rule: impl FnOnce(&mut Context<'_>) -> T) -> T {
        rule(&mut Context {
            realm: &scene.realm,
            refresh_keys: &scene.keys().refresh,
            epoch: self.epoch.load(Ordering::Relaxed),
            now: self.now(),
            from: scene.from,
            rng: &mut SystemRng,
        })
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<(), CommitError> {
        if changes.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let written = self.store.commit(changes).await;
        if written.is_ok() {
            self.metrics.committed(began.elapsed());
        }
        written
    }

    /// Hears of what other processes changed, and forgets what is remembered of it. To be called at
    /// least every 500 ms.
    pub async fn notice(&self) -> Result<(), StoreError> {
        let asked = millis(self.clock.uptime());
        // [`Self::forget`] hears of it, even of what was read before this fails.
        self.store.noticed().await?;
        if let Some(reading) = self.epoch_outdated.reading() {
            self.epoch.store(self.store.installation().await?.epoch, Ordering::Relaxed);
            self.epoch_outdated.done(reading);
        }
        self.heard.fetch_max(asked, Ordering::Relaxed);
        self.realms.catch_up().await
    }

    /// Says that this node is still there. To be called every five seconds.
    pub async fn renew(&self) -> Result<(), JoinError> {
        let renewed = self.membership.renew().await;
        self.barred.store(matches!(renewed, Err(JoinError::Held { .. })), Ordering::Relaxed);
        renewed
    }

    /// Whether this process has heard of others' changes lately: if not, it may not vouch for anything.
    pub fn is_fresh(&self) -> bool {
        self.silence() < STALE && !self.barred.load(Ordering::Relaxed)
    }

    /// How long ago this process last heard of others' changes.
    pub fn silence(&self) -> Duration {
        self.clock.uptime().saturating_sub(Duration::from_millis(self.heard.load(Ordering::Relaxed)))
    }

    /// Refuses where a client, a token or a session is about to be believed.
    pub fn vouch(&self) -> Result<(), Broken> {
        if self.is_fresh() { Ok(()) } else { Err(Broken::Stale) }
    }

    /// Called for every change, of this process and of others. The key ring hears of them by itself.
    fn forget(&self, noticed: &[Noticed]) {
        noticed.iter().for_each(|one| match one {
            Noticed::Everything => {
                self.epoch_outdated.note();
                self.realms.forget_all();
            }
            Noticed::Realm(realm) => self.realms.forget(*realm),
            Noticed::Key(..) | Noticed::Client(..) | Noticed::User(..) | Noticed::Authorization(..) | Noticed::AccessToken(..) => {}
        });
    }

    /// Writes what is waiting and closes the store.
    pub async fn close(self) {
        if let Err(error) = self.membership.leave().await {
            tracing::warn!("other servers show this one as running for 15 more seconds: {error}");
        }
        self.store.clone().close().await;
    }
}

/// Tells commands where realms without an issuer of their own are served.
async fn serve_at(store: &Store, public_url: &str) {
    let said = Change::Realm(RealmChange::ServeAt { public_url: public_url.to_owned() });
    if let Err(error) = store.commit(vec![said]).await {
        tracing::warn!("commands will not know this server's address: {error}");
    }
}

/// A rest that differs from everybody else's.
fn apart(looked: usize) -> Duration {
    let mut random = [0; 1];
    rand_core::RngCore::fill_bytes(&mut SystemRng, &mut random);
    Duration::from_millis((u64::from(random[0]) * looked.min(16) as u64) / 64 + 1)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Whether it gives somebody a refresh token.
fn has_refresh_token(change: &Change) -> bool {
    match change {
        Change::Authorization(AuthorizationChange::Create(authorization)) => authorization.refresh.is_some(),
        Change::Authorization(AuthorizationChange::Rotate { .. }) => true,
        _ => false,
    }
}

/// The replay that a unit writes down.
fn replay(change: &Change) -> Option<Replay> {
    match change {
        Change::Audit(event) if event.kind == AuditKind::CodeReplayed => Some(Replay::AuthorizationCode),
        Change::Audit(event) if event.kind == AuditKind::RefreshReplayed => Some(Replay::RefreshToken),
        _ => None,
    }
}

/// Where people sign in.
const SIGN_INS: [Endpoint; 3] = [Endpoint::SignIn, Endpoint::PasskeySignIn, Endpoint::SecondFactor];

/// How a person's sign-in on the page ended, that a unit writes down.
fn sign_in(change: &Change) -> Option<Outcome> {
    let Change::Audit(event) = change else { return None };
    // Passwords are asked for elsewhere, too: by the token endpoint, and before something is changed.
    let is_sign_in = |own: &Endpoint| event.endpoint.as_deref() == Some(own.name());
    if !SIGN_INS.iter().any(is_sign_in) {
        return None;
    }
    match event.kind {
        AuditKind::SignedIn => Some(Outcome::Answered),
        AuditKind::PasswordRefused => Some(Outcome::Refused(Reason::WrongPassword)),
        AuditKind::SecondStepRefused => Some(Outcome::Refused(Reason::WrongSecondStep)),
        AuditKind::AttemptsExceeded if event.client.is_none() => Some(Outcome::Refused(Reason::TooManyAttempts)),
        _ => None,
    }
}

/// Why the server does not start; said in words to whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the store cannot be read: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Join(#[from] JoinError),
    #[error("the threads that hash passwords cannot be started: {0}")]
    Threads(#[from] std::io::Error),
}
