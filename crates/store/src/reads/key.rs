//! Reading keys, wrapped.

use jeton_oauth::{KeyId, RealmId, model::Key};

use super::RealmStore;
use crate::{StoreError, row::Fields};

impl RealmStore<'_> {
    /// All of them, revoked ones too, by purpose and ordinal.
    pub async fn keys(&self) -> Result<Vec<Key>, StoreError> {
        let sql = "SELECT id, realm_id, purpose, ordinal, wrapped, wrapping_key, public_jwk, created_at, active_at, revoked_at, longest_token \
                   FROM keys WHERE realm_id = ?1 ORDER BY purpose, ordinal";
        self.all("keys", sql, &[self.realm.into()], key).await
    }

    /// Whether refresh tokens of an authorization are derived with a key. Looks at all authorizations.
    pub async fn derives(&self, key: KeyId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM authorizations WHERE refresh_key_id = ?1 AND realm_id = ?2 LIMIT 1";
        Ok(!self.all("authorizations", sql, &[key.into(), self.realm.into()], |_| Ok(())).await?.is_empty())
    }
}

fn key(fields: &mut Fields<'_>) -> Result<Key, StoreError> {
    Ok(Key {
        id: fields.id(KeyId)?,
        realm: fields.id(RealmId)?,
        purpose: fields.word()?,
        ordinal: fields.u32()?,
        wrapped: fields.blob()?.to_vec(),
        wrapping_key: fields.string()?,
        public_jwk: fields.opt_string()?,
        created_at: fields.time()?,
        active_at: fields.time()?,
        revoked_at: fields.opt_time()?,
        longest_token: fields.opt_seconds()?,
    })
}
