//! Writing initial access tokens, and registrations of clients.

use jeton_oauth::change::RegistrationChange;

use crate::statement::{Statement, values};

/// Whether somebody used the client of the row `r` since `?3`: something was granted to it, or a secret of its proved it.
macro_rules! in_use {
    () => {
        "(EXISTS (SELECT 1 FROM authorizations a WHERE a.client_key = r.client_key) \
         OR EXISTS (SELECT 1 FROM consents o WHERE o.client_key = r.client_key) \
         OR EXISTS (SELECT 1 FROM access_tokens t WHERE t.client_key = r.client_key) \
         OR EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_key = r.client_key AND s.last_used_at >= ?3))"
    };
}
pub(crate) use in_use;

pub(super) fn statements<'a>(change: &'a RegistrationChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        RegistrationChange::CreateToken(token) => Statement::free(
            "INSERT INTO initial_access_tokens (id, realm_id, name, verifier, created_at, expires_at, use_limit, uses, last_used_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            values![
                token.id,
                token.realm,
                &token.name,
                &token.verifier.0,
                token.created_at,
                token.expires_at,
                token.limit,
                token.uses,
                token.last_used_at
            ],
        ),
        RegistrationChange::UseToken { realm, id, at } => Statement::guarded(
            "UPDATE initial_access_tokens SET uses = uses + 1, last_used_at = ?3 WHERE id = ?1 AND realm_id = ?2 \
             AND (expires_at > ?3 OR expires_at IS NULL) AND (use_limit > uses OR use_limit IS NULL)",
            values![*id, *realm, *at],
        ),
        RegistrationChange::RevokeToken { realm, id } => {
            Statement::guarded("DELETE FROM initial_access_tokens WHERE id = ?1 AND realm_id = ?2", values![*id, *realm])
        }
        RegistrationChange::Create(registration) => Statement::free(
            "INSERT INTO registrations (client_key, realm_id, verifier, registered_by, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            values![registration.client, registration.realm, &registration.verifier.0, registration.by, registration.seen_at],
        ),
        RegistrationChange::Rotate { realm, client, from, to } => Statement::guarded(
            "UPDATE registrations SET verifier = ?4 WHERE client_key = ?1 AND realm_id = ?2 AND verifier = ?3 \
             AND EXISTS (SELECT 1 FROM clients c WHERE c.key = ?1 AND c.deleted_at IS NULL)",
            values![*client, *realm, &from.0, &to.0],
        ),
        RegistrationChange::Seen { realm, client, at } => Statement::free(
            "UPDATE registrations SET seen_at = ?3 WHERE client_key = ?1 AND realm_id = ?2 AND seen_at < ?3",
            values![*client, *realm, *at],
        ),
        RegistrationChange::RequireUnused { realm, client, since } => Statement::guarded(
            concat!(
                "UPDATE registrations AS r SET seen_at = r.seen_at WHERE r.client_key = ?1 AND r.realm_id = ?2 AND r.seen_at < ?3 AND NOT ",
                in_use!()
            ),
            values![*client, *realm, *since],
        ),
    });
}
