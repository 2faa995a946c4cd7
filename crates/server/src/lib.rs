//! The shell: it gathers facts, lets the rules decide, commits, and answers.
//!
//! Another program can mount it: [`App::start`] on a store, then [`router`], or [`Endpoints`] without one.

mod activity;
mod admin_api;
pub mod administrators;
mod admission;
pub mod app;
pub mod clock;
mod cookies;
mod counted;
mod cross_origin;
mod csrf;
mod deliver;
pub mod demo;
mod dispatch;
pub mod doctor;
mod documents;
mod endpoints;
mod faces;
mod factors;
mod failure;
mod guesses;
mod handlers;
mod host;
#[cfg(test)]
mod house;
mod incoming;
pub mod invitation;
pub mod jobs;
pub mod keys;
pub mod listener;
pub mod log;
mod logged;
pub mod mail;
mod marks;
pub mod metrics;
mod outdated;
pub mod outlived;
mod pace;
pub mod page_parts;
mod pages;
pub mod panics;
mod passkeys;
pub mod password;
pub mod proxies;
pub mod randomness;
mod readiness;
pub mod realms;
mod refusal_log;
mod refusals;
mod remind;
mod request_ids;
mod respond;
mod sealed;
mod service;
mod session;
mod turns;
pub mod unused_registrations;

pub use app::{App, AppOptions, StartError};
pub use clock::Clock;
pub use deliver::deliver;
pub use remind::remind;
pub use service::{Endpoints, Internal};

/// Every endpoint and page of every realm, to mount in another program's router.
pub fn router(app: &App) -> axum::Router {
    axum::Router::new().fallback_service(Endpoints::new(app))
}
