//! Writing what was done, in the unit that did it.

use jeton_oauth::change::AuditEvent;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(event: &'a AuditEvent, out: &mut Vec<Statement<'a>>) {
    out.push(Statement::free(
        "INSERT INTO audit_events (realm_id, id, at, kind, user_id, client_key, authorization_id, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![event.realm, event.id, event.at, event.kind.as_str(), event.user, event.client, event.authorization, event.detail.as_deref()],
    ));
}
