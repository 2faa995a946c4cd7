//! Which realm a request is for: the longest match of host and path prefix against the issuers.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use jeton_oauth::{
    RealmId,
    dialect::Dialect,
    manage::issuer::{self, Nesting, normal_host, place},
    model::{Realm, RealmConfig},
};
use jeton_store::{RealmSummary, Store, StoreError};
use quick_cache::sync::Cache;

use crate::{clock::Clock, outdated::Outdated};

mod dialects;
mod installed;

pub use dialects::read_dialect;
use dialects::{Dialects, NoDialect};
pub use installed::{all_dialects, built_in_dialects, dialect_files};

/// The realms of this installation. The index is small and whole; realms are resolved when first asked for.
pub struct Realms {
    store: Store,
    public_url: String,
    index: RwLock<Arc<Index>>,
    /// Where this server calls itself `localhost`: `:` and its port.
    loopback: Option<String>,
    /// Whether realms changed since the index was read.
    outdated: Outdated,
    resolved: Cache<RealmId, Arc<Realm>>,
    dialects: Dialects,
}

/// `host[:port]` and path prefix of each issuer.
#[derive(Default)]
struct Index {
    by_issuer: HashMap<String, RealmId>,
    issuers: HashMap<RealmId, String>,
    /// `host[:port]` of each issuer.
    hosts: HashSet<String>,
    /// Bytes of the longest place: no longer one is worth a look.
    longest: usize,
}

/// A realm, and the rest of the path after its issuer's.
pub struct Found {
    pub id: RealmId,
    /// Bytes of the path that belong to the issuer.
    pub prefix: usize,
}

impl Realms {
    /// `public_url`: the server's own address, without a trailing slash.
    pub(crate) async fn load(store: Store, public_url: String, dialect_folder: PathBuf, clock: Clock) -> Result<Self, StoreError> {
        let realms = Self {
            store: store.clone(),
            loopback: loopback(&public_url),
            public_url,
            index: RwLock::default(),
            outdated: Outdated::default(),
            resolved: Cache::new(20_000),
            dialects: Dialects::new(store, dialect_folder, clock),
        };
        let summaries = realms.store.realms().await?;
        realms.index(&summaries);
        realms.log_settings(&summaries).await?;
        realms.log_relaxations(summaries).await?;
        Ok(realms)
    }

    /// Says what realms loosen by settings of their own.
    async fn log_settings(&self, summaries: &[RealmSummary]) -> Result<(), StoreError> {
        for summary in summaries.iter().take(SHOWN_AT_START) {
            let (Some(realm), Ok(dialect)) = (self.store.realm(summary.id).await?, self.dialects.get(&summary.dialect).await) else {
                continue;
            };
            for (relaxation, setting) in dialect.loosened_by(&realm.settings) {
                tracing::warn!(realm = summary.name, setting, relaxes = relaxation.as_str(), "{}", relaxation.explanation());
            }
        }
        Ok(())
    }

