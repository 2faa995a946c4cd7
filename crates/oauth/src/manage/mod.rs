//! What nouns are and may become: one document each, its checks, and its verbs.

mod actor;
pub mod client;
mod desk;
mod document;
mod ending;
mod event;
mod fault;
mod may;
mod nearest;
mod read;
mod text;

pub use actor::{Actor, ActorKind, Administrator, AdministratorRole, Channel, Origin, Reach, Who};
pub use client::ClientMetadata;
pub use desk::{Desk, Refusal, Verdict};
pub use document::Member;
pub use ending::{end_grants, end_of_account, end_of_client, end_of_password, end_of_realm, end_sessions};
pub use fault::{Fault, Path, Step};
pub use may::{Act, Noun, Subject, may};
pub use nearest::{did_you_mean, nearest};
pub use read::read;

use desk::fit;
