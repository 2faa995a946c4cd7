//! The steps of `apply`: read, find, look, check, judge, plan, commit; again when rows changed meanwhile.

use std::path::{Path, PathBuf};

use jeton_oauth::{
    Timestamp,
    manage::{Actor, Noun, Refusal, issuer::PlainHttp},
    model::AccountKind,
};
use jeton_store::{CommitError, Store, StoreError};
use rand_core::CryptoRng;

use crate::{
    check::{self, Dialects},
    current::Current,
    draft::Prune,
    entry::RealmEntry,
    file,
    hashing::{Hashing, NoHash},
    look,
    plan::{self, Plan, Planning},
    secret_source::{Finding, Outside},
    source::{Fault, Faults, Source},
    verdict::{self, Judge, Verdicts},
};

/// Realm files as they were read, and the folders that their secrets' paths start at.
#[derive(Clone, Debug, Default)]
pub struct Files {
    pub sources: Vec<Source>,
    pub folders: Vec<PathBuf>,
}

/// What the files say, with every secret found; not compared with the store yet.
#[derive(Debug)]
pub struct Prepared {
    sources: Vec<Source>,
    entries: Vec<RealmEntry>,
    /// What is wrong already.
    faults: Faults,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub prune: Prune,
    /// Whether nothing is written, whatever the plan says.
    pub dry_run: bool,
    pub plain_http: PlainHttp,
}

/// What an application of files runs with.
pub struct Means<'a> {
    pub by: &'a Actor,
    /// `None` where there is no store yet: everything is new, and nothing can be written.
    pub store: Option<&'a Store>,
    pub dialects: &'a Dialects,
    pub pool: &'a dyn Hashing,
    pub rng: &'a mut (dyn CryptoRng + Send),
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// Told how many of how many secrets are compared.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<Fault>),
    #[error("somebody else changed the same rows each time; nothing was written, so run it again")]
    Conflict,
    /// Whoever applies the files may not do this.
    #[error(transparent)]
    Verb(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hash(#[from] NoHash),
}

/// A unit that meets a conflict this often is given up.
const LOOKS: usize = 3;

impl Prepared {
    /// The realms that the files speak of.
    pub fn realms(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// What may be written besides realms and their scopes: what the files name, and what is to go.
    pub fn nouns(&self, prune: Prune) -> Vec<Noun> {
        let users = |kind| self.entries.iter().any(|entry| entry.users.iter().any(|user| user.kind == kind));
        let clients = prune.clients || prune.secrets || self.entries.iter().any(|entry| !entry.clients.is_empty());
        let nouns = [
            (Noun::Client, clients),
            (Noun::User, prune.people || users(AccountKind::Person)),
            (Noun::ApiUser, prune.api_users || users(AccountKind::ApiUser)),
        ];
        nouns.into_iter().filter(|(_, said)| *said).map(|(noun, _)| noun).collect()
    }
}

impl Files {
    /// Reads the files; one that cannot be read is a fault like any other.
    pub fn read(paths: &[PathBuf]) -> Result<Self, Vec<Fault>> {
        let mut files = Self::default();
        let mut faults = Vec::new();
        for path in paths {
            let name = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    files.sources.push(Source { name, text });
                    files.folders.push(path.parent().unwrap_or(Path::new("")).to_owned());
                }
                Err(error) => faults.push(Fault {
                    file: name,
                    line: 0,
                    column: 0,
                    message: format!("this file cannot be read: {error}"),
                    help: String::new(),
                }),
            }
        }
        if faults.is_empty() { Ok(files) } else { Err(faults) }
    }
}

/// Reads what the files say and fetches their secrets. What is wrong with them is told by [`apply`],
/// together with what it finds.
pub fn prepare(files: Files, outside: &dyn Outside) -> Prepared {
    let mut faults = Faults::default();
    let entries = file::parse(&files.sources, &Finding { outside, folders: &files.folders }, &mut faults);
    verdict::check(&entries, &mut faults);
    Prepared { sources: files.sources, entries, faults }
}

/// Makes the store what was prepared, in one unit, and tells what that changed.
pub async fn apply(prepared: &Prepared, options: Options, means: &mut Means<'_>) -> Result<Plan, ApplyError> {
    let mut judge = Judge { pool: means.pool, made: Verdicts::default(), progress: means.progress };
    for _ in 0..LOOKS {
        let current = match means.store {
            Some(store) => look::look(store, &prepared.entries, options.prune).await?,
            None => Current::default(),
        };
        let mut faults = prepared.faults.clone();
        check::check(&prepared.entries, &current, means.dialects, options, (means.now)(), &mut faults);
        if !faults.is_empty() {
            return Err(ApplyError::Refused(faults.report(&prepared.sources)));
        }
        let verdicts = judge.judge(&prepared.entries, &current).await?;
        let plan = planned(prepared, &current, &verdicts, options, means)?;
        let store = match means.store {
            Some(store) if !options.dry_run && !plan.changes.is_empty() => store,
            _ => return Ok(plan),
        };
        match commit(store, &plan, means.progress).await {
            Ok(()) => return Ok(plan),
            // Caches may hold what another process changed.
            Err(CommitError::Conflict) => drop(store.noticed().await?),
            Err(CommitError::Failed(error)) => return Err(error.into()),
        }
    }
    Err(ApplyError::Conflict)
}

fn planned(prepared: &Prepared, current: &Current, verdicts: &Verdicts, options: Options, means: &mut Means<'_>) -> Result<Plan, Refusal> {
    let (by, dialects, Options { prune, plain_http, .. }) = (means.by, means.dialects, options);
    let mut planning = Planning { by, verdicts, dialects, prune, plain_http, now: (means.now)(), rng: means.rng };
    plan::plan(&prepared.entries, current, &mut planning)
}

/// So many changes are one unit; more are written in several, so that nobody else waits long. What was
/// written before somebody was in the way stays: the next look finds it.
const UNIT: usize = 2_000;

async fn commit(store: &Store, plan: &Plan, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<(), CommitError> {
    let changes = &plan.changes;
    let mut done = 0;
    for (index, end) in plan.ends.iter().copied().enumerate() {
        let next = plan.ends.get(index + 1);
        if next.is_some_and(|next| *next - done <= UNIT) {
            continue;
        }
        store.commit(changes[done..end].to_vec()).await?;
        if changes.len() > UNIT {
            progress(end, changes.len());
        }
        done = end;
    }
    Ok(())
}
