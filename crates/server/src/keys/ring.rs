//! The keys of all realms: made at first need, remembered, forgotten when they change.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use axum::body::Bytes;
use jeton_jose::{Algorithm, SigningKey};
use jeton_oauth::{
    Change, KeyId, RealmId, Seconds, Timestamp,
    change::KeyChange,
    manage::Actor,
    model::{Key, KeyPurpose, Realm},
};
use jeton_store::{CommitError, Noticed, Store, StoreError};
use quick_cache::sync::Cache;
use tokio::sync::Mutex;

use super::{
    allowance::Allowance,
    error::KeyRingError,
    make::{Place, make},
    master_key::MasterKey,
    plan,
    realm_keys::{RealmKeys, shown},
};

/// A clone shares everything.
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    store: Store,
    master: MasterKey,
    by: Actor,
    remembered: Cache<RealmId, Arc<RealmKeys>>,
    /// One load or creation at a time for a realm; realms that share a lock wait for each other.
    locks: Box<[Mutex<()>]>,
    /// First keys that may be made for whoever reads a JWK Set.
    allowance: Allowance,
    /// Counts forgetting: what was read before must not be remembered after.
    forgotten: AtomicU64,
}

/// What is shown of a realm's keys.
#[derive(Clone, Debug)]
pub struct JwkSetDocument {
    pub json: Bytes,
    /// Whether it has a key for every token that the realm signs by default; if not, it must not be kept.
    pub is_whole: bool,
}

/// Realms whose keys are remembered.
const REMEMBERED: usize = 4096;
const LOCKS: usize = 64;
/// Looks at the rows before giving up.
pub(super) const LOOKS: usize = 4;

impl KeyRing {
    /// Forgets by itself what the store says that this process and others changed.
    pub fn new(store: Store, master: MasterKey) -> Self {
        Self::acting_for(Actor::SYSTEM, store, master)
    }

    /// As [`KeyRing::new`]; what it writes is said to be done by `by`.
    pub fn acting_for(by: Actor, store: Store, master: MasterKey) -> Self {
        let inner = Arc::new(Inner {
            remembered: Cache::new(REMEMBERED),
            locks: (0..LOCKS).map(|_| Mutex::new(())).collect(),
            allowance: Allowance::default(),
            forgotten: AtomicU64::new(0),
            store,
            master,
            by,
        });
        // Weak: the store must not keep alive who keeps it.
        let weak = Arc::downgrade(&inner);
        inner.store.subscribe(move |noticed| {
            if let Some(inner) = weak.upgrade() {
                inner.notice(noticed);
            }
        });
        Self(inner)
    }

    /// The keys that a realm has. Strangers send requests to ten thousand realms, and prove nothing: none are
    /// made for those.
    pub async fn known_keys(&self, realm: &Realm, now: Timestamp) -> Result<Arc<RealmKeys>, KeyRingError> {
        match self.0.remembered(realm, now) {
            Some(keys) => Ok(keys),
            None => self.0.load(realm, Need::Known, now).await,
        }
    }

    /// The keys that a realm issues tokens with; missing ones are made. For whoever is about to get a token.
    pub async fn realm_keys(&self, realm: &Realm, now: Timestamp) -> Result<Arc<RealmKeys>, KeyRingError> {
        match self.0.remembered(realm, now) {
            Some(keys) if keys.are_whole() => Ok(keys),
            _ => self.0.load(realm, Need::Whole(&[]), now).await,
        }
    }

    /// The current key of `algorithm`; the first one is made.
    pub async fn signer(&self, realm: &Realm, algorithm: Algorithm, now: Timestamp) -> Result<Arc<SigningKey>, KeyRingError> {
        if algorithm.is_symmetric() {
            return Err(KeyRingError::Symmetric(algorithm));
        }
        let keys = self.with(realm, &[KeyPurpose::Sign(algorithm)], now).await?;
        keys.signer(algorithm).cloned().ok_or(KeyRingError::Contended)
    }

