//! Writes down what was counted.

use std::collections::HashMap;

use jeton_oauth::{
    Change, ClientKey, FailureId, RealmId, Timestamp,
    activity::{About, Failed, Grain, Level, Reason, What, Whose},
    change::ActivityChange,
};
use jeton_store::{CommitError, RemovedSecret, Store, StoreError};

use super::{
    Activity,
    entry::{Entry, Minute},
    lock,
    ring::{Failure, Ring},
    uses::Uses,
};
use crate::randomness::SystemRng;

/// What was measured and is to be written down.
#[derive(Default)]
pub struct Levels(Vec<(Level, u64)>);

/// What a flush writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Numbers and refusals; uses of secrets once a minute.
    WhatIsDue,
    /// Everything, before the server stops.
    All,
}

/// Changes of one unit: small, so that requests do not wait behind all of them.
const UNIT: usize = 200;
/// Refusals of clients that are written one by one at a time, of all clients; and as many of strangers.
const TOLD: usize = 500;
/// As many wait for a database that is away; the oldest of more are lost.
const TOLD_WAITING: usize = 4 * TOLD;
/// Clients whose removed secrets are looked up at a time: those of the newest refusals.
const LOOKED_UP: usize = 100;

impl Activity {
    /// Remembers what was measured.
    pub fn measured(&self, level: Level, value: u64) {
        let mut levels = lock(&self.levels);
        levels.0.retain(|(known, _)| *known != level);
        levels.0.push((level, value));
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

    /// Writes down what happened since the last call. What cannot be written waits for the next, as far as there is
    /// room.
    ///
    /// # Errors
    /// When rows cannot be read or written.
    pub async fn flush(&self, store: &Store, now: Timestamp, what: Write) -> Result<(), StoreError> {
        let mut entries = self.take();
        let mut told = told(&mut entries, &mut lock(&self.uses));
        let with_removed = tell_removed(store, &mut told).await;
        self.count(entries, with_removed);
        self.keep_told(told.into_iter().map(ActivityChange::from));
        let numbers = lock(&self.waiting).take();
        let (left, error) = write(store, numbers).await;
        lock(&self.waiting).put_back(&left);
        error.map_or(Ok(()), Err)?;

        let told: Vec<_> = std::mem::take(&mut *lock(&self.told)).into_iter().map(Change::from).collect();
        let (left, error) = write(store, told).await;
        self.keep_told(left.into_iter().filter_map(told_again));
        error.map_or(Ok(()), Err)?;

        let uses = {
            let mut uses = lock(&self.uses);
            if what == Write::All || uses.are_due(now) { uses.take(now) } else { Vec::new() }
        };
        let (left, error) = write(store, uses).await;
        if !left.is_empty() {
            lock(&self.uses).put_back(&left);
        }
        error.map_or(Ok(()), Err)?;

        let levels = std::mem::take(&mut *lock(&self.levels)).0;
        let changes = levels.iter().map(|(level, value)| ActivityChange::Level { level: *level, at: now, value: *value }.into());
        let (_, error) = write(store, changes.collect()).await;
        error.map_or(Ok(()), Err)
    }

    fn take(&self) -> Vec<(Option<ClientKey>, Entry)> {
        let mut entries = Vec::new();
        for shard in &self.shards {
            let (clients, strangers) = {
                let mut counted = lock(&shard.0);
                counted.of_strangers = 0;
                let room = counted.clients.len();
                let clients = std::mem::replace(&mut counted.clients, HashMap::with_capacity_and_hasher(room, Default::default()));
                (clients, std::mem::take(&mut counted.strangers))
            };
            entries.extend(clients.into_iter().map(|(client, entry)| (Some(client), entry)));
            entries.extend(strangers.into_values().map(|entry| (None, entry)));
        }
        entries
    }

    /// Adds the numbers up. Calls with a secret that was removed count as such.
    fn count(&self, entries: Vec<(Option<ClientKey>, Entry)>, mut with_removed: HashMap<ClientKey, u32>) {
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
    }

    /// The newest stay; in one order on every node, so that none waits for another in a circle.
    fn keep_told(&self, told: impl IntoIterator<Item = ActivityChange>) {
        let mut waiting = lock(&self.told);
        waiting.extend(told);
        let at = |change: &ActivityChange| match change {
            ActivityChange::Failed { failed, .. } => (failed.client, failed.last_at),
            _ => (ClientKey(uuid::Uuid::nil()), Timestamp::default()),
        };
        if waiting.len() > TOLD_WAITING {
            waiting.sort_by_key(|change| std::cmp::Reverse(at(change).1));
            waiting.truncate(TOLD_WAITING);
        }
        waiting.sort_by_key(at);
    }
}

/// A refusal that is told, and of whom.
struct Told {
    realm: RealmId,
    client: ClientKey,
    failure: Failure,
}

/// Takes out of the entries what is told one by one: the newest of each client, and of all together no more than fits.
/// Uses of secrets are added up on the way.
fn told(entries: &mut [(Option<ClientKey>, Entry)], uses: &mut Uses) -> Vec<Told> {
    let mut rings: HashMap<ClientKey, (RealmId, Ring, Ring)> = HashMap::new();
    for (client, entry) in entries {
        let Some(client) = *client else { continue };
        entry.uses.drain(..).for_each(|used| uses.add(entry.realm, client, used));
        let (_, own, of_strangers) = rings.entry(client).or_insert_with(|| (entry.realm, Ring::default(), Ring::default()));
        for failure in entry.own.take() {
            own.join(failure, true);
        }
        for failure in entry.of_strangers.take() {
            of_strangers.join(failure, true);
        }
    }
    let (mut own, mut of_strangers) = (Vec::new(), Vec::new());
    for (client, (realm, mut first, mut second)) in rings {
        own.extend(placed(realm, client, first.take()));
        of_strangers.extend(placed(realm, client, second.take()));
    }
    bounded(own).chain(bounded(of_strangers)).collect()
}

/// The newest first, with its place.
fn placed(realm: RealmId, client: ClientKey, mut failures: Vec<Failure>) -> impl Iterator<Item = (usize, Told)> {
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.last_at));
    failures.into_iter().map(move |failure| Told { realm, client, failure }).enumerate()
}

