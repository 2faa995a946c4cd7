//! Writing opaque access tokens, and marks of revoked JWTs.

use jeton_oauth::{change::AccessTokenChange, model::Subject};

use crate::{
    StoreError,
    statement::{Statement, json, values},
};

pub(super) fn statements<'a>(change: &'a AccessTokenChange, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        AccessTokenChange::Create(token) => {
            let user = match token.subject {
                Subject::User(user) => Some(user),
                Subject::Client(client) if client == token.client => None,
                Subject::Client(_) => return Err(StoreError::Unstorable("an access token of one client that speaks for another")),
            };
            out.push(Statement::free(
                "INSERT INTO access_tokens (id, realm_id, client_key, user_id, authorization_id, scope, audience, verifier, created_at, \
                 expires_at, epoch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                values![
                    token.id,
                    token.realm,
                    token.client,
                    user,
                    token.authorization,
                    &token.scope,
                    json(&token.audience)?,
                    &token.verifier.0,
                    token.created_at,
                    token.expires_at,
                    token.epoch
                ],
            ));
        }
        AccessTokenChange::Delete { realm, id } => {
            out.push(Statement::free("DELETE FROM access_tokens WHERE id = ?1 AND realm_id = ?2", values![*id, *realm]));
        }
        AccessTokenChange::RevokeJti { realm, jti, expires_at } => out.push(Statement::free(
            "INSERT INTO revoked_jtis (jti, realm_id, expires_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (jti, realm_id) DO UPDATE SET expires_at = excluded.expires_at WHERE revoked_jtis.expires_at < excluded.expires_at",
            values![*jti, *realm, *expires_at],
        )),
    }
    Ok(())
}
