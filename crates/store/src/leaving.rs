//! What was deleted leaves in small steps: a client or a person may have a million rows, and nobody is
//! to wait behind them.
//!
//! Deleting marks a row, and from then on nobody finds it. Each step takes a bounded number of rows
//! that belong to it, those at the bottom first, and the row itself once nothing is left.

use jeton_oauth::{RealmId, Timestamp};
use uuid::Uuid;

use crate::{
    StoreError,
    row::Fields,
    statement::{Statement, values},
};

/// Something that was deleted and is not gone yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaving {
    pub id: Uuid,
    pub kind: LeavingKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeavingKind {
    Client,
    User,
    Realm,
}

/// The next that leaves.
pub(crate) const NEXT: &str = "SELECT id, kind FROM leaving ORDER BY id LIMIT 1";

impl LeavingKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
            Self::Realm => "realm",
        }
    }
}

impl Leaving {
    pub fn read(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let id = fields.id(|id| id)?;
        let kind = match fields.text()? {
            "client" => LeavingKind::Client,
            "user" => LeavingKind::User,
            "realm" => LeavingKind::Realm,
            _ => return fields.unreadable("something leaves that is neither client nor user nor realm"),
        };
        Ok(Self { id, kind })
    }

    /// At most `limit` rows of each kind. The last statement touches a row when nothing is left.
    pub fn step(self, limit: u32, out: &mut Vec<Statement<'_>>) {
        let (some, last): (&[&'static str], &[&'static str]) = match self.kind {
            LeavingKind::Client => (CLIENT, CLIENT_LAST),
            LeavingKind::User => (USER, USER_LAST),
            LeavingKind::Realm => (REALM, REALM_LAST),
        };
        out.extend(some.iter().map(|sql| Statement::free(sql, values![self.id, limit])));
        out.extend(last.iter().map(|sql| Statement::free(sql, values![self.id])));
    }
}

/// Writes down that something leaves.
pub(crate) fn begin(kind: LeavingKind, id: Uuid, realm: RealmId, now: Timestamp) -> Statement<'static> {
    Statement::free(
        "INSERT INTO leaving (id, realm_id, kind, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
        values![id, realm, kind.as_str(), now],
    )
}

/// What a deleted row is called, so that its name is free: no name has this character.
pub(crate) fn no_name(id: Uuid) -> String {
    format!("\u{7f}{id}")
}

const CLIENT: &[&str] = &[
    "DELETE FROM activity WHERE (realm_id, client_key, grain, began_at, call, outcome) IN \
     (SELECT a.realm_id, a.client_key, a.grain, a.began_at, a.call, a.outcome FROM clients c CROSS JOIN activity a \
     WHERE c.key = ?1 AND a.realm_id = c.realm_id AND a.client_key = c.key LIMIT ?2)",
    "DELETE FROM access_tokens WHERE id IN (SELECT id FROM access_tokens WHERE client_key = ?1 LIMIT ?2)",
    "DELETE FROM authorizations WHERE id IN (SELECT a.id FROM (SELECT id FROM authorizations WHERE client_key = ?1 LIMIT ?2) a \
     WHERE NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.authorization_id = a.id))",
    "DELETE FROM consents WHERE (user_id, client_key) IN (SELECT user_id, client_key FROM consents WHERE client_key = ?1 LIMIT ?2)",
];

const CLIENT_LAST: &[&str] = &[
    "DELETE FROM clients WHERE key = ?1 AND deleted_at IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM access_tokens WHERE client_key = ?1) AND NOT EXISTS (SELECT 1 FROM authorizations WHERE client_key = ?1) \
     AND NOT EXISTS (SELECT 1 FROM consents WHERE client_key = ?1) \
     AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.realm_id = clients.realm_id AND a.client_key = ?1)",
    "DELETE FROM leaving WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM clients WHERE key = ?1)",
];

const USER: &[&str] = &[
    "DELETE FROM access_tokens WHERE id IN (SELECT t.id FROM (SELECT id FROM authorizations WHERE user_id = ?1 LIMIT ?2) a \
     CROSS JOIN access_tokens t WHERE t.authorization_id = a.id LIMIT ?2)",
    "DELETE FROM authorizations WHERE id IN (SELECT a.id FROM (SELECT id FROM authorizations WHERE user_id = ?1 LIMIT ?2) a \
     WHERE NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.authorization_id = a.id))",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = ?1 LIMIT ?2)",
    "DELETE FROM personal_access_tokens WHERE id IN (SELECT id FROM personal_access_tokens WHERE user_id = ?1 LIMIT ?2)",
    "DELETE FROM consents WHERE (user_id, client_key) IN (SELECT user_id, client_key FROM consents WHERE user_id = ?1 LIMIT ?2)",
    "DELETE FROM factors WHERE id IN (SELECT id FROM factors WHERE user_id = ?1 LIMIT ?2)",
];

const USER_LAST: &[&str] = &[
    "DELETE FROM users WHERE id = ?1 AND deleted_at IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM authorizations WHERE user_id = ?1) AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1) \
     AND NOT EXISTS (SELECT 1 FROM personal_access_tokens WHERE user_id = ?1) AND NOT EXISTS (SELECT 1 FROM consents WHERE user_id = ?1)",
    "DELETE FROM leaving WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM users WHERE id = ?1)",
];

