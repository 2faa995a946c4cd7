//! The store: opened once, shared by everything, closed at the end.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use jeton_oauth::{AuthorizationId, Change, RealmId, Timestamp};

use crate::{
    BackupError, CommitError, Diagnosis, Noticed, OpenError, RealmStore, StoreError, Swept,
    backend::{
        Backend,
        postgres::{Postgres, PostgresUrl},
        sqlite::Sqlite,
    },
    crowd::{AT_ONCE, Crowd},
    leaving::{self, Leaving},
    migration::Migrations,
    noticed::{Announcer, CHANGES_AFTER, OLDEST_CHANGE, PAGE, Poll, read_change},
    row::{Columns, Fields},
    work::Work,
};

/// All rows of an installation. Clones share one.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    backend: Backend,
    announcer: Arc<Announcer>,
    poll: Mutex<Poll>,
}

/// Where the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// `jeton.db` in `folder`.
    Sqlite {
        /// The data folder: for one server, and commands beside it.
        folder: PathBuf,
    },
    /// A database that any number of nodes share.
    Postgres {
        /// With what is needed to log in.
        url: PostgresUrl,
    },
}

impl Location {
    /// `sqlite://FOLDER` or the URL of a PostgreSQL.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        match text.split_once("://") {
            Some(("sqlite", folder)) if !folder.is_empty() => Ok(Self::Sqlite { folder: PathBuf::from(folder) }),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres { url: PostgresUrl::parse(text)? }),
            // Whatever it is, it may hold a password: it is not repeated.
            _ => Err(OpenError::BadLocation),
        }
    }
}

/// As [`Location::parse`] reads it, but never a user or a password.
impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { folder } => write!(f, "sqlite://{}", folder.display()),
            Self::Postgres { url } => url.fmt(f),
        }
    }
}

/// When the refresh token of an authorization ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizationEnd {
    /// Which authorization.
    pub id: AuthorizationId,
    /// Whose it is.
    pub realm: RealmId,
    /// `None` where there is no refresh token.
    pub refresh_expires_at: Option<Timestamp>,
    /// Whether somebody revoked it.
    pub is_revoked: bool,
}

/// As what a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Has the folder to itself: one server at a time, but as many as one likes on PostgreSQL.
    /// Makes what is missing.
    Server,
    /// Works beside a running server, or without one.
    Command {
        /// Whether to make what is missing.
        create: bool,
    },
}

impl Store {
    /// Opens the rows, and brings their schema up to date. Blocks for as long as that takes.
    pub fn open(location: &Location, role: Role) -> Result<Self, OpenError> {
        Self::open_knowing(Migrations::OURS, location, role)
    }

    /// As a program with other migrations would.
    pub(crate) fn open_knowing(migrations: Migrations, location: &Location, role: Role) -> Result<Self, OpenError> {
        let announcer = Arc::new(Announcer::default());
        let (backend, poll) = match location {
            Location::Sqlite { folder } => {
                let (sqlite, settled) = Sqlite::open(migrations, folder, role, announcer.clone())?;
                (Backend::Sqlite(sqlite), Poll::new(settled, []))
            }
            Location::Postgres { url } => {
                let (postgres, settled, seen) = Postgres::open(migrations, url, role, announcer.clone())?;
                (Backend::Postgres(postgres), Poll::new(settled, seen))
            }
        };
        Ok(Self(Arc::new(Inner { backend, announcer, poll: Mutex::new(poll) })))
    }

    /// Writes all of `unit` or nothing of it, durably. An empty unit is written already.
    ///
    /// When this returns `Ok`, every later read of this process sees it, caches included. It runs
    /// to its end even if the future is dropped.
    ///
    /// A person may have more sessions or authorizations than one unit should end (thousands): then the
    /// oldest of them end in steps before it, and stay ended even if the unit is a conflict.
    pub async fn commit(&self, unit: Vec<Change>) -> Result<(), CommitError> {
        if unit.is_empty() {
            return Ok(());
        }
        for change in &unit {
            if let Some(crowd) = Crowd::of(change) {
                self.thin(crowd, change).await?;
            }
        }
        self.0.backend.write(Work::Unit(unit)).await.map(|_| ())
    }

    async fn thin(&self, crowd: Crowd, change: &Change) -> Result<(), StoreError> {
        let (sql, values) = crowd.count();
        loop {
            let counted = self.backend().all(sql, &values, |row| Fields::new(row, "a crowd").int()).await?;
            let count = counted.first().copied().unwrap_or(0);
            if count <= i64::from(AT_ONCE) {
                return Ok(());
            }
            self.0.backend.chore(Work::Thin(crowd)).await?;
            self.announcer().announce(Noticed::of(change).as_slice());
        }
    }

