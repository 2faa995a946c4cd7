//! Reading how often passwords were guessed at.

use jeton_oauth::Timestamp;

use super::RealmStore;
use crate::StoreError;

impl RealmStore<'_> {
    /// How many attempts each bucket has in its present window, in the order of `buckets`. A bucket
    /// is a keyed hash that has the realm in it.
    pub async fn attempts(&self, buckets: &[[u8; 32]], window_ms: i64, now: Timestamp) -> Result<Vec<u32>, StoreError> {
        let sql = "SELECT count FROM attempts WHERE bucket = ?1 AND began_at BETWEEN ?2 - ?3 AND ?2 + ?3";
        let mut counts = Vec::with_capacity(buckets.len());
        for bucket in buckets {
            let values = [bucket.into(), now.into(), window_ms.into()];
            counts.push(self.one("attempts", sql, &values, |fields| fields.u32()).await?.unwrap_or(0));
        }
        Ok(counts)
    }
}
