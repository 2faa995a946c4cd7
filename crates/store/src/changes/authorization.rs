//! Writing authorizations: made once, rotated by compare-and-set, revoked for good.

use jeton_oauth::{
    Timestamp,
    change::AuthorizationChange,
    model::{Authorization, AuthorizationState, RefreshProof, RefreshVerifier},
};

use crate::{
    StoreError,
    statement::{Statement, Value, json, values},
};

/// Of as many authorizations as an account may have there may be a sixteenth more, until those are taken away together.
const SLACK: u32 = 16;

pub(super) fn statements<'a>(change: &'a AuthorizationChange, now: Timestamp, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        AuthorizationChange::Create(authorization) => out.push(create(authorization)?),
        AuthorizationChange::Rotate { realm, id, generation, to } => {
            let [seed, key, sha256] = proof(Some(to));
            out.push(Statement::guarded(
                concat!(
                    "UPDATE authorizations SET generation = ?4, rotated_at = ?5, refresh_expires_at = ?6, refresh_seed = ?7, refresh_key_id = ?8, \
                     refresh_sha256 = ?9 WHERE id = ?1 AND realm_id = ?2 AND generation = ?3 AND revoked_at IS NULL AND ",
                    still_stands!("authorizations", "rotated_at")
                ),
                values![*id, *realm, *generation, to.generation, to.rotated_at, to.expires_at, seed, key, sha256],
            ));
        }
        AuthorizationChange::Trim { realm, user, keep } => {
            // Finding those that were used least lately reads all of the account's: so a few too many are let
            // be first, and counting is by the index alone (an account is of one realm).
            let most = keep + keep / SLACK;
            // Seldom: so only then caches are told.
            out.push(Statement::free(
                "INSERT INTO changes (realm_id, kind, target_id, at) SELECT ?2, 'user', ?1, ?4 \
                 WHERE (SELECT count(*) FROM authorizations WHERE user_id = ?1) > ?3",
                values![*user, *realm, most, now],
            ));
            out.push(Statement::free(
                "DELETE FROM authorizations WHERE (SELECT count(*) FROM authorizations WHERE user_id = ?1) > ?4 \
                 AND id IN (SELECT id FROM authorizations WHERE user_id = ?1 AND realm_id = ?2 \
                 ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, CASE WHEN rotated_at IS NULL THEN created_at ELSE rotated_at END DESC, \
                 id DESC LIMIT 100 OFFSET ?3)",
                values![*user, *realm, *keep, most],
            ));
        }
        AuthorizationChange::Leave { realm, id, ended_before } => out.push(Statement::free(
            "DELETE FROM authorizations WHERE id = ?1 AND realm_id = ?2 AND refresh_expires_at < ?3 \
             AND NOT EXISTS (SELECT 1 FROM personal_access_tokens WHERE authorization_id = ?1)",
            values![*id, *realm, *ended_before],
        )),
        AuthorizationChange::Revoke { realm, id, at, why } => out.push(Statement::free(
            "UPDATE authorizations SET revoked_at = ?3, revoked_why = ?4 WHERE id = ?1 AND realm_id = ?2 AND revoked_at IS NULL",
            values![*id, *realm, *at, *why],
        )),
        AuthorizationChange::RevokeOfUser { realm, user, client: None, at, why } => out.push(Statement::free(
            "UPDATE authorizations SET revoked_at = ?3, revoked_why = ?4 WHERE user_id = ?1 AND realm_id = ?2 AND revoked_at IS NULL",
            values![*user, *realm, *at, *why],
        )),
        AuthorizationChange::RevokeOfUser { realm, user, client: Some(client), at, why } => out.push(Statement::free(
            "UPDATE authorizations SET revoked_at = ?4, revoked_why = ?5 \
             WHERE user_id = ?1 AND realm_id = ?2 AND client_key = ?3 AND revoked_at IS NULL",
            values![*user, *realm, *client, *at, *why],
        )),
    }
    Ok(())
}

fn create(authorization: &Authorization) -> Result<Statement<'_>, StoreError> {
    let (revoked_at, revoked_why) = match authorization.state {
        AuthorizationState::Active => (None, None),
        AuthorizationState::Revoked { at, why } => (Some(at), Some(why)),
    };
    let refresh = authorization.refresh.as_ref();
    let [seed, key, sha256] = proof(refresh);
    Ok(Statement::free(
        "INSERT INTO authorizations (id, realm_id, client_key, user_id, session_id, scope, audience, auth_time, nonce, created_at, expires_at, \
         epoch, not_before, revoked_at, revoked_why, generation, rotated_at, refresh_expires_at, refresh_seed, refresh_key_id, refresh_sha256, \
         amr) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
        values![
            authorization.id,
            authorization.realm,
            authorization.client,
            authorization.user,
            authorization.session,
            &authorization.scope,
            authorization.audience.as_ref().map(json).transpose()?,
            authorization.auth_time,
            authorization.nonce.as_deref(),
            authorization.created_at,
            authorization.expires_at,
            authorization.epoch,
            authorization.not_before,
            revoked_at,
            revoked_why,
            refresh.map(|refresh| refresh.generation),
            refresh.map(|refresh| refresh.rotated_at),
            refresh.map(|refresh| refresh.expires_at),
            seed,
            key,
            sha256,
            authorization.amr.as_deref()
        ],
    ))
}

/// Seed, key and hash, as they stand in their columns.
fn proof(refresh: Option<&RefreshVerifier>) -> [Value<'_>; 3] {
    match refresh.map(|refresh| &refresh.proof) {
        None => [Value::Null, Value::Null, Value::Null],
        Some(RefreshProof::Derived { seed, key }) => [seed.into(), (*key).into(), Value::Null],
        Some(RefreshProof::Imported { sha256 }) => [Value::Null, Value::Null, (&sha256.0).into()],
    }
}
