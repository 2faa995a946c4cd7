//! Writes down what was counted.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jeton_oauth::{
    Change, ClientKey, ClientSecretId, FailureId, RealmId, Timestamp,
    activity::{About, Failed, Grain, Level, Reason, What, Whose},
    change::{ActivityChange, ClientChange},
};
use jeton_store::{CommitError, Store, StoreError};

use super::{
    Activity,
    entry::{Entry, FAILURES},
    refused::Failure,
};
use crate::randomness::SystemRng;

/// What was measured and is to be written down.
#[derive(Default)]
pub struct Levels(Vec<(Option<RealmId>, Level, u64)>);

/// Changes of one unit: small, so that requests do not wait behind all of them.
const UNIT: usize = 200;
/// Refusals that are written one by one at a time, of all clients.
const TOLD: usize = 500;

/// What was taken out of the shards, by client.
#[derive(Default)]
struct Taken {
    entries: Vec<(Option<ClientKey>, Entry)>,
    uses: HashMap<(RealmId, ClientKey, ClientSecretId), Uses>,
    failures: HashMap<(RealmId, ClientKey), Vec<Failure>>,
}

#[derive(Default)]
struct Uses {
    last_at: Timestamp,
    addresses: HashMap<IpAddr, Timestamp>,
}

impl Activity {
    /// Remembers what was measured.
    pub fn measured(&self, realm: Option<RealmId>, level: Level, value: u64) {
        let mut levels = lock(&self.levels);
        levels.0.retain(|(of, what, _)| (*of, *what) != (realm, level));
        levels.0.push((realm, level, value));
    }

    /// Requests for tokens took so long: how often so far, by upper bounds in microseconds. What is new since the
    /// last call is counted.
    pub fn took(&self, so_far: &[(u64, u64)], at: Timestamp) {
        let mut before = lock(&self.latency);
        before.resize(so_far.len(), 0);
        let mut waiting = lock(&self.waiting);
        for ((bound, times), before) in so_far.iter().zip(before.iter_mut()) {
            let new = times.saturating_sub(std::mem::replace(before, *times));
            if new > 0 {
                for grain in [Grain::Minute, Grain::Hour] {
                    waiting.add(Whose::Everybody, grain, at, What::Within(*bound), new);
                }
            }
        }
    }

