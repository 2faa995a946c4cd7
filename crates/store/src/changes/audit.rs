//! Writing what was done, in the unit that did it.

use jeton_oauth::{
    change::{AuditEvent, AuditRepeat},
    manage::ActorKind,
};

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(event: &'a AuditEvent, out: &mut Vec<Statement<'a>>) {
    out.push(Statement::free(
        "INSERT INTO audit_events (realm_id, id, at, kind, user_id, client_key, authorization_id, detail, actor, actor_id, address, request, client_id, endpoint, redirect_uri, times, last_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        values![
            event.realm,
            event.id,
            event.at,
            event.kind.as_str(),
            event.user,
            event.client,
            event.authorization,
            event.detail.as_deref(),
            event.actor.map(ActorKind::as_str),
            event.actor_id,
            event.address.map(|address| address.to_string()),
            event.request.as_deref(),
            event.client_id.as_deref(),
            event.endpoint.as_deref(),
            event.redirect_uri.as_deref(),
            event.times,
            event.last_at,
        ],
    ));
}

pub(super) fn repeat<'a>(repeat: &'a AuditRepeat, out: &mut Vec<Statement<'a>>) {
    out.push(Statement::free(
        "UPDATE audit_events SET times = times + ?3, last_at = ?4 WHERE realm_id = ?1 AND id = ?2",
        values![repeat.realm, repeat.id, repeat.more, repeat.last_at],
    ));
}
