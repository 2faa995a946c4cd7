//! What nouns are and may become: one document each, its checks, and its verbs.

mod actor;
pub mod administrator;
pub mod client;
pub mod consent;
pub(crate) mod described;
mod desk;
mod dialect;
pub(crate) mod document;
mod ending;
mod event;
mod fault;
pub mod grants;
pub mod issuer;
mod locks;
pub mod mails;
mod may;
mod nearest;
mod read;
pub mod realm;
pub mod registration;
pub mod scope;
pub mod sessions;
mod text;
pub mod user;

pub use actor::{Actor, ActorKind, Administrator, AdministratorRole, Channel, Origin, Reach, RequestId, Who};
pub use client::ClientMetadata;
pub use consent::ConsentDocument;
pub use described::Described;
pub use desk::{Desk, Refusal, Verdict, unread_too};
pub use dialect::{DialectApplied, apply_dialect, remove_dialect};
pub use document::{Member, of_what_differs};
pub use ending::{end_grants, end_of_account, end_of_account_and_approvals, end_of_client, end_of_password, end_of_realm, end_sessions};
pub use event::readable;
pub use fault::{Fault, Path, Position, Step};
pub use locks::open_locks;
pub use may::{Act, Noun, Subject, may};
pub use nearest::{did_you_mean, nearest};
pub use read::read;
pub use realm::RealmDocument;
pub use scope::ScopeDocument;
pub use user::{UserDocument, UserMetadata};

use desk::fit;
pub(crate) use document::document;
