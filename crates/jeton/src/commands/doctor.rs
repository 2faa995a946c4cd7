//! `jeton doctor`: what is wrong with an installation, in plain words.

mod checks;
mod nodes;

use clap::Args;
use comfy_table::Color;
use serde::Serialize;

use crate::{cli::Common, failure::Failure, output};

/// Say what is wrong with this installation.
///
/// Looks at the data folder, the master key, the database, the servers that share it, the disk, the
/// clock, realms and their dialects, and secrets that have expired. Changes nothing, and works beside a running server.
#[derive(Args)]
#[command(
    after_help = "Example:\n  jeton doctor --data /var/lib/jeton\n\nExit codes: 0 nothing failed (there may be warnings), 1 something did"
)]
pub struct Doctor {
    #[command(flatten)]
    pub common: Common,
}

/// What one look found.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub state: State,
    pub about: &'static str,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    Warn,
    Fail,
}

impl Finding {
    fn new(state: State, about: &'static str, words: impl Into<String>) -> Self {
        Self { state, about, words: words.into() }
    }
}

pub async fn run(doctor: Doctor) -> Result<(), Failure> {
    let findings = checks::all(&doctor.common).await;
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
            rows.add_coloured(colour, [word.to_owned(), finding.about.to_owned(), finding.words]);
        }
        rows.print();
    }
    if worst { Err(Failure::Told) } else { Ok(()) }
}
