//! Rows in one file: one thread writes, whoever asks reads.
//!
//! **Invariant**: nothing but the writer thread, and a checkpoint, ever holds the write lock.

mod backup;
mod batch;
mod bulk;
mod checkpoint;
mod connection;
mod diagnosis;
mod failure;
mod open;
mod readers;
mod restore;
mod space;
mod writer;

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tokio::sync::oneshot;

use crate::{
    BackupError, CommitError, Diagnosis, OpenError, Role, StoreError,
    migration::Migrations,
    noticed::Announcer,
    row::Columns,
    statement::Value,
    work::{Outcome, Work},
};
pub(crate) use bulk::SqliteBulk;
#[cfg(test)]
pub(crate) use bulk::table_columns;
use readers::Readers;
pub(crate) use restore::{check_value, restore};
use writer::Writer;

pub(crate) struct Sqlite {
    path: PathBuf,
    readers: Readers,
    writer: Writer,
    /// Given up once the writer has ended: until then the folder is ours.
    lock: Mutex<Option<File>>,
    /// Whether the last write found no way to the disk.
    failing: Arc<AtomicBool>,
}

impl Sqlite {
    /// Opens the database of `folder`, making and migrating it as `role` may. Also says up to which
    /// id the change table is older than every cache of this process.
    pub fn open(migrations: Migrations, folder: &Path, role: Role, announcer: Arc<Announcer>) -> Result<(Self, i64), OpenError> {
        let opened = open::open(migrations, folder, role)?;
        let readers = Readers::new(opened.path.clone());
        let failing = Arc::new(AtomicBool::new(false));
        let broken = |error: StoreError| OpenError::Broken { path: opened.path.clone(), detail: error.to_string() };
        let newest = readers
            .one("SELECT max(id) FROM changes", &[], |row| crate::row::Fields::new(row, "changes").opt_int())
            .map_err(broken)?
            .flatten()
            .unwrap_or(0);
        let writer = Writer::start(opened.connection, opened.path.clone(), announcer, failing.clone()).map_err(broken)?;
        Ok((Self { path: opened.path, readers, writer, lock: Mutex::new(opened.lock), failing }, newest))
    }

    pub fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.readers.all(sql, values, read)
    }

    pub fn one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnOnce(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.readers.one(sql, values, read)
    }

    pub async fn write(&self, work: Work) -> Result<Outcome, CommitError> {
        self.writer.submit(work).await
    }

    pub async fn give_space_back(&self) -> Result<bool, StoreError> {
        self.writer.give_space_back().await
    }

    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        let (path, to) = (self.path.clone(), to.to_owned());
        aside(move || backup::backup(&path, &to)).await?
    }

    pub async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        let path = self.path.clone();
        aside(move || diagnosis::diagnose(&path)).await?
    }

    /// Reads a row; and writes one if the last write failed, as nothing else might try again.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.readers.one("SELECT one FROM installation", &[], |row| crate::row::Fields::new(row, "installation").int())?;
        if !self.failing.load(Ordering::Relaxed) {
            return Ok(());
        }
        match self.writer.submit(Work::probe()).await {
            Ok(_) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Failed(error)) => Err(error),
        }
    }

    /// Keeps servers away, and says whether it was this that did; `None` if somebody else has the folder.
    pub fn take_folder(&self) -> Result<Option<bool>, StoreError> {
        let mut held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(Some(false));
        }
        let folder = self.path.parent().unwrap_or(&self.path);
        *held = open::lock(folder).map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(held.is_some().then_some(true))
    }

    pub fn give_folder_up(&self) {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Writes what waits, folds the log into the database, and gives the folder up.
    pub async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Sqlite {
    /// Without a `close` the writer still writes what waits, before the folder is given up.
    fn drop(&mut self) {
        self.readers.close();
        self.writer.join();
    }
}

/// Runs what takes long on a thread of its own.
async fn aside<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    thread::Builder::new()
        .name("store-aside".to_owned())
        .spawn(move || answer.send(run()).ok())
        .map_err(|error| StoreError::Failed(error.to_string()))?;
    answered.await.map_err(|_| StoreError::Closed)
}
