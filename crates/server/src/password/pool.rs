//! Who computes password hashes, how many at once, and when a caller is told to come back.
//!
//! Memory is threads × cost: each thread keeps one piece and hashes in it. What does not fit into
//! the queue is refused at once, so that other endpoints stay fast while passwords are guessed.

use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use jeton_oauth::{
    Seconds,
    model::PasswordHash,
    password_hash::{MEMORY, PASSES, ParsedHash},
    password_rules::{PasswordFault, possible},
    secret::SecretText,
};
use tokio::sync::oneshot;

use crate::panics;

use super::{
    compute::{Memory, make, verify},
    text::normalized,
};

/// A clone shares the threads; they end with the last one.
#[derive(Clone)]
pub struct PasswordPool(Arc<Owner>);

#[derive(Clone, Copy, Debug)]
pub struct PoolOptions {
    /// How many hashes are computed at once.
    pub threads: usize,
    /// How many may wait.
    pub queue: usize,
}

impl Default for PoolOptions {
    /// One thread per core, and half a second of work in the queue.
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(2, usize::from);
        Self { threads, queue: threads * 16 }
    }
}

/// What a password turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub matched: bool,
    /// The same password under today's hash, if it matched one that is not.
    pub upgrade: Option<PasswordHash>,
}

/// Too many passwords wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked; try again in {} s", .retry_after.0)]
pub struct Busy {
    pub retry_after: Seconds,
}

/// Why there is no new hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Unacceptable(#[from] PasswordFault),
}

/// Work done since the start. Equal cost is proven by these, not by time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Passwords compared, those of unknown accounts included.
    pub verifications: u64,
    /// Hashes made for new or upgraded passwords.
    pub hashes: u64,
    /// KiB that Argon2 filled, times passes.
    pub filled: u64,
    /// Repetitions of the inner functions of all other formats.
    pub rounds: u64,
    /// Callers that were told to come back.
    pub refused: u64,
}

impl PasswordPool {
    pub fn new(options: PoolOptions) -> io::Result<Self> {
        let shared = Arc::new(Shared { options, queue: Mutex::default(), ready: Condvar::new(), counters: Counters::default() });
        let owner = Owner(shared.clone());
        for number in 0..options.threads.max(1) {
            let shared = shared.clone();
            thread::Builder::new().name(format!("password-{number}")).spawn(move || {
                while catch_unwind(AssertUnwindSafe(|| shared.work())).is_err() {
                    panics::restarted("password");
                }
            })?;
        }
        Ok(Self(Arc::new(owner)))
    }

    /// Compares a password with a stored hash. Without one (an account that does not exist or has no
    /// password) the same work is done for nobody's hash, and nothing matches.
    pub async fn verify(&self, password: SecretText, hash: Option<PasswordHash>) -> Result<Verdict, Busy> {
        self.verify_or(password, hash, None).await
    }

    /// As [`PasswordPool::verify`]; `decoy` is what to compare with where there is no hash
    /// ([`password_hash::decoy`]), today's where there is none either.
    ///
    /// [`password_hash::decoy`]: jeton_oauth::password_hash::decoy
    pub async fn verify_or(&self, password: SecretText, hash: Option<PasswordHash>, decoy: Option<Arc<str>>) -> Result<Verdict, Busy> {
        self.submit(move |worker| worker.verify(&password, hash.as_ref(), decoy.as_deref())).await
    }

    /// Hashes a new password or secret, if that is [`possible`].
    pub async fn hash(&self, password: SecretText) -> Result<PasswordHash, HashError> {
        possible(&password)?;
        let hash = self.submit(move |worker| normalized(&password).and_then(|password| worker.make(&password))).await?;
        Ok(hash.ok_or_else(|| self.0.0.busy(0))?)
    }

    pub fn work(&self) -> Work {
        let counters = &self.0.0.counters;
        Work {
            verifications: counters.verifications.load(Relaxed),
            hashes: counters.hashes.load(Relaxed),
            filled: counters.filled.load(Relaxed),
            rounds: counters.rounds.load(Relaxed),
            refused: counters.refused.load(Relaxed),
        }
    }

    /// Passwords that wait for a thread.
    pub fn waiting(&self) -> usize {
        self.0.0.lock().jobs.len()
    }

    async fn submit<T: Send + 'static>(&self, work: impl FnOnce(&mut Worker<'_>) -> T + Send + 'static) -> Result<T, Busy> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |worker| {
            // Whoever asked may have hung up while it waited.
            if !sender.is_closed() {
                let _ = sender.send(work(worker));
            }
        });
        self.0.0.enqueue(job)?;
        receiver.await.map_err(|_| self.0.0.busy(0))
    }
}

