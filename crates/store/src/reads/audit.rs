//! Reading what was done.

use jeton_oauth::{AuditId, AuthorizationId, ClientKey, RealmId, UserId, change::AuditEvent};
use uuid::Uuid;

use super::RealmStore;
use crate::{StoreError, row::Fields};

impl RealmStore<'_> {
    /// At most `limit` events, newest first; `after` is the last one of the page before.
    pub async fn audit(&self, after: Option<AuditId>, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        let after = after.map_or(Uuid::max(), |id| id.0);
        let sql = "SELECT id, realm_id, at, kind, user_id, client_key, authorization_id, detail, \
                   actor, actor_id, address, request, client_id, endpoint, redirect_uri, times, last_at FROM audit_events \
                   WHERE realm_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
        self.all("audit_events", sql, &[self.realm.into(), after.into(), limit.into()], event).await
    }
}

fn event(fields: &mut Fields<'_>) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        id: fields.id(AuditId)?,
        realm: fields.id(RealmId)?,
        at: fields.time()?,
        kind: fields.word()?,
        user: fields.opt_id(UserId)?,
        client: fields.opt_id(ClientKey)?,
        authorization: fields.opt_id(AuthorizationId)?,
        detail: fields.opt_string()?,
        actor: fields.opt_word()?,
        actor_id: fields.opt_id(|id| id)?,
        address: fields.opt_text()?.and_then(|address| address.parse().ok()),
        request: fields.opt_text()?.map(Into::into),
        client_id: fields.opt_string()?,
        endpoint: fields.opt_string()?.map(Into::into),
        redirect_uri: fields.opt_string()?,
        times: fields.u32()?,
        last_at: fields.opt_time()?,
    })
}
