//! What is counted, and why clients were refused.

use std::net::IpAddr;

use super::Change;
use crate::{
    ClientKey, ClientSecretId, FailureId, RealmId, Timestamp,
    activity::{Count, Failed, Level},
};

/// What happened, in numbers. Marks, not facts: may be lost.
#[derive(Clone, Debug, PartialEq)]
pub enum ActivityChange {
    /// So many more; nothing happens where the realm or the client is gone.
    Count(Count),
    /// A refusal of an application; the same again from the same address is a number. Of those that strangers bring
    /// about and of the others the last [`Self::KEPT_FAILURES`] are kept each.
    Failed {
        /// Names the row.
        id: FailureId,
        /// What it says.
        failed: Failed,
    },
    /// From where a secret was used, and when last; the newest [`Self::KEPT_ADDRESSES`] are kept.
    SecretUsedFrom {
        /// Where the client is.
        realm: RealmId,
        /// Whose secret it is.
        client: ClientKey,
        /// Which one.
        secret: ClientSecretId,
        /// Where requests came from, and when the last one did.
        addresses: Vec<(IpAddr, Timestamp)>,
    },
    /// What was measured in the hour, and in the day, that `at` is in: the last one counts. It is of all realms
    /// together.
    Level {
        /// What was measured.
        level: Level,
        /// When.
        at: Timestamp,
        /// In the level's unit.
        value: u64,
    },
}

impl From<ActivityChange> for Change {
    fn from(change: ActivityChange) -> Self {
        Self::Activity(change)
    }
}

impl ActivityChange {
    /// Different refusals of one client, of each of the two kinds.
    pub const KEPT_FAILURES: u32 = 25;
    /// Addresses of one secret.
    pub const KEPT_ADDRESSES: u32 = 8;
}
