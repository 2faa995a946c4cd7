//! `jeton`: reads the command line, runs one command, says how it went.

mod cli;
mod commands;
mod demo;
mod failure;
mod installation;
mod logging;
mod output;
mod progress;
mod running;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.wants_json();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json),
    }
}
