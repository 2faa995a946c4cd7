//! Letters that nobody got.

use super::{Act, Actor, Desk, Noun, Refusal, Subject, Verdict};
use crate::{
    Change, Effect,
    change::{AuditEvent, AuditKind, MailChange},
    model::Mail,
};

/// One that was given up is sent again, and as often as a new one; whatever kept it from arriving was mended.
pub fn try_again(mail: &Mail, desk: &mut Desk<'_>) -> Verdict<()> {
    desk.allow(Noun::User, Act::AddSecret, Subject { realm: Some(mail.realm), ..Subject::default() })?;
    if mail.given_up_at.is_none() {
        return Err(Refusal::Conflict("the letter waits already, and was not given up".to_owned()).into());
    }
    let by: &Actor = desk.by;
    let event = AuditEvent::new(AuditKind::MailTriedAgain, by, mail.realm, desk.now, desk.rng);
    let event = event.detail(format!("letter {}: by {}", mail.id, by.who.words()));
    let again = MailChange::Again { realm: mail.realm, id: mail.id, at: desk.now };
    Ok(Effect { answer: (), changes: vec![Change::Mail(again), event.into()] })
}
