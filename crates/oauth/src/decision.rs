//! The shape of every rule: what to say and what to write, for success and refusal alike.

use std::collections::HashMap;

use aws_lc_rs::hmac;
use rand_core::CryptoRng;

use crate::{Change, KeyId, OAuthError, Timestamp, manage::Origin, model::Realm};

/// An answer and the writes that make it true.
#[derive(Debug)]
pub struct Effect<T> {
    /// What to say, once the changes are written.
    pub answer: T,
    /// One unit: all are written, or none.
    pub changes: Vec<Change>,
}

/// A refusal writes too: a replayed code revokes its tokens, a wrong password counts.
pub type Decision<T, R = OAuthError> = Result<Effect<T>, Effect<R>>;

impl<T> Effect<T> {
    /// An answer that writes nothing.
    pub fn only(answer: T) -> Self {
        Self { answer, changes: Vec::new() }
    }
}

impl From<OAuthError> for Effect<OAuthError> {
    fn from(error: OAuthError) -> Self {
        Self::only(error)
    }
}

/// What a rule may use besides its request and its facts.
pub struct Context<'a> {
    /// Where the request was made.
    pub realm: &'a Realm,
    /// Those of the realm.
    pub refresh_keys: &'a RefreshKeys,
    /// The installation's token epoch: what was issued under an earlier one is dead.
    pub epoch: u32,
    /// The time of the request; the same for the whole decision.
    pub now: Timestamp,
    /// Where the request came from.
    pub from: Origin,
    /// Where ids and secrets come from.
    pub rng: &'a mut dyn CryptoRng,
}

/// The keys that refresh tokens of a realm are derived with.
pub struct RefreshKeys {
    /// New authorizations use this one.
    pub current: KeyId,
    /// Those of older authorizations too; one that is missing was removed.
    pub by_id: HashMap<KeyId, hmac::Key>,
}

impl std::fmt::Debug for RefreshKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshKeys").field("current", &self.current).finish_non_exhaustive()
    }
}
