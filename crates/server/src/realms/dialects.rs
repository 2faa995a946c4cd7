//! The dialects of this installation: built in, or a file. One that is broken is neither read nor
//! logged for every request.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use jeton_oauth::dialect::Dialect;

use crate::clock::Clock;

/// Dialects that were asked for, and those that are not to be had.
pub(super) struct Dialects {
    folder: PathBuf,
    clock: Clock,
    whole: RwLock<HashMap<String, Arc<Dialect>>>,
    broken: Mutex<HashMap<String, Broken>>,
}

struct Broken {
    fault: String,
    /// The process's time when it was read, and when it was last logged.
    read: Duration,
    logged: Option<Duration>,
}

/// A broken file is read again after this long: who mends it need not start the server anew.
const READ_AGAIN: Duration = Duration::from_secs(5);
const LOG_AGAIN: Duration = Duration::from_secs(600);

impl Dialects {
    pub fn new(folder: PathBuf, clock: Clock) -> Self {
        Self { folder, clock, whole: RwLock::default(), broken: Mutex::default() }
    }

    /// A built-in dialect, or the file of that name in the folder.
    pub fn get(&self, name: &str) -> Result<Arc<Dialect>, String> {
        if let Some(dialect) = Dialect::built_in(name) {
            return Ok(dialect);
        }
        if let Some(dialect) = self.whole.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Arc::clone(dialect));
        }
        // Read while others wait: whoever comes now would read the same.
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.uptime();
        if let Some(known) = broken.get(name).filter(|known| now.saturating_sub(known.read) < READ_AGAIN) {
            return Err(known.fault.clone());
        }
        match read_dialect(&self.folder, name) {
            Ok(dialect) => {
                broken.remove(name);
                let dialect = Arc::new(dialect);
                self.whole.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&dialect));
                Ok(dialect)
            }
            Err(fault) => {
                let logged = broken.remove(name).filter(|before| before.fault == fault).and_then(|before| before.logged);
                broken.insert(name.to_owned(), Broken { fault: fault.clone(), read: now, logged });
                Err(fault)
            }
        }
    }

    /// Whether a fault is news for the log: it is another than before, or was not said for long.
    pub fn is_news(&self, name: &str) -> bool {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
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
    let text = std::fs::read_to_string(&file)
        .map_err(|error| format!("there is no dialect {name:?}: it is not built in, and {} cannot be read ({error})", file.display()))?;
    Dialect::parse(&text).map_err(|faults| {
        faults
            .iter()
            .map(|fault| format!("{}:{}:{}: {}; {}", file.display(), fault.line, fault.column, fault.message, fault.help))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

#[cfg(test)]
mod tests {
    use jeton_oauth::{Seconds, Timestamp};

    use super::{Clock, Dialects};

    #[test]
    fn a_broken_file_is_read_again_after_a_while_and_logged_once() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing_at(Timestamp::default());
        let dialects = Dialects::new(folder.path().to_owned(), clock.clone());
        let file = folder.path().join("ours.toml");
        std::fs::write(&file, "nonsense").unwrap();
        let fault = dialects.get("ours").unwrap_err();
        assert!(dialects.is_news("ours") && !dialects.is_news("ours"));

        std::fs::write(&file, "other nonsense = 1").unwrap();
        assert_eq!(dialects.get("ours").unwrap_err(), fault, "not read again");
        clock.run_on(Seconds(5));
        assert_ne!(dialects.get("ours").unwrap_err(), fault);
        assert!(dialects.is_news("ours"), "another fault");
        clock.run_on(Seconds(5));
        dialects.get("ours").unwrap_err();
        assert!(!dialects.is_news("ours"));
        clock.run_on(Seconds(600));
        dialects.get("ours").unwrap_err();
        assert!(dialects.is_news("ours"), "said again after a long time");
    }
}
