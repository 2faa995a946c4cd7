//! Histories that break a promise, and the ones that only look so.

use super::check::{Broken, violations};
use super::entry::{Entry, Event, Intent, Outcome};

const GRACE: u64 = 60_000;

/// Writes a history the way the ledger does; ten milliseconds pass per line.
#[derive(Default)]
struct History {
    entries: Vec<Entry>,
    now: u64,
    operations: u64,
}

impl History {
    /// A code is issued and redeemed for the refresh token `r0`.
    fn started() -> Self {
        Self::default().code("c").does(redeem("c"), tokens("r0"))
    }

    fn event(mut self, event: Event) -> Self {
        self.now += 10;
        self.entries.push(Entry { at: self.now, event });
        self
    }

    fn code(self, code: &str) -> Self {
        self.event(Event::Code { code: code.into() })
    }

    fn begins(mut self, intent: Intent) -> Self {
        let operation = self.operations;
        self.operations += 1;
        self.event(Event::Intent { operation, intent })
    }

    fn ends(self, operation: u64, outcome: Outcome) -> Self {
        self.event(Event::Outcome { operation, outcome })
    }

    fn does(self, intent: Intent, outcome: Outcome) -> Self {
        let operation = self.operations;
        self.begins(intent).ends(operation, outcome)
    }

    fn after(mut self, millis: u64) -> Self {
        self.now += millis;
        self
    }

    fn shows(&self) -> Vec<Broken> {
        violations(&self.entries, GRACE).into_iter().map(|violation| violation.broken).collect()
    }
}

fn redeem(code: &str) -> Intent {
    Intent::Redeem { code: code.into() }
}

fn rotate(token: &str) -> Intent {
    Intent::Rotate { token: token.into() }
}

fn revoke(token: &str) -> Intent {
    Intent::Revoke { token: token.into() }
}

fn introspect(token: &str) -> Intent {
    Intent::Introspect { token: token.into() }
}

fn tokens(token: &str) -> Outcome {
    Outcome::Tokens { refresh_token: token.into() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "killed".into() }
}

const REFUSED: Outcome = Outcome::Refused { status: 400 };

#[test]
fn a_life_without_faults_is_clean() {
    let history = History::started()
        .does(rotate("r0"), tokens("r1"))
        .does(introspect("r1"), Outcome::Active { active: true })
        .does(rotate("r1"), tokens("r2"))
        .does(rotate("r0"), REFUSED)
        .does(rotate("r2"), REFUSED)
        .does(introspect("r2"), Outcome::Active { active: false })
        .does(redeem("c"), REFUSED);
    assert_eq!(history.shows(), []);
}

#[test]
fn an_acknowledged_rotation_that_is_gone_is_found() {
    let history = History::started().does(rotate("r0"), tokens("r1")).event(Event::Killed).does(rotate("r1"), REFUSED);
    assert_eq!(history.shows(), [Broken::AcknowledgedTokenLost]);
}

#[test]
fn an_acknowledged_token_that_is_inactive_is_found() {
    let history = History::started().does(introspect("r0"), Outcome::Active { active: false });
    assert_eq!(history.shows(), [Broken::AcknowledgedTokenLost]);
}

#[test]
fn an_older_token_that_works_is_found() {
    let history = History::started().does(rotate("r0"), tokens("r1")).does(rotate("r1"), tokens("r2")).does(rotate("r0"), tokens("r1"));
    assert_eq!(history.shows(), [Broken::OlderTokenWorked]);
}

#[test]
fn a_rotation_that_was_rolled_back_shows_as_a_second_successor() {
    let history = History::started().does(rotate("r0"), tokens("r1")).event(Event::Killed).does(rotate("r0"), tokens("other"));
    assert_eq!(history.shows(), [Broken::TwoSuccessors]);
}

#[test]
fn two_racers_with_different_successors_are_found() {
    let history = History::started().begins(rotate("r0")).begins(rotate("r0")).ends(1, tokens("a")).ends(2, tokens("b"));
    assert_eq!(history.shows(), [Broken::TwoSuccessors]);
}

#[test]
fn two_racers_with_one_successor_are_fine_and_a_refused_one_is_not() {
    let racing = || History::started().begins(rotate("r0")).begins(rotate("r0")).ends(1, tokens("a"));
    assert_eq!(racing().ends(2, tokens("a")).shows(), []);
    assert_eq!(racing().ends(2, REFUSED).shows(), [Broken::AcknowledgedTokenLost]);
}

#[test]
fn a_retry_after_a_lost_answer_must_work_within_the_grace() {
    let lost = || History::started().does(rotate("r0"), unknown());
    assert_eq!(lost().does(rotate("r0"), tokens("r1")).does(rotate("r1"), tokens("r2")).shows(), []);
    assert_eq!(lost().does(rotate("r0"), REFUSED).shows(), [Broken::AcknowledgedTokenLost]);
    assert_eq!(lost().after(GRACE).does(rotate("r0"), REFUSED).shows(), []);
}

