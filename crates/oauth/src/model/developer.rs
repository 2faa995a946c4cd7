//! What developers own together.

use crate::{ClientKey, RealmId, Timestamp, UserId};

/// Lets whoever proved this address own a client too, until it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInvitation {
    /// What they may own.
    pub client: ClientKey,
    /// Where both are.
    pub realm: RealmId,
    /// Folded, as a login name.
    pub email: String,
    /// Who owns it and invited them.
    pub invited_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Nobody accepts it from then on.
    pub expires_at: Timestamp,
}
