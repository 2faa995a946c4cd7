//! Who works on the rows now, where more than one may: each says so itself, and again every few
//! seconds. Times of others are the database's, so that no node's clock matters.
//!
//! Whoever comes writes its own row first and looks at the others after that: of two that cannot
//! both be, at least one sees the other.
//!
//! SQLite has no rows for it: the lock on its folder says the same, costs no wait for the disk,
//! and is given up by whoever dies.

use jeton_oauth::Timestamp;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    backend::Backend,
    clock,
    migration::Migrations,
    row::Fields,
    statement::{Statement, Value, values},
    work::Work,
};

/// What a node may be beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Beside other servers.
    Server,
    /// Beside nobody: it replaces or copies all rows.
    Exclusive,
}

/// One that was there within the last fifteen seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Made anew at each start.
    pub id: Uuid,
    /// What it may be beside.
    pub kind: NodeKind,
    /// The version of its program.
    pub program: String,
    /// The newest schema that it knows.
    pub schema: u32,
    /// Where it runs, or what it does.
    pub place: String,
    /// By its own clock.
    pub started_at: Timestamp,
    /// Milliseconds by which its clock is ahead of the database's.
    pub ahead: i64,
}

/// A place among the nodes. It is to be renewed every five seconds, and left at the end.
#[derive(Debug)]
pub struct Membership {
    store: Store,
    node: Node,
    /// The folder was taken for it.
    took_folder: bool,
}

/// Why a node may not work on the rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Somebody has the rows to itself.
    #[error("{place} (version {program}) has the database to itself; wait for its end, or 15 seconds more if it was killed")]
    Held {
        /// What it is, for people.
        place: String,
        /// The version of its program.
        program: String,
    },
    /// This one wants the rows to itself, and somebody works on them.
    #[error("{place} (version {program}) works on the database; stop it first, and wait 15 seconds if it was killed")]
    InUse {
        /// Where that one runs, for people.
        place: String,
        /// The version of its program.
        program: String,
    },
    /// Somebody else has the lock on SQLite's folder.
    #[error("somebody else has the data folder; stop the server that runs on it first")]
    HeldFolder,
    /// The database could not be asked.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

/// The present, by the database's clock, in milliseconds.
macro_rules! now {
    () => {
        "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}

const STAY: &str = concat!(
    "INSERT INTO nodes (id, kind, program, knows_schema, place, started_at, clock_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ",
    now!(),
    ") ON CONFLICT (id) DO UPDATE SET clock_at = excluded.clock_at, seen_at = excluded.seen_at"
);
/// A row of the future is as dead: the database's clock was set back, or is another machine's now.
const FORGET: &str = concat!("DELETE FROM nodes WHERE seen_at < ", now!(), " - 60000 OR seen_at > ", now!(), " + 60000");
/// Heard of within fifteen seconds.
macro_rules! live {
    () => {
        concat!("seen_at > ", now!(), " - 15000 AND seen_at < ", now!(), " + 15000")
    };
}

pub(crate) const LIVE: &str = concat!(
    "SELECT id, kind, program, knows_schema, place, started_at, clock_at - seen_at FROM nodes WHERE ",
    live!(),
    " ORDER BY started_at, id"
);
/// Who has a PostgreSQL to itself: asked before anything is migrated.
pub(crate) const LIVE_EXCLUSIVE: &str = concat!("SELECT place, program FROM nodes WHERE kind <> 'server' AND ", live!());

impl Store {
    /// Takes a place among those who work on the rows, unless one is there that bars it. `program`
    /// is a version; `place` says where it runs or what it does, in words for whoever is refused.
    pub async fn join(&self, kind: NodeKind, program: &str, place: &str) -> Result<Membership, JoinError> {
        let took_folder = match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.take_folder()?.ok_or(JoinError::HeldFolder)?,
            Backend::Postgres(_) => false,
        };
        let node = Node {
            id: clock::fresh_name(),
            kind,
            program: program.to_owned(),
            schema: Migrations::OURS.known(),
            place: place.to_owned(),
            started_at: clock::now(),
            ahead: 0,
        };
        let membership = Membership { store: self.clone(), node, took_folder };
        match membership.renew().await {
            Ok(()) => Ok(membership),
            Err(error) => {
                // If even this fails, the row is dead in fifteen seconds.
                let _ = membership.leave().await;
                Err(error)
            }
        }
    }

    /// Those who are there now, by their start. SQLite knows of none.
    pub async fn nodes(&self) -> Result<Vec<Node>, StoreError> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(Vec::new()),
            Backend::Postgres(postgres) => postgres.all(LIVE, &[], |row| read(&mut Fields::new(row, "nodes"))).await,
        }
    }
}

