//! Writing personal access tokens.

use jeton_oauth::change::PersonalAccessTokenChange;

use crate::statement::{Statement, values};

/// Whether whoever asked still stands: what they showed was born at `$since`. Rules have decided so
/// before, from caches that may be half a second old.
macro_rules! may_make {
    ($user:literal, $realm:literal, $authorization:literal, $rests_on_none:literal, $since:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM users u, realms r WHERE u.id = ",
            $user,
            " AND u.realm_id = ",
            $realm,
            " AND r.id = ",
            $realm,
            " AND u.status = 'active' AND r.status = 'active' AND u.not_before <= ",
            $since,
            " AND r.not_before <= ",
            $since,
            ") AND (",
            $rests_on_none,
            " OR EXISTS (SELECT 1 FROM authorizations a, clients c WHERE a.id = ",
            $authorization,
            " AND a.user_id = ",
            $user,
            " AND a.revoked_at IS NULL AND a.not_before <= ",
            $since,
            " AND c.key = a.client_key AND c.status = 'active' AND c.not_before <= ",
            $since,
            "))"
        )
    };
}

pub(super) fn statements<'a>(change: &'a PersonalAccessTokenChange, out: &mut Vec<Statement<'a>>) {
    if let PersonalAccessTokenChange::Create { token, .. } = change {
        // One at a time, so that each counts those before it.
        out.push(Statement::guarded(
            "UPDATE users SET status = status WHERE id = ?1 AND realm_id = ?2 AND status = 'active'",
            values![token.user, token.realm],
        ));
    }
    out.push(match change {
        PersonalAccessTokenChange::Create { token, since, limit } => Statement::guarded(
            concat!(
                "INSERT INTO personal_access_tokens (id, realm_id, user_id, name, scope, verifier, prefix, created_at, regenerated_at, expires_at, \
                 last_used_at, revoked_at, epoch, version, authorization_id) \
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15 WHERE ",
                may_make!("?3", "?2", "?15", "?16 = 1", "?17"),
                " AND (SELECT count(*) FROM personal_access_tokens p WHERE p.user_id = ?3 AND p.revoked_at IS NULL \
                 AND (p.expires_at IS NULL OR p.expires_at > ?8)) < ?18"
            ),
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
                token.version,
                token.authorization,
                token.authorization.is_none(),
                *since,
                *limit
            ],
        ),
        // A new secret is of the present epoch, whatever its predecessor was of.
        PersonalAccessTokenChange::Regenerate { realm, id, version, verifier, prefix, at, since } => Statement::guarded(
            concat!(
                "UPDATE personal_access_tokens SET verifier = ?4, prefix = ?5, regenerated_at = ?6, last_used_at = NULL, last_used_from = NULL, version = version + 1, \
                 epoch = (SELECT epoch FROM installation) WHERE id = ?1 AND realm_id = ?2 AND version = ?3 AND revoked_at IS NULL AND ",
                may_make!(
                    "personal_access_tokens.user_id",
                    "personal_access_tokens.realm_id",
                    "personal_access_tokens.authorization_id",
                    "personal_access_tokens.authorization_id IS NULL",
                    "?7"
                )
            ),
            values![*id, *realm, *version, &verifier.0, prefix, *at, *since],
        ),
        PersonalAccessTokenChange::Revoke { realm, user, id, at } => Statement::guarded(
            "UPDATE personal_access_tokens SET revoked_at = ?4 WHERE id = ?1 AND realm_id = ?2 AND user_id = ?3 AND revoked_at IS NULL",
            values![*id, *realm, *user, *at],
        ),
        PersonalAccessTokenChange::Remind { realm, id, at } => Statement::guarded(
            "UPDATE personal_access_tokens SET reminded_at = ?3 WHERE id = ?1 AND realm_id = ?2 AND reminded_at IS NULL",
            values![*id, *realm, *at],
        ),
        PersonalAccessTokenChange::Used { realm, id, at, from } => Statement::free(
            "UPDATE personal_access_tokens SET last_used_at = ?3, last_used_from = COALESCE(?4, last_used_from) WHERE id = ?1 AND realm_id = ?2 \
             AND (last_used_at IS NULL OR last_used_at < ?3)",
            values![*id, *realm, *at, from.map(|from| from.to_string())],
        ),
    });
}
