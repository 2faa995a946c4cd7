//! Folding the log into the database beside the writer, so that no request waits for it.
//!
//! A passive checkpoint never gets to the end of a log that is being written to. When the log has
//! grown long, the writer itself copies the little that is left and begins it anew. The file stays as
//! long as it was once: when little is written, the writer cuts it off.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;

use super::{connection, failure::store_error, writer::Message};
use crate::{StoreError, deaths::Deaths};

/// Pages that are written to the log between two checkpoints.
const EVERY: u32 = 4096;
/// Pages (of 4 KiB) from which the log is to begin anew.
const LONG: u32 = 16_384;
/// Pages that the writer may be asked to copy…
const SHORT: u32 = 1024;
/// …unless the log has grown to this: then it waits, as the disk is too slow for both.
const TOO_LONG: u32 = 65_536;
/// Without so much writing that a checkpoint is asked for, for so long, a long file is cut off…
const QUIET: Duration = Duration::from_secs(2);
/// …if it has this many bytes: a little is kept, as it will be filled again.
const LONG_FILE: u64 = 16 * 1024 * 1024;
/// Passive rounds that try to leave less than that.
const ROUNDS: usize = 4;

pub(super) struct Checkpointer {
    /// Pages in the log, as the last commit left it.
    frames: Arc<AtomicU32>,
    told_at: u32,
    tell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub fn start(path: &Path, frames: Arc<AtomicU32>, writer: Sender<Message>, deaths: Arc<Deaths>) -> Result<Self, StoreError> {
        let (tell, told) = sync_channel(1);
        let connection = connection::writing(path).map_err(|error| store_error(&error))?;
        let log = log_of(path);
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&connection, &log, &told, &writer, &deaths))
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(Self { frames, told_at: 0, tell: Some(tell), thread: Some(thread) })
    }

    /// After each commit: asks for a checkpoint when enough has been written since the last.
    pub fn wrote(&mut self) {
        let frames = self.frames.load(Ordering::Relaxed);
        if frames < self.told_at {
            self.told_at = 0;
        }
        if frames - self.told_at >= EVERY {
            self.told_at = frames;
            // Full: it has been asked already.
            let _ = self.tell.as_ref().map(|tell| tell.try_send(()));
        }
    }

    pub fn stop(&mut self) {
        self.tell.take();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the checkpoint thread ended in a panic");
        }
    }
}

/// The file of the log of a database.
fn log_of(database: &Path) -> PathBuf {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

fn run(connection: &Connection, log: &Path, told: &Receiver<()>, writer: &Sender<Message>, deaths: &Deaths) {
    loop {
        match told.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                if std::fs::metadata(log).is_ok_and(|file| file.len() >= LONG_FILE) {
                    // An error says that the writer has ended.
                    let _ = writer.send(Message::CutLog);
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // Without a checkpoint the log would grow for ever.
        deaths.survive("the checkpoint thread", || fold(connection, writer));
    }
}

fn fold(connection: &Connection, writer: &Sender<Message>) {
    for _ in 0..ROUNDS {
        match checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)") {
            Ok(Log { frames, copied }) if frames >= LONG => {
                if frames >= TOO_LONG || frames - copied.min(frames) < SHORT {
                    // An error says that the writer has ended.
                    let _ = writer.send(Message::FinishCheckpoint);
                    break;
                }
            }
            Ok(_) => break,
            Err(error) => {
                tracing::warn!(%error, "a checkpoint failed; the log grows until one succeeds");
                break;
            }
        }
    }
}

/// On the writer, between two batches. Gives up soon where a long read (a backup) is in the way.
pub(super) fn finish(connection: &mut Connection) {
    begin_anew(connection, "PRAGMA wal_checkpoint(RESTART)");
}

/// As [`finish`], and gives the file's space back.
pub(super) fn cut(connection: &mut Connection) {
    begin_anew(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
}

fn begin_anew(connection: &mut Connection, how: &str) {
    let restarted = connection::wait(connection, 20).and_then(|()| checkpoint(connection, how));
    if let Err(error) = restarted {
        tracing::debug!(%error, "the log does not begin anew yet");
    }
    if let Err(error) = connection::wait(connection, connection::PATIENCE) {
        tracing::warn!(%error, "the database connection could not be set to wait");
    }
}

struct Log {
    frames: u32,
    copied: u32,
}

fn checkpoint(connection: &Connection, pragma: &str) -> rusqlite::Result<Log> {
    connection.query_row(pragma, [], |row| {
        // -1 where there is no log.
        let pages = |index: usize| -> rusqlite::Result<u32> { Ok(u32::try_from(row.get::<_, i64>(index)?).unwrap_or(0)) };
        Ok(Log { frames: pages(1)?, copied: pages(2)? })
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{LONG_FILE, log_of};
    use crate::{Location, Role, Store, work::Work};

    #[tokio::test]
    async fn a_log_that_grew_is_cut_off_when_little_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite { folder: folder.path().to_owned() }, Role::Server).unwrap();
        let log = log_of(&folder.path().join("jeton.db"));
        let length = || std::fs::metadata(&log).map_or(0, |file| file.len());
        let deadline = Instant::now() + Duration::from_secs(120);
        while length() < LONG_FILE {
            assert!(Instant::now() < deadline, "it does not grow: {}", length());
            store.backend().write(Work::probe()).await.unwrap();
        }
        while length() > 0 {
            assert!(Instant::now() < deadline, "it is not cut off: {}", length());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        store.backend().write(Work::probe()).await.unwrap();
        store.close().await;
    }
}
