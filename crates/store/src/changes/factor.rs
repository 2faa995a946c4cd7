//! Writing second factors: a code is taken once, whoever races.

use jeton_oauth::change::FactorChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a FactorChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        FactorChange::Create(factor) => Statement::free(
            "INSERT INTO factors (id, realm_id, user_id, kind, secret, step, created_at, last_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            values![
                factor.id,
                factor.realm,
                factor.user,
                factor.kind,
                factor.secret.as_slice(),
                factor.step,
                factor.created_at,
                factor.last_used_at
            ],
        ),
        FactorChange::Used { realm, id, step, at } => Statement::guarded(
            "UPDATE factors SET step = ?3, last_used_at = ?4 WHERE id = ?1 AND realm_id = ?2 AND (step IS NULL OR step < ?3)",
            values![*id, *realm, *step, *at],
        ),
        FactorChange::Spend { realm, id } => {
            Statement::guarded("DELETE FROM factors WHERE id = ?1 AND realm_id = ?2", values![*id, *realm])
        }
        FactorChange::RemoveAll { realm, user, kind } => Statement::free(
            "DELETE FROM factors WHERE user_id = ?1 AND realm_id = ?2 AND kind = ?3",
            values![*user, *realm, *kind],
        ),
    });
}
