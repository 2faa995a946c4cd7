//! Of what a client was granted: approved, given out as a code, and kept.

use crate::{
    AuthorizationId, ClientKey, CodeId, RealmId, Timestamp, UserId,
    model::{Authorization, AuthorizationCode, Consent, RefreshVerifier, RevocationReason},
};

/// Writes of what clients were granted.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthorizationChange {
    /// Before its first tokens, in the same unit.
    Create(Authorization),
    /// The next generation; or the present one once more, so that an answer waits until it is durable
    /// everywhere. Guard: `generation` is current, nobody revoked it, and no status or not-before of its
    /// realm, client or user has killed it.
    Rotate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: AuthorizationId,
        /// That of the token that was presented, or of the one that is current.
        generation: u32,
        /// What is current from now on.
        to: RefreshVerifier,
    },
    /// Guard-free: revoking twice is revoking once, and the first reason stays.
    Revoke {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: AuthorizationId,
        /// When: the time of the decision.
        at: Timestamp,
        /// The reason that is kept.
        why: RevocationReason,
    },
    /// The ones that were used least lately go, revoked ones first, until `keep` are left; but not before there are a
    /// sixteenth more than that, so that an account that is full is not sorted each time.
    Trim {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// How many an account may have.
        keep: u32,
    },
    /// It is gone, if its refresh token ended before `ended_before` and no personal access token rests on it.
    Leave {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: AuthorizationId,
        /// What ended before this has no token left that lives.
        ended_before: Timestamp,
    },
    /// All that this person granted, or all that they granted to one client.
    RevokeOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who granted them.
        user: UserId,
        /// `None` for all clients.
        client: Option<ClientKey>,
        /// When: the time of the decision.
        at: Timestamp,
        /// The reason that is kept.
        why: RevocationReason,
    },
}

/// Writes of authorization codes.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a unit holds a handful of changes for microseconds; a box each would cost more than the room"
)]
pub enum CodeChange {
    /// Made when a request is approved.
    Create(AuthorizationCode),
    /// Guard: nobody redeemed it, and no status or not-before of its realm, client or user has killed
    /// it. Its record is kept until `keep_until`.
    Redeem {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: CodeId,
        /// When: the time of the decision.
        at: Timestamp,
        /// The end of its authorization: until then its use a second time is noticed.
        keep_until: Timestamp,
    },
    /// Codes of this person that nobody redeemed are gone: all, or those for one client.
    EndOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// `None` for all clients.
        client: Option<ClientKey>,
        /// When: the time of the decision.
        at: Timestamp,
    },
}

/// Writes of what people have approved.
#[derive(Clone, Debug, PartialEq)]
pub enum ConsentChange {
    /// Replaces what was remembered; the caller has made the union.
    Grant(Consent),
    /// Writes nothing. Guard: it is remembered, so that a code is not made beside its withdrawal.
    Require {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who approved.
        user: UserId,
        /// The client.
        client: ClientKey,
    },
    /// It is forgotten; no conflict if it was before. What was granted is revoked by another change.
    Withdraw {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who approved.
        user: UserId,
        /// The client.
        client: ClientKey,
    },
    /// Whatever this person approved.
    WithdrawAll {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who approved.
        user: UserId,
    },
}
