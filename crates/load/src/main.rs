//! `jeton-load`: measures any OAuth server, and the machine it runs on.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jeton_load::{bench, limits, run};

/// The servers measured here use it too, and the bare handler must be of the same stack.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Load generator and limit measurer for OAuth servers.
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
    /// The bare handler that `limits` and `bench` compare with.
    #[command(hide = true)]
    BareHandler,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Limits(arguments) => limits::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
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
