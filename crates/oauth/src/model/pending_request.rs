//! An authorization request that waits for the person who is signed in.

use crate::{ClientKey, PendingRequestId, RealmId, SessionId, Timestamp, UserId, authorize::Asked};

#[derive(Clone, Debug, PartialEq)]
pub struct PendingRequest {
    pub id: PendingRequestId,
    pub realm: RealmId,
    pub client: ClientKey,
    pub client_id: String,
    /// The session that may answer it.
    pub session: SessionId,
    /// Its person: the request follows them into their next session in the same browser.
    pub user: UserId,
    pub asked: Asked,
    /// When the browser first brought it: `max_age` and `prompt=login` compare with this.
    pub asked_at: Timestamp,
    pub expires_at: Timestamp,
}
