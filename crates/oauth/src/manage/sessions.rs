//! Browser sessions, ended by those who run a realm.

use super::{Act, Desk, Noun, Subject, Verdict, end_sessions};
use crate::{
    Change, Effect,
    change::{AuditKind, SessionChange},
    model::{Session, User},
};

/// One of them: whoever sits there is signed out.
pub fn end_session(session: &Session, desk: &mut Desk<'_>) -> Verdict<()> {
    let subject = Subject { realm: Some(session.realm), person: Some(session.user), owner: None, client: None };
    desk.allow(Noun::User, Act::Revoke, subject)?;
    let event = desk.event(AuditKind::SignedOut).user(session.user).detail(format!("by {}", desk.by.who.words()));
    let change = SessionChange::End { realm: session.realm, id: session.id };
    Ok(Effect { answer: (), changes: vec![Change::Session(change), event.into()] })
}

/// All of a person, and codes in flight that were approved in them.
pub fn end_all(user: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    let subject = Subject { realm: Some(user.realm), person: Some(user.id()), owner: user.owner, client: None };
    desk.allow(Noun::User, Act::Revoke, subject)?;
    let mut changes = end_sessions(user.realm, user.id(), desk.now);
    let words = format!("{}: all sessions, by {}", user.username, desk.by.who.words());
    changes.push(desk.event(AuditKind::SignedOut).user(user.id()).detail(words).into());
    Ok(Effect { answer: (), changes })
}
