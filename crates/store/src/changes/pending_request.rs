//! Writing authorization requests that wait for a person: answered once, whoever races.

use jeton_oauth::change::PendingRequestChange;

use crate::{
    StoreError,
    statement::{Statement, json, values},
};

/// A session keeps this many beside a new one.
const OTHERS: u32 = 19;

pub(super) fn statements<'a>(change: &'a PendingRequestChange, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        PendingRequestChange::Create(pending) => {
            out.push(Statement::free(
                "DELETE FROM pending_requests WHERE session_id = ?1 AND id NOT IN \
                 (SELECT id FROM pending_requests WHERE session_id = ?1 ORDER BY id DESC LIMIT ?2)",
                values![pending.session, OTHERS],
            ));
            out.push(Statement::free(
                "INSERT INTO pending_requests (id, realm_id, client_key, client_id, session_id, user_id, request, asked_at, expires_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                values![
                    pending.id,
                    pending.realm,
                    pending.client,
                    &pending.client_id,
                    pending.session,
                    pending.user,
                    json(&pending.asked)?,
                    pending.asked_at,
                    pending.expires_at
                ],
            ));
        }
        PendingRequestChange::Answer { realm, id, session } => out.push(Statement::guarded(
            "DELETE FROM pending_requests WHERE id = ?1 AND realm_id = ?2 AND session_id = ?3",
            values![*id, *realm, *session],
        )),
        PendingRequestChange::Follow { realm, user, from, to } => out.push(Statement::free(
            "UPDATE pending_requests SET session_id = ?4 WHERE session_id = ?3 AND realm_id = ?1 AND user_id = ?2",
            values![*realm, *user, *from, *to],
        )),
    }
    Ok(())
}
