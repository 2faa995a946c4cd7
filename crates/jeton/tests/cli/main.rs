//! The built binary on the command line: one file for each kind of command.

mod administrators;
mod apply;
mod bulk;
mod commands;
mod copying;
mod elsewhere;
mod fail2ban;
mod locks;
mod restoring;
mod serving;
mod support;
