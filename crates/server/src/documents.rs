//! Documents that are the same for everybody, made once per state of a realm.

use std::sync::Arc;

use bytes::Bytes;
use jeton_oauth::{RealmId, model::Realm};
use quick_cache::sync::Cache;

/// Keyed by realm; the realm that a document was made of is kept beside it, so that a changed realm
/// makes another.
pub struct Documents(Cache<RealmId, (Arc<Realm>, Bytes)>);

impl Documents {
    pub fn new() -> Self {
        Self(Cache::new(2_000))
    }

    pub fn get_or_insert_with(&self, realm: &Arc<Realm>, make: impl FnOnce() -> Bytes) -> Bytes {
        if let Some((of, bytes)) = self.0.get(&realm.id())
            && Arc::ptr_eq(&of, realm)
        {
            return bytes;
        }
        let bytes = make();
        self.0.insert(realm.id(), (Arc::clone(realm), bytes.clone()));
        bytes
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self::new()
    }
}
