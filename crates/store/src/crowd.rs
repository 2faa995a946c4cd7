//! What one change would end in great number: the oldest of it ends in steps before, so that no unit
//! touches more than some thousands of rows. A program that signed in every hour for years, before accounts
//! were bounded, left that many.

use jeton_oauth::{
    Change, ClientKey, RealmId, SessionId, Timestamp, UserId,
    change::{AuthorizationChange, SessionChange},
    model::RevocationReason,
};

use crate::statement::{Statement, Value, values};

/// Rows of one person that a change ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Crowd {
    Authorizations { realm: RealmId, user: UserId, client: Option<ClientKey>, at: Timestamp, why: RevocationReason },
    Sessions { realm: RealmId, user: UserId, but: Option<SessionId> },
}

/// Rows that a unit may end at once.
pub(crate) const AT_ONCE: u32 = 2000;

impl Crowd {
    pub fn of(change: &Change) -> Option<Self> {
        match *change {
            Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client, at, why }) => {
                Some(Self::Authorizations { realm, user, client, at, why })
            }
            Change::Session(SessionChange::EndOfUser { realm, user }) => Some(Self::Sessions { realm, user, but: None }),
            Change::Session(SessionChange::EndOthersOfUser { realm, user, but }) => Some(Self::Sessions { realm, user, but: Some(but) }),
            _ => None,
        }
    }

    /// How many there are, and no further than one more than may be ended at once.
    pub fn count(self) -> (&'static str, Vec<Value<'static>>) {
        let most = AT_ONCE + 1;
        match self {
            Self::Authorizations { realm, user, client, .. } => (
                "SELECT count(*) FROM (SELECT 1 FROM authorizations WHERE user_id = ?1 AND realm_id = ?2 AND revoked_at IS NULL \
                 AND (client_key = ?3 OR ?3 IS NULL) LIMIT ?4) counted",
                values![user, realm, client, most],
            ),
            Self::Sessions { realm, user, but } => (
                "SELECT count(*) FROM (SELECT 1 FROM sessions WHERE user_id = ?1 AND realm_id = ?2 AND (id <> ?3 OR ?3 IS NULL) LIMIT ?4) counted",
                values![user, realm, but, most],
            ),
        }
    }

    /// Ends as many of the oldest as may be ended at once.
    pub fn step(self) -> Statement<'static> {
        match self {
            Self::Authorizations { realm, user, client, at, why } => Statement::free(
                "UPDATE authorizations SET revoked_at = ?3, revoked_why = ?4 WHERE id IN (SELECT id FROM authorizations \
                 WHERE user_id = ?1 AND realm_id = ?2 AND revoked_at IS NULL AND (client_key = ?5 OR ?5 IS NULL) ORDER BY id LIMIT ?6)",
                values![user, realm, at, why, client, AT_ONCE],
            ),
            Self::Sessions { realm, user, but } => Statement::free(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = ?1 AND realm_id = ?2 \
                 AND (id <> ?3 OR ?3 IS NULL) ORDER BY id LIMIT ?4)",
                values![user, realm, but, AT_ONCE],
            ),
        }
    }
}
