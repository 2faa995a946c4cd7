//! What nouns are and may become: one document each, its checks, and its verbs.

mod actor;
mod event;
mod fault;

pub use actor::{Actor, ActorKind, Administrator, AdministratorRole, Channel, Origin, Reach, Who};
pub use fault::{Fault, Path, Step};
