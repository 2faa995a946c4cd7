//! Reading second factors.

use jeton_oauth::{FactorId, RealmId, UserId, model::Factor};

use super::RealmStore;
use crate::StoreError;

/// An app and its recovery codes; whoever has more has them from a time that is over.
const OF_USER: u32 = 50;

impl RealmStore<'_> {
    /// Of one person, the oldest first.
    pub async fn factors(&self, user: UserId) -> Result<Vec<Factor>, StoreError> {
        let sql = "SELECT id, realm_id, user_id, kind, secret, step, created_at, last_used_at FROM factors \
                   WHERE user_id = ?1 AND realm_id = ?2 ORDER BY id LIMIT ?3";
        self.all("factors", sql, &[user.into(), self.realm.into(), OF_USER.into()], |fields| {
            Ok(Factor {
                id: fields.id(FactorId)?,
                realm: fields.id(RealmId)?,
                user: fields.id(UserId)?,
                kind: fields.word()?,
                secret: fields.blob()?.to_vec(),
                step: fields.opt_int()?,
                created_at: fields.time()?,
                last_used_at: fields.opt_time()?,
            })
        })
        .await
    }
}