    /// Says, once per dialect in use, what it loosens against the standard, and which are not to be had.
    async fn log_relaxations(&self, summaries: Vec<RealmSummary>) -> Result<(), StoreError> {
        let mut users: BTreeMap<String, usize> = BTreeMap::new();
        for summary in summaries {
            *users.entry(summary.dialect).or_default() += 1;
        }
        for (name, realms) in users {
            match self.dialects.get(&name).await {
                Ok(dialect) => {
                    for relaxation in &dialect.relaxes {
                        tracing::warn!(dialect = name, realms, relaxes = relaxation.as_str(), "{}", relaxation.explanation());
                    }
                }
                Err(NoDialect::Broken(fault)) => tracing::error!(dialect = name, realms, "realms are not served: {fault}"),
                Err(NoDialect::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads the issuers again: after realms were made or changed.
    pub async fn reload(&self) -> Result<(), StoreError> {
        self.index(&self.store.realms().await?);
        Ok(())
    }

    /// Whoever has a place keeps it, and nobody is served inside another's: a realm that was changed or
    /// made to clash is not served. At the start the older realm counts as the first.
    fn index(&self, summaries: &[RealmSummary]) {
        let before = Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner));
        let mut wanted: Vec<_> = summaries
            .iter()
            .filter_map(|summary| {
                let issuer = self.issuer(summary.issuer.as_deref(), &summary.name);
                Some((summary, place(&issuer)?, issuer))
            })
            .collect();
        wanted.sort_by_key(|(summary, place, _)| (before.by_issuer.get(place) != Some(&summary.id), summary.id));
        let mut index = Index::default();
        let mut places = BTreeMap::new();
        for (summary, place, issuer) in wanted {
            if let Some((other, nesting)) = clash(&places, &summary.name, &place) {
                tracing::error!(realm = summary.name, "the realm is not served: {}", nesting.fault(&issuer, other));
                continue;
            }
            index.longest = index.longest.max(place.len());
            index.hosts.insert(place.split('/').next().unwrap_or_default().to_owned());
            index.by_issuer.insert(place.clone(), summary.id);
            index.issuers.insert(summary.id, issuer);
            places.insert(place, summary.name.as_str());
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
    }

    /// Reads the issuers again if realms changed since they were read.
    pub(crate) async fn catch_up(&self) -> Result<(), StoreError> {
        if let Some(reading) = self.outdated.reading() {
            self.reload().await?;
            self.outdated.done(reading);
        }
        Ok(())
    }

    /// The issuer of a realm: its own, or the server's address, `/` and its name.
    fn issuer(&self, own: Option<&str>, name: &str) -> String {
        own.map_or_else(|| format!("{}/{name}", self.public_url), str::to_owned)
    }

    /// The realm whose issuer is the longest match.
    pub fn find(&self, host: &str, path: &str) -> Option<Found> {
        let index = Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner));
        let mut place = normal_host(host);
        if self.is_loopback(host) {
            // As `localhost` is taken.
            place = place.replacen("[::1]", "127.0.0.1", 1);
        }
        let host_length = place.len();
        place.push_str(path.trim_end_matches('/'));
        let id = places(&place, host_length, index.longest).find_map(|place| Some((*index.by_issuer.get(place)?, place.len())));
        id.map(|(id, length)| Found { id, prefix: length - host_length })
    }

    /// Whether some realm is served under this host.
    pub fn has_host(&self, host: &str) -> bool {
        self.index.read().unwrap_or_else(PoisonError::into_inner).hosts.contains(&normal_host(host))
    }

    /// The server's own address, without a trailing slash.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Whether this host is a loopback address of a server that calls itself `localhost`: it is answered
    /// as the same, but cookies and passkeys are the name's.
    pub fn is_loopback(&self, host: &str) -> bool {
        self.loopback.as_deref().is_some_and(|port| ["127.0.0.1", "[::1]"].iter().any(|ip| host.strip_prefix(ip) == Some(port)))
    }

    /// The realm, resolved; `None` if it is gone.
    pub async fn get(&self, id: RealmId) -> Result<Option<Arc<Realm>>, StoreError> {
        match self.resolved.get_value_or_guard_async(&id).await {
            Ok(realm) => Ok(Some(realm)),
            Err(place) => {
                let Some(config) = self.store.realm(id).await? else { return Ok(None) };
                let forgotten = self.dialects.forgotten();
                let Some(realm) = self.resolve(&config).await? else { return Ok(None) };
                // Refused if the realm changed meanwhile; then the next reader sees the change.
                let _ = place.insert(Arc::clone(&realm));
                if self.dialects.forgotten() != forgotten {
                    self.resolved.remove(&id);
                }
                Ok(Some(realm))
            }
        }
    }

    /// A realm by the name that operators use.
    pub async fn by_name(&self, name: &str) -> Result<Option<Arc<Realm>>, StoreError> {
        match self.store.realm_by_name(name).await? {
            Some(config) => self.get(config.id).await,
            None => Ok(None),
        }
    }

    async fn resolve(&self, config: &RealmConfig) -> Result<Option<Arc<Realm>>, StoreError> {
        let issuer = self.issuer(config.issuer.as_deref(), &config.name);
        match self.dialects.get(&config.dialect).await {
            Ok(dialect) => Ok(Some(Arc::new(Realm::new(config.clone(), issuer, dialect)))),
            Err(NoDialect::Store(error)) => Err(error),
            Err(NoDialect::Broken(fault)) => {
                if self.dialects.is_news(&config.dialect) {
                    tracing::error!(realm = config.name, dialect = config.dialect, "the realm is not served: {fault}");
                }
                Ok(None)
            }
        }
    }

    /// The dialect of this name; `None` where there is none, or a broken one.
    pub async fn dialect(&self, name: &str) -> Result<Option<Arc<Dialect>>, StoreError> {
        match self.dialects.get(name).await {
            Ok(dialect) => Ok(Some(dialect)),
            Err(NoDialect::Store(error)) => Err(error),
            Err(NoDialect::Broken(_)) => Ok(None),
        }
    }

    /// Every realm's id, for jobs.
    pub fn ids(&self) -> Vec<RealmId> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).issuers.keys().copied().collect()
    }

    pub(crate) fn forget(&self, id: RealmId) {
        self.outdated.note();
        self.resolved.remove(&id);
    }

    pub(crate) fn forget_all(&self) {
        self.dialects.forget();
        self.outdated.note();
        self.resolved.clear();
    }
}

