//! Realm files: what realms, clients and people should be, and the writes that make it so.
//!
//! Read, find secrets, check against what is stored, judge secrets, plan by the verbs of each noun, commit. Every
//! fault of every file is reported at once, and then nothing is written.

mod apply;
mod check;
mod current;
mod difference;
mod draft;
mod entry;
mod file;
mod hashing;
mod look;
mod plan;
mod secret_source;
mod source;
mod verdict;

pub use apply::{ApplyError, Files, Means, Options, Prepared, apply, prepare};
pub use check::Dialects;
pub use difference::{Action, Difference};
pub use draft::Prune;
pub use file::CLIENT_ALIASES;
pub use hashing::{Hashing, NoHash, Pending};
pub use jeton_oauth::manage::issuer::PlainHttp;
pub use plan::Plan;
pub use secret_source::{Outside, Process};
pub use source::{Fault, Source};
