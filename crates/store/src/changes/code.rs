//! Writing authorization codes: redeemed once, whoever races.

use jeton_oauth::{Seconds, change::CodeChange, model::CodeState};
use uuid::{Builder, Uuid};

use crate::{
    StoreError,
    statement::{Statement, json, values},
};

/// Twice as long as any code lives, for nodes whose clocks differ.
const LONGEST_LIFE: Seconds = Seconds(120);

pub(super) fn statements<'a>(change: &'a CodeChange, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        CodeChange::Create(code) => {
            let redeemed_at = match code.state {
                CodeState::Fresh => None,
                CodeState::Redeemed { at } => Some(at),
            };
            out.push(Statement::free(
                "INSERT INTO codes (id, realm_id, client_key, user_id, session_id, verifier, redirect_uri, code_challenge, scope, audience, \
                 nonce, auth_time, created_at, expires_at, authorization_id, redeemed_at, keep_until, amr) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?14, ?17)",
                values![
                    code.id,
                    code.realm,
                    code.client,
                    code.user,
                    code.session,
                    &code.verifier.0,
                    code.redirect_uri.as_deref(),
                    code.code_challenge.as_ref(),
                    &code.scope,
                    code.audience.as_ref().map(json).transpose()?,
                    code.nonce.as_deref(),
                    code.auth_time,
                    code.created_at,
                    code.expires_at,
                    code.authorization,
                    redeemed_at,
                    &code.amr
                ],
            ));
        }
        CodeChange::Redeem { realm, id, at, keep_until } => out.push(Statement::guarded(
            concat!(
                "UPDATE codes SET redeemed_at = ?3, keep_until = ?4 WHERE id = ?1 AND realm_id = ?2 AND redeemed_at IS NULL AND ",
                still_stands!("codes", "created_at")
            ),
            values![*id, *realm, *at, *keep_until],
        )),
        // Nothing finds codes by their person: those that may still live are the newest, by their ids.
        CodeChange::EndOfUser { realm, user, client, at } => {
            let first = Builder::from_unix_timestamp_millis((*at - LONGEST_LIFE).as_millis().unsigned_abs(), &[0; 10]).into_uuid();
            out.push(Statement::free(
                "DELETE FROM codes WHERE id > ?1 AND realm_id = ?2 AND user_id = ?3 AND redeemed_at IS NULL AND (?4 = 1 OR client_key = ?5)",
                values![first, *realm, *user, client.is_none(), client.map_or(Uuid::nil(), |client| client.0)],
            ));
        }
    }
    Ok(())
}
