//! A forgotten password: a link to choose another one, for whoever reads the account's mail.

use crate::{
    Change, Context, Decision, Effect, OAuthError,
    change::{AuditKind, UserChange},
    manage::{Who, end_of_password},
    model::{AccountKind, LinkPurpose, PasswordHash, RevocationReason, User},
    one_time_link::{self, LinkFacts},
    secret::{Presented, SecretText},
};

/// A link for whoever asked, if they have an account that mail can reach: an active person with a
/// verified address. It ends an earlier one.
pub fn link(user: Option<&User>, cx: &mut Context<'_>, changes: &mut Vec<Change>) -> Option<(SecretText, String)> {
    let user = user.filter(|user| user.account.is_active() && user.account.kind == AccountKind::Person)?;
    let address = user.email.as_ref().filter(|email| email.verified)?.address.clone();
    changes.push(cx.audit(AuditKind::LinkMailed, Who::Stranger).user(user.id()).detail("to choose a new password").into());
    Some((one_time_link::make(LinkPurpose::ResetPassword, user, &address, cx, changes), address))
}

/// The new password, by the link: what rests on the old one ends, second factors and personal access
/// tokens stay. Guard: nobody used the link, set a password or changed the address meanwhile.
pub fn reset(presented: Option<&Presented>, facts: Option<&LinkFacts>, to: PasswordHash, cx: &mut Context<'_>) -> Decision<()> {
    let LinkFacts { link, user } = one_time_link::open(presented, facts, LinkPurpose::ResetPassword, cx.now)?;
    let (realm, id) = (link.realm, user.id());
    let mut changes = vec![one_time_link::used(link, cx.now)];
    changes.push(Change::User(UserChange::SetPassword { realm, user: id, to, at: cx.now }));
    changes.extend(end_of_password(realm, id, cx.now, RevocationReason::Person));
    changes.push(cx.audit(AuditKind::PasswordChanged, Who::Person(id)).user(id).detail("by a link that was mailed").into());
    Ok(Effect { answer: (), changes })
}

/// Whether a link still lets somebody choose a password.
///
/// # Errors
/// One for everything: used, ended, replaced, never made.
pub fn opens<'f>(presented: Option<&Presented>, facts: Option<&'f LinkFacts>, cx: &Context<'_>) -> Result<&'f User, OAuthError> {
    Ok(&one_time_link::open(presented, facts, LinkPurpose::ResetPassword, cx.now)?.user)
}
