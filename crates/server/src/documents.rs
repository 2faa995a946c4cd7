//! Documents that are the same for everybody, made once per state of a realm.

use std::{hash::Hash, sync::Arc};

use jeton_oauth::{RealmId, model::Realm};
use quick_cache::sync::Cache;

/// Keyed by realm and by `Which` of its documents; the realm that a document was made of is kept beside it, so that a
/// changed realm makes another.
pub struct Documents<Which, Document>(Cache<(RealmId, Which), (Arc<Realm>, Document)>);

impl<Which: Eq + Hash, Document: Clone> Documents<Which, Document> {
    /// With room for so many.
    pub fn new(room: usize) -> Self {
        Self(Cache::new(room))
    }

    /// One that was made of this state of the realm.
    pub fn get(&self, realm: &Arc<Realm>, which: Which) -> Option<Document> {
        let (of, document) = self.0.get(&(realm.id(), which))?;
        Arc::ptr_eq(&of, realm).then_some(document)
    }

    pub fn keep(&self, realm: &Arc<Realm>, which: Which, document: Document) {
        self.0.insert((realm.id(), which), (Arc::clone(realm), document));
    }

    pub fn get_or_make(&self, realm: &Arc<Realm>, which: Which, make: impl FnOnce() -> Document) -> Document
    where
        Which: Copy,
    {
        self.get(realm, which).unwrap_or_else(|| {
            let document = make();
            self.keep(realm, which, document.clone());
            document
        })
    }
}

/// What a page of them differs by for who reads it: language, appearance, and whether it is compressed.
pub type Reader = (usize, Option<&'static str>, bool);

/// What tools import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Download {
    OpenApi,
    Postman,
    Bruno,
}

impl Download {
    /// Part of the file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenApi => "openapi",
            Self::Postman => "postman",
            Self::Bruno => "bruno",
        }
    }
}