/// Each client has its newest before another has its second.
fn bounded(mut all: Vec<(usize, Told)>) -> impl Iterator<Item = Told> {
    all.sort_by_key(|(place, told)| (*place, std::cmp::Reverse(told.failure.last_at), told.client));
    all.into_iter().take(TOLD).map(|(_, told)| told)
}

/// A wrong secret that was removed is told as such. How often each client tried one; no request waits for it.
async fn tell_removed(store: &Store, told: &mut Vec<Told>) -> HashMap<ClientKey, u32> {
    let mut with_removed = HashMap::new();
    let is_wrong = |told: &Told| told.failure.refused.reason == Reason::WrongSecret;
    let mut newest: Vec<_> = told.iter().filter(|told| is_wrong(told)).map(|told| (told.failure.last_at, told.client)).collect();
    newest.sort_unstable_by_key(|(at, client)| (std::cmp::Reverse(*at), *client));
    let mut clients: Vec<ClientKey> = Vec::new();
    for (_, client) in newest {
        if clients.len() < LOOKED_UP && !clients.contains(&client) {
            clients.push(client);
        }
    }
    // Without them it is a wrong secret, which is no less true.
    let removed = store.removed_secrets_of(&clients).await.unwrap_or_default();
    if removed.is_empty() {
        return with_removed;
    }
    let mut split = Vec::new();
    for one in told.iter_mut().filter(|told| is_wrong(told)) {
        for secret in removed.iter().filter(|secret| secret.client == one.client) {
            let Some(failure) = one.failure.with(secret) else { continue };
            *with_removed.entry(one.client).or_default() += failure.times;
            split.push(Told { realm: one.realm, client: one.client, failure });
        }
    }
    told.retain(|told| told.failure.times > 0);
    told.extend(split);
    with_removed
}

impl Failure {
    /// Takes out what was tried with a removed secret. Whoever has one was let in once.
    fn with(&mut self, removed: &RemovedSecret) -> Option<Self> {
        let tries = self.tries.extract_if(.., |(tried, _)| tried.contains(&removed.verifier));
        let times: u32 = tries.map(|(_, times)| times).sum();
        if times == 0 {
            return None;
        }
        self.times = self.times.saturating_sub(times);
        let mut refused = self.refused.clone();
        (refused.reason, refused.about, refused.proved) = (Reason::RemovedSecret, About::at(removed.removed_at), true);
        Some(Self { refused, at: self.at, last_at: self.last_at, times, tries: Vec::new() })
    }
}

impl From<Told> for ActivityChange {
    fn from(told: Told) -> Self {
        let Told { realm, client, failure: Failure { refused, at, last_at, times, .. } } = told;
        let failed = Failed {
            realm,
            client,
            call: refused.call,
            reason: refused.reason,
            error: refused.error,
            about: refused.about,
            proved: refused.proved,
            address: refused.from,
            at,
            last_at,
            times,
        };
        Self::Failed { id: FailureId::new(at, &mut SystemRng), failed }
    }
}

impl Minute {
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

/// Writes unit by unit. What is left where one could not be written, and why: what may have been written is not among
/// it, so that nothing is written twice.
async fn write(store: &Store, changes: Vec<Change>) -> (Vec<Change>, Option<StoreError>) {
    let mut written = 0;
    for unit in changes.chunks(UNIT) {
        match write_unit(store, unit).await {
            Ok(()) => written += unit.len(),
            Err((of_unit, error)) => {
                let left = changes.get(written + of_unit..).unwrap_or_default().to_vec();
                return (left, Some(error));
            }
        }
    }
    (Vec::new(), None)
}

/// One change that does not fit the rows any more keeps no other from being written.
async fn write_unit(store: &Store, unit: &[Change]) -> Result<(), (usize, StoreError)> {
    match store.commit(unit.to_vec()).await {
        Ok(()) => return Ok(()),
        Err(CommitError::Conflict) => {}
        Err(CommitError::Failed(StoreError::Unknown)) => return Err((unit.len(), StoreError::Unknown)),
        Err(CommitError::Failed(error)) => return Err((0, error)),
    }
    for (at, change) in unit.iter().enumerate() {
        match store.commit(vec![change.clone()]).await {
            Ok(()) | Err(CommitError::Conflict) => {}
            Err(CommitError::Failed(StoreError::Unknown)) => return Err((at + 1, StoreError::Unknown)),
            Err(CommitError::Failed(error)) => return Err((at, error)),
        }
    }
    Ok(())
}

fn told_again(change: Change) -> Option<ActivityChange> {
    match change {
        Change::Activity(change) => Some(change),
        _ => None,
    }
}