impl std::fmt::Debug for PasswordPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordPool").field("options", &self.0.0.options).finish_non_exhaustive()
    }
}

type Job = Box<dyn FnOnce(&mut Worker<'_>) + Send>;

/// Ends the threads when the last handle goes.
struct Owner(Arc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.ready.notify_all();
    }
}

struct Shared {
    options: PoolOptions,
    queue: Mutex<Queue>,
    ready: Condvar,
    counters: Counters,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Threads that compute.
    busy: usize,
    closed: bool,
}

#[derive(Default)]
struct Counters {
    verifications: AtomicU64,
    hashes: AtomicU64,
    filled: AtomicU64,
    rounds: AtomicU64,
    refused: AtomicU64,
    jobs: AtomicU64,
    micros: AtomicU64,
}

/// How long a thread keeps its memory without work.
const IDLE: Duration = Duration::from_secs(2);

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(&self, job: Job) -> Result<(), Busy> {
        let mut queue = self.lock();
        let room = self.options.queue + self.options.threads.max(1).saturating_sub(queue.busy);
        if queue.jobs.len() >= room {
            let waiting = queue.jobs.len();
            drop(queue);
            self.counters.refused.fetch_add(1, Relaxed);
            return Err(self.busy(waiting));
        }
        queue.jobs.push_back(job);
        drop(queue);
        self.ready.notify_one();
        Ok(())
    }

    /// When `waiting` jobs will be done, by the average so far; at least a second.
    fn busy(&self, waiting: usize) -> Busy {
        let average = self.counters.micros.load(Relaxed) / self.counters.jobs.load(Relaxed).max(1);
        let micros = average * waiting as u64 / self.options.threads.max(1) as u64;
        Busy { retry_after: Seconds(u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(60).clamp(1, 60)) }
    }

    fn work(&self) {
        step_back();
        let mut memory = Memory::default();
        while let Some(job) = self.next(&mut memory) {
            let began = Instant::now();
            let mut worker = Worker { memory: &mut memory, counters: &self.counters };
            if catch_unwind(AssertUnwindSafe(|| job(&mut worker))).is_err() {
                tracing::error!("a password hash could not be computed; its caller was told to come back");
                memory.release();
            }
            self.counters.jobs.fetch_add(1, Relaxed);
            self.counters.micros.fetch_add(u64::try_from(began.elapsed().as_micros()).unwrap_or(0), Relaxed);
            self.lock().busy -= 1;
        }
    }

    /// Waits for a job; `None` when the pool is gone. Memory goes back while nothing happens.
    fn next(&self, memory: &mut Memory) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if let Some(job) = queue.jobs.pop_front() {
                queue.busy += 1;
                return Some(job);
            }
            if memory.is_held() {
                let (again, waited) = self.ready.wait_timeout(queue, IDLE).unwrap_or_else(PoisonError::into_inner);
                queue = again;
                if waited.timed_out() {
                    memory.release();
                }
            } else {
                queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

/// Lets every other thread go first: a hash holds a core for tens of milliseconds, and answers to
/// other requests are not to wait for it.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::warn!("password threads keep their priority, so other requests may wait for them: {error}");
    }
}

#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

struct Worker<'a> {
    memory: &'a mut Memory,
    counters: &'a Counters,
}

impl Worker<'_> {
    fn verify(&mut self, password: &SecretText, hash: Option<&PasswordHash>, decoy: Option<&str>) -> Verdict {
        let password = normalized(password);
        let parsed = |text: &str| ParsedHash::parse(text).ok();
        // Whatever is missing, one verification is done: nobody learns from the time what it was.
        let stored = hash.and_then(|hash| parsed(&hash.0)).filter(|_| password.is_some());
        let known = stored.is_some();
        let compared = stored.or_else(|| decoy.filter(|_| password.is_some()).and_then(parsed)).unwrap_or_else(ParsedHash::of_nobody);
        self.counters.verifications.fetch_add(1, Relaxed);
        self.counters.filled.fetch_add(compared.filled(), Relaxed);
        self.counters.rounds.fetch_add(compared.rounds(), Relaxed);
        let matched = verify(&compared, password.as_ref().map_or(b"", |password| password.as_slice()), self.memory) && known;
        match password {
            Some(password) if matched => Verdict { matched, upgrade: if compared.is_current() { None } else { self.make(&password) } },
            _ => Verdict { matched: false, upgrade: None },
        }
    }

    fn make(&mut self, password: &[u8]) -> Option<PasswordHash> {
        self.counters.hashes.fetch_add(1, Relaxed);
        self.counters.filled.fetch_add(u64::from(MEMORY) * u64::from(PASSES), Relaxed);
        make(password, self.memory)
    }
}

#[cfg(test)]
mod tests;
