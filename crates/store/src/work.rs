//! What a writer is asked to do: a unit of changes, or one of the store's own chores. Both are
//! lists of statements that are written whole or not at all.

use jeton_oauth::{Change, RealmId, Timestamp, activity::Grain};
use uuid::Uuid;

use crate::{
    StoreError, changes,
    crowd::Crowd,
    leaving::Leaving,
    nodes::{self, Node},
    noticed::Noticed,
    statement::{Statement, values},
    sweep,
};

#[derive(Debug)]
pub(crate) enum Work {
    Unit(Vec<Change>),
    /// Guard: none is set and nothing was wrapped yet.
    AdoptMasterKey(Vec<u8>),
    /// After a restore: what was issued before it is dead.
    RaiseEpoch {
        at: Timestamp,
    },
    Sweep {
        now: Timestamp,
        limit: u32,
    },
    /// A step of what a unit that follows ends.
    Thin(Crowd),
    /// Numbers become coarser with age, and leave in the end.
    FoldActivity {
        now: Timestamp,
        limit: u32,
    },
    /// A step of what was deleted.
    Clear {
        leaving: Leaving,
        limit: u32,
    },
    SweepAudit {
        realm: RealmId,
        before: Timestamp,
        limit: u32,
    },
    /// Writes this much and takes it away again: where a row can be changed in its place, it may still
    /// be that nothing can be added.
    Probe(String),
    /// A node is there, or still there; those long gone are forgotten.
    Stay(Node),
    Leave(Uuid),
    /// Panics.
    #[cfg(test)]
    Bug,
}

/// How many rows each statement touched, where somebody wants to know.
pub(crate) type Outcome = Vec<u64>;

impl Work {
    pub fn probe() -> Self {
        let mut random = [0; 32_768];
        // Without randomness a database may write less than it is given; it writes all the same.
        let _ = aws_lc_rs::rand::fill(&mut random);
        Self::Probe(random.iter().map(|byte| char::from(b' ' + byte % 95)).collect())
    }

    pub fn statements<'a>(&'a self, now: Timestamp, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
        match self {
            Self::Unit(unit) => unit.iter().try_for_each(|change| changes::statements(change, now, out))?,
            Self::AdoptMasterKey(check) => out.push(Statement::guarded(
                "UPDATE installation SET master_key_check = ?1 WHERE master_key_check IS NULL AND NOT EXISTS (SELECT 1 FROM keys)",
                values![check.as_slice()],
            )),
            Self::RaiseEpoch { at } => {
                out.push(Statement::guarded("UPDATE installation SET epoch = epoch + 1", Vec::new()));
                // Whoever serves the rows has the old one in memory.
                out.push(Noticed::Everything.statement(now));
                // Sessions, codes and JWTs without an authorization know no epoch.
                out.push(Statement::free("UPDATE realms SET not_before = ?1 WHERE not_before < ?1", values![*at]));
                // Whether a link was used since is not known.
                out.push(Statement::free("DELETE FROM administrator_invitations", Vec::new()));
            }
            Self::Sweep { now, limit } => sweep::statements(*now, *limit, out),
            Self::Thin(crowd) => out.push(crowd.step()),
            Self::FoldActivity { now, limit } => {
                let old = Timestamp::from_millis(now.as_millis() - Grain::Hour.kept());
                changes::activity::fold(Grain::Hour, Grain::Day, Grain::Day.begin(old), *limit, out);
                changes::activity::forget(*now, *limit, out);
            }
            Self::Clear { leaving, limit } => leaving.step(*limit, out),
            Self::SweepAudit { realm, before, limit } => out.push(sweep::audit(*realm, *before, *limit)),
            Self::Stay(node) => nodes::stay(node, now, out),
            Self::Leave(node) => nodes::leave(*node, out),
            Self::Probe(much) => nodes::probe(much, now, out),
            #[cfg(test)]
            Self::Bug => panic!("a bug, for a test"),
        }
        Ok(())
    }

    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Unit(unit) => unit,
            _ => &[],
        }
    }

    /// Whether anybody wants the outcome.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Thin(_) | Self::Sweep { .. } | Self::FoldActivity { .. } | Self::SweepAudit { .. } | Self::Clear { .. })
    }
}