/// The users and clients of a realm, a hundred at a time, each with what belongs to it; then what is
/// the realm's own. Codes and marks of JWTs end by themselves within hours.
const REALM: &[&str] = &[
    "DELETE FROM access_tokens WHERE id IN (SELECT t.id FROM (SELECT a.id FROM \
     (SELECT id FROM users WHERE realm_id = ?1 ORDER BY id LIMIT 100) u CROSS JOIN authorizations a WHERE a.user_id = u.id LIMIT ?2) a \
     CROSS JOIN access_tokens t WHERE t.authorization_id = a.id LIMIT ?2)",
    "DELETE FROM authorizations WHERE id IN (SELECT a.id FROM (SELECT a.id FROM \
     (SELECT id FROM users WHERE realm_id = ?1 ORDER BY id LIMIT 100) u CROSS JOIN authorizations a WHERE a.user_id = u.id LIMIT ?2) a \
     WHERE NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.authorization_id = a.id))",
    "DELETE FROM sessions WHERE id IN (SELECT s.id FROM (SELECT id FROM users WHERE realm_id = ?1 ORDER BY id LIMIT 100) u \
     CROSS JOIN sessions s WHERE s.user_id = u.id LIMIT ?2)",
    "DELETE FROM personal_access_tokens WHERE id IN (SELECT p.id FROM (SELECT id FROM users WHERE realm_id = ?1 ORDER BY id LIMIT 100) u \
     CROSS JOIN personal_access_tokens p WHERE p.user_id = u.id LIMIT ?2)",
    "DELETE FROM consents WHERE (user_id, client_key) IN (SELECT c.user_id, c.client_key FROM \
     (SELECT id FROM users WHERE realm_id = ?1 ORDER BY id LIMIT 100) u CROSS JOIN consents c WHERE c.user_id = u.id LIMIT ?2)",
    "DELETE FROM users WHERE id IN (SELECT u.id FROM (SELECT id FROM users WHERE realm_id = ?1 ORDER BY id LIMIT 100) u \
     WHERE NOT EXISTS (SELECT 1 FROM authorizations a WHERE a.user_id = u.id) AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id) \
     AND NOT EXISTS (SELECT 1 FROM personal_access_tokens p WHERE p.user_id = u.id) \
     AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.user_id = u.id) LIMIT ?2)",
    "DELETE FROM access_tokens WHERE id IN (SELECT t.id FROM (SELECT key FROM clients WHERE realm_id = ?1 ORDER BY client_id LIMIT 100) c \
     CROSS JOIN access_tokens t WHERE t.client_key = c.key AND t.authorization_id IS NULL LIMIT ?2)",
    "DELETE FROM clients WHERE key IN (SELECT c.key FROM (SELECT key FROM clients WHERE realm_id = ?1 ORDER BY client_id LIMIT 100) c \
     WHERE NOT EXISTS (SELECT 1 FROM authorizations a WHERE a.client_key = c.key) \
     AND NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.client_key = c.key) \
     AND NOT EXISTS (SELECT 1 FROM consents o WHERE o.client_key = c.key) LIMIT ?2)",
    "DELETE FROM login_names WHERE realm_id = ?1 AND name IN (SELECT name FROM login_names WHERE realm_id = ?1 LIMIT ?2)",
    "DELETE FROM subjects WHERE realm_id = ?1 AND sub IN (SELECT sub FROM subjects WHERE realm_id = ?1 LIMIT ?2)",
    "DELETE FROM initial_access_tokens WHERE id IN (SELECT id FROM initial_access_tokens WHERE realm_id = ?1 LIMIT ?2)",
    "DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE realm_id = ?1 LIMIT ?2)",
    "DELETE FROM activity WHERE (realm_id, client_key, grain, began_at, call, outcome) IN \
     (SELECT realm_id, client_key, grain, began_at, call, outcome FROM activity WHERE realm_id = ?1 LIMIT ?2)",
    "DELETE FROM levels WHERE (realm_id, level, grain, began_at) IN \
     (SELECT realm_id, level, grain, began_at FROM levels WHERE realm_id = ?1 LIMIT ?2)",
    "DELETE FROM audit_events WHERE realm_id = ?1 AND id IN (SELECT id FROM audit_events WHERE realm_id = ?1 LIMIT ?2)",
];

macro_rules! nothing_left {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM users WHERE realm_id = ?1) AND NOT EXISTS (SELECT 1 FROM clients WHERE realm_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM login_names WHERE realm_id = ?1) AND NOT EXISTS (SELECT 1 FROM subjects WHERE realm_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM initial_access_tokens WHERE realm_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM keys WHERE realm_id = ?1) AND NOT EXISTS (SELECT 1 FROM activity WHERE realm_id = ?1) \
         AND NOT EXISTS (SELECT 1 FROM levels WHERE realm_id = ?1) AND NOT EXISTS (SELECT 1 FROM audit_events WHERE realm_id = ?1)"
    };
}

const REALM_LAST: &[&str] = &[
    concat!("DELETE FROM user_numbers WHERE realm_id = ?1", nothing_left!()),
    concat!("DELETE FROM realms WHERE id = ?1 AND deleted_at IS NOT NULL", nothing_left!()),
    "DELETE FROM leaving WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM realms WHERE id = ?1)",
];
