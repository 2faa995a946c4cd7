//! Of letters, and of the links in them.

use crate::{
    MailId, OneTimeLinkId, RealmId, Timestamp, UserId,
    model::{LinkPurpose, Mail, OneTimeLink},
};

/// Writes of links that are mailed.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkChange {
    /// Before its mail is posted, in the same unit.
    Create(OneTimeLink),
    /// It is accepted or withdrawn. Guard: it is there, and has not ended: whoever comes second finds nothing.
    Use {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: OneTimeLinkId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Those of one purpose that somebody was sent before.
    EndOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// Which of them.
        purpose: LinkPurpose,
    },
}

/// Writes of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub enum MailChange {
    /// A letter is to be sent.
    Post(Mail),
    /// One server tries to send it, until `until`. Guard: it was tried `attempts` times, so nobody else does.
    Take {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
        /// How often it was tried before this time.
        attempts: u32,
        /// Before that no other server tries.
        until: Timestamp,
    },
    /// One that was given up is tried again, as often as a new one. Guard: it was given up.
    Again {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
        /// From when on.
        at: Timestamp,
    },
    /// It was handed over, and is gone.
    Sent {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
    },
    /// It was not handed over.
    Failed {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
        /// Why, in words.
        fault: String,
        /// When it is tried again.
        next_at: Timestamp,
        /// Since when it is not tried any more; `None` as long as it is.
        given_up_at: Option<Timestamp>,
    },
}
