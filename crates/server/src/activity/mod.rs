//! What happens, counted in memory and written down every few seconds: which client asked for what, how it
//! ended, from where its secrets were used, and why it was refused lately.
//!
//! A request adds a few numbers under a lock that its thread has nearly to itself. What was not written
//! when a server dies is lost.

mod entry;
pub mod figures;
mod flush;
mod numbers;
mod refused;
mod ring;
pub mod secrets;
mod uses;
pub mod why;

use std::{
    cell::Cell,
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use jeton_oauth::{
    ClientKey, ClientSecretId, RealmId, Timestamp,
    activity::{Call, Outcome},
    change::ActivityChange,
    client_auth::AuthenticatedClient,
    model::Client,
};

pub use flush::{Levels, Write};
pub use refused::Refused;

use entry::Entry;
use numbers::Numbers;
use uses::Uses;

/// What happened since it was last written down.
pub struct Activity {
    shards: [Shard; SHARDS],
    /// What could not be written yet.
    waiting: Mutex<Numbers>,
    /// Refusals that are told and could not be written yet.
    told: Mutex<Vec<ActivityChange>>,
    /// Which secrets were used from where; written now and then.
    uses: Mutex<Uses>,
    /// How often requests had taken how long when that was last looked at.
    latency: Mutex<Vec<u64>>,
    levels: Mutex<Levels>,
}

/// Threads count apart from each other.
const SHARDS: usize = 16;

#[repr(align(128))]
#[derive(Default)]
struct Shard(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    clients: HashMap<ClientKey, Entry, BuildHasherDefault<OfKey>>,
    /// Calls of nobody who is known.
    strangers: HashMap<RealmId, Entry>,
    /// Refusals that strangers brought about and that are told one by one, of all clients.
    of_strangers: usize,
}

/// Who asks, and what proved it.
#[derive(Clone, Copy)]
pub struct Asking {
    pub realm: RealmId,
    pub client: ClientKey,
    pub secret: Option<ClientSecretId>,
}

impl From<&AuthenticatedClient> for Asking {
    fn from(client: &AuthenticatedClient) -> Self {
        Self { realm: client.realm, client: client.key, secret: client.secret() }
    }
}

impl From<&Client> for Asking {
    /// One that proved nothing.
    fn from(client: &Client) -> Self {
        Self { realm: client.realm, client: client.key, secret: None }
    }
}

impl Default for Activity {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Shard::default()),
            waiting: Mutex::default(),
            told: Mutex::default(),
            uses: Mutex::default(),
            latency: Mutex::default(),
            levels: Mutex::default(),
        }
    }
}

impl Activity {
    /// A client got what it asked for.
    pub fn answered(&self, who: Asking, call: Call, from: Option<IpAddr>, at: Timestamp) {
        let mut counted = self.shard();
        let entry = counted.clients.entry(who.client).or_insert_with(|| Entry::of(who.realm));
        entry.answered(call, at);
        if let Some(secret) = who.secret {
            entry.used(secret, from, at);
        }
    }

    /// Its secret proved a client that was refused for something else.
    pub fn secret_used(&self, who: Asking, from: Option<IpAddr>, at: Timestamp) {
        let Some(secret) = who.secret else { return };
        self.shard().clients.entry(who.client).or_insert_with(|| Entry::of(who.realm)).used(secret, from, at);
    }

    /// When a secret was used, as far as that is not written yet.
    pub fn secret_used_at(&self, client: ClientKey, secret: ClientSecretId) -> Option<Timestamp> {
        let in_shard = |shard: &Shard| {
            let counted = lock(&shard.0);
            let uses = counted.clients.get(&client).map(|entry| entry.uses.as_slice()).unwrap_or_default();
            uses.iter().filter(|used| used.secret == secret).map(|used| used.at).max()
        };
        self.shards.iter().filter_map(in_shard).max().max(lock(&self.uses).last_at(client, secret))
    }

    /// Somebody who is no client of the realm got what they asked for.
    pub fn served(&self, realm: RealmId, call: Call, at: Timestamp) {
        self.shard().strangers.entry(realm).or_insert_with(|| Entry::of(realm)).answered(call, at);
    }

    /// A person signed in on the page, or was refused.
    pub fn signed_in(&self, realm: RealmId, outcome: Outcome, at: Timestamp) {
        let mut counted = self.shard();
        let entry = counted.strangers.entry(realm).or_insert_with(|| Entry::of(realm));
        match outcome {
            Outcome::Answered => entry.answered(Call::SignIn, at),
            Outcome::Refused(reason) => entry.refused(Call::SignIn, reason, at),
        }
    }

    /// Somebody was refused. What clients are refused for is told one by one, as far as there is room.
    pub fn refused(&self, realm: RealmId, refused: Refused, at: Timestamp) {
        let mut counted = self.shard();
        let Counted { clients, strangers, of_strangers } = &mut *counted;
        match refused.client {
            Some(client) => {
                let entry = clients.entry(client).or_insert_with(|| Entry::of(realm));
                entry.refused(refused.call, refused.reason, at);
                if entry.tells(refused, at, *of_strangers < TOLD_OF_SHARD) {
                    *of_strangers += 1;
                }
            }
            None => strangers.entry(realm).or_insert_with(|| Entry::of(realm)).refused(refused.call, refused.reason, at),
        }
    }

    fn shard(&self) -> MutexGuard<'_, Counted> {
        lock(&self.shards[own_shard()].0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refusals of strangers that a shard tells one by one until they are written down, besides the first of each client.
const TOLD_OF_SHARD: usize = 100;

/// Which one this thread counts in.
fn own_shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    OWN.with(|own| {
        if own.get() == usize::MAX {
            own.set(NEXT.fetch_add(1, Relaxed) % SHARDS);
        }
        own.get()
    })
}

/// Keys are ours and end in random bits: a multiplication spreads them.
#[derive(Default)]
struct OfKey(u64);

impl Hasher for OfKey {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk::<8>() {
            self.0 = u64::from_le_bytes(*last).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests;
