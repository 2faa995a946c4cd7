//! A run under way: its load, its readers of documents, and its ledger.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::crash::entry::Event;
use crate::crash::ledger::{Ledger, Writer};
use crate::crash::let_live;
use crate::crash::user::Phase;
use crate::crash::wire::Wire;
use jeton_load::http::{Connection, Target, get};
use jeton_load::work::{Scene, block_on};

/// After an answer that did not come.
const PATIENCE: Duration = Duration::from_millis(100);
/// Between two readings of the same document.
const PAUSE: Duration = Duration::from_millis(100);
/// A document that takes longer counts as unanswered.
const LONGEST: Duration = Duration::from_secs(2);

pub struct Trial {
    pub wire: Arc<Wire>,
    /// The users are gone: by an error, or because they were told to.
    pub ended: Arc<AtomicBool>,
    documents: Arc<AtomicU64>,
    phase: watch::Sender<Phase>,
    users: JoinHandle<Result<()>>,
    readers: Vec<JoinHandle<Result<()>>>,
    writer: Writer,
    faults: AtomicU64,
}

impl Trial {
    pub fn start(scene: Scene, nodes: &[SocketAddr], users: usize, ledger: &Path) -> Result<Self> {
        let (ledger, writer) = Ledger::create(ledger)?;
        let paths = [scene.server.metadata.clone(), scene.server.jwks.clone()];
        let paths: Vec<String> = paths.into_iter().collect::<Option<_>>().context("the realm names no metadata or no jwks_uri")?;
        let host = scene.server.target.host.clone();
        let wire = Arc::new(Wire::new(scene, nodes, ledger, PATIENCE)?);
        let (phase, watched) = watch::channel(Phase::Serving(0));
        let (ended, documents) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let readers = nodes
            .iter()
            .flat_map(|&address| paths.iter().map(move |path| (address, path.clone())))
            .map(|(address, path)| {
                let (wire, ended, documents) = (Arc::clone(&wire), Arc::clone(&ended), Arc::clone(&documents));
                let target = Target { address, host: host.clone() };
                thread::spawn(move || block_on(read(&target, &path, &wire, &ended, &documents))?)
            })
            .collect();
        let users = {
            let (wire, ended) = (Arc::clone(&wire), Arc::clone(&ended));
            thread::spawn(move || {
                let outcome = let_live(&wire, &watched, users, 1);
                ended.store(true, Ordering::Relaxed);
                outcome
            })
        };
        Ok(Self { wire, ended, documents, phase, users, readers, writer, faults: AtomicU64::new(0) })
    }

    /// On record before it is done.
    pub fn fault(&self, scenario: &str) -> Result<()> {
        self.documents.store(0, Ordering::Relaxed);
        self.record(Event::Fault { scenario: scenario.to_owned() })
    }

    pub fn acknowledged_cut_off(&self) -> Result<()> {
        self.record(Event::AcknowledgedCutOff)
    }

    /// All is whole again: the users look whether what was acknowledged still holds.
    pub fn healed(&self) -> Result<()> {
        self.record(Event::Healed { documents: self.documents.load(Ordering::Relaxed) })?;
        let faults = self.faults.fetch_add(1, Ordering::Relaxed) + 1;
        self.phase.send_replace(Phase::Serving(usize::try_from(faults)?));
        Ok(())
    }

    /// Lets the users examine all that they have, and closes the ledger.
    pub fn end(self) -> Result<()> {
        self.phase.send_replace(Phase::Ending);
        let lived = self.users.join().map_err(|_| anyhow!("a user panicked"))?;
        for reader in self.readers {
            reader.join().map_err(|_| anyhow!("a reader panicked"))??;
        }
        drop(self.wire);
        self.writer.finish()?;
        lived
    }

    fn record(&self, event: Event) -> Result<()> {
        block_on(self.wire.ledger.record(event))?
    }
}

/// Reads one document over and over; whatever is not 200 goes on record.
async fn read(target: &Target, path: &str, wire: &Wire, ended: &AtomicBool, documents: &AtomicU64) -> Result<()> {
    let (mut connection, request) = (Connection::new(target.clone()), get(target, path, &[]));
    while !ended.load(Ordering::Relaxed) {
        let why = match timeout(LONGEST, connection.exchange(&request)).await {
            Ok(Ok(answer)) if answer.status == 200 => None,
            Ok(Ok(answer)) => Some(format!("status {}", answer.status)),
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} s", LONGEST.as_secs())),
        };
        match why {
            None => drop(documents.fetch_add(1, Ordering::Relaxed)),
            Some(why) => {
                connection = Connection::new(target.clone());
                wire.ledger.record(Event::DocumentUnanswered { path: path.to_owned(), why }).await?;
            }
        }
        sleep(PAUSE).await;
    }
    Ok(())
}
