//! The shell: it gathers facts, lets the rules decide, commits, and answers.

pub mod keys;
pub mod listener;
pub mod metrics;
pub mod password;
