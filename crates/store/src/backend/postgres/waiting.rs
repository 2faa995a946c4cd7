//! What waits to be done together: a batch is whatever waits when somebody is free to do it, so
//! that nobody waits for one to fill.

use std::{
    collections::VecDeque,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_util::FutureExt;

use crate::deaths::Deaths;

/// Works until `step` says that nothing waits any more. A panic costs its own jobs their answer; the
/// worker keeps its place and goes on.
pub(super) async fn work<F: Future<Output = bool>>(deaths: &Deaths, who: &'static str, step: impl Fn() -> F) {
    loop {
        match AssertUnwindSafe(step()).catch_unwind().await {
            Ok(true) => {}
            Ok(false) => return,
            Err(_) => deaths.count(who),
        }
    }
}

pub(super) struct Waiting<J> {
    queue: Mutex<Queue<J>>,
    /// Tasks that may empty it at once.
    workers: usize,
}

struct Queue<J> {
    jobs: VecDeque<J>,
    working: usize,
}

/// Jobs that may wait. Whoever comes later would have given up.
const MOST: usize = 16_384;

impl<J> Waiting<J> {
    pub fn new(workers: usize) -> Self {
        Self { queue: Mutex::new(Queue { jobs: VecDeque::new(), working: 0 }), workers }
    }

    /// Whether the caller is to start another worker; `None`: too many wait already.
    pub fn push(&self, job: J) -> Option<bool> {
        let mut queue = self.queue();
        if queue.jobs.len() >= MOST {
            return None;
        }
        queue.jobs.push_back(job);
        let start = queue.working < self.workers;
        queue.working += usize::from(start);
        Some(start)
    }

    /// The oldest, and at most `most` in all that may go `with` those already taken. `None` ends a worker.
    pub fn take(&self, most: usize, mut with: impl FnMut(&J, &J) -> bool) -> Option<Vec<J>> {
        let mut queue = self.queue();
        let Some(first) = queue.jobs.pop_front() else {
            queue.working -= 1;
            return None;
        };
        let (mut taken, mut left) = (vec![first], VecDeque::new());
        while taken.len() < most
            && let Some(job) = queue.jobs.pop_front()
        {
            if with(&taken[0], &job) { taken.push(job) } else { left.push_back(job) }
        }
        left.append(&mut queue.jobs);
        queue.jobs = left;
        Some(taken)
    }

    /// All that waits; it is not to be done any more.
    pub fn take_all(&self) -> VecDeque<J> {
        std::mem::take(&mut self.queue().jobs)
    }

    fn queue(&self) -> MutexGuard<'_, Queue<J>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Waiting, work};
    use crate::deaths::Deaths;

    #[tokio::test]
    async fn a_bug_costs_its_own_job_and_the_worker_does_the_rest() {
        let (waiting, deaths) = (Waiting::new(1), Deaths::default());
        for job in 0..5 {
            waiting.push(job);
        }
        let done = std::sync::Mutex::new(Vec::new());
        work(&deaths, "a test", || async {
            let Some(jobs) = waiting.take(1, |_: &i32, _| true) else { return false };
            assert!(jobs[0] % 2 == 0, "a bug, for a test");
            done.lock().unwrap().extend(jobs);
            true
        })
        .await;
        assert_eq!((done.into_inner().unwrap(), deaths.so_far()), (vec![0, 2, 4], 2));
        // Its place is free: whoever comes next finds somebody to do it.
        assert_eq!(waiting.push(5), Some(true));
    }

    #[test]
    fn what_may_not_go_together_keeps_its_turn() {
        let waiting = Waiting::new(2);
        assert_eq!([1, 11, 2, 12, 3].map(|job| waiting.push(job)), [true, true, false, false, false].map(Some));
        let same_tens = |first: &i32, job: &i32| first / 10 == job / 10;
        assert_eq!(waiting.take(2, same_tens), Some(vec![1, 2]));
        assert_eq!(waiting.take(9, same_tens), Some(vec![11, 12]));
        assert_eq!(waiting.take(9, same_tens), Some(vec![3]));
        assert_eq!((waiting.take(9, same_tens), waiting.push(4)), (None, Some(true)));
    }

    #[test]
    fn no_two_of_one_row_go_together() {
        let waiting = Waiting::new(1);
        for row in [1, 1, 2, 1, 3] {
            waiting.push(row);
        }
        let mut rows = HashSet::new();
        let apart = |first: &i32, job: &i32| {
            rows.insert(*first);
            rows.insert(*job)
        };
        assert_eq!(waiting.take(9, apart), Some(vec![1, 2, 3]));
    }
}