    /// Writes down what happened since the last call. What cannot be written waits for the next, as far as it is numbers.
    ///
    /// # Errors
    /// When rows cannot be read or written.
    pub async fn flush(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        let mut taken = self.take();
        let told = taken.told();
        let removed = removed_secrets(store, &told).await;
        let failures = self.count(taken.entries, told, &removed);
        let mut changes = lock(&self.waiting).take();
        let numbers = changes.len();
        changes.extend(taken.uses.into_iter().flat_map(|(whose, uses)| uses.changes(whose)));
        changes.extend(failures);
        let levels = std::mem::take(&mut *lock(&self.levels)).0;
        changes.extend(levels.into_iter().map(|(realm, level, value)| ActivityChange::Level { realm, level, at: now, value }.into()));
        let mut written = 0;
        for unit in changes.chunks(UNIT) {
            match store.commit(unit.to_vec()).await {
                Ok(()) => written += unit.len(),
                Err(CommitError::Conflict) => written += unit.len(),
                Err(CommitError::Failed(error)) => {
                    // What may have been written is not written twice.
                    let from = if error == StoreError::Unknown { written + unit.len() } else { written };
                    lock(&self.waiting).put_back(changes.get(from..numbers.max(from)).unwrap_or_default());
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn take(&self) -> Taken {
        let mut taken = Taken::default();
        for shard in &self.shards {
            let (clients, strangers) = {
                let mut counted = lock(&shard.0);
                counted.failures = 0;
                let room = counted.clients.len();
                let clients = std::mem::replace(&mut counted.clients, HashMap::with_capacity_and_hasher(room, Default::default()));
                (clients, std::mem::take(&mut counted.strangers))
            };
            taken.entries.extend(clients.into_iter().map(|(client, entry)| (Some(client), entry)));
            taken.entries.extend(strangers.into_values().map(|entry| (None, entry)));
        }
        taken
    }

    /// Adds the numbers up. Calls with a secret that was removed count as such.
    fn count(&self, entries: Vec<(Option<ClientKey>, Entry)>, told: Vec<(RealmId, ClientKey, Failure)>, removed: &Removed) -> Vec<Change> {
        let mut with_removed: HashMap<ClientKey, u32> = HashMap::new();
        let mut failures = Vec::new();
        for (realm, client, mut failure) in told {
            if failure.refused.reason == Reason::WrongSecret
                && let Some(at) = removed.when(client, &failure)
            {
                *with_removed.entry(client).or_default() += failure.times;
                failure.refused.reason = Reason::RemovedSecret;
                failure.refused.about = About::at(at);
            }
            failures.push(failure.change(realm, client));
        }
        let mut waiting = lock(&self.waiting);
        for (client, mut entry) in entries {
            entry.before.push(entry.now);
            for minute in &mut entry.before {
                if let Some(left) = client.and_then(|client| with_removed.get_mut(&client)) {
                    minute.reword(Reason::WrongSecret, Reason::RemovedSecret, left);
                }
                waiting.minute(entry.realm, client, minute);
            }
        }
        failures
    }
}

impl Taken {
    /// What is told one by one: the newest of each client, and of all together no more than fits.
    fn told(&mut self) -> Vec<(RealmId, ClientKey, Failure)> {
        for (client, entry) in &mut self.entries {
            let Some(client) = *client else { continue };
            for used in entry.uses.drain(..) {
                let uses = self.uses.entry((entry.realm, client, used.secret)).or_default();
                uses.last_at = uses.last_at.max(used.at);
                if let Some(from) = used.from {
                    let last_at = uses.addresses.entry(from).or_insert(used.at);
                    *last_at = used.at.max(*last_at);
                }
            }
            let own = self.failures.entry((entry.realm, client)).or_default();
            for failure in entry.failures.drain(..) {
                match own.iter_mut().find(|known| known.refused == failure.refused) {
                    Some(known) => known.join(&failure),
                    None => own.push(failure),
                }
            }
        }
        let mut told = Vec::new();
        for ((realm, client), mut own) in std::mem::take(&mut self.failures) {
            own.sort_by_key(|failure| std::cmp::Reverse(failure.last_at));
            told.extend(own.into_iter().take(FAILURES).enumerate().map(|(place, failure)| (place, realm, client, failure)));
        }
        // Each client has its newest before another has its second.
        told.sort_by_key(|(place, _, client, failure)| (*place, std::cmp::Reverse(failure.last_at), *client));
        told.truncate(TOLD);
        // The oldest first, as they came.
        told.sort_by_key(|(_, _, _, failure)| failure.last_at);
        told.into_iter().map(|(_, realm, client, failure)| (realm, client, failure)).collect()
    }
}

impl Uses {
    fn changes(self, (realm, client, secret): (RealmId, ClientKey, ClientSecretId)) -> impl Iterator<Item = Change> {
        let last = Change::Client(ClientChange::SecretUsed { realm, client, secret, at: self.last_at });
        let mut addresses: Vec<_> = self.addresses.into_iter().collect();
        addresses.sort_unstable_by_key(|(address, _)| *address);
        let from =
            addresses.into_iter().map(move |(address, at)| ActivityChange::SecretUsedFrom { realm, client, secret, address, at }.into());
        std::iter::once(last).chain(from)
    }
}

impl Failure {
    fn join(&mut self, other: &Self) {
        self.times = self.times.saturating_add(other.times);
        self.at = self.at.min(other.at);
        self.last_at = self.last_at.max(other.last_at);
    }

    fn change(self, realm: RealmId, client: ClientKey) -> Change {
        let Self { refused, at, last_at, times } = self;
        let failed = Failed {
            realm,
            client,
            call: refused.call,
            reason: refused.reason,
            error: refused.error,
            about: refused.about,
            address: refused.from,
            at,
            last_at,
            times,
        };
        ActivityChange::Failed { id: FailureId::new(at, &mut SystemRng), failed }.into()
    }
}

impl super::entry::Minute {
    /// Up to `left` refusals for one reason are such for another.
    fn reword(&mut self, from: Reason, to: Reason, left: &mut u32) {
        let mut reworded = Vec::new();
        for (call, reason, times) in &mut self.refused {
            if *reason == from && *left > 0 {
                let moved = (*times).min(*left);
                *times -= moved;
                *left -= moved;
                reworded.push((*call, to, moved));
            }
        }
        self.refused.extend(reworded);
    }
}

/// Hashes of secrets that were removed, by client.
struct Removed(HashMap<ClientKey, Vec<jeton_store::RemovedSecret>>);

impl Removed {
    fn when(&self, client: ClientKey, failure: &Failure) -> Option<Timestamp> {
        let own = self.0.get(&client)?;
        own.iter().find(|removed| failure.refused.tried.contains(&removed.verifier)).map(|removed| removed.removed_at)
    }
}

/// One read for each client that was asked for with a wrong secret; none of them is waited for by a request.
async fn removed_secrets(store: &Store, told: &[(RealmId, ClientKey, Failure)]) -> Removed {
    let mut removed = HashMap::new();
    for (realm, client, failure) in told {
        if failure.refused.reason != Reason::WrongSecret || removed.contains_key(client) {
            continue;
        }
        // Without them it is a wrong secret, which is no less true.
        removed.insert(*client, store.in_realm(*realm).removed_secrets_of(*client).await.unwrap_or_default());
    }
    Removed(removed)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
