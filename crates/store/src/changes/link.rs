//! Writing one-time links: used once, whoever races.

use jeton_oauth::change::LinkChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a LinkChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        LinkChange::Create(link) => Statement::free(
            "INSERT INTO one_time_links (id, realm_id, user_id, purpose, verifier, address, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            values![link.id, link.realm, link.user, link.purpose, &link.verifier.0, &link.address, link.created_at, link.expires_at],
        ),
        LinkChange::Use { realm, id, at } => {
            Statement::guarded("DELETE FROM one_time_links WHERE id = ?1 AND realm_id = ?2 AND expires_at > ?3", values![*id, *realm, *at])
        }
        LinkChange::EndOfUser { realm, user, purpose } => Statement::free(
            "DELETE FROM one_time_links WHERE user_id = ?1 AND realm_id = ?2 AND purpose = ?3",
            values![*user, *realm, *purpose],
        ),
    });
}
