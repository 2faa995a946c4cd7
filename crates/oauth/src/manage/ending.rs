//! What ends together. Withdrawing, revoking, disabling and a new password each end everything that
//! rests on what goes: one unit, so that nothing is left that gets new tokens.
//!
//! The order matters: consents first, then sessions, then codes, then authorizations. A redemption or
//! an approval that runs meanwhile is waited for by the one before, and seen by the next.

use crate::{
    Change, ClientKey, RealmId, Timestamp, UserId,
    change::{AttemptChange, AuthorizationChange, ClientChange, CodeChange, ConsentChange, RealmChange, SessionChange, UserChange},
    model::RevocationReason,
};

/// What a person granted, to all applications or to one: approvals, codes in flight, authorizations
/// with their tokens. Sessions and the person's own personal access tokens stay.
pub fn end_grants(realm: RealmId, user: UserId, client: Option<ClientKey>, at: Timestamp, why: RevocationReason) -> Vec<Change> {
    let consent = match client {
        Some(client) => ConsentChange::Withdraw { realm, user, client },
        None => ConsentChange::WithdrawAll { realm, user },
    };
    vec![
        Change::Consent(consent),
        Change::Code(CodeChange::EndOfUser { realm, user, client, at }),
        Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client, at, why }),
    ]
}

/// Sessions of a person, and codes in flight that were approved in them.
pub fn end_sessions(realm: RealmId, user: UserId, at: Timestamp) -> Vec<Change> {
    vec![Change::Session(SessionChange::EndOfUser { realm, user }), Change::Code(CodeChange::EndOfUser { realm, user, client: None, at })]
}

/// What rests on a password that is no more: sessions, codes, and the authorizations that were granted
/// with it. Approvals stay, and personal access tokens do: they are secrets of their own. Whoever waits
/// after wrong passwords waits no more.
pub fn end_of_password(realm: RealmId, user: UserId, at: Timestamp, why: RevocationReason) -> Vec<Change> {
    let mut changes = end_sessions(realm, user, at);
    changes.push(Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: None, at, why }));
    changes.push(Change::Attempt(AttemptChange::Forget { user }));
    changes
}

/// Everything that speaks for a person or an API user, personal access tokens too. Enabling the
/// account again brings nothing of it back; approvals stay.
pub fn end_of_account(realm: RealmId, user: UserId, at: Timestamp) -> Vec<Change> {
    end_of_all(realm, user, at, RevocationReason::Operator)
}

/// As [`end_of_account`], approvals too.
pub fn end_of_account_and_approvals(realm: RealmId, user: UserId, at: Timestamp, why: RevocationReason) -> Vec<Change> {
    let mut changes = vec![Change::Consent(ConsentChange::WithdrawAll { realm, user })];
    changes.extend(end_of_all(realm, user, at, why));
    changes
}

fn end_of_all(realm: RealmId, user: UserId, at: Timestamp, why: RevocationReason) -> Vec<Change> {
    let mut changes = end_of_password(realm, user, at, why);
    changes.push(Change::User(UserChange::RaiseNotBefore { realm, user, to: past(at) }));
    changes
}

/// Every code and token that a client has. Enabling it again brings nothing back.
pub fn end_of_client(realm: RealmId, client: ClientKey, at: Timestamp) -> Vec<Change> {
    vec![Change::Client(ClientChange::RaiseNotBefore { realm, client, to: past(at) })]
}

/// Every code, token and session of a realm. Enabling it again brings nothing back.
pub fn end_of_realm(realm: RealmId, at: Timestamp) -> Vec<Change> {
    vec![Change::Realm(RealmChange::RaiseNotBefore { realm, to: past(at) })]
}

/// A not-before kills what was born before it: what was born in this millisecond too.
fn past(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis() + 1)
}
