//! Which promises a history breaks: acknowledged rotations hold, older tokens fail, one
//! live successor, one success per code, revoked stays revoked, issued implies committed.
//!
//! A pure function of the ledger. Where an outcome is unknown, both ways are allowed until
//! a later answer shows which one happened.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::entry::{Entry, Event, Intent, Outcome};
use super::history::{Chains, Codes, Expectation, RedeemedBefore};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// A token that was acknowledged and never spent or revoked is refused or inactive.
    AcknowledgedTokenLost,
    /// A token works whose successor was used already.
    OlderTokenWorked,
    /// A token of a revoked authorization works.
    RevokedTokenWorked,
    /// One token was rotated to two different successors.
    TwoSuccessors,
    /// The same token was given for two different things.
    TokenGivenTwice,
    /// A code was redeemed twice, or worked after it was refused.
    CodeWorkedTwice,
    /// A fresh code was refused at its first use.
    CodeLost,
    /// A revocation was refused.
    RevocationRefused,
    /// A browser that had signed in had to do so again.
    SessionLost,
    /// Metadata or keys, which need no database, were not answered.
    DocumentUnanswered,
    /// A primary that nobody else can hear acknowledged a write: whoever is promoted lacks it.
    AcknowledgedCutOff,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    pub broken: Broken,
    /// Milliseconds since the run began.
    pub at: u64,
    /// The operation whose outcome shows it; its lines in the ledger have this number.
    pub operation: Option<u64>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {} ms", self.broken, self.at)?;
        self.operation.map_or(Ok(()), |number| write!(f, ", operation {number}"))
    }
}

/// Checks a history of a realm whose grace period is `grace` milliseconds.
pub fn violations(entries: &[Entry], grace: u64) -> Vec<Violation> {
    let mut check = Check { chains: Chains::new(grace), codes: Codes::default(), open: HashMap::new(), found: Vec::new() };
    for entry in entries {
        check.see(entry);
    }
    check.found
}

struct Check {
    chains: Chains,
    codes: Codes,
    open: HashMap<u64, Open>,
    found: Vec<Violation>,
}

/// An operation on its way, with what held when it began.
enum Open {
    Rotate { token: String, expected: Expectation },
    Introspect { token: String, expected: Expectation, spent: bool },
    Revoke { token: String },
    Redeem { code: String, before: RedeemedBefore },
}

impl Check {
    fn see(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Code { code } => self.codes.issued(code, entry.at),
            Event::SessionLost => self.report(Broken::SessionLost, entry.at, None),
            Event::DocumentUnanswered { .. } => self.report(Broken::DocumentUnanswered, entry.at, None),
            Event::AcknowledgedCutOff => self.report(Broken::AcknowledgedCutOff, entry.at, None),
            Event::Intent { operation, intent } => {
                let open = self.begin(intent, entry.at);
                self.open.insert(*operation, open);
            }
            Event::Outcome { operation, outcome } => {
                if let Some(open) = self.open.remove(operation)
                    && let Some(broken) = self.end(open, outcome, entry.at)
                {
                    self.report(broken, entry.at, Some(*operation));
                }
            }
            Event::Killed | Event::Serving { .. } | Event::Fault { .. } | Event::Healed { .. } => {}
        }
    }

    fn begin(&mut self, intent: &Intent, at: u64) -> Open {
        match intent.clone() {
            Intent::Rotate { token } => {
                let expected = self.chains.expectation(&token, at);
                self.chains.attempt(&token, at);
                Open::Rotate { token, expected }
            }
            Intent::Introspect { token } => {
                let (expected, spent) = (self.chains.expectation(&token, at), self.chains.was_attempted(&token));
                Open::Introspect { token, expected, spent }
            }
            Intent::Revoke { token } => {
                self.chains.doubt(&token);
                Open::Revoke { token }
            }
            Intent::Redeem { code } => {
                let before = self.codes.attempt(&code, at);
                // A second use of a code may revoke what the first one gave.
                if let Some(token) = self.codes.first_token(&code) {
                    self.chains.doubt(token);
                }
                Open::Redeem { code, before }
            }
        }
    }

    fn end(&mut self, open: Open, outcome: &Outcome, at: u64) -> Option<Broken> {
        match (open, outcome) {
            (_, Outcome::Unknown { .. }) => None,
            (Open::Rotate { token, expected }, Outcome::Tokens { refresh_token }) => {
                let worked = match expected {
                    Expectation::MustFailRevoked => Some(Broken::RevokedTokenWorked),
                    Expectation::MustFailOlder => Some(Broken::OlderTokenWorked),
                    Expectation::MustWork | Expectation::Either => None,
                };
                worked.or(self.chains.succeeded(&token, refresh_token))
            }
            (Open::Rotate { token, expected }, _) => {
                // What began meanwhile may have spoilt it: only what still holds counts.
                let lost = expected == Expectation::MustWork && self.chains.expectation(&token, at) == Expectation::MustWork;
                self.chains.died(&token);
                lost.then_some(Broken::AcknowledgedTokenLost)
            }
            (Open::Introspect { expected, .. }, Outcome::Active { active: true }) => {
                (expected == Expectation::MustFailRevoked).then_some(Broken::RevokedTokenWorked)
            }
            (Open::Introspect { token, expected, spent }, _) => {
                let lost = expected == Expectation::MustWork && !spent && self.chains.expectation(&token, at) == Expectation::MustWork;
                lost.then_some(Broken::AcknowledgedTokenLost)
            }
            (Open::Revoke { token }, Outcome::Revoked) => {
                self.chains.died(&token);
                None
            }
            (Open::Revoke { .. }, _) => Some(Broken::RevocationRefused),
            (Open::Redeem { code, before }, Outcome::Tokens { refresh_token }) => {
                let twice = self.codes.first_token(&code).is_some() || before.refused;
                let overlapped = self.codes.attempts(&code) > 1;
                self.codes.redeemed(&code, refresh_token);
                let given_twice = self.chains.begin(refresh_token, overlapped);
                if twice { Some(Broken::CodeWorkedTwice) } else { given_twice }
            }
            (Open::Redeem { code, before }, _) => {
                if let Some(token) = self.codes.first_token(&code) {
                    self.chains.died(token);
                }
                self.codes.refused(&code);
                (before.fresh && self.codes.attempts(&code) == 1).then_some(Broken::CodeLost)
            }
        }
    }

    fn report(&mut self, broken: Broken, at: u64, operation: Option<u64>) {
        self.found.push(Violation { broken, at, operation });
    }
}
