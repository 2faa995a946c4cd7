//! Which hash of nobody a name that nobody has is compared with.
//!
//! Where people came with hashes from elsewhere, a wrong password for one of them costs what that
//! format costs. A name that nobody has costs the same as *some* person's, always the same one's:
//! its time says nothing. The kinds are chosen as often as people have them.

use std::sync::Arc;

use jeton_oauth::{RealmId, Seconds, Timestamp, login_name::LoginName};
use jeton_store::{Store, StoreError};
use quick_cache::sync::Cache;

use crate::sealed::Seal;

/// What is known of the kinds of each realm, for a while.
pub struct Decoys(Cache<RealmId, Arc<Kinds>>);

struct Kinds {
    until: Timestamp,
    /// Each with how many have it; `None` is the hash that the server makes.
    kinds: Vec<(Option<Arc<str>>, u64)>,
}

/// Kinds of one realm that are told apart. Whoever has more of them has made costs at random.
const MOST: u32 = 64;
/// How long kinds are remembered: sign-ins upgrade hashes all the time, and that a kind has become
/// rarer may be known a little later.
const REMEMBERED: Seconds = Seconds(60);

impl Default for Decoys {
    fn default() -> Self {
        Self(Cache::new(1_000))
    }
}

impl Decoys {
    /// What to compare with if nobody is called `name`; `None` for the hash that the server makes.
    ///
    /// # Errors
    /// When the kinds cannot be read.
    pub async fn for_name(
        &self,
        store: &Store,
        seal: &Seal,
        realm: RealmId,
        name: Option<&LoginName>,
        now: Timestamp,
    ) -> Result<Option<Arc<str>>, StoreError> {
        let kinds = match self.0.get(&realm).filter(|kinds| now < kinds.until) {
            Some(kinds) => kinds,
            None => {
                let kinds = Arc::new(Kinds { until: now + REMEMBERED, kinds: look(store, realm).await? });
                self.0.insert(realm, kinds.clone());
                kinds
            }
        };
        if kinds.kinds.is_empty() {
            return Ok(None);
        }
        let folded = name.map_or(&b""[..], |name| name.as_str().as_bytes());
        Ok(kinds.chosen(u64::from_be_bytes(first_eight(&seal.bucket(realm, "kind of decoy", folded)))))
    }
}

impl Kinds {
    fn chosen(&self, lot: u64) -> Option<Arc<str>> {
        let all: u64 = self.kinds.iter().map(|(_, weight)| weight).sum();
        let mut lot = lot.checked_rem(all)?;
        let chosen = self.kinds.iter().find(|(_, weight)| match lot.checked_sub(*weight) {
            Some(rest) => {
                lot = rest;
                false
            }
            None => true,
        });
        chosen?.0.clone()
    }
}

async fn look(store: &Store, realm: RealmId) -> Result<Vec<(Option<Arc<str>>, u64)>, StoreError> {
    let store = store.in_realm(realm);
    let kinds = store.password_kinds(MOST).await?;
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let elsewhere: u64 = kinds.iter().map(|(_, count)| count).sum();
    let ours = store.counts().await?.users.saturating_sub(elsewhere);
    Ok(kinds.into_iter().map(|(kind, count)| (Some(kind.into()), count)).chain([(None, ours)]).collect())
}

fn first_eight(bytes: &[u8; 32]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_chosen_as_often_as_people_have_them() {
        let kinds = Kinds { until: Timestamp::default(), kinds: vec![(Some("bcrypt".into()), 3), (Some("phpass".into()), 1), (None, 0)] };
        let chosen: Vec<_> = (0..8).map(|lot| kinds.chosen(lot)).collect();
        let count = |kind: &str| chosen.iter().flatten().filter(|chosen| &***chosen == kind).count();
        assert_eq!((count("bcrypt"), count("phpass"), chosen.iter().flatten().count()), (6, 2, 8));
    }
}
