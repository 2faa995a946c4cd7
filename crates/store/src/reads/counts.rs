//! How much there is in a realm: for a page, not for a request that somebody waits for.

use super::RealmStore;
use crate::StoreError;

/// How many of each a realm has, without what was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Whatever their status.
    pub clients: u64,
    /// People and API users.
    pub users: u64,
}

impl RealmStore<'_> {
    /// Counted anew each time.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM clients WHERE realm_id = ?1 AND deleted_at IS NULL), \
                   (SELECT count(*) FROM users WHERE realm_id = ?1 AND deleted_at IS NULL)";
        let counts: Option<Counts> = self
            .one("counts", sql, &[self.realm.into()], |fields| {
                Ok(Counts { clients: fields.int()?.unsigned_abs(), users: fields.int()?.unsigned_abs() })
            })
            .await?;
        Ok(counts.unwrap_or_default())
    }
}
