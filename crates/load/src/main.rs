//! `jeton-load`: measures any OAuth server, the machine it runs on, and whether a crash loses anything.

mod bench;
mod crash;
mod database;
mod failover;
mod histogram;
mod http;
mod jeton;
mod limits;
mod oauth;
mod process;
mod run;
mod scale;
mod table;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The servers measured here use it too, and the bare handler must be of the same stack.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Load generator, limit measurer and crash ledger for OAuth servers.
#[derive(Parser)]
#[command(name = "jeton-load", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(Box<run::Arguments>),
    Limits(limits::Arguments),
    Bench(bench::Arguments),
    Crash(crash::Arguments),
    Failover(failover::Arguments),
    /// The bare handler that `limits` and `bench` compare with.
    #[command(hide = true)]
    BareHandler,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Limits(arguments) => limits::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Crash(arguments) => crash::run(&arguments),
        Command::Failover(arguments) => failover::run(&arguments),
        Command::BareHandler => limits::bare_handler::serve(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
