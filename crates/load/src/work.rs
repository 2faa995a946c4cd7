//! Work against a server: what a worker does per request, and how it is driven and counted.

mod codes;
mod double_spend;
mod drive;
mod measure;
mod operation;
mod pages;
mod repeat;
mod rotate;
mod scene;
#[cfg(test)]
mod stub;

pub use double_spend::DoubleSpends;
#[cfg(test)]
pub use drive::Tally;
pub use drive::{Plan, block_on};
#[cfg(test)]
pub use measure::summarise;
pub use measure::{Measured, measured};
pub use operation::{Operation, client_credentials_of_each, introspect_each, measure, rotate};
pub use pages::measure_pages;
pub use repeat::{Expect, Repeat};
pub use scene::{Scene, obtain_refresh_tokens};
