//! What the rows say beside realms: who administers, which dialects are stored, which letters nobody got.

use std::{fs, path::Path};

use jeton_oauth::{dialect::Dialect, manage::administrator};
use jeton_store::Store;

use super::{Finding, State};
use crate::realms::dialect_files;

/// Whether somebody can let others in.
pub async fn administrators(store: &Store) -> Finding {
    const ABOUT: &str = "administrators";
    let named = store.realm_by_name(administrator::REALM).await;
    if let Ok(Some(_)) = named.map(|realm| realm.filter(|realm| realm.id != administrator::REALM_ID)) {
        let words = "a realm of your own is named admin, so nobody can administer the server; move what it holds to a realm of another name, and delete it";
        return Finding::new(State::Fail, ABOUT, words);
    }
    match store.has_owner(None).await {
        Ok(true) => Finding::new(State::Ok, ABOUT, "somebody owns this server, and can let others in"),
        Ok(false) => Finding::new(
            State::Warn,
            ABOUT,
            "there is no administrator: open the link that `jeton serve` prints at its start, or run: jeton administrator invite YOU@EXAMPLE.COM --role owner",
        ),
        Err(error) => Finding::new(State::Fail, ABOUT, error.to_string()),
    }
}

/// Letters that nobody got.
pub async fn mail(store: &Store) -> Option<Finding> {
    const ABOUT: &str = "mail";
    match store.mails_given_up().await {
        Ok(0) => None,
        Ok(count) => {
            let last = store.last_mail_fault().await.ok().flatten().map_or_else(String::new, |fault| format!("; the last one: {fault}"));
            Some(Finding::new(
                State::Warn,
                ABOUT,
                format!("letters given up in the last 30 days: {count}{last}; look at --smtp-url and --mail-from"),
            ))
        }
        Err(error) => Some(Finding::new(State::Fail, ABOUT, error.to_string())),
    }
}

/// Dialects that are stored, and files beside them that only this machine has.
pub async fn stored_dialects(store: &Store, folder: &Path) -> Vec<Finding> {
    const ABOUT: &str = "dialect";
    let stored = match store.dialects().await {
        Ok(stored) => stored,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let mut findings = Vec::new();
    for row in &stored {
        if let Err(faults) = Dialect::parse(&row.toml) {
            let why = faults.first().map_or_else(String::new, ToString::to_string);
            let words =
                format!("the stored dialect {} is not understood by this version: {why}; mend it with: jeton dialect apply FILE", row.name);
            findings.push(Finding::new(State::Fail, ABOUT, words));
        }
    }
    for name in dialect_files(folder).into_iter().filter(|name| Dialect::built_in(name).is_none()) {
        let file = folder.join("dialects").join(format!("{name}.toml"));
        let words = match stored.iter().find(|row| row.name == name) {
            None => format!("{name} is read from a file that other servers may not have; store it: jeton dialect apply {}", file.display()),
            Some(row) if fs::read_to_string(&file).is_ok_and(|text| text == row.toml) => continue,
            Some(_) => format!("{} is not used: another dialect of this name is stored; remove the file, or apply it", file.display()),
        };
        findings.push(Finding::new(State::Warn, ABOUT, words));
    }
    findings
}
