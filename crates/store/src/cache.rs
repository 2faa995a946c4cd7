//! What is remembered of clients and realms between requests: bounded, and forgotten by notice.
//!
//! A row is read while its place is held. Forgetting takes the place away, so a row that was read
//! before a change is never kept after it.

use std::sync::Arc;

use jeton_oauth::{
    ClientKey, RealmId,
    model::{Client, RealmConfig},
};
use quick_cache::{Equivalent, sync::Cache};

use crate::noticed::Noticed;

pub(crate) struct Caches {
    pub clients: Cache<ClientKey, Arc<Client>>,
    /// Only finds the key: a client is never renamed, so this need not be forgotten.
    pub client_ids: Cache<ClientName, ClientKey>,
    pub realms: Cache<RealmId, Arc<RealmConfig>>,
}

/// Enough for what is busy at one time; about a kilobyte each.
const CLIENTS: usize = 8192;
const REALMS: usize = 1024;

impl Default for Caches {
    fn default() -> Self {
        Self { clients: Cache::new(CLIENTS), client_ids: Cache::new(CLIENTS), realms: Cache::new(REALMS) }
    }
}

impl Caches {
    pub fn forget(&self, noticed: Noticed) {
        match noticed {
            Noticed::Everything => {
                self.clients.clear();
                self.client_ids.clear();
                self.realms.clear();
            }
            Noticed::Realm(realm) => {
                self.realms.remove(&realm);
            }
            Noticed::Client(_, client) => {
                self.clients.remove(&client);
            }
            Noticed::Key(..) | Noticed::User(..) | Noticed::Authorization(..) | Noticed::AccessToken(..) => {}
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientName(pub RealmId, pub String);

/// The same without owning the text, to look it up.
#[derive(Hash)]
pub(crate) struct ClientNameRef<'a>(pub RealmId, pub &'a str);

impl Equivalent<ClientName> for ClientNameRef<'_> {
    fn equivalent(&self, name: &ClientName) -> bool {
        self.0 == name.0 && self.1 == name.1
    }
}
