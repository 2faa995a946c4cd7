//! Reading what was done.

use std::net::IpAddr;

use jeton_oauth::{
    AuditId, AuthorizationId, ClientKey, RealmId, Timestamp, UserId,
    change::{AuditEvent, AuditKind},
};
use uuid::{Builder, Uuid};

use super::RealmStore;
use crate::{StoreError, row::Fields};

/// What [`event`] takes, of a table called `e`.
macro_rules! event_columns {
    () => {
        "e.id, e.realm_id, e.at, e.kind, e.user_id, e.client_key, e.authorization_id, e.detail, e.actor, e.actor_id, e.address, e.request, \
         e.client_id, e.endpoint, e.redirect_uri, e.times, e.last_at"
    };
}
pub(super) use event_columns;

/// Which events somebody wants to see; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// What happened.
    pub kind: Option<AuditKind>,
    /// The user that it is about.
    pub user: Option<UserId>,
    /// As it was sent, or as the client was called.
    pub client_id: Option<String>,
    /// The address that the request came from.
    pub address: Option<IpAddr>,
    /// Not before then.
    pub since: Option<Timestamp>,
}

impl RealmStore<'_> {
    /// At most `limit` events, newest first; `after` is the last one of the page before.
    pub async fn audit(&self, after: Option<AuditId>, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        self.audit_of(&AuditFilter::default(), after, limit).await
    }

    /// As [`RealmStore::audit`], but only those that pass the filter.
    pub async fn audit_of(&self, filter: &AuditFilter, after: Option<AuditId>, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        let after = after.map_or(Uuid::max(), |id| id.0);
        let first = filter.since.map_or(Uuid::nil(), |since| {
            Builder::from_unix_timestamp_millis(since.as_millis().max(0).unsigned_abs(), &[0; 10]).into_uuid()
        });
        // A column first: PostgreSQL takes the type of a parameter from what it meets first.
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            " FROM audit_events e WHERE e.realm_id = ?1 AND e.id < ?2 AND e.id >= ?4 AND (e.kind = ?5 OR ?5 IS NULL) \
             AND (e.user_id = ?6 OR ?6 IS NULL) AND (e.client_id = ?7 OR ?7 IS NULL) AND (e.address = ?8 OR ?8 IS NULL) \
             ORDER BY e.id DESC LIMIT ?3"
        );
        let values = [
            self.realm.into(),
            after.into(),
            limit.into(),
            first.into(),
            filter.kind.map(AuditKind::as_str).into(),
            filter.user.into(),
            filter.client_id.as_deref().into(),
            filter.address.map(|address| address.to_string()).into(),
        ];
        self.all("audit_events", sql, &values, event).await
    }
}

pub(super) fn event(fields: &mut Fields<'_>) -> Result<AuditEvent, StoreError> {
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