    /// The realm's JWK Set. Shows a key for access tokens and for ID tokens (RS256, OpenID Connect
    /// Core §15.1) before the first of them is signed, as whoever verifies may keep the set for long. So
    /// they are made when the set is read first; but reading proves nothing, and a crawl of ten thousand
    /// realms must not make ten thousand RSA keys: past an allowance per server the set shows what there is,
    /// and the others come with the first token that needs them.
    pub async fn jwks(&self, realm: &Realm, now: Timestamp) -> Result<JwkSetDocument, KeyRingError> {
        let wanted = [KeyPurpose::Sign(realm.settings.access_token_alg), KeyPurpose::Sign(Algorithm::RS256)];
        let whole = |keys: Arc<RealmKeys>| JwkSetDocument { json: keys.jwks.clone(), is_whole: true };
        if let Some(keys) = self.0.remembered(realm, now).filter(|keys| wanted.iter().all(|purpose| keys.has(*purpose))) {
            return Ok(whole(keys));
        }
        let made = match self.0.store.in_realm(realm.id()).keys().await {
            Ok(rows) => {
                let missing = wanted.iter().any(|purpose| plan::current(&rows, *purpose, now).is_none());
                if missing && !self.0.allowance.take(now) {
                    return Ok(JwkSetDocument { json: shown(&rows, realm, now)?, is_whole: false });
                }
                self.0.load(realm, Need::Whole(&wanted), now).await
            }
            Err(error) => Err(error.into()),
        };
        self.or_remembered(realm, made).map(whole)
    }

    /// As [`KeyRing::known_keys`], for a token that names a key which is not among `known`: another
    /// server may have made it a moment ago. The rows are looked at, but not often: many who ask share a look.
    pub async fn look_again(&self, realm: &Realm, known: &RealmKeys, now: Timestamp) -> Result<Arc<RealmKeys>, KeyRingError> {
        known.looks.share(|| self.0.look(realm)).await?;
        self.known_keys(realm, now).await
    }

    /// Writes down that the current key of `algorithm` signs tokens that live for `lifetime`, where the
    /// realm's own settings make shorter ones: it is kept until the last of them ended.
    pub async fn promise(&self, realm: &Realm, algorithm: Algorithm, lifetime: Seconds, now: Timestamp) -> Result<(), KeyRingError> {
        let rows = self.0.store.in_realm(realm.id()).keys().await?;
        let Some(key) = plan::current(&rows, KeyPurpose::Sign(algorithm), now) else { return Ok(()) };
        self.0.promise(realm, vec![(key.id, lifetime)]).await
    }

    /// The next request of the realm looks at the rows.
    pub fn forget(&self, realm: RealmId) {
        self.0.forget(realm);
    }

    /// Whether the keys of a realm are at hand, be they stale.
    pub fn remembers(&self, realm: RealmId) -> bool {
        self.0.remembered.get(&realm).is_some()
    }

    /// Whether another realm's keys can be remembered without forgetting one's.
    pub(super) fn has_room(&self) -> bool {
        self.0.remembered.len() < REMEMBERED
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn by(&self) -> &Actor {
        &self.0.by
    }

    pub(super) fn master(&self) -> &MasterKey {
        &self.0.master
    }

    fn or_remembered(&self, realm: &Realm, keys: Result<Arc<RealmKeys>, KeyRingError>) -> Result<Arc<RealmKeys>, KeyRingError> {
        match keys {
            Err(KeyRingError::Store(error)) => self.0.remembered.get(&realm.id()).ok_or(KeyRingError::Store(error)),
            keys => keys,
        }
    }

    async fn with(&self, realm: &Realm, purposes: &[KeyPurpose], now: Timestamp) -> Result<Arc<RealmKeys>, KeyRingError> {
        match self.0.remembered(realm, now) {
            Some(keys) if purposes.iter().all(|purpose| keys.has(*purpose)) => Ok(keys),
            _ => self.0.load(realm, Need::Whole(purposes), now).await,
        }
    }
}

/// What whoever asks is going to do.
#[derive(Clone, Copy)]
enum Need<'a> {
    /// Nothing that needs a key which is not there.
    Known,
    /// Tokens are issued, and these keys are used besides.
    Whole(&'a [KeyPurpose]),
}

impl Need<'_> {
    fn is_met(self, keys: &RealmKeys) -> bool {
        match self {
            Self::Known => true,
            Self::Whole(extra) => keys.are_whole() && extra.iter().all(|purpose| keys.has(*purpose)),
        }
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing").field("master", &self.0.master).finish_non_exhaustive()
    }
}

