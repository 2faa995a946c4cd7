//! `jeton doctor`: what is wrong with an installation, in plain words.

mod checks;

use clap::Args;
use comfy_table::Color;
use jeton_server::doctor::{Finding, State};

use crate::{api::Server, cli::Common, failure::Failure, output};

/// Say what is wrong with this installation.
///
/// Looks at the data folder, the master key, the database, the servers that share it, the disk, the
/// clock, realms and their dialects, and secrets that have expired. Changes nothing, and works beside a running server.
/// With --server it says what that server says of itself.
#[derive(Args)]
#[command(
    after_help = "Example:\n  jeton doctor --data /var/lib/jeton\n\nExit codes: 0 nothing failed (there may be warnings), 1 something did"
)]
pub struct Doctor {
    #[command(flatten)]
    pub common: Common,
}

pub async fn run(doctor: Doctor) -> Result<(), Failure> {
    let findings = match Server::of(&doctor.common)? {
        Some(server) => elsewhere(&server).await?,
        None => checks::all(&doctor.common).await,
    };
    let worst = findings.iter().any(|finding| finding.state == State::Fail);
    if doctor.common.json {
        output::json(&serde_json::json!({ "healthy": !worst, "findings": findings }));
    } else {
        let mut rows = output::Rows::new(&["state", "about", "what"], "");
        for finding in findings {
            let (colour, word) = match finding.state {
                State::Ok => (Color::Green, "ok"),
                State::Warn => (Color::Yellow, "warn"),
                State::Fail => (Color::Red, "fail"),
            };
            rows.add_coloured(colour, [word.to_owned(), finding.about.into_owned(), finding.words]);
        }
        rows.print();
    }
    if worst { Err(Failure::Told) } else { Ok(()) }
}

/// What a server says of itself; its data folder and its disk it does not tell of.
async fn elsewhere(server: &Server) -> Result<Vec<Finding>, Failure> {
    let mut health = server.get("/health").await??.body;
    let unknown = |error| Failure::Failed(format!("what the server answers is not understood by this version: {error}"));
    serde_json::from_value(health["findings"].take()).map_err(unknown)
}
