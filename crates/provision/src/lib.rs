//! Realm files: what realms, clients and people should be, and the writes that make it so.
//!
//! Parse, find secrets, check against what is stored, judge secrets, plan, commit as one unit. Every
//! fault of every file is reported at once, and then nothing is written.

mod apply;
mod check;
mod current;
mod difference;
mod draft;
mod entry;
mod fault;
mod hashing;
mod look;
mod parse;
mod plan;
mod secret_source;
mod table;
mod typed;
mod verdict;

pub use apply::{ApplyError, Files, Means, Options, Prepared, apply, prepare};
pub use check::Dialects;
pub use current::{Current, Held};
pub use difference::{Action, Difference, Noun};
pub use draft::Prune;
pub use entry::{ClientEntry, RealmEntry, Said, ScopeEntry, SecretEntry, UserEntry};
pub use fault::{At, Fault, Place, Source};
pub use hashing::{Hashing, NoHash, Pending};
pub use jeton_oauth::manage::issuer::PlainHttp;
pub use parse::client::ALIASES as CLIENT_ALIASES;
pub use plan::{Plan, Planning};
pub use secret_source::{Outside, Process, SecretSource};
pub use verdict::{Verdicts, hash_client_secret};
