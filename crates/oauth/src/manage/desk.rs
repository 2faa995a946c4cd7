//! What verbs are decided with, and how they refuse.

use rand_core::CryptoRng;

use super::{Act, Actor, Fault, Noun, Subject, may};
use crate::{
    Decision, Effect, ErrorCode, OAuthError, RealmId, Timestamp,
    change::{AuditEvent, AuditKind},
    model::Realm,
};

/// Somebody at work in a realm.
pub struct Desk<'a> {
    /// Where; verbs touch nothing of another realm.
    pub realm: &'a Realm,
    /// Who acts, and from where.
    pub by: &'a Actor,
    /// The time of the decision.
    pub now: Timestamp,
    /// Where ids and secrets come from.
    pub rng: &'a mut dyn CryptoRng,
}

/// Why a verb was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Whoever asks may not; names the kind of actor that they are.
    #[error("{} may not do this", .0)]
    Forbidden(&'static str),
    /// The document cannot be so.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It exists already, or the name is taken.
    #[error("{0}")]
    Conflict(String),
}

/// An answer of a verb, or its refusal, and what to write.
pub type Verdict<T> = Decision<T, Refusal>;

impl From<Refusal> for Effect<Refusal> {
    fn from(refusal: Refusal) -> Self {
        Self::only(refusal)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl From<Refusal> for OAuthError {
    /// For whoever asks over HTTP.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Forbidden(_) => Self::new(ErrorCode::AccessDenied, "your role does not allow this here"),
            Refusal::Faults(faults) => Self::faulty(faults),
            Refusal::NotFound(words) => Self::new(ErrorCode::NotFound, words),
            Refusal::Conflict(words) => Self::new(ErrorCode::Conflict, words),
        }
    }
}

impl Desk<'_> {
    /// Short for that of the realm.
    pub fn realm_id(&self) -> RealmId {
        self.realm.id()
    }

    /// Refuses who may not.
    pub fn allow(&self, noun: Noun, act: Act, subject: Subject) -> Result<(), Refusal> {
        if may(&self.by.who, noun, act, &subject) { Ok(()) } else { Err(Refusal::Forbidden(self.by.who.words())) }
    }

    /// What the actor did just now.
    pub fn event(&mut self, kind: AuditKind) -> AuditEvent {
        AuditEvent::new(kind, self.by, self.realm.id(), self.now, self.rng)
    }

    /// "web disabled by a command".
    pub(crate) fn words(&self, what: &str, done: &str) -> String {
        format!("{what} {done} by {}", self.by.who.words())
    }
}

/// Refuses a document of which not everything could be read: for that, and for what is wrong with the rest.
pub fn unread_too(mut unread: Vec<Fault>, rest: impl FnOnce() -> Vec<Fault>) -> Result<(), Refusal> {
    if unread.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = unread.iter().filter_map(|fault| fault.path.first_key().map(str::to_owned)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    unread.extend(rest().into_iter().filter(|fault| !fault.rests_on(&keys)));
    Err(Refusal::Faults(unread))
}

/// Refuses for every fault at once.
pub(crate) fn fit(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Faults(faults)) }
}
