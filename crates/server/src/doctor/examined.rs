//! What was found last: whoever asks again at once is told the same, and several who ask together wait for one look.

use std::{path::Path, sync::Arc, time::Duration};

use jeton_store::Store;
use tokio::{sync::Mutex, task::spawn_blocking};

use super::{Finding, place, rows};
use crate::clock::Clock;

/// Ten thousand realms take a second or two to look at.
const KEPT: Duration = Duration::from_secs(5);

/// The last look, and when it was taken, by the time of the process.
#[derive(Default)]
pub struct Examined(Mutex<Option<(Duration, Arc<Vec<Finding>>)>>);

impl Examined {
    /// All that a server can look at beside requests: its data folder, disk and clock, and the rows; at most a few seconds old.
    pub async fn now(&self, store: &Store, folder: &Path, clock: &Clock) -> Arc<Vec<Finding>> {
        let mut last = self.0.lock().await;
        if let Some((at, findings)) = &*last
            && clock.uptime().saturating_sub(*at) < KEPT
        {
            return findings.clone();
        }
        let (here, at) = (folder.to_owned(), clock.now());
        let mut findings = spawn_blocking(move || place(&here, at)).await.unwrap_or_default();
        findings.extend(rows(store, folder, at).await);
        let findings = Arc::new(findings);
        *last = Some((clock.uptime(), findings.clone()));
        findings
    }
}
