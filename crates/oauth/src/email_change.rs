//! Another e-mail address: it counts once its reader says so, and the reader of the one before is told.

use crate::{
    Change, Context, Decision, Effect, ErrorCode, OAuthError,
    change::{AuditKind, UserChange},
    login_name::LoginName,
    manage::Who,
    model::{Email, LinkPurpose, User},
    one_time_link::{self, LinkFacts},
    secret::{Presented, SecretText},
};

/// A link for the new address; earlier ones end.
pub fn ask(user: &User, address: &str, cx: &mut Context<'_>) -> Effect<SecretText> {
    let mut changes = Vec::new();
    let text = one_time_link::make(LinkPurpose::ChangeEmail, user, address, cx, &mut changes);
    changes.push(cx.audit(AuditKind::LinkMailed, Who::Person(user.id())).user(user.id()).detail("to prove a new address").into());
    Effect { answer: text, changes }
}

/// The address is proven. Who signs in with the address before as their user name signs in with this one from
/// now on. `taken`: somebody else does by now. Guard: nobody used the link, or changed the account meanwhile.
pub fn confirm(presented: Option<&Presented>, facts: Option<&LinkFacts>, taken: bool, cx: &mut Context<'_>) -> Decision<User> {
    let LinkFacts { link, user } = one_time_link::open(presented, facts, LinkPurpose::ChangeEmail, cx.now)?;
    if taken {
        return Err(OAuthError::new(ErrorCode::NotFound, "the address has an account by now").into());
    }
    let mut changed = user.clone();
    let before = user.email.as_ref().and_then(|email| LoginName::fold(&email.address));
    if before.is_some() && LoginName::fold(&user.username) == before {
        changed.username = link.address.clone();
    }
    changed.email = Some(Email { address: link.address.clone(), verified: true });
    changed.updated_at = cx.now;
    let event = cx
        .audit(AuditKind::UserChanged, Who::Person(user.id()))
        .user(user.id())
        .detail("e-mail address changed, by a link that was mailed");
    let changes = vec![one_time_link::used(link, cx.now), Change::User(UserChange::Update(changed.clone())), event.into()];
    Ok(Effect { answer: changed, changes })
}

/// The address that a link would give, and to whom.
///
/// # Errors
/// One for everything: used, ended, replaced, never made.
pub fn opens<'f>(presented: Option<&Presented>, facts: Option<&'f LinkFacts>, cx: &Context<'_>) -> Result<&'f LinkFacts, OAuthError> {
    one_time_link::open(presented, facts, LinkPurpose::ChangeEmail, cx.now)
}
