//! What one client did since it was last written down.

use std::net::IpAddr;

use jeton_oauth::{
    ClientSecretId, RealmId, Timestamp,
    activity::{Call, Reason},
};

use super::refused::{Failure, Refused};

/// Counts of a minute.
#[derive(Clone, Default)]
pub struct Minute {
    /// Minutes since 1970.
    pub number: i64,
    pub answered: [u32; Call::ALL.len()],
    pub refused: Vec<(Call, Reason, u32)>,
}

pub struct Entry {
    pub realm: RealmId,
    pub now: Minute,
    /// Those that ended.
    pub before: Vec<Minute>,
    pub uses: Vec<Use>,
    pub failures: Vec<Failure>,
}

/// A secret was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    pub secret: ClientSecretId,
    pub from: Option<IpAddr>,
    pub at: Timestamp,
}

/// Addresses and secrets that are told apart.
const USES: usize = 16;
/// Refusals that are told one by one.
pub const FAILURES: usize = 10;

impl Entry {
    pub fn of(realm: RealmId) -> Self {
        Self { realm, now: Minute::default(), before: Vec::new(), uses: Vec::new(), failures: Vec::new() }
    }

    pub fn answered(&mut self, call: Call, at: Timestamp) {
        let counts = &mut self.minute(at).answered[call as usize];
        *counts = counts.saturating_add(1);
    }

    pub fn refused(&mut self, call: Call, reason: Reason, at: Timestamp) {
        let refused = &mut self.minute(at).refused;
        match refused.iter_mut().find(|(of, why, _)| (*of, *why) == (call, reason)) {
            Some((_, _, times)) => *times = times.saturating_add(1),
            None => refused.push((call, reason, 1)),
        }
    }

    /// Where there are too many addresses, the secret's use counts all the same.
    pub fn used(&mut self, secret: ClientSecretId, from: Option<IpAddr>, at: Timestamp) {
        if let Some(known) = self.uses.iter_mut().find(|known| known.secret == secret && known.from == from) {
            known.at = at;
        } else if self.uses.len() < USES {
            self.uses.push(Use { secret, from, at });
        } else if let Some(known) = self.uses.iter_mut().find(|known| known.secret == secret) {
            known.at = at;
        }
    }

    /// The same again is one with a number; of the others the newest stay. Whether there is one more than before.
    pub fn tells(&mut self, refused: Refused, at: Timestamp, has_room: bool) -> bool {
        if let Some(known) = self.failures.iter_mut().find(|known| known.refused == refused) {
            known.times = known.times.saturating_add(1);
            known.last_at = at;
            return false;
        }
        let full = self.failures.len() >= FAILURES;
        if full {
            self.failures.remove(0);
        } else if !has_room {
            return false;
        }
        self.failures.push(Failure { refused, at, last_at: at, times: 1 });
        !full
    }

    fn minute(&mut self, at: Timestamp) -> &mut Minute {
        let number = at.as_millis().div_euclid(60_000);
        if self.now.number != number {
            let before = std::mem::replace(&mut self.now, Minute { number, ..Minute::default() });
            if !before.is_empty() {
                self.before.push(before);
            }
        }
        &mut self.now
    }
}

impl Minute {
    fn is_empty(&self) -> bool {
        self.refused.is_empty() && self.answered.iter().all(|times| *times == 0)
    }
}