impl Inner {
    fn remembered(&self, realm: &Realm, now: Timestamp) -> Option<Arc<RealmKeys>> {
        self.remembered.get(&realm.id()).filter(|keys| keys.fits(realm, now))
    }

    async fn load(&self, realm: &Realm, need: Need<'_>, now: Timestamp) -> Result<Arc<RealmKeys>, KeyRingError> {
        let _alone = self.locks[usize::from(realm.id().as_bytes()[15]) % LOCKS].lock().await;
        for _ in 0..LOOKS {
            // Whoever held the lock before may have done it all.
            if let Some(keys) = self.remembered(realm, now).filter(|keys| need.is_met(keys)) {
                return Ok(keys);
            }
            let forgotten = self.forgotten.load(SeqCst);
            let rows = self.store.in_realm(realm.id()).keys().await?;
            let mut missing = Vec::new();
            if let Need::Whole(extra) = need {
                for purpose in plan::needed(&realm.settings).chain(extra.iter().copied()) {
                    if plan::current(&rows, purpose, now).is_none() && !missing.contains(&purpose) {
                        missing.push(purpose);
                    }
                }
            }
            let unpromised = plan::unpromised(&rows, &realm.settings, now);
            if !missing.is_empty() {
                self.create(&rows, realm, &missing, now).await?;
            } else if !unpromised.is_empty() {
                self.promise(realm, unpromised).await?;
            } else {
                return self.remember(&rows, realm, now, forgotten);
            }
        }
        Err(KeyRingError::Contended)
    }

    fn remember(&self, rows: &[Key], realm: &Realm, now: Timestamp, forgotten: u64) -> Result<Arc<RealmKeys>, KeyRingError> {
        let before = self.remembered.get(&realm.id());
        let keys = Arc::new(RealmKeys::build(rows, realm, now, &self.master, before.as_deref())?);
        self.remembered.insert(realm.id(), keys.clone());
        // Checked after the insert: forgetting either sees the new one, or is seen here.
        if self.forgotten.load(SeqCst) != forgotten {
            keys.spoil();
        }
        Ok(keys)
    }

    /// A conflict means that another server made one of them: the next look finds it.
    async fn create(&self, rows: &[Key], realm: &Realm, purposes: &[KeyPurpose], now: Timestamp) -> Result<(), KeyRingError> {
        let mut unit = Vec::with_capacity(purposes.len() * 2);
        for purpose in purposes {
            let longest_token = plan::longest_token(&realm.settings, *purpose);
            let ordinal = plan::next_ordinal(rows, *purpose);
            let place = Place { realm: realm.id(), purpose: *purpose, ordinal, active_at: now, longest_token };
            unit.extend(make(place, &self.master, &self.by, now).await?);
        }
        match self.store.commit(unit).await {
            Ok(()) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Failed(error)) => Err(error.into()),
        }
    }

    /// Before any such token is signed.
    async fn promise(&self, realm: &Realm, promises: Vec<(KeyId, Seconds)>) -> Result<(), KeyRingError> {
        let change = |(key, longest_token)| Change::Key(KeyChange::Promise { realm: realm.id(), key, longest_token });
        match self.store.commit(promises.into_iter().map(change).collect()).await {
            Ok(()) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Failed(error)) => Err(error.into()),
        }
    }

    /// Forgets the realm's keys if its rows are others by now.
    async fn look(&self, realm: &Realm) -> Result<(), StoreError> {
        let rows = self.store.in_realm(realm.id()).keys().await?;
        if self.remembered.get(&realm.id()).is_some_and(|keys| !keys.are_of(&rows)) {
            self.forget(realm.id());
        }
        Ok(())
    }

    fn forget(&self, realm: RealmId) {
        self.forgotten.fetch_add(1, SeqCst);
        if let Some(keys) = self.remembered.get(&realm) {
            keys.spoil();
        }
    }

    fn notice(&self, noticed: &[Noticed]) {
        for one in noticed {
            match one {
                Noticed::Everything => {
                    self.forgotten.fetch_add(1, SeqCst);
                    self.remembered.clear();
                }
                Noticed::Realm(realm) | Noticed::Key(realm, _) => self.forget(*realm),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
