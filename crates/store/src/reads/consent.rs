//! Reading what people have approved.

use jeton_oauth::{ClientKey, RealmId, UserId, model::Consent};

use super::{OF_USER, RealmStore};
use crate::{StoreError, row::Fields};

impl RealmStore<'_> {
    /// What this user has approved or declined for this client; `None` if they were never asked.
    pub async fn consent(&self, user: UserId, client: ClientKey) -> Result<Option<Consent>, StoreError> {
        let sql = "SELECT realm_id, user_id, client_key, scope, granted_at, declined FROM consents WHERE user_id = ?1 AND client_key = ?2 AND realm_id = ?3";
        self.one("consents", sql, &[user.into(), client.into(), self.realm.into()], consent).await
    }

    /// Newest first; at most a thousand.
    pub async fn consents_of_user(&self, user: UserId) -> Result<Vec<Consent>, StoreError> {
        let sql = "SELECT o.realm_id, o.user_id, o.client_key, o.scope, o.granted_at, o.declined FROM consents o \
                   JOIN clients c ON c.key = o.client_key AND c.deleted_at IS NULL WHERE o.user_id = ?1 AND o.realm_id = ?2 \
                   ORDER BY o.granted_at DESC, o.client_key LIMIT ?3";
        self.all("consents", sql, &[user.into(), self.realm.into(), OF_USER.into()], consent).await
    }
}

fn consent(fields: &mut Fields<'_>) -> Result<Consent, StoreError> {
    Ok(Consent {
        realm: fields.id(RealmId)?,
        user: fields.id(UserId)?,
        client: fields.id(ClientKey)?,
        scope: fields.scope()?,
        granted_at: fields.time()?,
        declined: fields.opt_scope()?.unwrap_or_default(),
    })
}
