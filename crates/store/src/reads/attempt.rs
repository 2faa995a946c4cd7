//! Reading how often passwords and the like were guessed at.

use jeton_oauth::{ClientKey, Timestamp, UserId, attempts::Tally};

use super::RealmStore;
use crate::{StoreError, row::Fields};

/// A bucket that is closed, as those who look at an account or at a realm see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Nothing is tried before then.
    pub until: Timestamp,
    /// Only for this network; `None` for whoever is not known.
    pub network: Option<String>,
    /// The account that is closed; `None` where all are.
    pub user: Option<UserId>,
    /// The client through which no password is tried, or, without a user and a network of its own, whose secret is not.
    pub client: Option<ClientKey>,
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

    /// What is closed for those who would sign in to an account, the longest first: the account itself, and the
    /// networks from which it was guessed at.
    pub async fn locks(&self, user: UserId, now: Timestamp) -> Result<Vec<Lock>, StoreError> {
        let sql = "SELECT opens_at, network, user_id, client_key FROM attempts WHERE user_id = ?1 AND opens_at > ?2 \
                   UNION ALL SELECT opens_at, network, user_id, client_key FROM attempts WHERE realm_id = ?3 AND opens_at > ?2 \
                   AND user_id IS NULL AND network IN (SELECT network FROM attempts WHERE user_id = ?1 AND network IS NOT NULL) \
                   ORDER BY opens_at DESC LIMIT 100";
        self.all("attempts", sql, &[user.into(), now.into(), self.realm.into()], lock).await
    }

    /// As [`RealmStore::locks_of_realm`], after the one that opens then and has this bucket; each with its bucket.
    pub async fn locks_part(
        &self,
        now: Timestamp,
        after: Option<(Timestamp, [u8; 32])>,
        limit: u32,
    ) -> Result<Vec<([u8; 32], Lock)>, StoreError> {
        let sql = "SELECT bucket, opens_at, network, user_id, client_key FROM attempts WHERE realm_id = ?1 AND opens_at > ?2 \
                   AND (user_id IS NOT NULL OR network IS NOT NULL OR client_key IS NOT NULL) \
                   AND opens_at <= ?3 AND (opens_at < ?3 OR bucket > ?4) ORDER BY opens_at DESC, bucket LIMIT ?5";
        let (at, bucket) = after.unwrap_or((Timestamp::from_millis(i64::MAX), [0; 32]));
        let values = [self.realm.into(), now.into(), at.into(), bucket.as_slice().into(), limit.into()];
        self.all("attempts", sql, &values, |fields| Ok((fields.bytes()?, lock(fields)?))).await
    }

    /// What is closed in the realm, the longest first, at most `limit`. Names that nobody has are left out.
    pub async fn locks_of_realm(&self, now: Timestamp, limit: u32) -> Result<Vec<Lock>, StoreError> {
        let sql = "SELECT opens_at, network, user_id, client_key FROM attempts WHERE realm_id = ?1 AND opens_at > ?2 \
                   AND (user_id IS NOT NULL OR network IS NOT NULL OR client_key IS NOT NULL) ORDER BY opens_at DESC LIMIT ?3";
        self.all("attempts", sql, &[self.realm.into(), now.into(), limit.into()], lock).await
    }
}

fn lock(fields: &mut Fields<'_>) -> Result<Lock, StoreError> {
    Ok(Lock { until: fields.time()?, network: fields.opt_string()?, user: fields.opt_id(UserId)?, client: fields.opt_id(ClientKey)? })
}

fn tally(fields: &mut Fields<'_>) -> Result<Tally, StoreError> {
    Ok(Tally { count: fields.u32()?, began_at: fields.time()?, opens_at: fields.opt_time()?, known_until: fields.opt_time()? })
}