impl Membership {
    /// Says that this node is still there, and looks whether somebody came who bars it: a node that
    /// was asleep for long may have been taken for dead.
    pub async fn renew(&self) -> Result<(), JoinError> {
        if let Backend::Sqlite(_) = self.store.backend() {
            return Ok(());
        }
        self.store.backend().chore(Work::Stay(self.node.clone())).await?;
        let others = self.store.nodes().await?;
        let barred = others.into_iter().find(|other| other.id != self.node.id && bars(self.node.kind, other.kind));
        match barred {
            None => Ok(()),
            Some(Node { kind: NodeKind::Exclusive, place, program, .. }) => Err(JoinError::Held { place, program }),
            Some(Node { place, program, .. }) => Err(JoinError::InUse { place, program }),
        }
    }

    /// Gives the place up.
    pub async fn leave(&self) -> Result<(), StoreError> {
        match self.store.backend() {
            Backend::Sqlite(sqlite) if self.took_folder => sqlite.give_folder_up(),
            Backend::Sqlite(_) => {}
            Backend::Postgres(_) => drop(self.store.backend().chore(Work::Leave(self.node.id)).await?),
        }
        Ok(())
    }
}

fn bars(one: NodeKind, other: NodeKind) -> bool {
    one == NodeKind::Exclusive || other == NodeKind::Exclusive
}

/// Of a PostgreSQL only.
pub(crate) fn stay<'a>(node: &'a Node, now: Timestamp, out: &mut Vec<Statement<'a>>) {
    let Node { id, kind, program, schema, place, started_at, .. } = node;
    out.push(Statement::free(STAY, values![*id, *kind, program, *schema, place, *started_at, now]));
    out.push(Statement::free(FORGET, Vec::new()));
}

pub(crate) fn leave(node: Uuid, out: &mut Vec<Statement<'_>>) {
    out.push(Statement::free("DELETE FROM nodes WHERE id = ?1", values![node]));
}

/// A node that was never there.
pub(crate) fn probe<'a>(place: &'a String, now: Timestamp, out: &mut Vec<Statement<'a>>) {
    let id = clock::fresh_name();
    let sql = "INSERT INTO nodes (id, kind, program, knows_schema, place, started_at, clock_at, seen_at) VALUES (?1, 'probe', '', 0, ?2, ?3, ?3, 0)";
    out.push(Statement::free(sql, values![id, place, now]));
    leave(id, out);
}

pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Node, StoreError> {
    Ok(Node {
        id: fields.id(|id| id)?,
        kind: match fields.text()? {
            "server" => NodeKind::Server,
            // A kind that this program does not know may be beside nobody.
            _ => NodeKind::Exclusive,
        },
        program: fields.string()?,
        schema: fields.u32()?,
        place: fields.string()?,
        started_at: fields.time()?,
        ahead: fields.int()?,
    })
}

impl From<NodeKind> for Value<'_> {
    fn from(kind: NodeKind) -> Self {
        match kind {
            NodeKind::Server => "server".into(),
            NodeKind::Exclusive => "exclusive".into(),
        }
    }
}
