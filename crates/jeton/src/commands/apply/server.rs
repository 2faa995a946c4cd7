//! Realm files, applied by a server elsewhere.

use std::{cell::RefCell, io, path::Path};

use jeton_provision::{Difference, Files, Outside, Process, prepare};
use serde_json::{Value, json};

use crate::{api::Server, failure::Failure};

/// What became of the files.
pub(super) struct Applied {
    pub differs: bool,
    pub differences: Vec<Difference>,
}

/// Sends the files, and the secrets that they name.
pub(super) async fn apply(server: &Server, files: Files, prune: Option<&str>, dry_run: bool) -> Result<Applied, Failure> {
    let sources: Vec<Value> = files.sources.iter().map(|source| json!({ "name": source.name, "text": source.text })).collect();
    let found = Found::default();
    // What is wrong with the files is told by whoever applies them.
    drop(prepare(files, &found));
    let prune: Vec<&str> = prune.into_iter().flat_map(|kinds| kinds.split(',')).collect();
    let sent = json!({ "files": sources, "secrets": found.0.into_inner(), "prune": prune, "dry_run": dry_run });
    let answer = server.post("/apply", &sent).await??.body;
    let differs = answer["changed"] == true || answer["would_change"] == true;
    let differences = serde_json::from_value(answer["differences"].clone())
        .map_err(|error| Failure::Failed(format!("what the server answers is not understood by this version: {error}")))?;
    Ok(Applied { differs, differences })
}

/// Secrets that the files asked for, as they are to be sent.
#[derive(Default)]
struct Found(RefCell<Vec<Value>>);

impl Outside for Found {
    fn variable(&self, name: &str) -> Option<String> {
        let value = Process.variable(name)?;
        self.0.borrow_mut().push(json!({ "env": name, "value": value }));
        Some(value)
    }

    fn file(&self, path: &Path) -> io::Result<String> {
        let read = Process.file(path);
        let place = path.display().to_string();
        self.0.borrow_mut().push(match &read {
            Ok(value) => json!({ "file": place, "value": value }),
            Err(error) => json!({ "file": place, "error": error.to_string() }),
        });
        read
    }
}
