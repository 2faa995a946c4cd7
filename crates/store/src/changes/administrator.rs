//! Writing administrators, and the links that make them.

use jeton_oauth::{
    change::AdministratorChange,
    manage::{Reach, administrator::REALM_ID},
};

use crate::{
    StoreError,
    statement::{Statement, Value, json, values},
};

/// People who own everything and can sign in.
macro_rules! owners {
    () => {
        "SELECT 1 FROM administrators a JOIN users u ON u.id = a.user_id WHERE a.role = 'owner' AND a.realms IS NULL \
         AND u.kind = 'person' AND u.status = 'active' AND u.deleted_at IS NULL AND u.password IS NOT NULL"
    };
}
pub(crate) use owners;

pub(super) fn statements<'a>(change: &'a AdministratorChange, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        AdministratorChange::Appoint { administrator, at } => out.push(Statement::guarded(
            "INSERT INTO administrators (user_id, role, realms, appointed_at) \
             SELECT u.id, ?2, ?3, ?4 FROM users u WHERE u.id = ?1 AND u.realm_id = ?5 AND u.deleted_at IS NULL \
             ON CONFLICT (user_id) DO NOTHING",
            values![administrator.user, administrator.role.as_str(), realms(&administrator.reach)?, *at, REALM_ID],
        )),
        // Realms are kept as they were written: the same list is the same text.
        AdministratorChange::Reappoint { from, to } => out.push(Statement::guarded(
            "UPDATE administrators SET role = ?2, realms = ?3 WHERE user_id = ?1 AND role = ?4 AND realms IS NOT DISTINCT FROM ?5 \
             AND EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND u.realm_id = ?6 AND u.deleted_at IS NULL)",
            values![to.user, to.role.as_str(), realms(&to.reach)?, from.role.as_str(), realms(&from.reach)?, REALM_ID],
        )),
        AdministratorChange::RequireAnotherOwner { but } => {
            out.push(one_after_the_other());
            out.push(Statement::guarded(
                concat!(
                    "UPDATE realms SET name = name WHERE id = ?2 AND (EXISTS (",
                    owners!(),
                    " AND a.user_id <> ?1) OR NOT EXISTS (SELECT 1 FROM administrators o JOIN users p ON p.id = o.user_id \
                     WHERE o.user_id = ?1 AND o.role = 'owner' AND o.realms IS NULL AND p.kind = 'person'))"
                ),
                values![*but, REALM_ID],
            ));
        }
        AdministratorChange::RequireNoOwner => {
            out.push(one_after_the_other());
            out.push(Statement::guarded(
                concat!("UPDATE realms SET name = name WHERE id = ?1 AND NOT EXISTS (", owners!(), ")"),
                values![REALM_ID],
            ));
        }
        AdministratorChange::Invite(invitation) => out.push(Statement::free(
            "INSERT INTO administrator_invitations (id, verifier, email, role, realms, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            values![
                invitation.id,
                &invitation.verifier.0,
                invitation.email.as_deref(),
                invitation.role.as_str(),
                realms(&invitation.reach)?,
                invitation.created_at,
                invitation.expires_at
            ],
        )),
        AdministratorChange::UseInvitation { id, at } => {
            out.push(Statement::guarded("DELETE FROM administrator_invitations WHERE id = ?1 AND expires_at > ?2", values![*id, *at]))
        }
        AdministratorChange::EndFirst => {
            out.push(Statement::free("DELETE FROM administrator_invitations WHERE email IS NULL", Vec::new()));
        }
    }
    Ok(())
}

/// Whoever asks who owns everything waits for those who asked before, and sees what they did: the next
/// statement looks afresh.
fn one_after_the_other() -> Statement<'static> {
    Statement::free("UPDATE realms SET name = name WHERE id = ?1", values![REALM_ID])
}

fn realms(reach: &Reach) -> Result<Value<'static>, StoreError> {
    match reach {
        Reach::All => Ok(Value::Null),
        Reach::Named(realms) => json(realms.as_ref()),
    }
}
