//! The one thread that writes: takes every waiting unit, runs each in a savepoint, and commits
//! them together, so that many requests share one wait for the disk.
//!
//! All answers of a batch, conflicts too, leave after its COMMIT: a loser that looks again must
//! see the row that beat it.

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
    GiveSpaceBack(oneshot::Sender<Result<bool, StoreError>>),
    /// Nothing comes after it.
    Close,
}

pub(super) struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Outcome, CommitError>>,
}

impl Writer {
    pub fn start(
        mut connection: Connection,
        path: PathBuf,
        announcer: Arc<Announcer>,
        failing: Arc<AtomicBool>,
    ) -> Result<Self, StoreError> {
        let (queue, received) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let frames = Arc::new(AtomicU32::new(0));
        let counted = frames.clone();
        connection
            .wal_hook(Some(move |_: &mut _, pages: i32| {
                counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
                Ok(())
            }))
            .map_err(|error| store_error(&error))?;
        let checkpointer = Checkpointer::start(path, frames, queue.clone())?;
        let run = Run { connection, announcer, failing, waiting: waiting.clone(), checkpointer };
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
        answered.await.unwrap_or(Err(CommitError::Failed(StoreError::Closed)))
    }

    pub async fn give_space_back(&self) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent =
            self.queue.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|queue| queue.send(Message::GiveSpaceBack(answer)));
        if !matches!(sent, Some(Ok(()))) {
            return Err(StoreError::Closed);
        }
        answered.await.unwrap_or(Err(StoreError::Closed))
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

/// What the writing thread owns.
struct Run {
    connection: Connection,
    announcer: Arc<Announcer>,
    failing: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
    checkpointer: Checkpointer,
}

impl Run {
    fn until_closed(mut self, received: &Receiver<Message>) {
        let mut open = true;
        while open {
            let mut jobs = Vec::new();
            let (mut finish_checkpoint, mut giving) = (false, None);
            let mut next = received.recv().ok();
            while let Some(message) = next {
                match message {
                    Message::Job(job) => jobs.push(job),
                    Message::FinishCheckpoint => finish_checkpoint = true,
                    Message::GiveSpaceBack(answer) => giving = Some(answer),
                    Message::Close => {
                        open = false;
                        break;
                    }
                }
                next = if jobs.len() < BATCH { received.try_recv().ok() } else { None };
            }
            self.write(jobs);
            if let Some(answer) = giving {
                let more = space::give_back(&self.connection).map_err(|error| store_error(&error));
                // Whoever hung up asks again.
                let _ = answer.send(more);
                self.checkpointer.wrote();
            }
            if finish_checkpoint {
                checkpoint::finish(&mut self.connection);
            }
        }
        // The last connection to close folds the log in, and this is it unless a command runs beside.
        self.checkpointer.stop();
    }

    fn write(&mut self, jobs: Vec<Job>) {
        if jobs.is_empty() {
            return;
        }
        self.waiting.fetch_sub(jobs.len(), Ordering::Relaxed);
        let results = batch::write(&self.connection, jobs.iter().map(|job| &job.work), clock::now());
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
