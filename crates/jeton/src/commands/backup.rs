//! `jeton backup`: a copy of the database that is whole, while it is in use.

use std::path::PathBuf;

use clap::Args;

use crate::{cli::Common, failure::Failure, installation::Installation, output, progress::Progress};

/// Copy the database to a file while it is in use.
///
/// The copy is whole and of one moment. It does not hold the master key (master.key in the data
/// folder): keep that elsewhere, and safe; without it the copy's keys cannot be read.
#[derive(Args)]
#[command(
    after_help = "Example:\n  jeton backup /backup/jeton-$(date +%F).db\n\nExit codes: 0 done, 1 failed, 4 no data folder, 5 the file exists already"
)]
pub struct Backup {
    /// The file to make; one that exists is not overwritten
    pub file: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

pub async fn run(backup: Backup) -> Result<(), Failure> {
    let installation = Installation::open(&backup.common)?;
    let turning = Progress::turning("copying the database");
    installation.store.backup(&backup.file).await?;
    turning.finish_and_clear();
    let bytes = std::fs::metadata(&backup.file).map_err(Failure::failed)?.len();
    if backup.common.json {
        output::json(&serde_json::json!({ "file": backup.file, "bytes": bytes }));
    } else {
        output::say!(
            "{}: {bytes} bytes; keep {} elsewhere, and safe",
            backup.file.display(),
            backup.common.data.join("master.key").display()
        );
    }
    Ok(())
}
