//! `jeton restore`: a backup is put in place, and nothing lives again that died after it was made.

use std::path::PathBuf;

use clap::Args;
use jeton_server::keys::MasterKey;
use jeton_store::{Backup, NodeKind, Present};

use crate::{
    cli::Common,
    failure::Failure,
    installation::{Installation, now},
    output,
    progress::Progress,
};

/// Put a backup in place, or tell a restored PostgreSQL that it was restored.
///
/// The backup knows nothing of what was revoked and rotated after it was made. So every token, code
/// and session from before now is dead afterwards: people sign in again, applications obtain new
/// tokens. What else was changed since the backup is as it was then: look again at disabled
/// accounts, removed secrets, changed passwords and revoked keys.
///
/// Stop every server first. A PostgreSQL is restored by its own means; before a server starts on it,
/// run this with --database and without a file. The master key must be the one of the backup's time.
#[derive(Args)]
#[command(after_help = "Examples:
  jeton restore /backup/jeton-2026-01-31.db
  jeton restore /backup/jeton-2026-01-31.db --replace
  jeton restore --database postgres://jeton@db.example.com/jeton

Exit codes: 0 done, 1 failed, 2 usage, 4 no such file, 5 the folder has a database (see --replace)")]
pub struct Restore {
    /// What `jeton backup` made
    pub file: Option<PathBuf>,
    /// Keep the database that the folder has under another name, and put the backup in its place
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub common: Common,
}

pub async fn run(restore: Restore) -> Result<(), Failure> {
    let Restore { file, replace, common } = restore;
    common.here_only()?;
    let aside = match (file, &common.database) {
        (Some(file), None) => {
            let backup = Backup::open(&file)?;
            fits(&common, backup.master_key_check.as_deref())?;
            let turning = Progress::turning("restoring");
            let aside = backup.restore(&common.data, if replace { Present::GoesAside } else { Present::Stays }, now())?;
            turning.finish_and_clear();
            aside
        }
        (None, Some(_)) => {
            age(&common).await?;
            None
        }
        (Some(_), Some(_)) => {
            return Err(Failure::Usage("a PostgreSQL is restored by its own means; then run this without a file".to_owned()));
        }
        (None, None) => return Err(Failure::Usage("name the file that `jeton backup` made, or --database".to_owned())),
    };
    if common.json {
        output::json(&serde_json::json!({ "restored": true, "replaced": aside }));
    } else {
        if let Some(aside) = aside {
            output::say!("what was there is {}", aside.display());
        }
        output::say!("restored; every token, code and session from before now is dead");
    }
    Ok(())
}

/// A PostgreSQL that nobody serves.
async fn age(common: &Common) -> Result<(), Failure> {
    let store = Installation::open(common)?.store;
    fits(common, store.installation().await?.master_key_check.as_deref())?;
    let membership = store.join(NodeKind::Exclusive, env!("CARGO_PKG_VERSION"), "jeton restore").await.map_err(Failure::failed)?;
    let raised = store.raise_epoch(now()).await;
    membership.leave().await?;
    Ok(raised?)
}

/// Without a check value no key is wrapped, and any will do.
fn fits(common: &Common, check: Option<&[u8]>) -> Result<(), Failure> {
    if check.is_some() {
        MasterKey::open(&common.data, check).map_err(Failure::failed)?;
    }
    Ok(())
}
