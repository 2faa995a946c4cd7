//! The engines that the cases run on, and a fresh home for rows on each.

use std::{future::Future, path::PathBuf};

use jeton_store::{Location, OpenError, Role, Store};
use tempfile::TempDir;
use tokio::runtime::Builder;

#[derive(Clone, Copy, Debug)]
pub enum Engine {
    Sqlite,
}

impl Engine {
    pub const ALL: &[Self] = &[Self::Sqlite];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
        }
    }

    /// A place without rows, gone when dropped.
    pub fn home(self) -> Home {
        match self {
            Self::Sqlite => Home { folder: tempfile::tempdir().unwrap() },
        }
    }
}

pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn location(&self) -> Location {
        Location::Sqlite { folder: self.folder.path().join("data") }
    }

    /// A file beside the rows.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
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
    pub run: fn(Engine),
}

/// Runs a case to its end, on as many threads as races need.
pub fn block_on<F: Future<Output = ()>>(case: F) {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap().block_on(case);
}

/// A function per case; its name is the case's.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub fn cases() -> Vec<crate::engine::Case> {
            vec![$(crate::engine::Case { name: stringify!($name), run: |engine| crate::engine::block_on($name(engine)) }),*]
        }
    };
}
pub(crate) use cases;
