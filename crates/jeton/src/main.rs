//! `jeton`: reads the command line, runs one command, says how it went.

mod api;
mod cli;
mod commands;
mod demo;
mod failure;
mod installation;
mod logging;
mod output;
mod place;
mod progress;
mod running;
mod said;
mod signals;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.wants_json();
    let is_server = cli.is_server();
    let ended = commands::run(cli);
    logging::finish();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if is_server => output::patiently(move || failure.report(json)).unwrap_or(ExitCode::FAILURE),
        Err(failure) => failure.report(json),
    }
}
