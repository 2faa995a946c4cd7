//! The built binary on the command line: one file for each kind of command.

mod apply;
mod bulk;
mod commands;
mod copying;
mod locks;
mod restoring;
mod serving;
mod support;
