//! Writing personal access tokens.

use jeton_oauth::change::PersonalAccessTokenChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a PersonalAccessTokenChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        PersonalAccessTokenChange::Create(token) => Statement::free(
            "INSERT INTO personal_access_tokens (id, realm_id, user_id, name, scope, verifier, prefix, created_at, regenerated_at, expires_at, \
             last_used_at, revoked_at, epoch, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            values![
                token.id,
                token.realm,
                token.user,
                &token.name,
                &token.scope,
                &token.verifier.0,
                &token.prefix,
                token.created_at,
                token.regenerated_at,
                token.expires_at,
                token.last_used_at,
                token.revoked_at,
                token.epoch,
                token.version
            ],
        ),
        // A new secret is of the present epoch, whatever its predecessor was of.
        PersonalAccessTokenChange::Regenerate { realm, id, version, verifier, prefix, at } => Statement::guarded(
            "UPDATE personal_access_tokens SET verifier = ?4, prefix = ?5, regenerated_at = ?6, version = version + 1, \
             epoch = (SELECT epoch FROM installation) WHERE id = ?1 AND realm_id = ?2 AND version = ?3 AND revoked_at IS NULL",
            values![*id, *realm, *version, &verifier.0, prefix, *at],
        ),
        PersonalAccessTokenChange::Revoke { realm, user, id, at } => Statement::guarded(
            "UPDATE personal_access_tokens SET revoked_at = ?4 WHERE id = ?1 AND realm_id = ?2 AND user_id = ?3 AND revoked_at IS NULL",
            values![*id, *realm, *user, *at],
        ),
        PersonalAccessTokenChange::Used { realm, id, at } => Statement::free(
            "UPDATE personal_access_tokens SET last_used_at = ?3 WHERE id = ?1 AND realm_id = ?2 \
             AND (last_used_at IS NULL OR last_used_at < ?3)",
            values![*id, *realm, *at],
        ),
    });
}
