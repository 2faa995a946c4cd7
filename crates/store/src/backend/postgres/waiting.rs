//! What waits to be done together: a batch is whatever waits when somebody is free to do it, so
//! that nobody waits for one to fill.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

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

    fn queue(&self) -> MutexGuard<'_, Queue<J>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Waiting;

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