#[test]
fn a_code_that_works_twice_is_found() {
    assert_eq!(History::started().does(redeem("c"), tokens("s0")).shows(), [Broken::CodeWorkedTwice]);
    let refused_first = History::default().code("c").does(redeem("c"), unknown()).does(redeem("c"), REFUSED);
    assert_eq!(refused_first.does(redeem("c"), tokens("s0")).shows(), [Broken::CodeWorkedTwice]);
}

#[test]
fn a_code_of_which_both_racers_get_tokens_is_found() {
    let history = History::default().code("c").begins(redeem("c")).begins(redeem("c")).ends(0, tokens("a")).ends(1, tokens("b"));
    assert_eq!(history.shows(), [Broken::CodeWorkedTwice]);
}

#[test]
fn a_fresh_code_that_is_refused_is_found_but_not_an_old_or_a_retried_one() {
    assert_eq!(History::default().code("c").does(redeem("c"), REFUSED).shows(), [Broken::CodeLost]);
    assert_eq!(History::default().code("c").after(60_000).does(redeem("c"), REFUSED).shows(), []);
    assert_eq!(History::default().code("c").does(redeem("c"), unknown()).does(redeem("c"), REFUSED).shows(), []);
}

#[test]
fn the_tokens_of_a_replayed_code_must_be_dead() {
    let history = History::started().does(redeem("c"), REFUSED).does(rotate("r0"), tokens("r1"));
    assert_eq!(history.shows(), [Broken::RevokedTokenWorked]);
}

#[test]
fn a_revoked_token_that_works_or_is_active_is_found() {
    let revoked = || History::started().does(revoke("r0"), Outcome::Revoked).event(Event::Killed);
    assert_eq!(revoked().does(rotate("r0"), tokens("r1")).shows(), [Broken::RevokedTokenWorked]);
    assert_eq!(revoked().does(introspect("r0"), Outcome::Active { active: true }).shows(), [Broken::RevokedTokenWorked]);
    assert_eq!(revoked().does(rotate("r0"), REFUSED).shows(), []);
}

#[test]
fn a_revocation_without_an_answer_may_have_happened_but_not_unhappen() {
    let unanswered = || History::started().does(revoke("r0"), unknown());
    assert_eq!(unanswered().does(rotate("r0"), REFUSED).shows(), []);
    assert_eq!(unanswered().does(rotate("r0"), tokens("r1")).shows(), []);
    let seen_dead = unanswered().does(rotate("r0"), REFUSED).event(Event::Killed);
    assert_eq!(seen_dead.does(rotate("r0"), tokens("r1")).shows(), [Broken::RevokedTokenWorked]);
}

#[test]
fn a_replay_that_was_refused_stays_fatal() {
    let history = History::started()
        .does(rotate("r0"), tokens("r1"))
        .does(rotate("r1"), tokens("r2"))
        .does(rotate("r0"), REFUSED)
        .event(Event::Killed)
        .does(rotate("r2"), tokens("r3"));
    assert_eq!(history.shows(), [Broken::RevokedTokenWorked]);
}

#[test]
fn an_operation_without_an_outcome_excuses_nothing_else() {
    let history = History::started().begins(rotate("r0")).does(introspect("r0"), Outcome::Active { active: false });
    assert_eq!(history.shows(), [], "the open rotation may have spent it");
    let other = History::started().begins(redeem("d")).does(rotate("r0"), REFUSED);
    assert_eq!(other.shows(), [Broken::AcknowledgedTokenLost]);
}

#[test]
fn refused_revocations_lost_sessions_and_repeated_tokens_are_found() {
    assert_eq!(History::started().does(revoke("r0"), REFUSED).shows(), [Broken::RevocationRefused]);
    assert_eq!(History::started().event(Event::SessionLost).shows(), [Broken::SessionLost]);
    assert_eq!(History::started().code("d").does(redeem("d"), tokens("r0")).shows(), [Broken::TokenGivenTwice]);
}

#[test]
fn unread_documents_and_a_primary_that_goes_on_alone_are_found() {
    let document = Event::DocumentUnanswered { path: "/jwks".into(), why: "status 503".into() };
    assert_eq!(History::started().event(document).shows(), [Broken::DocumentUnanswered]);
    assert_eq!(History::started().event(Event::AcknowledgedCutOff).shows(), [Broken::AcknowledgedCutOff]);
}

#[test]
fn fifty_at_once_get_one_successor_or_are_found() {
    let crowd = || (0..50).fold(History::started(), |history, _| history.begins(rotate("r0")));
    let all = (1..=50).fold(crowd(), |history, operation| history.ends(operation, tokens("r1")));
    assert_eq!(all.shows(), []);
    let but_one = (1..50).fold(crowd(), |history, operation| history.ends(operation, tokens("r1")));
    assert_eq!(but_one.ends(50, tokens("r2")).shows(), [Broken::TwoSuccessors]);
}
