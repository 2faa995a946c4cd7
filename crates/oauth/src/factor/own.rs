//! What people do with their own second factors: which they may add, name and remove, and what goes and comes with them.

use super::{PASSWORD_AND_CODE, amr_of_passkey, has_second, is_last_second, may_change, passkey, passkey::Made};
use crate::{
    Change, Context, Effect, FactorId, UserId,
    change::{AuditKind, FactorChange, SessionChange},
    manage::Who,
    model::{Factor, FactorKind, Passkey, Session},
    settings::SecondFactor,
};

/// What it is decided by, looked at just now.
pub struct Own<'a> {
    /// The sign-in of whoever asks.
    pub session: &'a Session,
    /// All that the account has.
    pub factors: &'a [Factor],
}

/// Why nothing is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unchanged {
    /// Whoever has a second step proves it first.
    ProveFirst,
    /// There are as many passkeys as there may be.
    Many,
    /// The passkey is somebody's already.
    Known,
    /// The realm asks everybody for two steps, and this is the last second one.
    Needed,
    /// There is no such factor.
    Gone,
}

/// What became of it.
pub type Outcome<T> = Result<Effect<T>, Unchanged>;

/// Whether codes for the day when something is lost are to be made now, and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    /// There were none: these are kept.
    Fresh,
    /// Those of before go on.
    Kept,
}

/// Whether it was the last second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// A password alone signs in again.
    Nothing,
    /// There is another one.
    Another,
}

impl Own<'_> {
    /// A passkey that was made just now. `known`: somebody has one that is called the same. `codes` are kept where there are none.
    ///
    /// # Errors
    /// Why not.
    pub fn add_passkey(&self, made: &Made, name: &str, known: bool, codes: &[Factor], cx: &mut Context<'_>) -> Outcome<Codes> {
        let mut changes = self.begin()?;
        if self.factors.iter().filter(|factor| factor.kind == FactorKind::Passkey).count() >= passkey::MOST {
            return Err(Unchanged::Many);
        }
        if known {
            return Err(Unchanged::Known);
        }
        changes.push(create(Factor {
            id: FactorId::new(cx.now, cx.rng),
            realm: cx.realm.id(),
            user: self.user(),
            kind: FactorKind::Passkey,
            secret: made.key.clone(),
            step: Some(made.count.into()),
            created_at: cx.now,
            last_used_at: None,
            passkey: Some(Passkey { credential: made.credential.clone(), name: name.to_owned(), synced: made.synced }),
        }));
        let shown = self.keep(codes, &mut changes);
        changes.extend(self.proven(amr_of_passkey(true, made.synced)));
        changes.push(self.event("added a passkey", cx));
        Ok(Effect { answer: shown, changes })
    }

    /// An authenticator app whose code was right just now, in place of the one of before.
    ///
    /// # Errors
    /// Why not.
    pub fn set_up_app(&self, app: Factor, codes: &[Factor], cx: &mut Context<'_>) -> Outcome<Codes> {
        let mut changes = self.begin()?;
        changes.push(self.gone(FactorKind::Totp));
        changes.push(create(app));
        let shown = self.keep(codes, &mut changes);
        changes.extend(self.proven(PASSWORD_AND_CODE));
        changes.push(self.event("set up an authenticator app", cx));
        Ok(Effect { answer: shown, changes })
    }

    /// Fresh codes; the earlier ones are dead.
    ///
    /// # Errors
    /// Why not.
    pub fn make_codes(&self, codes: &[Factor], cx: &mut Context<'_>) -> Outcome<()> {
        let mut changes = self.begin()?;
        if !has_second(self.factors) {
            return Err(Unchanged::Gone);
        }
        changes.push(self.gone(FactorKind::Recovery));
        changes.extend(codes.iter().cloned().map(create));
        changes.push(self.event("made new recovery codes", cx));
        Ok(Effect { answer: (), changes })
    }

    /// Another name for a passkey.
    ///
    /// # Errors
    /// Why not.
    pub fn rename_passkey(&self, id: FactorId, name: &str, cx: &mut Context<'_>) -> Outcome<()> {
        let mut changes = self.begin()?;
        if !self.factors.iter().any(|factor| factor.id == id && factor.passkey.is_some()) {
            return Err(Unchanged::Gone);
        }
        changes.push(Change::Factor(FactorChange::Rename { realm: self.session.realm, user: self.user(), id, name: name.to_owned() }));
        changes.push(self.event("renamed a passkey", cx));
        Ok(Effect { answer: (), changes })
    }

    /// An app or a passkey goes; with the last of them the recovery codes do.
    ///
    /// # Errors
    /// Why not.
    pub fn remove(&self, id: FactorId, cx: &mut Context<'_>) -> Outcome<Left> {
        let mut changes = self.begin()?;
        let Some(factor) = self.factors.iter().find(|factor| factor.id == id && factor.kind != FactorKind::Recovery) else {
            return Err(Unchanged::Gone);
        };
        let is_last = is_last_second(self.factors, id);
        if is_last && cx.realm.settings.second_factor == SecondFactor::Required {
            return Err(Unchanged::Needed);
        }
        changes.push(Change::Factor(FactorChange::Remove { realm: self.session.realm, user: self.user(), id }));
        if is_last {
            changes.push(self.gone(FactorKind::Recovery));
        }
        let words = if factor.kind == FactorKind::Passkey { "removed a passkey" } else { "removed the authenticator app" };
        changes.push(self.event(words, cx));
        Ok(Effect { answer: if is_last { Left::Nothing } else { Left::Another }, changes })
    }

    const fn user(&self) -> UserId {
        self.session.user
    }

    /// The guard that stands before every change: what was looked at still holds.
    fn begin(&self) -> Result<Vec<Change>, Unchanged> {
        if !may_change(self.session, self.factors) {
            return Err(Unchanged::ProveFirst);
        }
        let seconds = || self.factors.iter().filter(|factor| factor.kind != FactorKind::Recovery);
        let newest = seconds().map(|factor| factor.created_at).max().unwrap_or_default();
        let count = u32::try_from(seconds().count()).unwrap_or(u32::MAX);
        Ok(vec![Change::Factor(FactorChange::RequireSame { realm: self.session.realm, user: self.user(), count, newest })])
    }

    fn keep(&self, codes: &[Factor], changes: &mut Vec<Change>) -> Codes {
        if self.factors.iter().any(|factor| factor.kind == FactorKind::Recovery) {
            return Codes::Kept;
        }
        changes.extend(codes.iter().cloned().map(create));
        Codes::Fresh
    }

    /// The sign-in is one of two steps from now on.
    fn proven(&self, amr: &str) -> Option<Change> {
        let proven = SessionChange::Proven { realm: self.session.realm, id: self.session.id, amr: amr.to_owned() };
        (!self.session.has_two_factors()).then_some(Change::Session(proven))
    }

    fn gone(&self, kind: FactorKind) -> Change {
        Change::Factor(FactorChange::RemoveAll { realm: self.session.realm, user: self.user(), kind })
    }

    fn event(&self, what: &'static str, cx: &mut Context<'_>) -> Change {
        cx.audit(AuditKind::UserChanged, Who::Person(self.user())).user(self.user()).detail(what).into()
    }
}

fn create(factor: Factor) -> Change {
    Change::Factor(FactorChange::Create(factor))
}
