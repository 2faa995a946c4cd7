//! What the command alone looks at: the master key, and every page of the database.

use jeton_server::{
    doctor::{self, Finding, State},
    keys::{MASTER_KEY_FILE, MASTER_KEY_VARIABLE, MasterKey},
};

use crate::{
    cli::Common,
    installation::{Installation, now},
    progress::Progress,
};

/// Bytes of write-ahead log above which checkpoints seem not to happen.
const LONG_LOG: u64 = 512 << 20;

pub async fn all(common: &Common) -> Vec<Finding> {
    let folder = common.data.as_path();
    let mut findings = doctor::place(folder, now());
    if !folder.is_dir() {
        return findings;
    }
    let installation = match Installation::open(common) {
        Ok(installation) => installation,
        Err(error) => {
            findings.push(Finding::new(State::Fail, "database", error.to_string()));
            return findings;
        }
    };
    findings.push(master_key(&installation).await);
    findings.extend(database(&installation).await);
    findings.extend(doctor::rows(&installation.store, &installation.folder, now()).await);
    findings
}

async fn master_key(installation: &Installation) -> Finding {
    const ABOUT: &str = "master key";
    let check = match installation.store.installation().await {
        Ok(installation) => installation.master_key_check,
        Err(error) => return Finding::new(State::Fail, ABOUT, error.to_string()),
    };
    if check.is_none() {
        return Finding::new(State::Ok, ABOUT, "none yet: the server makes it at its first start");
    }
    match MasterKey::open(&installation.folder, check.as_deref()) {
        Ok(_) if std::env::var_os(MASTER_KEY_VARIABLE).is_some() => {
            Finding::new(State::Ok, ABOUT, format!("the one in {MASTER_KEY_VARIABLE} belongs to this database"))
        }
        Ok(_) => Finding::new(
            State::Ok,
            ABOUT,
            format!("{} belongs to this database; keep a copy elsewhere", installation.folder.join(MASTER_KEY_FILE).display()),
        ),
        Err(error) => Finding::new(State::Fail, ABOUT, error.to_string()),
    }
}

async fn database(installation: &Installation) -> Vec<Finding> {
    const ABOUT: &str = "database";
    let turning = Progress::turning("checking the whole database");
    let diagnosis = installation.store.diagnose().await;
    turning.finish_and_clear();
    let diagnosis = match diagnosis {
        Ok(diagnosis) => diagnosis,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let mut findings: Vec<Finding> = diagnosis
        .faults
        .iter()
        .map(|fault| Finding::new(State::Fail, ABOUT, format!("damaged: {fault}; stop the server and restore a backup")))
        .collect();
    if findings.is_empty() {
        let rows: u64 = diagnosis.rows.iter().map(|(_, rows)| rows).sum();
        let words = format!("whole: {} KiB, {rows} rows, {}, schema {}", diagnosis.bytes >> 10, diagnosis.engine, diagnosis.schema);
        findings.push(Finding::new(State::Ok, ABOUT, words));
    }
    if diagnosis.log_bytes > LONG_LOG {
        let words = format!(
            "its write-ahead log has {} MiB: something reads for very long; look for a command that has hung",
            diagnosis.log_bytes >> 20
        );
        findings.push(Finding::new(State::Warn, ABOUT, words));
    }
    findings
}
