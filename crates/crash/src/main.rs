//! `jeton-crash`: kills servers and databases under load, and checks from a ledger that nothing acknowledged was lost.

mod crash;
mod failover;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The users share the machine with the servers that they load.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Kills servers and databases under load, and checks that nothing acknowledged was lost.
#[derive(Parser)]
#[command(name = "jeton-crash", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Kill(crash::Arguments),
    Failover(failover::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Kill(arguments) => crash::run(&arguments),
        Command::Failover(arguments) => failover::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
