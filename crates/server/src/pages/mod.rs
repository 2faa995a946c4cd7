//! Pages for people: plain HTML that needs no script, each with a policy that allows nothing inline.

pub mod account;
pub mod admin;
mod asset;
pub mod chart;
pub mod desk;
pub mod developers;
pub mod docs;
mod flash;
pub mod frame;
mod pending;
pub mod preferences;
mod reasons;
mod times;
pub mod visitors;

pub use asset::asset;
