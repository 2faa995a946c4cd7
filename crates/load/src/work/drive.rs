//! Drives workers, one connection each, for a while or until they run out, and counts.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use crate::histogram::Histogram;
use crate::http::{Connection, Target};

/// One user at one connection.
#[expect(async_fn_in_trait, reason = "each runs on one thread, so its futures need not be Send")]
pub trait Worker: Send + 'static {
    async fn step(&mut self, connection: &mut Connection) -> io::Result<Step>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Answered with this status; `right` if the answer holds what was asked for.
    Answered { status: u16, right: bool },
    /// Nothing left to do; nothing was sent.
    Exhausted,
}

#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Not counted.
    pub warm_up: Duration,
    pub counted: Duration,
    /// Client threads; each has a runtime of its own.
    pub threads: usize,
    /// Between two requests of a worker; not counted as latency.
    pub rest: Duration,
}

impl Plan {
    /// Half a second of warm-up, then as long as this is counted; one thread, no rest.
    pub const fn counting(counted: Duration) -> Self {
        Self { warm_up: Duration::from_millis(500), counted, threads: 1, rest: Duration::ZERO }
    }

    /// As long as the workers have something to do; everything counts.
    pub const fn until_done(threads: usize) -> Self {
        Self { warm_up: Duration::ZERO, counted: Duration::from_secs(3_600), threads, rest: Duration::ZERO }
    }
}

/// When counting begins and ends.
#[derive(Clone, Copy)]
struct Schedule {
    start: Instant,
    end: Instant,
    rest: Duration,
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub statuses: BTreeMap<u16, u64>,
    /// Answered with 2xx or 3xx, but not with what was asked for.
    pub wrong: u64,
    /// No answer: the connection failed.
    pub broken: BTreeMap<String, u64>,
    pub latency: Histogram,
}

impl Tally {
    pub fn requests(&self) -> u64 {
        self.statuses.values().sum()
    }

    pub fn errors(&self) -> u64 {
        let refused: u64 = self.statuses.iter().filter(|(status, _)| **status >= 400).map(|(_, count)| count).sum();
        refused + self.wrong + self.broken.values().sum::<u64>()
    }

    fn merge(&mut self, other: Tally) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        for (error, count) in other.broken {
            *self.broken.entry(error).or_default() += count;
        }
        self.wrong += other.wrong;
        self.latency.merge(&other.latency);
    }
}

/// How a run went, with its workers given back.
pub struct Driven<W> {
    pub tally: Tally,
    pub elapsed: Duration,
    pub workers: Vec<W>,
}

/// Runs the plan; `at_start` is called when counting begins.
pub fn drive<W: Worker>(target: &Target, workers: Vec<W>, plan: Plan, at_start: impl FnOnce()) -> Result<Driven<W>> {
    let start = Instant::now() + plan.warm_up;
    let schedule = Schedule { start, end: start + plan.counted, rest: plan.rest };
    let mut shares: Vec<Vec<W>> = (0..plan.threads.max(1)).map(|_| Vec::new()).collect();
    let count = shares.len();
    for (at, worker) in workers.into_iter().enumerate() {
        shares[at % count].push(worker);
    }
    let threads: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let target = target.clone();
            thread::spawn(move || drive_share(&target, share, schedule))
        })
        .collect();
    thread::sleep(start.saturating_duration_since(Instant::now()));
    at_start();
    let (mut tally, mut workers) = (Tally::default(), Vec::new());
    for thread in threads {
        let (part, back) = thread.join().map_err(|_| anyhow!("a client thread panicked"))??;
        tally.merge(part);
        workers.extend(back);
    }
    Ok(Driven { tally, elapsed: start.elapsed(), workers })
}

/// Runs a future on a runtime of its own.
pub fn block_on<F: Future>(future: F) -> Result<F::Output> {
    Ok(runtime()?.block_on(future))
}

fn drive_share<W: Worker>(target: &Target, share: Vec<W>, schedule: Schedule) -> Result<(Tally, Vec<W>)> {
    runtime()?.block_on(async {
        let local = LocalSet::new();
        let tasks: Vec<_> =
            share.into_iter().map(|worker| local.spawn_local(drive_one(Connection::new(target.clone()), worker, schedule))).collect();
        local.await;
        let (mut tally, mut workers) = (Tally::default(), Vec::new());
        for task in tasks {
            let (part, worker) = task.await?;
            tally.merge(part);
            workers.push(worker);
        }
        Ok((tally, workers))
    })
}

async fn drive_one<W: Worker>(mut connection: Connection, mut worker: W, schedule: Schedule) -> (Tally, W) {
    let mut tally = Tally::default();
    let mut statuses = [0_u64; 600];
    let mut began = Instant::now();
    while began < schedule.end {
        let step = worker.step(&mut connection).await;
        let now = Instant::now();
        let counted = began >= schedule.start;
        match step {
            Ok(Step::Exhausted) => break,
            Ok(Step::Answered { status, right }) if counted => {
                tally.latency.record(u64::try_from((now - began).as_micros()).unwrap_or(u64::MAX));
                statuses[usize::from(status).min(599)] += 1;
                tally.wrong += u64::from(!right && status < 400);
            }
            Ok(_) => {}
            Err(error) => {
                if counted {
                    *tally.broken.entry(error.to_string()).or_default() += 1;
                }
                // A server that is down must not be hammered in a tight loop.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        if schedule.rest.is_zero() {
            began = now;
        } else {
            tokio::time::sleep(schedule.rest).await;
            began = Instant::now();
        }
    }
    tally.statuses = (0_u16..).zip(statuses).filter(|(_, count)| *count > 0).collect();
    (tally, worker)
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
