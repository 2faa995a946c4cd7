//! Reading authorization requests that wait for a person.

use jeton_oauth::{ClientKey, PendingRequestId, RealmId, SessionId, UserId, model::PendingRequest};

use super::RealmStore;
use crate::StoreError;

impl RealmStore<'_> {
    /// One that nobody has answered yet.
    pub async fn pending_request(&self, id: PendingRequestId) -> Result<Option<PendingRequest>, StoreError> {
        let sql = "SELECT id, realm_id, client_key, client_id, session_id, user_id, request, asked_at, expires_at \
                   FROM pending_requests WHERE id = ?1 AND realm_id = ?2";
        self.one("pending_requests", sql, &[id.into(), self.realm.into()], |fields| {
            Ok(PendingRequest {
                id: fields.id(PendingRequestId)?,
                realm: fields.id(RealmId)?,
                client: fields.id(ClientKey)?,
                client_id: fields.string()?,
                session: fields.id(SessionId)?,
                user: fields.id(UserId)?,
                asked: fields.json()?,
                asked_at: fields.time()?,
                expires_at: fields.time()?,
            })
        })
        .await
    }
}
