//! What stories are told with: a server in this process on one storage engine, and those who call it.
//!
//! A story is an `async fn(Engine)`; `cases!` lists those of a module, and [`world::run`] makes a trial of each per engine.

pub mod admins;
pub mod authenticator;
pub mod browser;
pub mod call;
pub mod demo;
pub mod forms;
pub mod grants;
pub mod hostile;
pub mod jwks;
pub mod registrations;
pub mod setup;
pub mod world;
