//! One line of the ledger: an intent before it is acted on, or how it ended.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Milliseconds since the run began.
    pub at: u64,
    #[serde(flatten)]
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// About to be sent; on disk before the first octet leaves.
    Intent {
        operation: u64,
        intent: Intent,
    },
    /// How the operation of that number ended; on disk before anything follows from it.
    Outcome {
        operation: u64,
        outcome: Outcome,
    },
    /// The server handed out this authorization code.
    Code {
        code: String,
    },
    /// The server no longer knew the session of a signed-in browser.
    SessionLost,
    Killed,
    /// Answering again, this many milliseconds after its start.
    Serving {
        after: u64,
    },
    /// A fault of the database's begins: everything until [`Event::Healed`] is its doing.
    Fault {
        scenario: String,
    },
    /// Every copy of the database is there again; so many documents were asked for and read meanwhile.
    Healed {
        documents: u64,
    },
    /// Metadata or keys could not be read from a server.
    DocumentUnanswered {
        path: String,
        why: String,
    },
    /// A primary acknowledged a write while it was cut off from every other machine.
    AcknowledgedCutOff,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Intent {
    Redeem { code: String },
    Rotate { token: String },
    Revoke { token: String },
    Introspect { token: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// 200 with this refresh token.
    Tokens { refresh_token: String },
    /// 200 to a revocation.
    Revoked,
    /// The answer of an introspection.
    Active { active: bool },
    /// The server decided no.
    Refused { status: u16 },
    /// No answer, or one that says nothing about what happened (429, 5xx).
    Unknown { why: String },
}