/// Realms whose settings are looked through at the start; the doctor looks at all.
const SHOWN_AT_START: usize = 100;

/// The realm whose place is the same, around this one or inside it. Looks at a few places, not at all.
fn clash<'n>(places: &BTreeMap<String, &'n str>, name: &str, place: &str) -> Option<(&'n str, Nesting)> {
    let between = |other: &'n str, others_place: &str| Some((other, issuer::clash((name, place), (other, others_place))?));
    let around = place.match_indices('/').map(|(end, _)| &place[..end]).chain([place]);
    if let Some(found) = around.into_iter().find_map(|outer| between(places.get(outer)?, outer)) {
        return Some(found);
    }
    let below = format!("{place}/");
    places.range(below.clone()..).take_while(|(inner, _)| inner.starts_with(&below)).find_map(|(inner, other)| between(other, inner))
}

fn loopback(public_url: &str) -> Option<String> {
    let port = public_url.strip_prefix("http://localhost")?;
    (port.is_empty() || port.starts_with(':')).then(|| port.to_owned())
}

/// `place` and what remains of it as its path loses one segment after the other, from the longest
/// that an issuer can have: a path of thousands of segments costs no more than a short one.
fn places(place: &str, host_length: usize, longest: usize) -> impl Iterator<Item = &str> {
    let ends = |end: usize| end == place.len() || place.as_bytes()[end] == b'/';
    (host_length..=place.len().min(longest)).rev().filter(move |end| ends(*end)).map(|end| &place[..end])
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn a_path_is_tried_from_its_longest_whole_segments_to_none() {
        assert_eq!(places("h/a/b", 1, 99).collect::<Vec<_>>(), ["h/a/b", "h/a", "h"]);
        assert_eq!(places("h/ab/c", 1, 3).collect::<Vec<_>>(), ["h"]);
        assert_eq!(places("h", 1, 0).count(), 0);
    }

    #[test]
    fn a_path_of_many_segments_is_tried_no_further_than_issuers_reach() {
        let long = format!("host/acme{}", "/a".repeat(30_000));
        assert_eq!(places(&long, 4, 9).collect::<Vec<_>>(), ["host/acme", "host"]);
    }
}
