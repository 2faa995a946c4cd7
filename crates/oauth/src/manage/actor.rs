//! Who acts, and from where: what every verb asks about, and what every audit event says.

use std::{fmt, net::IpAddr, sync::Arc};

use uuid::Uuid;

use crate::{ClientKey, RealmId, UserId};

/// Somebody who wants something done, and where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// Where their request came from; empty for what came over no network.
    pub from: Origin,
}

/// Where a request came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// As far as trusted proxies let it be known; `None` for what came over no network.
    pub address: Option<IpAddr>,
    /// What the log calls this request.
    pub request: Option<RequestId>,
    /// What was asked, by the name that logs and metrics have.
    pub endpoint: Option<&'static str>,
}

/// What a request is called where it is told of: a number of its process, and one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId {
    process: u32,
    number: u64,
}

/// Whoever wants something done, as far as it was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Has the rows themselves: whoever runs the commands may do everything.
    Operator(Channel),
    /// Signed in to the realm `admin`.
    Administrator(Administrator),
    /// A person who owns clients and API users.
    Developer(UserId),
    /// A person who owns a client together with others, or looks after an API user of such a client: about that row.
    CoDeveloper {
        /// That person.
        user: UserId,
        /// The client's row, or the API user's: about no other.
        shares: Uuid,
    },
    /// About what is their own.
    Person(UserId),
    /// A program, about itself and what it was granted.
    Client(ClientKey),
    /// The server of its own accord: a job, a key that was due.
    System,
    /// Nobody that anything is known of.
    Stranger,
}

/// How an operator said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By a command and its options.
    Command,
    /// By a realm file that was applied.
    RealmFile,
}

/// An account that may work on realms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// In the realm `admin`.
    pub user: UserId,
    /// What they may do.
    pub role: AdministratorRole,
    /// Where they may do it.
    pub reach: Reach,
}

/// What an administrator may do where they reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdministratorRole {
    /// Reads.
    Auditor,
    /// Reads; disables, revokes, ends sessions and secrets.
    Support,
    /// Everything.
    Owner,
}

/// The realms that an administrator may work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every realm, those to come too, and the installation itself.
    All,
    /// These, and nothing that is the installation's.
    Named(Arc<[RealmId]>),
}

/// The word for an actor in an audit event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// See [`Who::Operator`].
    Operator,
    /// See [`Who::Administrator`].
    Administrator,
    /// A person about what they own, alone or with others.
    Developer,
    /// See [`Who::Person`].
    Person,
    /// See [`Who::Client`].
    Client,
    /// See [`Who::System`].
    System,
    /// See [`Who::Stranger`].
    Stranger,
}

impl Actor {
    /// Somebody at a command line.
    pub const COMMAND: Self = Self::here(Who::Operator(Channel::Command));
    /// Somebody who applies a realm file.
    pub const REALM_FILE: Self = Self::here(Who::Operator(Channel::RealmFile));
    /// The server of its own accord.
    pub const SYSTEM: Self = Self::here(Who::System);

    const fn here(who: Who) -> Self {
        Self { who, from: Origin { address: None, request: None, endpoint: None } }
    }
}

impl RequestId {
    /// `process` tells a server's start from others, `number` counts its requests.
    pub const fn new(process: u32, number: u64) -> Self {
        Self { process, number }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-{}", self.process, self.number)
    }
}

impl Who {
    /// The word for them.
    pub const fn kind(&self) -> ActorKind {
        match self {
            Self::Operator(_) => ActorKind::Operator,
            Self::Administrator(_) => ActorKind::Administrator,
            Self::Developer(_) | Self::CoDeveloper { .. } => ActorKind::Developer,
            Self::Person(_) => ActorKind::Person,
            Self::Client(_) => ActorKind::Client,
            Self::System => ActorKind::System,
            Self::Stranger => ActorKind::Stranger,
        }
    }

    /// The row of who acts, where there is one: of a person (an administrator's is in the realm
    /// `admin`) or of a client.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Administrator(Administrator { user, .. })
            | Self::Developer(user)
            | Self::CoDeveloper { user, .. }
            | Self::Person(user) => Some(user.0),
            Self::Client(client) => Some(client.0),
            Self::Operator(_) | Self::System | Self::Stranger => None,
        }
    }

    /// Whether they speak for the realm, and not only for what is their own.
    pub const fn runs_the_realm(&self) -> bool {
        matches!(self, Self::Operator(_) | Self::Administrator(_) | Self::System)
    }

    /// Who it was, in words for the end of a sentence: "disabled by a command".
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Operator(Channel::Command) => "a command",
            Self::Operator(Channel::RealmFile) => "a realm file",
            Self::Administrator(_) => "an administrator",
            Self::Developer(_) | Self::CoDeveloper { .. } => "a developer",
            Self::Person(_) => "the person",
            Self::Client(_) => "a client",
            Self::System => "the server",
            Self::Stranger => "a stranger",
        }
    }
}

impl Reach {
    /// Whether they may work on this one.
    pub fn covers(&self, realm: RealmId) -> bool {
        match self {
            Self::All => true,
            Self::Named(realms) => realms.contains(&realm),
        }
    }
}

impl ActorKind {
    /// Every word, in the order of lists.
    pub const ALL: [Self; 7] =
        [Self::Operator, Self::Administrator, Self::Developer, Self::Person, Self::Client, Self::System, Self::Stranger];

    /// As rows and answers write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Administrator => "administrator",
            Self::Developer => "developer",
            Self::Person => "person",
            Self::Client => "client",
            Self::System => "system",
            Self::Stranger => "stranger",
        }
    }

    /// As [`as_str`](Self::as_str) writes it; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl AdministratorRole {
    /// Every role, the strongest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Support, Self::Auditor];

    /// As commands and documents write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Support => "support",
            Self::Auditor => "auditor",
        }
    }

    /// As [`as_str`](Self::as_str) writes it; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
