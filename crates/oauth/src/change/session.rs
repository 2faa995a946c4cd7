//! Of browsers, and of requests that wait in them.

use crate::{
    PendingRequestId, RealmId, SessionId, Timestamp, UserId,
    model::{PendingRequest, Session},
};

/// Writes of browser sessions.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionChange {
    /// Somebody signed in.
    Create(Session),
    /// Writes nothing. Guard: it is there, so that nothing is approved in a session that just ended.
    Require {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
    },
    /// No conflict if it is gone.
    End {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
    },
    /// All of a person.
    EndOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
    },
    /// The ones that were used least lately end, until `keep` are left.
    Trim {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// How many an account may have.
        keep: u32,
    },
    /// All of a person but the one that asks.
    EndOthersOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// The one that stays.
        but: SessionId,
    },
    /// More was proven in it. Guard: it is there.
    Proven {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
        /// What the sign-in is made of by now, apart by spaces (RFC 8176).
        amr: String,
    },
    /// A mark, not a fact: may be lost.
    Seen {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
        /// When: the time of the decision.
        at: Timestamp,
    },
}

/// Authorization requests that wait for a person who is signed in.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a unit holds a handful of changes for microseconds; a box each would cost more than the room"
)]
pub enum PendingRequestChange {
    /// A session keeps its 20 newest; the oldest leaves.
    Create(PendingRequest),
    /// It is used up. Guard: it is there, and waits in this session.
    Answer {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PendingRequestId,
        /// The session of whoever answers.
        session: SessionId,
    },
    /// The same person signed in again with the same browser: what waited goes along.
    Follow {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Whose requests; others' stay behind.
        user: UserId,
        /// The session that ends.
        from: SessionId,
        /// The session that begins.
        to: SessionId,
    },
}
