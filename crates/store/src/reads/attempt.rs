//! Reading how often passwords and the like were guessed at.

use jeton_oauth::{Timestamp, UserId, attempts::Tally};

use super::RealmStore;
use crate::{StoreError, row::Fields};

/// A bucket that is closed, as those who look at an account see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    pub until: Timestamp,
    /// Only for this network; `None` for whoever is not known.
    pub network: Option<String>,
}

impl RealmStore<'_> {
    /// What is known of each bucket, in their order; whether its window is over is not looked at. A
    /// bucket is a keyed hash that has the realm in it.
    pub async fn attempts(&self, buckets: &[[u8; 32]]) -> Result<Vec<Option<Tally>>, StoreError> {
        let sql = "SELECT count, began_at, opens_at, known_until FROM attempts WHERE bucket = ?1";
        let mut tallies = Vec::with_capacity(buckets.len());
        for bucket in buckets {
            tallies.push(self.one("attempts", sql, &[bucket.into()], tally).await?);
        }
        Ok(tallies)
    }

    /// What is closed for those who would sign in to an account, the longest first.
    pub async fn locks(&self, user: UserId, now: Timestamp) -> Result<Vec<Lock>, StoreError> {
        let sql = "SELECT opens_at, network FROM attempts WHERE user_id = ?1 AND opens_at > ?2 ORDER BY opens_at DESC LIMIT 100";
        let lock = |fields: &mut Fields<'_>| Ok(Lock { until: fields.time()?, network: fields.opt_string()? });
        self.all("attempts", sql, &[user.into(), now.into()], lock).await
    }
}

fn tally(fields: &mut Fields<'_>) -> Result<Tally, StoreError> {
    Ok(Tally { count: fields.u32()?, began_at: fields.time()?, opens_at: fields.opt_time()?, known_until: fields.opt_time()? })
}
