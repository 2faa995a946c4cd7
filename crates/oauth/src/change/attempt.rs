//! Of counters of guesses.

use crate::{ClientKey, RealmId, Timestamp, UserId};

/// Guesses at passwords and the like, counted before they are checked.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptChange {
    /// Guard: fewer than `limit` in the window that began at most `window_ms` ago. The last of them
    /// closes the bucket until `closed_until`.
    Reserve {
        /// The counter's name.
        bucket: [u8; 32],
        /// Whose locks it is among; `None` for what nobody looks at.
        realm: Option<RealmId>,
        /// How many may be counted in a window.
        limit: u32,
        /// The length of a window, in milliseconds.
        window_ms: i64,
        /// Until when the last one closes it.
        closed_until: Timestamp,
        /// When the guess is made.
        at: Timestamp,
        /// For those who look at locks: whose account is guessed at, through which client or at whose secret,
        /// and words for where from. All are `None` for names that nobody has.
        user: Option<UserId>,
        /// See `user`.
        client: Option<ClientKey>,
        /// See `user`.
        network: Option<String>,
    },
    /// Writes down until when a bucket is closed that was open when it was last counted: the limit was lowered since.
    /// Nothing happens where it was opened, or fewer were counted, in the meantime.
    Close {
        /// The counter's name.
        bucket: [u8; 32],
        /// How many were counted when it was looked at.
        count: u32,
        /// When it opens.
        until: Timestamp,
        /// When it was looked at.
        at: Timestamp,
    },
    /// A reservation that turned out right; never below zero.
    GiveBack {
        /// The counter's name.
        bucket: [u8; 32],
    },
    /// Who is counted here was right, and is known until then. Nothing happens where nobody guessed.
    Remember {
        /// The counter's name.
        bucket: [u8; 32],
        /// When they are strangers again.
        until: Timestamp,
    },
    /// Opens all that is closed for an account, and forgets what was guessed at it.
    Forget {
        /// The account.
        user: UserId,
    },
    /// Opens the networks, and what is closed for a network and a client, from which an account was guessed at.
    OpenNetworksOf {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
    },
    /// Opens what is closed for a network, for a client, or for both together, and forgets what was guessed there.
    Open {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The network, in the words that its lock has; `None` for any.
        network: Option<String>,
        /// `None` for any, and for none.
        client: Option<ClientKey>,
    },
}
