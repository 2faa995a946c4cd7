//! How many commits per second this disk makes durable: alone, through SQLite, in groups.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// Units that share one sync, as with 64 connections that wait.
const GROUP: u64 = 64;

/// All per second.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Durability {
    pub fdatasync_per_second: f64,
    pub sqlite_commits_per_second: f64,
    pub sqlite_rows_per_second_in_groups: f64,
}

impl Durability {
    /// Writes in a temporary folder inside `dir`.
    pub fn measure(each: Duration, dir: &Path) -> Result<Self> {
        let folder = tempfile::tempdir_in(dir).with_context(|| format!("{} is not a folder to write in", dir.display()))?;
        Ok(Self {
            fdatasync_per_second: fdatasync(each, folder.path())?,
            sqlite_commits_per_second: sqlite(each, folder.path(), 1)?,
            sqlite_rows_per_second_in_groups: sqlite(each, folder.path(), GROUP)?,
        })
    }

    pub fn rates(&self) -> [(&'static str, f64); 3] {
        [
            ("fdatasync of 4 KiB", self.fdatasync_per_second),
            ("SQLite, FULL, a commit per row", self.sqlite_commits_per_second),
            ("SQLite, FULL, rows in groups of 64", self.sqlite_rows_per_second_in_groups),
        ]
    }
}

fn fdatasync(span: Duration, folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("sync"))?;
    per_second(span, || {
        // The same blocks again, as a write-ahead log does once it has its size.
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        Ok(1)
    })
}

/// One guarded update per row, `group` of them to a commit.
fn sqlite(span: Duration, folder: &Path, group: u64) -> Result<f64> {
    const ROWS: i64 = 10_000;
    let connection = Connection::open(folder.join(format!("rows-{group}.db")))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT; BEGIN")?;
    for id in 0..ROWS {
        connection.prepare_cached("INSERT INTO row VALUES (?1, 0)")?.execute([id])?;
    }
    connection.execute_batch("COMMIT")?;
    let mut at = 0_i64;
    per_second(span, || {
        let transaction = connection.unchecked_transaction()?;
        for _ in 0..group {
            // A step that is coprime to the number of rows visits all of them, far apart.
            at = (at + 7_919) % ROWS;
            transaction.prepare_cached("UPDATE row SET generation = generation + 1 WHERE id = ?1 AND generation >= 0")?.execute([at])?;
        }
        transaction.commit()?;
        Ok(group)
    })
}

fn per_second(span: Duration, mut step: impl FnMut() -> Result<u64>) -> Result<f64> {
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < span {
        count += step()?;
    }
    Ok(count as f64 / began.elapsed().as_secs_f64())
}
