//! An authorization request that waits for the person who is signed in.

use crate::{ClientKey, PendingRequestId, RealmId, SessionId, Timestamp, UserId, authorize::Asked};

/// The row of a request; the page that asks the person names it.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingRequest {
    /// Names it in the page's address.
    pub id: PendingRequestId,
    /// Where it was made.
    pub realm: RealmId,
    /// Who asks.
    pub client: ClientKey,
    /// What that client was called when it asked.
    pub client_id: String,
    /// The session that may answer it.
    pub session: SessionId,
    /// Its person: the request follows them into their next session in the same browser.
    pub user: UserId,
    /// What it asks for; checked again before it is granted.
    pub asked: Asked,
    /// When the browser first brought it: `max_age` and `prompt=login` compare with this.
    pub asked_at: Timestamp,
    /// Nobody can answer it from then on.
    pub expires_at: Timestamp,
}
