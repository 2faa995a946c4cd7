//! Work against a server: what a worker does per request, and how it is driven and counted.

mod codes;
mod double_spend;
mod drive;
mod measure;
mod operation;
mod repeat;
mod rotate;
#[cfg(test)]
mod stub;

pub use double_spend::DoubleSpends;
pub use drive::{Plan, block_on};
pub use measure::{Measured, measured};
pub use operation::{Operation, Scene, measure, obtain_refresh_tokens};
pub use repeat::{Expect, Repeat};
