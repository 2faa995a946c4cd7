//! Writing browser sessions.

use jeton_oauth::change::SessionChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a SessionChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        SessionChange::Create(session) => Statement::free(
            "INSERT INTO sessions (id, realm_id, user_id, verifier, auth_time, created_at, last_seen_at, expires_at, user_agent, address, amr) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            values![
                session.id,
                session.realm,
                session.user,
                &session.verifier.0,
                session.auth_time,
                session.created_at,
                session.last_seen_at,
                session.expires_at,
                session.user_agent.as_deref(),
                session.address.map(|address| address.to_string()),
                &session.amr
            ],
        ),
        SessionChange::Require { realm, id } => {
            Statement::guarded("UPDATE sessions SET last_seen_at = last_seen_at WHERE id = ?1 AND realm_id = ?2", values![*id, *realm])
        }
        SessionChange::End { realm, id } => Statement::free("DELETE FROM sessions WHERE id = ?1 AND realm_id = ?2", values![*id, *realm]),
        SessionChange::EndOfUser { realm, user } => {
            Statement::free("DELETE FROM sessions WHERE user_id = ?1 AND realm_id = ?2", values![*user, *realm])
        }
        SessionChange::Trim { realm, user, keep } => Statement::free(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = ?1 AND realm_id = ?2 \
             ORDER BY last_seen_at DESC, id DESC LIMIT 100 OFFSET ?3)",
            values![*user, *realm, *keep],
        ),
        SessionChange::EndOthersOfUser { realm, user, but } => {
            Statement::free("DELETE FROM sessions WHERE user_id = ?1 AND realm_id = ?2 AND id <> ?3", values![*user, *realm, *but])
        }
        SessionChange::Proven { realm, id, amr } => {
            Statement::guarded("UPDATE sessions SET amr = ?3 WHERE id = ?1 AND realm_id = ?2", values![*id, *realm, amr])
        }
        SessionChange::Seen { realm, id, at } => Statement::free(
            "UPDATE sessions SET last_seen_at = ?3 WHERE id = ?1 AND realm_id = ?2 AND last_seen_at < ?3",
            values![*id, *realm, *at],
        ),
    });
}
