//! The built binary on the command line: one file for each kind of command.

mod apply;
mod commands;
mod serving;
mod support;
