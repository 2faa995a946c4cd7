//! What one client did since it was last written down.

use std::net::IpAddr;

use jeton_oauth::{
    ClientSecretId, RealmId, Timestamp,
    activity::{Call, Reason},
};

use super::{refused::Refused, ring::Ring};

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
    /// Refusals of the client itself, which showed what it alone has.
    pub own: Ring,
    /// Refusals of others, who know no more than its id.
    pub of_strangers: Ring,
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

impl Entry {
    pub fn of(realm: RealmId) -> Self {
        Self { realm, now: Minute::default(), before: Vec::new(), uses: Vec::new(), own: Ring::default(), of_strangers: Ring::default() }
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

    /// Tells a refusal one by one. Whether strangers took one more place than before.
    pub fn tells(&mut self, refused: Refused, at: Timestamp, has_room: bool) -> bool {
        if refused.proved {
            self.own.add(refused, at, true);
            return false;
        }
        self.of_strangers.add(refused, at, has_room)
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
