//! The database of a run: a file in the server's folder, or a PostgreSQL that is made for the run.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jeton_postgres_test::{Cluster, Place, Settings};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What a machine with a few gigabytes for its database is given; the defaults are a laptop's.
const POSTGRES: &str = "shared_buffers=1GB\nmax_wal_size=8GB\ncheckpoint_timeout=15min\nwal_compression=lz4\nmaintenance_work_mem=512MB\nrandom_page_cost=1.1\n";

/// Where one engine keeps the rows of a run; what was made for it goes with it.
pub struct Database(Option<(Cluster, Place)>);

impl Database {
    /// In `folder`; for PostgreSQL a server of its own, from the installed programs, that waits for the disk.
    pub fn make(engine: Engine, folder: &Path) -> Result<Self> {
        if engine == Engine::Sqlite {
            return Ok(Self(None));
        }
        if let Some(missing) = jeton_postgres_test::missing() {
            bail!("this needs a PostgreSQL on this machine: {missing}");
        }
        // Its user is not ours, and has to get there.
        fs::set_permissions(folder, Permissions::from_mode(0o755))?;
        let cluster = Cluster::start(Settings { beside: Some(folder.canonicalize()?), more: POSTGRES, ..Settings::default() });
        let place = cluster.place();
        Ok(Self(Some((cluster, place))))
    }

    /// What Jeton is to be started with.
    pub fn arguments(&self) -> Vec<String> {
        self.url().into_iter().flat_map(|url| ["--database".to_owned(), url]).collect()
    }

    /// Of the PostgreSQL, if it is one.
    pub fn url(&self) -> Option<String> {
        self.0.as_ref().map(|(_, place)| place.url())
    }

    /// Octets that the rows take on the disk, the log of changes left out.
    pub fn bytes(&self, data: &Path) -> Result<u64> {
        match &self.0 {
            Some((cluster, _)) => bytes_in(&cluster.folder().join("data/base")),
            None => Ok(fs::metadata(data.join("jeton.db"))?.len()),
        }
    }
}

fn bytes_in(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        // A file may go meanwhile.
        let Ok(about) = entry.metadata() else { continue };
        bytes += if about.is_dir() { bytes_in(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}
