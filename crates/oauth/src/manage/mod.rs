//! What nouns are and may become: one document each, its checks, and its verbs.

mod actor;
mod ending;
mod event;
mod fault;
mod nearest;
mod read;

pub use actor::{Actor, ActorKind, Administrator, AdministratorRole, Channel, Origin, Reach, Who};
pub use ending::{end_grants, end_of_account, end_of_client, end_of_password, end_of_realm, end_sessions};
pub use fault::{Fault, Path, Step};
pub use nearest::{did_you_mean, nearest};
pub use read::read;
