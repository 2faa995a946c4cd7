//! How often one network, or one of whatever else, may do something: so many times at once, and then one
//! after the other.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::proxies::Network;

/// A pace that every network has for itself, or every `K`. In memory: each node has its own.
#[derive(Debug)]
pub struct Pace<K = Network> {
    at_once: u32,
    then_every: Duration,
    busy: Mutex<Busy<K>>,
}

#[derive(Debug)]
struct Busy<K> {
    /// The process's time until which each has used up what it has.
    until: HashMap<K, Duration>,
    pruned_at: Duration,
}

/// Those that are remembered. Beyond that newcomers are not held back: others bound them.
const REMEMBERED: usize = 50_000;
const PRUNE_AGAIN: Duration = Duration::from_secs(1);

impl<K: Eq + Hash> Pace<K> {
    pub fn new(at_once: u32, then_every: Duration) -> Self {
        Self { at_once, then_every, busy: Mutex::new(Busy { until: HashMap::new(), pruned_at: Duration::ZERO }) }
    }

    /// Whether `who` may now, by the process's time.
    ///
    /// # Errors
    /// How long it has to wait.
    pub fn take(&self, who: K, now: Duration) -> Result<(), Duration> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if !busy.until.contains_key(&who) && !busy.has_room(now) {
            return Ok(());
        }
        let until = busy.until.entry(who).or_insert(now);
        let next = (*until).max(now) + self.then_every;
        match next.checked_sub(now + self.then_every * self.at_once) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *until = next;
                Ok(())
            }
        }
    }
}

impl<K: Eq + Hash> Busy<K> {
    fn has_room(&mut self, now: Duration) -> bool {
        if self.until.len() >= REMEMBERED && now.saturating_sub(self.pruned_at) >= PRUNE_AGAIN {
            self.until.retain(|_, until| now < *until);
            self.pruned_at = now;
        }
        self.until.len() < REMEMBERED
    }
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, time::Duration};

    use super::{Pace, REMEMBERED};
    use crate::proxies::Network;

    fn network(number: u32) -> Network {
        Network::around(Ipv4Addr::from_bits(number).into())
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn so_many_at_once_and_then_one_after_the_other() {
        let pace = Pace::new(3, SECOND);
        let times = |now| (0..9).take_while(|_| pace.take(network(1), now).is_ok()).count();
        assert_eq!(times(SECOND), 3);
        assert_eq!(pace.take(network(1), SECOND), Err(SECOND));
        assert_eq!(pace.take(network(2), SECOND), Ok(()), "another has its own");
        assert_eq!(times(SECOND * 2), 1);
        assert_eq!(times(SECOND * 60), 3, "no more than at first, however long it rests");
    }

    #[test]
    fn who_is_done_is_forgotten_and_too_many_are_let_pass() {
        let pace = Pace::new(1, SECOND);
        for number in 0..u32::try_from(REMEMBERED).unwrap() + 10 {
            assert_eq!(pace.take(network(number), SECOND), Ok(()));
        }
        assert_eq!(pace.busy.lock().unwrap().until.len(), REMEMBERED);
        assert_eq!(pace.take(network(0), SECOND), Err(SECOND));
        pace.take(network(u32::MAX), SECOND * 9).unwrap();
        assert_eq!(pace.busy.lock().unwrap().until.len(), 1);
    }
}
