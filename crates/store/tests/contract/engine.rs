//! The engines that the cases run on, and a fresh home for rows on each.

use std::{future::Future, path::PathBuf};

use jeton_postgres_test::{Cluster, Place};
use jeton_store::{Location, OpenError, PostgresUrl, Role, Store};
use tempfile::TempDir;
use tokio::runtime::Builder;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const ALL: &[Self] = &[Self::Sqlite, Self::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// A place without rows, gone when dropped.
    pub fn home(self) -> Home {
        let place = match self {
            Self::Sqlite => None,
            Self::Postgres => Some(Cluster::durable().place()),
        };
        Home { folder: tempfile::tempdir().unwrap(), place }
    }

    /// What to install before it runs here.
    pub fn missing(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => jeton_postgres_test::missing(),
        }
    }
}

pub struct Home {
    folder: TempDir,
    place: Option<Place>,
}

impl Home {
    pub fn location(&self) -> Location {
        match &self.place {
            None => Location::Sqlite { folder: self.folder() },
            Some(place) => Location::Postgres { url: PostgresUrl::parse(&place.url()).unwrap() },
        }
    }

    /// Where SQLite keeps the rows.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where PostgreSQL keeps the rows.
    pub fn place(&self) -> &Place {
        self.place.as_ref().unwrap()
    }

    /// A file beside the rows.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs SQL as somebody else would: the one or the other, by engine.
    pub fn execute_either(&self, sqlite: &str, postgres: &str) {
        match &self.place {
            None => rusqlite::Connection::open(self.folder().join("jeton.db")).unwrap().execute_batch(sqlite).unwrap(),
            Some(place) => place.execute(postgres),
        }
    }

    pub fn server(&self) -> Store {
        self.open(Role::Server).unwrap()
    }

    /// What another process would hold.
    pub fn command(&self) -> Store {
        self.open(Role::Command { create: false }).unwrap()
    }

    pub fn open(&self, role: Role) -> Result<Store, OpenError> {
        Store::open(&self.location(), role)
    }
}

/// One thing that must hold.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub engines: &'static [Engine],
    /// What it needs besides, if that is missing.
    pub needs: fn() -> Option<&'static str>,
    pub run: fn(Engine),
}

/// Runs a case to its end, on as many threads as races need.
pub fn block_on<F: Future<Output = ()>>(case: F) {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap().block_on(case);
}

/// A function per case; its name is the case's. What only one engine has is said before them.
macro_rules! cases {
    (only $engine:ident: $($name:ident),* $(,)?) => {
        $crate::engine::cases!(@ &[$crate::engine::Engine::$engine], $($name),*);
    };
    (@ $engines:expr, $($name:ident),*) => {
        pub fn cases() -> Vec<$crate::engine::Case> {
            vec![$($crate::engine::Case {
                name: stringify!($name),
                engines: $engines,
                needs: || None,
                run: |engine| $crate::engine::block_on($name(engine)),
            }),*]
        }
    };
    ($($name:ident),* $(,)?) => { $crate::engine::cases!(@ $crate::engine::Engine::ALL, $($name),*); };
}
pub(crate) use cases;
