//! The one thread that writes: takes every waiting unit, runs each in a savepoint, and commits
//! them together, so that many requests share one wait for the disk.
//!
//! All answers of a batch, conflicts too, leave after its COMMIT: a loser that looks again must
//! see the row that beat it.
//!
//! A panic costs the units of its batch an answer, and the thread its connection; it goes on with a
//! new one.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    batch,
    checkpoint::{self, Checkpointer},
    connection,
    failure::store_error,
    space,
};
use crate::{
    CommitError, StoreError, clock,
    noticed::{Announcer, Noticed},
    work::{Outcome, Work},
};

/// Units that share one COMMIT at most; bounds how long the first of them waits.
const BATCH: usize = 512;
/// Units that may wait. About a second's worth: whoever comes later would have given up.
const WAITING: usize = 16_384;

pub(super) struct Writer {
    /// `None` once closed.
    queue: Mutex<Option<Sender<Message>>>,
    waiting: Arc<AtomicUsize>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

pub(super) enum Message {
    Job(Job),
    /// The log has been copied but for its end: copy that, and begin it anew.
    FinishCheckpoint,
    /// Little is written, and the log's file is long: cut it off.
    CutLog,
    GiveSpaceBack(oneshot::Sender<Result<bool, StoreError>>),
    /// Nothing comes after it.
    Close,
}

/// What is done between two looks at the queue.
#[derive(Default)]
struct Turn {
    jobs: Vec<Job>,
    finish_checkpoint: bool,
    cut_log: bool,
    giving: Option<oneshot::Sender<Result<bool, StoreError>>>,
    close: bool,
}

pub(super) struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Outcome, CommitError>>,
}

impl Writer {
    pub fn start(connection: Connection, path: PathBuf, announcer: Arc<Announcer>, failing: Arc<AtomicBool>) -> Result<Self, StoreError> {
        let (queue, received) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let frames = Arc::new(AtomicU32::new(0));
        let connection = Some(counting(connection, &frames)?);
        let checkpointer = Checkpointer::start(&path, frames.clone(), queue.clone(), announcer.deaths.clone())?;
        let run = Run { connection, path, frames, announcer, failing, waiting: waiting.clone(), checkpointer };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run.until_closed(&received))
            .map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(queue)), waiting, thread: Mutex::new(Some(thread)) })
    }

    /// Queued when this returns its future's first poll; what then becomes of the future does not matter.
    pub async fn submit(&self, work: Work) -> Result<Outcome, CommitError> {
        let (answer, answered) = oneshot::channel();
        {
            let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(queue) = queue.as_ref() else { return Err(StoreError::Closed.into()) };
            if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                return Err(StoreError::Overloaded.into());
            }
            queue.send(Message::Job(Job { work, answer })).map_err(|_| StoreError::Closed)?;
        }
        // Without an answer the writer stopped half-way through it.
        answered.await.unwrap_or(Err(CommitError::Failed(StoreError::Unknown)))
    }

    pub async fn give_space_back(&self) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent =
            self.queue.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|queue| queue.send(Message::GiveSpaceBack(answer)));
        if !matches!(sent, Some(Ok(()))) {
            return Err(StoreError::Closed);
        }
        answered.await.unwrap_or(Err(StoreError::Unknown))
    }

    pub async fn close(&self) {
        let Some(thread) = self.give_up() else { return };
        if let Ok(Err(_)) = super::aside(move || thread.join()).await {
            tracing::error!("the thread that writes to the database ended in a panic");
        }
    }

    /// Waits until everything queued is written.
    pub fn join(&self) {
        if let Some(thread) = self.give_up()
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes to the database ended in a panic");
        }
    }

    fn give_up(&self) -> Option<JoinHandle<()>> {
        if let Some(queue) = self.queue.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // An error says that the thread has ended already.
            let _ = queue.send(Message::Close);
        }
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The connection, saying after each commit how long the log is.
fn counting(mut connection: Connection, frames: &Arc<AtomicU32>) -> Result<Connection, StoreError> {
    let counted = frames.clone();
    let count = move |_: &mut _, pages: i32| {
        counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    };
    connection.wal_hook(Some(count)).map_err(|error| store_error(&error))?;
    Ok(connection)
}

/// What the writing thread owns.
struct Run {
    /// `None` after a panic, until a new one is opened.
    connection: Option<Connection>,
    path: PathBuf,
    frames: Arc<AtomicU32>,
    announcer: Arc<Announcer>,
    failing: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
    checkpointer: Checkpointer,
}

