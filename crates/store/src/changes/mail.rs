//! Writing the outbox: a letter is taken by one server at a time.

use jeton_oauth::change::MailChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a MailChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        MailChange::Post(mail) => Statement::free(
            "INSERT INTO mails (id, realm_id, sealed, created_at, attempts, next_at, given_up_at, fault) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            values![
                mail.id,
                mail.realm,
                mail.sealed.as_slice(),
                mail.created_at,
                mail.attempts,
                mail.next_at,
                mail.given_up_at,
                mail.fault.as_deref()
            ],
        ),
        MailChange::Take { realm, id, attempts, until } => Statement::guarded(
            "UPDATE mails SET attempts = attempts + 1, next_at = ?4 WHERE id = ?1 AND realm_id = ?2 AND attempts = ?3 AND given_up_at IS NULL",
            values![*id, *realm, *attempts, *until],
        ),
        MailChange::Again { realm, id, at } => Statement::guarded(
            "UPDATE mails SET attempts = 0, next_at = ?3, given_up_at = NULL WHERE id = ?1 AND realm_id = ?2 AND given_up_at IS NOT NULL",
            values![*id, *realm, *at],
        ),
        MailChange::Sent { realm, id } => Statement::free("DELETE FROM mails WHERE id = ?1 AND realm_id = ?2", values![*id, *realm]),
        MailChange::Failed { realm, id, fault, next_at, given_up_at } => Statement::free(
            "UPDATE mails SET fault = ?3, next_at = ?4, given_up_at = ?5 WHERE id = ?1 AND realm_id = ?2",
            values![*id, *realm, fault, *next_at, *given_up_at],
        ),
    });
}
