//! Writing what people have approved.

use jeton_oauth::change::ConsentChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a ConsentChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        ConsentChange::Grant(consent) => Statement::guarded(
            "INSERT INTO consents (user_id, client_key, realm_id, scope, granted_at, declined) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (user_id, client_key) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at, \
             declined = excluded.declined \
             WHERE consents.realm_id = excluded.realm_id",
            values![consent.user, consent.client, consent.realm, &consent.scope, consent.granted_at, &consent.declined],
        ),
        ConsentChange::Require { realm, user, client } => Statement::guarded(
            "UPDATE consents SET granted_at = granted_at WHERE user_id = ?1 AND client_key = ?2 AND realm_id = ?3",
            values![*user, *client, *realm],
        ),
        ConsentChange::WithdrawAll { realm, user } => {
            Statement::free("DELETE FROM consents WHERE user_id = ?1 AND realm_id = ?2", values![*user, *realm])
        }
        ConsentChange::Withdraw { realm, user, client } => Statement::free(
            "DELETE FROM consents WHERE user_id = ?1 AND client_key = ?2 AND realm_id = ?3",
            values![*user, *client, *realm],
        ),
    });
}
