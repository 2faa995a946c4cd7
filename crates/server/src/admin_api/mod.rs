//! The admin API: REST over the verbs of `manage`, below `/admin/api/v1`, for administrators alone.
//!
//! **How to add a noun**
//! 1. A row per address in `oauth/src/endpoint.rs`: base `Admin`, authentication `Administrator`, CSRF
//!    `Header`, face `Problem`; an arm per method in `handlers.rs`.
//! 2. A file here, with a function per method. Each begins with [`Api::of`] or [`InRealm::of`]: which scope
//!    a token needs, and which act on which noun the role has to allow (401, 403 and 404 come from there).
//! 3. A list: [`Page::of`] reads `limit`, `after` and the filters that it has; ask the store for
//!    `page.more()` rows after `page.after()` by an index, and answer with `page.answer(…)`.
//! 4. A write, in this order, which is that of refusals: find what it is about (404), [`Api::expects_json`]
//!    (415), [`Api::if_match`] (428, 412; of a POST [`Api::if_match_of_a_first`]), [`Api::document`] (413, 400), then [`Api::act`]: `look` gathers facts
//!    again, the rule asks a verb and says the answer as a [`Reply`]. A verb's refusal becomes a problem by
//!    [`decided`](api::decided). `act` remembers answers to POST under an `Idempotency-Key`; what is shown once goes into
//!    `Reply::once`, and is not remembered.
//! 5. Facts that others may change meanwhile are guarded by the `Change` of the verb; `if_match` is asked
//!    again within the rule, as the facts may be newer than those that the caller was compared with.
//! 6. A story in `tests/operators/`, and a row in the tables there: verb × role × realm.

pub mod activity;
pub mod administrators;
mod admit;
mod api;
pub mod apply;
pub mod audit;
pub mod authorizations;
pub mod clients;
pub mod dialects;
pub mod factors;
pub mod health;
pub mod keys;
mod lists;
pub mod locks;
pub mod mails;
pub mod openapi;
pub mod people;
pub mod realms;
pub mod registration_tokens;
mod reply;
mod request;
pub mod scopes;
pub mod secrets;
pub mod sessions;
mod settings;
pub mod tokens;

pub use admit::admit;
pub use api::{Api, InRealm};
pub use lists::Page;
pub use reply::Reply;
pub use request::merge;
pub use settings::{change as change_settings, show as show_settings};

pub use crate::clock::instant;
