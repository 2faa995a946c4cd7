//! Writing second factors: a code is taken once, whoever races.

use jeton_oauth::change::FactorChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a FactorChange, out: &mut Vec<Statement<'a>>) {
    let statement = match change {
        FactorChange::RequireSame { realm, user, count, newest } => {
            // Before the rows are looked at: who waited for another's turn looks at what it left.
            out.push(Statement::guarded("UPDATE users SET version = version WHERE id = ?1 AND realm_id = ?2", values![*user, *realm]));
            Statement::guarded(
                "UPDATE users SET version = version WHERE id = ?1 AND realm_id = ?2 AND EXISTS (SELECT 1 FROM (\
                 SELECT count(*) AS there, COALESCE(max(f.created_at), 0) AS newest FROM factors f \
                 WHERE f.user_id = ?1 AND f.realm_id = ?2 AND f.kind <> 'recovery') same WHERE same.there = ?3 AND same.newest = ?4)",
                values![*user, *realm, *count, *newest],
            )
        }
        FactorChange::RequireNone { realm, user } => Statement::guarded(
            "UPDATE users SET version = version WHERE id = ?1 AND realm_id = ?2 AND NOT EXISTS \
             (SELECT 1 FROM factors f WHERE f.user_id = ?1 AND f.realm_id = ?2 AND f.kind <> 'recovery')",
            values![*user, *realm],
        ),
        FactorChange::Create(factor) => {
            let passkey = factor.passkey.as_ref();
            Statement::guarded(
                "INSERT INTO factors (id, realm_id, user_id, kind, secret, step, created_at, last_used_at, credential, name, synced) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
                values![
                    factor.id,
                    factor.realm,
                    factor.user,
                    factor.kind,
                    factor.secret.as_slice(),
                    factor.step,
                    factor.created_at,
                    factor.last_used_at,
                    passkey.map(|passkey| passkey.credential.as_slice()),
                    passkey.map(|passkey| &passkey.name),
                    passkey.map(|passkey| passkey.synced)
                ],
            )
        }
        FactorChange::Used { realm, id, step, at } => Statement::guarded(
            "UPDATE factors SET step = ?3, last_used_at = ?4 WHERE id = ?1 AND realm_id = ?2 AND (step IS NULL OR step < ?3)",
            values![*id, *realm, *step, *at],
        ),
        FactorChange::Counted { realm, id, count, at } => Statement::guarded(
            "UPDATE factors SET step = ?3, last_used_at = ?4 WHERE id = ?1 AND realm_id = ?2 AND (step < ?3 OR (step = 0 AND step = ?3))",
            values![*id, *realm, *count, *at],
        ),
        FactorChange::Rename { realm, user, id, name } => Statement::guarded(
            "UPDATE factors SET name = ?4 WHERE id = ?1 AND realm_id = ?2 AND user_id = ?3 AND credential IS NOT NULL",
            values![*id, *realm, *user, name],
        ),
        FactorChange::Remove { realm, user, id } => {
            Statement::guarded("DELETE FROM factors WHERE id = ?1 AND realm_id = ?2 AND user_id = ?3", values![*id, *realm, *user])
        }
        FactorChange::Spend { realm, id } => {
            Statement::guarded("DELETE FROM factors WHERE id = ?1 AND realm_id = ?2", values![*id, *realm])
        }
        FactorChange::RemoveAll { realm, user, kind } => {
            Statement::free("DELETE FROM factors WHERE user_id = ?1 AND realm_id = ?2 AND kind = ?3", values![*user, *realm, *kind])
        }
    };
    out.push(statement);
}
