//! The dialects of this installation: built in, stored, or a file. One that is broken is neither read nor
//! logged for every request.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use jeton_oauth::dialect::{Dialect, Fault};
use jeton_store::{Store, StoreError};

use crate::clock::Clock;

/// Dialects that were asked for, and those that are not to be had.
pub(super) struct Dialects {
    store: Store,
    folder: PathBuf,
    clock: Clock,
    forgotten: AtomicU64,
    whole: RwLock<HashMap<String, Arc<Dialect>>>,
    broken: Mutex<HashMap<String, Broken>>,
}

/// Why a realm cannot be served in its dialect.
#[derive(Debug, thiserror::Error)]
pub enum NoDialect {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Missing or broken, in words for the operator.
    #[error("{0}")]
    Broken(String),
}

struct Broken {
    fault: String,
    /// The process's time when it was read (`None`: it is to be read again), and when it was last logged.
    read: Option<Duration>,
    logged: Option<Duration>,
}

/// A broken file is read again after this long: who mends it need not start the server anew.
const READ_AGAIN: Duration = Duration::from_secs(5);
const LOG_AGAIN: Duration = Duration::from_secs(600);

impl Dialects {
    pub fn new(store: Store, folder: PathBuf, clock: Clock) -> Self {
        Self { store, folder, clock, whole: RwLock::default(), broken: Mutex::default(), forgotten: AtomicU64::new(0) }
    }

    /// A built-in dialect; one that is stored, so that all servers speak alike; or the file of that name
    /// in the folder, which is this server's alone.
    pub async fn get(&self, name: &str) -> Result<Arc<Dialect>, NoDialect> {
        if let Some(dialect) = Dialect::built_in(name) {
            return Ok(dialect);
        }
        if let Some(dialect) = self.whole.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Arc::clone(dialect));
        }
        let now = self.clock.uptime();
        if let Some(known) = self.broken().get(name).filter(|known| known.read.is_some_and(|read| now.saturating_sub(read) < READ_AGAIN)) {
            return Err(NoDialect::Broken(known.fault.clone()));
        }
        let forgotten = self.forgotten();
        let read = match self.store.dialect(name).await? {
            Some(stored) => parse(&stored.toml, &format!("the stored dialect {name}")),
            None => read_dialect(&self.folder, name),
        };
        match read {
            Ok(dialect) => {
                self.broken().remove(name);
                let dialect = Arc::new(dialect);
                let mut whole = self.whole.write().unwrap_or_else(PoisonError::into_inner);
                // One that was written anew meanwhile is not this one.
                if self.forgotten() == forgotten {
                    whole.insert(name.to_owned(), Arc::clone(&dialect));
                }
                Ok(dialect)
            }
            Err(fault) => {
                let mut broken = self.broken();
                let logged = broken.remove(name).filter(|before| before.fault == fault).and_then(|before| before.logged);
                broken.insert(name.to_owned(), Broken { fault: fault.clone(), read: Some(now), logged });
                Err(NoDialect::Broken(fault))
            }
        }
    }

    /// Dialects were written anew: the next who asks reads them again.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, SeqCst);
        self.whole.write().unwrap_or_else(PoisonError::into_inner).clear();
        // What was said of a fault is remembered, but it is read again at once.
        let mut broken = self.broken();
        broken.values_mut().for_each(|known| known.read = None);
        broken.retain(|_, known| known.logged.is_some());
    }

    /// Counts forgetting: what was made of a dialect before must not be remembered after.
    pub fn forgotten(&self) -> u64 {
        self.forgotten.load(SeqCst)
    }

    fn broken(&self) -> MutexGuard<'_, HashMap<String, Broken>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a fault is news for the log: it is another than before, or was not said for long.
    pub fn is_news(&self, name: &str) -> bool {
        let mut broken = self.broken();
        let now = self.clock.uptime();
        let Some(known) = broken.get_mut(name) else { return true };
        let news = known.logged.is_none_or(|logged| now.saturating_sub(logged) >= LOG_AGAIN);
        if news {
            known.logged = Some(now);
        }
        news
    }
}

/// Reads `NAME.toml` from a folder of dialects; faults come with file, line and column.
pub fn read_dialect(folder: &Path, name: &str) -> Result<Dialect, String> {
    let file = folder.join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&file).map_err(|error| {
        format!("there is no dialect {name:?}: it is neither built in nor stored, and {} cannot be read ({error})", file.display())
    })?;
    parse(&text, &file.display().to_string())
}

fn parse(text: &str, place: &str) -> Result<Dialect, String> {
    Dialect::parse(text).map_err(|faults| {
        let fault = |fault: &Fault| format!("{place}:{}:{}: {}; {}", fault.line, fault.column, fault.message, fault.help);
        faults.iter().map(fault).collect::<Vec<_>>().join("\n")
    })
}

#[cfg(test)]
mod tests {
    use jeton_oauth::{Seconds, Timestamp};

    use jeton_store::{Location, Role, Store};

    use super::{Clock, Dialects};

    #[tokio::test]
    async fn a_broken_file_is_read_again_after_a_while_and_logged_once() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing_at(Timestamp::default());
        let store = Store::open(&Location::Sqlite { folder: folder.path().join("data") }, Role::Server).unwrap();
        let dialects = Dialects::new(store, folder.path().to_owned(), clock.clone());
        let fault_of = async |name| dialects.get(name).await.unwrap_err().to_string();
        let file = folder.path().join("ours.toml");
        std::fs::write(&file, "nonsense").unwrap();
        let fault = fault_of("ours").await;
        assert!(dialects.is_news("ours") && !dialects.is_news("ours"));

        std::fs::write(&file, "other nonsense = 1").unwrap();
        assert_eq!(fault_of("ours").await, fault, "not read again");
        clock.run_on(Seconds(5));
        assert_ne!(fault_of("ours").await, fault);
        assert!(dialects.is_news("ours"), "another fault");
        clock.run_on(Seconds(5));
        fault_of("ours").await;
        assert!(!dialects.is_news("ours"));
        clock.run_on(Seconds(600));
        fault_of("ours").await;
        assert!(dialects.is_news("ours"), "said again after a long time");
    }
}
