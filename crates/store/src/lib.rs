//! Jeton's rows: the only SQL.
//!
//! Writing is [`Store::commit`]: a unit of changes, all or nothing. Reading is [`Store::in_realm`],
//! so that no query forgets whose rows it may see.

#![warn(missing_docs)]

mod backend;
mod cache;
mod changed;
mod changes;
mod client_before;
mod clock;
pub mod copy;
mod crowd;
mod deaths;
mod error;
mod installation;
mod leaving;
mod migration;
mod nodes;
mod noticed;
mod reads;
mod restore;
mod row;
mod statement;
mod store;
mod sweep;
mod word;
mod work;

pub use backend::postgres::PostgresUrl;
pub use error::{BackupError, CommitError, OpenError, StoreError};
pub use installation::{Diagnosis, Installation, RealmSummary};
pub use nodes::{JoinError, Membership, Node, NodeKind};
pub use noticed::Noticed;
pub use reads::{
    AdministratorFacts, Answered, ApiUser, AuditFilter, AuditQuery, AuditRow, CoDeveloper, CodeFacts, Counted, Counts, GrantedTo,
    InvitationToShow, Lock, Measured, Part, RealmStore, RemovedSecret, SecretAddress, SessionFacts, Sums, Unseen,
};
pub use restore::{Backup, Present, RestoreError};
pub use store::{AuthorizationEnd, Location, Role, Store};
pub use sweep::Swept;
