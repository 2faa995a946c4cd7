//! What the log looks like. It goes to stderr, holds no secret, and makes nobody wait.

use std::{fs::File, io::IsTerminal, os::fd::AsFd, sync::OnceLock, time::Duration};

use clap::ValueEnum;
use jeton_server::{log::Log, panics};
use serde::Deserialize;
use tracing_subscriber::{EnvFilter, fmt};

use crate::failure::Failure;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

static LOG: OnceLock<Log> = OnceLock::new();

/// How long the last lines may take.
const LAST_LINES: Duration = Duration::from_secs(1);

/// `JETON_LOG` says how much, as in `warn` or `info,jeton_server=debug`; `default` where it is not set.
pub fn start(format: LogFormat, default: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("JETON_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // Not the standard library's own stderr: a write that waits would hold its lock.
    let stderr = File::from(std::io::stderr().as_fd().try_clone_to_owned().map_err(Failure::failed)?);
    let log = Log::start(stderr).map_err(Failure::failed)?;
    let log = LOG.get_or_init(|| log).clone();
    let base = fmt().with_env_filter(filter).with_writer(move || log.clone()).with_ansi(std::io::stderr().is_terminal());
    // A second start in one process keeps the first one's log.
    let _ = match format {
        LogFormat::Text => base.with_target(false).try_init(),
        LogFormat::Json => base.json().flatten_event(true).try_init(),
    };
    panics::into_log();
    Ok(())
}

/// Lets the last lines be written, if somebody reads them.
pub fn finish() {
    if let Some(log) = LOG.get() {
        log.finish(LAST_LINES);
    }
}
