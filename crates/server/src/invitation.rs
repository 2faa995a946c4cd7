//! Links that let somebody make an account where a realm says `sign_up = "invited"`: one each.

use jeton_oauth::{RealmId, Seconds, Timestamp, ids::uuid_v7};
use serde::{Deserialize, Serialize};

use crate::{
    keys::MasterKey,
    randomness::SystemRng,
    sealed::{Purpose, Seal},
};

/// An invitation is good for a week.
pub const LIFETIME: Seconds = Seconds(7 * 86_400);

#[derive(Serialize, Deserialize)]
pub(crate) struct Invitation {
    /// The `sub` of the account to be: there is one of each, so an invitation makes one account.
    pub id: String,
}

/// A link to hand to whoever is invited; nothing of it is kept.
pub fn link(master: &MasterKey, realm: RealmId, issuer: &str, now: Timestamp) -> String {
    let invitation = Invitation { id: uuid_v7(now, &mut SystemRng).to_string() };
    let sealed = Seal::new(master).seal(Purpose::Invitation, realm, &invitation, now + LIFETIME);
    format!("{issuer}/sign-up?invitation={sealed}")
}