impl Run {
    fn until_closed(mut self, received: &Receiver<Message>) {
        let deaths = self.announcer.deaths.clone();
        let mut open = true;
        while open {
            let turn = Turn::next(received);
            open = !turn.close;
            if deaths.survive("the thread that writes to the database", || self.take(turn)).is_none() {
                // Nobody knows what its transaction holds. Closing it undoes what was not committed.
                self.connection = None;
                self.failing.store(true, Ordering::Relaxed);
                // It may have been committed and told to nobody.
                self.announcer.announce(&[Noticed::Everything]);
            }
        }
        // The last connection to close folds the log in, and this is it unless a command runs beside.
        self.checkpointer.stop();
    }

    fn take(&mut self, turn: Turn) {
        self.waiting.fetch_sub(turn.jobs.len(), Ordering::Relaxed);
        if let Err(error) = self.connect() {
            tracing::error!(%error, "the database cannot be opened again");
            return turn.refuse(&error);
        }
        self.write(turn.jobs);
        let Some(connection) = &mut self.connection else { return };
        if let Some(answer) = turn.giving {
            let more = space::give_back(connection).map_err(|error| store_error(&error));
            // Whoever hung up asks again.
            let _ = answer.send(more);
            self.checkpointer.wrote();
        }
        if turn.finish_checkpoint {
            checkpoint::finish(connection);
        }
        if turn.cut_log {
            checkpoint::cut(connection);
        }
    }

    fn connect(&mut self) -> Result<(), StoreError> {
        if self.connection.is_none() {
            let connection = connection::writing(&self.path).map_err(|error| store_error(&error))?;
            self.connection = Some(counting(connection, &self.frames)?);
        }
        Ok(())
    }

    fn write(&mut self, jobs: Vec<Job>) {
        let Some(connection) = self.connection.as_ref().filter(|_| !jobs.is_empty()) else { return };
        let results = batch::write(connection, jobs.iter().map(|job| &job.work), clock::now());
        self.remember_failure(&results);
        let committed = jobs.iter().zip(&results).filter(|(_, result)| result.is_ok());
        let noticed: Vec<Noticed> = committed.flat_map(|(job, _)| job.work.changes().iter().filter_map(Noticed::of)).collect();
        self.announcer.announce(&noticed);
        for (job, result) in jobs.into_iter().zip(results) {
            // Whoever hung up has no use for the answer; the unit is written all the same.
            let _ = job.answer.send(result);
        }
        self.checkpointer.wrote();
    }

    fn remember_failure(&self, results: &[Result<Outcome, CommitError>]) {
        let failed = results.iter().find_map(|result| match result {
            Err(CommitError::Failed(error)) if !matches!(error, StoreError::Unstorable(_)) => Some(error),
            _ => None,
        });
        match failed {
            Some(error) if !self.failing.swap(true, Ordering::Relaxed) => tracing::error!(%error, "the database cannot be written"),
            Some(_) => {}
            None if self.failing.swap(false, Ordering::Relaxed) => tracing::info!("the database can be written again"),
            None => {}
        }
    }
}

impl Turn {
    /// Waits for something to do, and takes all that waits.
    fn next(received: &Receiver<Message>) -> Self {
        let mut turn = Self::default();
        let mut next = received.recv().ok();
        while let Some(message) = next {
            match message {
                Message::Job(job) => turn.jobs.push(job),
                Message::FinishCheckpoint => turn.finish_checkpoint = true,
                Message::CutLog => turn.cut_log = true,
                Message::GiveSpaceBack(answer) => turn.giving = Some(answer),
                Message::Close => {
                    turn.close = true;
                    break;
                }
            }
            next = if turn.jobs.len() < BATCH { received.try_recv().ok() } else { None };
        }
        turn
    }

    fn refuse(self, error: &StoreError) {
        for job in self.jobs {
            let _ = job.answer.send(Err(error.clone().into()));
        }
        if let Some(answer) = self.giving {
            let _ = answer.send(Err(error.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use super::Writer;
    use crate::{CommitError, Role, StoreError, backend::sqlite::open, migration::Migrations, noticed::Announcer, work::Work};

    #[tokio::test]
    async fn a_bug_costs_its_batch_an_answer_and_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let opened = open::open(Migrations::OURS, folder.path(), Role::Server).unwrap();
        let (announcer, failing) = (Arc::new(Announcer::default()), Arc::new(AtomicBool::new(false)));
        let writer = Writer::start(opened.connection, opened.path, announcer.clone(), failing.clone()).unwrap();
        for deaths in 1..=3 {
            assert_eq!(writer.submit(Work::Bug).await, Err(CommitError::Failed(StoreError::Unknown)));
            // Until a write says otherwise, nobody may send requests here.
            while !failing.load(Ordering::Relaxed) {
                tokio::task::yield_now().await;
            }
            assert!(writer.submit(Work::probe()).await.is_ok());
            assert_eq!((announcer.deaths.so_far(), failing.load(Ordering::Relaxed)), (deaths, false));
        }
        writer.close().await;
    }
}
