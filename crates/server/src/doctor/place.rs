//! The machine that a server runs on: its data folder and what operators put there, its disk and its clock.

use std::{fs, path::Path};

use jeton_oauth::{Timestamp, dialect::Dialect};

use super::{Finding, State};
use crate::{
    clock::instant,
    page_parts,
    realms::{dialect_files, read_dialect},
};

/// Bytes of disk below which there is a warning, and below which it is a fault.
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 64 << 20;

/// What operators see of a data folder without opening it.
pub fn place(folder: &Path, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![data_folder(folder)];
    if findings[0].state != State::Ok && !folder.is_dir() {
        return findings;
    }
    findings.push(disk(folder));
    findings.push(clock(now));
    findings.extend(dialects(folder));
    findings.extend(pages(folder));
    findings
}

/// The operator's own templates, texts and assets; nothing is said where all of them are used.
fn pages(folder: &Path) -> Vec<Finding> {
    let warn = |fault| Finding::new(State::Warn, "pages", format!("{fault}; the built-in one is used"));
    page_parts::faults_of_overrides(folder).into_iter().map(warn).collect()
}

fn data_folder(folder: &Path) -> Finding {
    const ABOUT: &str = "data folder";
    let shown = folder.display();
    let metadata = match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return Finding::new(State::Fail, ABOUT, format!("{shown} is no folder; name the data folder with --data")),
        Err(error) => {
            return Finding::new(
                State::Fail,
                ABOUT,
                format!("{shown} cannot be used ({error}); start the server once, or name its data folder with --data"),
            );
        }
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o022 != 0 {
            return Finding::new(State::Fail, ABOUT, format!("others may write into {shown} (mode {mode:03o}); run: chmod 700 {shown}"));
        }
        if mode & 0o055 != 0 {
            return Finding::new(State::Warn, ABOUT, format!("others may look into {shown} (mode {mode:03o}); run: chmod 700 {shown}"));
        }
    }
    if metadata.permissions().readonly() {
        return Finding::new(State::Fail, ABOUT, format!("{shown} is read-only; give it to the user that runs the server"));
    }
    Finding::new(State::Ok, ABOUT, format!("{shown} is its owner's alone"))
}

fn disk(folder: &Path) -> Finding {
    let free = match fs4::available_space(folder) {
        Ok(free) => free,
        Err(error) => return Finding::new(State::Warn, "disk", format!("the free space is not known: {error}")),
    };
    let words = format!("{} MiB are free", free >> 20);
    match free {
        free if free < NO_SPACE => Finding::new(State::Fail, "disk", format!("{words}; free some, or soon nothing can be written")),
        free if free < LITTLE_SPACE => Finding::new(State::Warn, "disk", format!("{words}; free some before it is less")),
        _ => Finding::new(State::Ok, "disk", words),
    }
}

/// Tokens carry the time: a clock that is wrong makes them dead or eternal.
fn clock(at: Timestamp) -> Finding {
    // When this program was written, and a century on.
    const SENSIBLE: std::ops::Range<i64> = 1_767_225_600..4_922_899_200;
    if SENSIBLE.contains(&at.as_seconds()) {
        return Finding::new(State::Ok, "clock", format!("it is {}", instant(at)));
    }
    Finding::new(State::Fail, "clock", format!("the clock says {}; set it, as every token carries the time", instant(at)))
}

/// Files in the data folder's `dialects`.
fn dialects(folder: &Path) -> Vec<Finding> {
    let broken = dialect_files(folder).into_iter().filter_map(|name| {
        if Dialect::built_in(&name).is_some() {
            return Some(Finding::new(
                State::Warn,
                "dialect",
                format!("{name}.toml has the name of a built-in dialect and is not used; give it another name"),
            ));
        }
        read_dialect(&folder.join("dialects"), &name).err().map(|fault| Finding::new(State::Fail, "dialect", fault))
    });
    broken.collect()
}
