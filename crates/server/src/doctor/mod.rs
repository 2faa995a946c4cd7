//! What is wrong with an installation, in plain words: for `jeton doctor` and for those who ask a server.

mod applications;
mod examined;
mod nodes;
mod place;
mod realms;
mod rows;

use std::{borrow::Cow, path::Path};

use jeton_oauth::Timestamp;
use jeton_store::Store;
use serde::{Deserialize, Serialize};

pub use examined::Examined;
pub use place::place;

/// What one look found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// How bad it is.
    pub state: State,
    /// What was looked at.
    pub about: Cow<'static, str>,
    /// What was found, and what to do.
    pub words: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// It works; something should be done.
    Warn,
    /// Something does not work.
    Fail,
}

impl Finding {
    /// A finding about what the program itself names.
    pub fn new(state: State, about: &'static str, words: impl Into<String>) -> Self {
        Self { state, about: Cow::Borrowed(about), words: words.into() }
    }
}

/// What the rows tell: servers, administrators, dialects, letters, realms and their applications. A row that cannot be
/// read is a finding.
pub async fn rows(store: &Store, folder: &Path, now: Timestamp) -> Vec<Finding> {
    let mut findings = nodes::nodes(store).await;
    findings.extend(rows::stored_dialects(store, folder).await);
    findings.extend(rows::mail(store).await);
    findings.extend(realms::realms(store, folder, now).await);
    findings.push(rows::administrators(store).await);
    findings
}
