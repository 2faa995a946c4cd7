//! Of who runs the servers, and what their programs were answered.

use crate::{OneTimeLinkId, Timestamp, UserId, manage::Administrator, manage::administrator::Invitation};

/// Writes of who runs the servers.
#[derive(Clone, Debug, PartialEq)]
pub enum AdministratorChange {
    /// Makes an account an administrator. Guard: the account is there, and is none yet.
    Appoint {
        /// Whose account, with which role, for which realms.
        administrator: Administrator,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Another role, or other realms. Guard: the account is there, and has the role and the realms that were looked at.
    Reappoint {
        /// Role and realms that were looked at.
        from: Administrator,
        /// The same account's from now on.
        to: Administrator,
    },
    /// Writes nothing. Guard: where this person owns everything, another does too, who can sign in.
    RequireAnotherOwner {
        /// Who is about to own less, or to go.
        but: UserId,
    },
    /// Writes nothing. Guard: no person owns everything.
    RequireNoOwner,
    /// A link that makes whoever follows it an administrator.
    Invite(Invitation),
    /// It is accepted or withdrawn. Guard: it is there, and has not ended: whoever comes second finds nothing.
    UseInvitation {
        /// The link's selector.
        id: OneTimeLinkId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Links for the first owner go, once there is one.
    EndFirst,
}

/// What a request that named itself was answered, so that its repetition does nothing again. Conflict if
/// its name is taken and has not ended at `at`. Holds no secret: that was shown once.
#[derive(Clone, Debug, PartialEq)]
pub struct RememberedAnswer {
    /// A hash of who asked what under which name.
    pub id: [u8; 32],
    /// A keyed hash of the request's body, which may hold a password.
    pub request: [u8; 32],
    /// What is answered again, as whoever answered wrote it down.
    pub answer: String,
    /// When it was answered first.
    pub at: Timestamp,
    /// Until then a repetition is known as one.
    pub expires_at: Timestamp,
}
