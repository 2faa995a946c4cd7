//! What is remembered of rows between requests: bounded, and forgotten by notice.
//!
//! A client or realm is read while its place is held. Forgetting takes the place away, so a row that
//! was read before a change is never kept after it. What tokens rest on depends on several rows: it
//! is kept with the time that it was read at, and holds until one of them changes.

use std::sync::Arc;

use jeton_oauth::{
    AuthorizationId, ClientKey, RealmId, UserId,
    bearer::{AuthorizationFacts, OpaqueFacts, PatFacts},
    model::{Client, RealmConfig},
};
use quick_cache::{Equivalent, sync::Cache};
use uuid::Uuid;

use crate::{changed::Changed, noticed::Noticed};

pub(crate) struct Caches {
    pub clients: Cache<ClientKey, Arc<Client>>,
    /// Only finds the key: a client is never renamed, so this need not be forgotten.
    pub client_ids: Cache<ClientName, ClientKey>,
    pub realms: Cache<RealmId, Arc<RealmConfig>>,
    pub tokens: TokenCaches,
}

/// What presented tokens rest on.
pub(crate) struct TokenCaches {
    pub changed: Changed,
    pub opaque: Kept<OpaqueFacts>,
    pub personal: Kept<PatFacts>,
    pub authorizations: Kept<AuthorizationFacts>,
    /// JWTs without a mark of revocation.
    pub unrevoked: Kept<RealmId>,
}

/// Values by id, each with what it rests on besides, and the time before it was read.
pub(crate) struct Kept<V>(Cache<Uuid, Remembered<V>>);

/// A value, what it rests on besides itself, and the time before it was read.
type Remembered<V> = (Arc<V>, [Option<Uuid>; 2], u64);

/// Enough for what is busy at one time; about a kilobyte each.
const CLIENTS: usize = 8192;
const REALMS: usize = 1024;
/// Of each kind; about a kilobyte each.
const TOKENS: usize = 4096;

impl Default for Caches {
    fn default() -> Self {
        Self {
            clients: Cache::new(CLIENTS),
            client_ids: Cache::new(CLIENTS),
            realms: Cache::new(REALMS),
            tokens: TokenCaches {
                changed: Changed::default(),
                opaque: Kept::new(),
                personal: Kept::new(),
                authorizations: Kept::new(),
                unrevoked: Kept::new(),
            },
        }
    }
}

impl<V> Kept<V> {
    fn new() -> Self {
        Self(Cache::new(TOKENS))
    }

    /// What is remembered, if neither it nor anything that it rests on changed since it was read.
    pub fn get(&self, changed: &Changed, id: Uuid) -> Option<Arc<V>> {
        let (value, rests_on, since) = self.0.get(&id)?;
        changed.holds(rests_on.into_iter().flatten().chain([id]), since).then_some(value)
    }

    /// Remembers what was read after `since`.
    pub fn keep(&self, id: Uuid, value: &Arc<V>, rests_on: [Option<Uuid>; 2], since: u64) {
        self.0.insert(id, (value.clone(), rests_on, since));
    }
}

impl Caches {
    pub fn forget(&self, noticed: Noticed) {
        match noticed {
            Noticed::Everything => {
                self.clients.clear();
                self.client_ids.clear();
                self.realms.clear();
                self.tokens.changed.note_everything();
            }
            Noticed::Realm(realm) => {
                self.realms.remove(&realm);
            }
            Noticed::Client(_, client) => {
                self.clients.remove(&client);
            }
            Noticed::User(_, UserId(id)) | Noticed::Authorization(_, AuthorizationId(id)) | Noticed::AccessToken(_, id) => {
                self.tokens.changed.note(id);
            }
            Noticed::Key(..) => {}
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
