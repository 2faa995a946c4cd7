//! Which secrets were used, when last and from where: added up until it is written, which is now and then, since it
//! touches a row of each secret.

use std::{collections::HashMap, net::IpAddr};

use jeton_oauth::{
    Change, ClientKey, ClientSecretId, RealmId, Timestamp,
    change::{ActivityChange, ClientChange},
};

use super::entry::Use;

#[derive(Default)]
pub struct Uses {
    of: HashMap<(ClientKey, ClientSecretId), Used>,
    written_at: Option<Timestamp>,
}

/// The newest addresses of a secret.
pub struct Used {
    realm: RealmId,
    last_at: Timestamp,
    addresses: Vec<(IpAddr, Timestamp)>,
}

/// Milliseconds between writes.
const EVERY: i64 = 60_000;
/// As many secrets wait for a database that is away; marks of more are lost.
const WAITING: usize = 20_000;

impl Uses {
    pub fn add(&mut self, realm: RealmId, client: ClientKey, used: Use) {
        let key = (client, used.secret);
        if self.of.len() >= WAITING && !self.of.contains_key(&key) {
            return;
        }
        let own = self.of.entry(key).or_insert(Used { realm, last_at: used.at, addresses: Vec::new() });
        own.last_at = own.last_at.max(used.at);
        if let Some(from) = used.from {
            own.came_from(from, used.at);
        }
    }

    /// When a secret was used, as far as that is not written.
    pub fn last_at(&self, client: ClientKey, secret: ClientSecretId) -> Option<Timestamp> {
        self.of.get(&(client, secret)).map(|used| used.last_at)
    }

    /// Whether the last write is long ago.
    pub fn are_due(&self, now: Timestamp) -> bool {
        self.written_at.is_none_or(|at| (now.as_millis() - at.as_millis()).abs() >= EVERY)
    }

    /// In one order on every node, so that none waits for another in a circle.
    pub fn take(&mut self, now: Timestamp) -> Vec<Change> {
        self.written_at = Some(now);
        let mut all: Vec<_> = std::mem::take(&mut self.of).into_iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.into_iter().flat_map(|((client, secret), used)| used.changes(client, secret)).collect()
    }

    /// Adds what could not be written; it is due again at once.
    pub fn put_back(&mut self, changes: &[Change]) {
        self.written_at = None;
        for change in changes {
            match change {
                Change::Client(ClientChange::SecretUsed { realm, client, secret, at }) => {
                    self.add(*realm, *client, Use { secret: *secret, from: None, at: *at });
                }
                Change::Activity(ActivityChange::SecretUsedFrom { realm, client, secret, addresses }) => {
                    for (address, at) in addresses {
                        self.add(*realm, *client, Use { secret: *secret, from: Some(*address), at: *at });
                    }
                }
                _ => {}
            }
        }
    }
}

impl Used {
    fn came_from(&mut self, from: IpAddr, at: Timestamp) {
        match self.addresses.iter_mut().find(|(known, _)| *known == from) {
            Some((_, last_at)) => *last_at = at.max(*last_at),
            None => self.addresses.push((from, at)),
        }
        if self.addresses.len() > ActivityChange::KEPT_ADDRESSES as usize {
            self.addresses.sort_unstable_by_key(|(address, at)| (std::cmp::Reverse(*at), *address));
            self.addresses.pop();
        }
    }

    fn changes(mut self, client: ClientKey, secret: ClientSecretId) -> impl Iterator<Item = Change> {
        self.addresses.sort_unstable();
        let Self { realm, last_at, addresses } = self;
        let last = Change::Client(ClientChange::SecretUsed { realm, client, secret, at: last_at });
        let from = (!addresses.is_empty()).then(|| ActivityChange::SecretUsedFrom { realm, client, secret, addresses }.into());
        std::iter::once(last).chain(from)
    }
}
