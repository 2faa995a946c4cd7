//! Writing keys, wrapped.

use jeton_oauth::change::KeyChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a KeyChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        KeyChange::Create(key) => Statement::free(
            "INSERT INTO keys (id, realm_id, purpose, ordinal, wrapped, wrapping_key, public_jwk, created_at, active_at, revoked_at, \
             longest_token) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            values![
                key.id,
                key.realm,
                key.purpose.to_string(),
                key.ordinal,
                key.wrapped.as_slice(),
                &key.wrapping_key,
                key.public_jwk.as_deref(),
                key.created_at,
                key.active_at,
                key.revoked_at,
                key.longest_token
            ],
        ),
        KeyChange::Activate { realm, key, at } => Statement::guarded(
            "UPDATE keys SET active_at = CASE WHEN active_at > ?3 THEN ?3 ELSE active_at END WHERE id = ?1 AND realm_id = ?2",
            values![*key, *realm, *at],
        ),
        KeyChange::Revoke { realm, key, at } => Statement::guarded(
            "UPDATE keys SET revoked_at = CASE WHEN revoked_at IS NULL THEN ?3 ELSE revoked_at END WHERE id = ?1 AND realm_id = ?2",
            values![*key, *realm, *at],
        ),
        KeyChange::Promise { realm, key, longest_token } => Statement::free(
            "UPDATE keys SET longest_token = ?3 WHERE id = ?1 AND realm_id = ?2 AND (longest_token IS NULL OR longest_token < ?3)",
            values![*key, *realm, *longest_token],
        ),
        KeyChange::Delete { realm, key } => Statement::free("DELETE FROM keys WHERE id = ?1 AND realm_id = ?2", values![*key, *realm]),
        KeyChange::Rewrap { realm, key, wrapped, wrapping_key } => Statement::guarded(
            "UPDATE keys SET wrapped = ?3, wrapping_key = ?4 WHERE id = ?1 AND realm_id = ?2",
            values![*key, *realm, wrapped.as_slice(), wrapping_key],
        ),
    });
}
