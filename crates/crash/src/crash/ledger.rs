//! The ledger on disk: nothing is acted on before the line that announces it is durable.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use tokio::sync::oneshot;

use super::entry::{Entry, Event, Intent, Outcome};

struct Line {
    text: Vec<u8>,
    durable: oneshot::Sender<()>,
}

/// Appends entries; many writers share one sync.
pub struct Ledger {
    lines: Sender<Line>,
    began: Instant,
    operations: AtomicU64,
}

/// The thread that writes; joined at the end, so that its errors are not lost.
pub struct Writer(JoinHandle<Result<()>>);

impl Ledger {
    pub fn create(path: &Path) -> Result<(Self, Writer)> {
        let file = File::create(path).with_context(|| format!("creating the ledger {}", path.display()))?;
        let (lines, received) = channel();
        let writer = Writer(thread::spawn(move || write(file, &received)));
        Ok((Self { lines, began: Instant::now(), operations: AtomicU64::new(0) }, writer))
    }

    /// Returns once the event is durable.
    pub async fn record(&self, event: Event) -> Result<()> {
        let at = u64::try_from(self.began.elapsed().as_millis())?;
        let mut text = serde_json::to_vec(&Entry { at, event })?;
        text.push(b'\n');
        let (durable, done) = oneshot::channel();
        let gone = || anyhow!("the ledger cannot be written");
        self.lines.send(Line { text, durable }).map_err(|_| gone())?;
        done.await.map_err(|_| gone())
    }

    /// Announces `intent`; the number is for its outcome.
    pub async fn intend(&self, intent: Intent) -> Result<u64> {
        let operation = self.operations.fetch_add(1, Ordering::Relaxed);
        self.record(Event::Intent { operation, intent }).await?;
        Ok(operation)
    }

    pub async fn outcome(&self, operation: u64, outcome: Outcome) -> Result<()> {
        self.record(Event::Outcome { operation, outcome }).await
    }
}

impl Writer {
    /// Waits for the last line; call it after dropping the ledger.
    pub fn finish(self) -> Result<()> {
        self.0.join().map_err(|_| anyhow!("the ledger's writer panicked"))?
    }
}

/// Every entry of a ledger, as read back from the disk.
pub fn read(path: &Path) -> Result<Vec<Entry>> {
    let file = File::open(path).with_context(|| format!("opening the ledger {}", path.display()))?;
    let mut entries = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let entry = serde_json::from_str(&line?).with_context(|| format!("{}, line {}", path.display(), number + 1))?;
        entries.push(entry);
    }
    Ok(entries)
}

fn write(mut file: File, lines: &Receiver<Line>) -> Result<()> {
    while let Ok(first) = lines.recv() {
        let mut batch = vec![first];
        batch.extend(lines.try_iter());
        let text: Vec<u8> = batch.iter().flat_map(|line| line.text.iter().copied()).collect();
        file.write_all(&text)?;
        file.sync_data()?;
        for line in batch {
            // Whoever waited may be gone; the line stays.
            let _ = line.durable.send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_load::work::block_on;

    #[test]
    fn what_was_recorded_is_read_back_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let (ledger, writer) = Ledger::create(&path).unwrap();
        block_on(async {
            let operation = ledger.intend(Intent::Rotate { token: "a".into() }).await.unwrap();
            ledger.outcome(operation, Outcome::Tokens { refresh_token: "b".into() }).await.unwrap();
            ledger.record(Event::Killed).await.unwrap();
        })
        .unwrap();
        drop(ledger);
        writer.finish().unwrap();
        let events: Vec<_> = read(&path).unwrap().into_iter().map(|entry| entry.event).collect();
        assert_eq!(
            events,
            [
                Event::Intent { operation: 0, intent: Intent::Rotate { token: "a".into() } },
                Event::Outcome { operation: 0, outcome: Outcome::Tokens { refresh_token: "b".into() } },
                Event::Killed,
            ]
        );
    }

    #[test]
    fn a_torn_ledger_is_an_error_that_names_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        std::fs::write(&path, "{\"at\":1,\"event\":\"killed\"}\n{\"at\":2,").unwrap();
        assert!(format!("{:#}", read(&path).unwrap_err()).contains("line 2"));
    }
}