    /// Reads, of one realm.
    pub fn in_realm(&self, id: RealmId) -> RealmStore<'_> {
        RealmStore { store: self, realm: id }
    }

    /// Reads what other processes (and this one) changed since the last call, and tells it to the caches
    /// and to every subscriber, page by page: what was told before a later page failed was heard. Says
    /// what was new, for whoever wants to know. Call it every 500 ms.
    ///
    /// **Invariant**: a change counts as seen only after everybody was told.
    pub async fn noticed(&self) -> Result<Vec<Noticed>, StoreError> {
        let mut after = self.poll().settled();
        // Asked first: a row that is swept after it was read was still read.
        let oldest = self.backend().one(OLDEST_CHANGE, &[], |row| Fields::new(row, "changes").opt_int()).await?.flatten();
        let missed = self.poll().missed(oldest);
        if missed {
            // Before the pages are read: those would hide that any were missed.
            self.announcer().announce(&[Noticed::Everything]);
        }
        let mut noticed = Vec::new();
        loop {
            let page = [after.into(), PAGE.into()];
            let rows = self.backend().all(CHANGES_AFTER, &page, |row| read_change(&mut Fields::new(row, "changes"))).await?;
            let last = rows.last().map(|(id, _)| *id).filter(|_| rows.len() == PAGE as usize);
            noticed.extend(self.poll().take(&rows, Instant::now(), |new| self.announcer().announce(new)));
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        Ok(if missed { vec![Noticed::Everything] } else { noticed })
    }

    /// Calls `subscriber` with what each batch of units of this process changed, after its COMMIT and
    /// before anybody hears of it; and with what [`Store::noticed`] finds. It holds up every write, so
    /// it may only forget.
    pub fn subscribe(&self, subscriber: impl Fn(&[Noticed]) + Send + Sync + 'static) {
        self.announcer().subscribe(Box::new(subscriber));
    }

    /// Deletes at most `limit` rows of each kind that are of no use any more at `now`.
    pub async fn sweep(&self, now: Timestamp, limit: u32) -> Result<Swept, StoreError> {
        // Rows that refer to what goes, go with it.
        let touched = self.0.backend.chore(Work::Sweep { now, limit }).await?;
        Ok(Swept::read(&touched, limit))
    }

    /// Adds hours that are two weeks old to their days, and deletes what is shown no more: at most `limit`
    /// numbers of each kind. Whether there may be more.
    pub async fn fold_activity(&self, now: Timestamp, limit: u32) -> Result<bool, StoreError> {
        let touched = self.0.backend.chore(Work::FoldActivity { now, limit }).await?;
        Ok(touched.iter().any(|rows| *rows >= u64::from(limit)))
    }

    /// A step of what was deleted and is not gone yet: at most `limit` rows of each kind. Whether it did anything.
    pub async fn clear_deleted(&self, limit: u32) -> Result<bool, StoreError> {
        let Some(leaving) = self.backend().one(leaving::NEXT, &[], |row| Leaving::read(&mut Fields::new(row, "leaving"))).await? else {
            return Ok(false);
        };
        let touched = self.0.backend.chore(Work::Clear { leaving, limit }).await?;
        Ok(touched.iter().any(|rows| *rows > 0))
    }

    /// Authorizations with a refresh token, of all realms, by their ids: at most `limit` rows after the one
    /// named `after`.
    pub async fn authorizations_after(&self, after: AuthorizationId, limit: u32) -> Result<Vec<AuthorizationEnd>, StoreError> {
        let sql = "SELECT id, realm_id, refresh_expires_at, revoked_at FROM authorizations WHERE id > ?1 ORDER BY id LIMIT ?2";
        let read = |row: &dyn Columns| {
            let mut fields = Fields::new(row, "authorizations");
            Ok(AuthorizationEnd {
                id: fields.id(AuthorizationId)?,
                realm: fields.id(RealmId)?,
                refresh_expires_at: fields.opt_time()?,
                is_revoked: fields.opt_time()?.is_some(),
            })
        };
        self.backend().all(sql, &[after.into(), limit.into()], read).await
    }

    /// Deletes at most `limit` audit events of a realm that are older than `before`, the oldest first;
    /// says how many.
    pub async fn sweep_audit(&self, realm: RealmId, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let touched = self.0.backend.chore(Work::SweepAudit { realm, before, limit }).await?;
        Ok(touched.iter().sum())
    }

    /// Bytes that the rows take.
    pub async fn size(&self) -> Result<u64, StoreError> {
        let sql = match self.backend() {
            Backend::Sqlite(_) => "SELECT c.page_count * s.page_size FROM pragma_page_count() c, pragma_page_size() s",
            Backend::Postgres(_) => "SELECT pg_database_size(current_database())",
        };
        let bytes = self.backend().one(sql, &[], |row| Ok(Fields::new(row, "size").int()?.unsigned_abs())).await?;
        Ok(bytes.unwrap_or_default())
    }

    /// Gives a little of the space back that deleted rows left, if it is much; says whether there is
    /// more to give. A PostgreSQL sees to it by itself.
    pub async fn give_space_back(&self) -> Result<bool, StoreError> {
        self.0.backend.give_space_back().await
    }

    /// A copy of all rows as they are now, in a file of its own that must not exist yet.
    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        self.0.backend.backup(to).await
    }

    /// Whether rows can be read, and written unless the last write went well.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.0.backend.check().await
    }

    /// How often a thread or task of this store, or a cache that it told of a change, stopped because of
    /// a bug and was started again. What it had in hand was answered with an error.
    pub fn deaths(&self) -> u64 {
        self.announcer().deaths.so_far()
    }

    /// Reads everything: for a doctor, not for a health check.
    pub async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        self.0.backend.diagnose().await
    }

    /// Writes what waits and gives the rows up; clones of this store are closed with it.
    pub async fn close(self) {
        self.0.backend.close().await;
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.0.backend
    }

    pub(crate) fn announcer(&self) -> &Announcer {
        &self.0.announcer
    }

    fn poll(&self) -> MutexGuard<'_, Poll> {
        self.0.poll.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
