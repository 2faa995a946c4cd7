//! Documents that are the same for everybody, made once per state of a realm.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
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

/// What a public page differs by for who reads it: language, appearance, and whether it is compressed.
pub type Reader = (usize, Option<&'static str>, bool);

/// Pages that are the same for all who read them alike, made once per state of a realm.
pub struct PublicPages(Cache<(RealmId, Reader), (Arc<Realm>, HeaderMap, Bytes)>);

impl PublicPages {
    pub fn new() -> Self {
        Self(Cache::new(200))
    }

    pub fn get(&self, realm: &Arc<Realm>, reader: Reader) -> Option<(HeaderMap, Bytes)> {
        let (of, headers, bytes) = self.0.get(&(realm.id(), reader))?;
        Arc::ptr_eq(&of, realm).then_some((headers, bytes))
    }

    pub fn keep(&self, realm: &Arc<Realm>, reader: Reader, headers: HeaderMap, bytes: Bytes) {
        self.0.insert((realm.id(), reader), (Arc::clone(realm), headers, bytes));
    }
}

impl Default for PublicPages {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self::new()
    }
}
