//! What people granted: authorizations and personal access tokens, ended one by one or together.

use super::{Act, Desk, Noun, Subject, Verdict, Who, end_grants};
use crate::{
    Change, ClientKey, Effect,
    change::{AuditKind, AuthorizationChange, PersonalAccessTokenChange},
    model::{Authorization, Client, PersonalAccessToken, RevocationReason, User},
};

/// One authorization, with everything under it.
pub fn revoke_authorization(authorization: &Authorization, desk: &mut Desk<'_>) -> Verdict<()> {
    let subject =
        Subject { realm: Some(authorization.realm), person: Some(authorization.user), owner: None, client: Some(authorization.client) };
    desk.allow(Noun::Authorization, Act::Revoke, subject)?;
    let change = AuthorizationChange::Revoke { realm: authorization.realm, id: authorization.id, at: desk.now, why: reason(&desk.by.who) };
    let event = desk.event(AuditKind::AuthorizationRevoked).user(authorization.user).client(authorization.client);
    let event = event.authorization(authorization.id).detail(by(desk));
    Ok(Effect { answer: (), changes: vec![Change::Authorization(change), event.into()] })
}

/// All that a person granted, or all that they granted to one client; their approval is forgotten too.
pub fn revoke_grants(user: &User, client: Option<&Client>, desk: &mut Desk<'_>) -> Verdict<()> {
    let key = client.map(|client| client.key);
    desk.allow(Noun::Authorization, Act::Revoke, of(user, key))?;
    let event = desk.event(AuditKind::AuthorizationRevoked).user(user.id()).client(key).detail(by(desk));
    let mut changes = end_grants(user.realm, user.id(), key, desk.now, reason(&desk.by.who));
    changes.push(event.into());
    Ok(Effect { answer: (), changes })
}

/// A token that a person made for a program of their own.
pub fn revoke_personal_access_token(user: &User, token: &PersonalAccessToken, desk: &mut Desk<'_>) -> Verdict<()> {
    desk.allow(Noun::User, Act::Revoke, of(user, None))?;
    let change = PersonalAccessTokenChange::Revoke { realm: user.realm, user: user.id(), id: token.id, at: desk.now };
    let event = desk.event(AuditKind::PersonalAccessTokenRevoked).user(user.id()).detail(by(desk));
    Ok(Effect { answer: (), changes: vec![Change::PersonalAccessToken(change), event.into()] })
}

fn of(user: &User, client: Option<ClientKey>) -> Subject {
    Subject { realm: Some(user.realm), person: Some(user.id()), owner: user.owner, client }
}

fn by(desk: &Desk<'_>) -> String {
    format!("by {}", desk.by.who.words())
}

pub(super) const fn reason(who: &Who) -> RevocationReason {
    match who {
        Who::Person(_) => RevocationReason::Person,
        Who::Client(_) => RevocationReason::Client,
        _ => RevocationReason::Operator,
    }
}
