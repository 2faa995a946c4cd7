//! A whole copy: what it refuses, the order of its steps, and where it goes on.

use std::{collections::HashMap, fs, ops::ControlFlow};

use futures_util::future::join;
use uuid::Uuid;

use super::{
    Bulk, Cell, CopyError, Opening, Row, Table,
    bulk::INSTALLATION,
    cell::Sum,
    compare::{Summed, sum},
    tables,
};
use crate::{Location, StoreError};

/// How an installation is copied.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What happens to a half copy that the destination holds.
    pub begin: Begin,
    /// Rows that are written as one.
    pub page: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { begin: Begin::WhereItStopped, page: 5000 }
    }
}

/// Where a copy starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Behind the last row that an earlier run wrote; at the first row if there was none.
    WhereItStopped,
    /// Half a copy that the destination holds is thrown away.
    Anew,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows of a table go over, and a page more of them has.
    Copying {
        /// The table.
        table: &'static str,
        /// Its rows that the destination has now, those of earlier runs too.
        rows: u64,
        /// Its rows in the source.
        of: u64,
    },
    /// All rows are over, and the table's indexes are about to be made.
    Indexing {
        /// The table.
        table: &'static str,
    },
    /// A side is read anew to be compared; the source only where an earlier run had copied.
    Comparing {
        /// The table.
        table: &'static str,
        /// Its rows that were read so far, of this side.
        rows: u64,
        /// Its rows in the source.
        of: u64,
    },
}

/// What was copied, and is the same on both sides.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its id, the same in both places.
    pub installation: Uuid,
    /// Whether an earlier run had begun it.
    pub resumed: bool,
    /// Every table, in the order in which they were copied.
    pub tables: Vec<Copied>,
}

/// A table that is the same on both sides.
#[derive(Clone, Debug)]
pub struct Copied {
    /// Its name.
    pub table: &'static str,
    /// All of its rows.
    pub rows: u64,
    /// Of them, by this run.
    pub now: u64,
    /// Of the rows in the order of their keys.
    pub sha256: [u8; 32],
}

pub(super) type Watch<'a> = dyn FnMut(Step) -> ControlFlow<()> + Send + 'a;

/// Copies all rows of the installation at `from` to `to`, compares them, and leaves `to` ready to
/// be served. `watch` hears of every page and may stop it; then, or after a failure or the death of
/// the process, the same call goes on where it stopped. The source stays as it is, and nobody may
/// write to it meanwhile.
///
/// # Errors
/// Refused before anything is written: a place that somebody serves, a destination that holds rows
/// which this copy did not write, a source of another schema than this program's.
pub async fn copy(from: &Location, to: &Location, options: Options, watch: &mut Watch<'_>) -> Result<Report, CopyError> {
    if same(from, to) {
        return Err(CopyError::SamePlace { place: to.to_string() });
    }
    let mut source = Bulk::open_as(from, Opening::Source).await.map_err(CopyError::Source)?;
    let own = own_row(&mut source).await.map_err(|error| CopyError::Read { table: INSTALLATION, error })?;
    let installation = id_of(&own);
    let mut destination = Bulk::open_as(to, Opening::Destination).await.map_err(CopyError::Destination)?;
    let resumed = begin(&mut destination, installation, from, to, options).await?;

    let mut run = Run { source, destination, options, sums: HashMap::new(), counts: HashMap::new(), now: HashMap::new() };
    run.count().await?;
    for table in tables().iter().filter(|table| table.name != INSTALLATION) {
        run.table(table, watch).await?;
    }
    run.complete(&own, watch).await?;
    let tables = run.compare(watch).await?;
    let written = |error| CopyError::Write { table: INSTALLATION, error };
    run.destination.finish().await.map_err(written)?;
    run.destination.close().await.map_err(written)?;
    // Nothing of it was changed; what cannot be closed is given up with the process.
    if let Err(error) = run.source.close().await {
        tracing::warn!(%error, "the source was not closed well");
    }
    Ok(Report { installation, resumed, tables })
}

struct Run {
    source: Bulk,
    destination: Bulk,
    options: Options,
    /// Of the source, where this run read all of a table.
    sums: HashMap<&'static str, Summed>,
    /// Rows of the source.
    counts: HashMap<&'static str, u64>,
    /// Rows that this run has copied.
    now: HashMap<&'static str, u64>,
}

impl Run {
    async fn count(&mut self) -> Result<(), CopyError> {
        for table in tables() {
            let count = self.source.count(table).await.map_err(|error| CopyError::Read { table: &table.name, error })?;
            self.counts.insert(&table.name, count);
        }
        Ok(())
    }

    /// Goes on behind the greatest key that the destination has.
    async fn table(&mut self, table: &'static Table, watch: &mut Watch<'_>) -> Result<(), CopyError> {
        let (read, written) = (failed_read(table), failed_write(table));
        let (of, most) = (self.counts[table.name.as_str()], self.options.page);
        let last = self.destination.last(table).await.map_err(written)?;
        let mut rows = if last.is_some() { self.destination.count(table).await.map_err(written)? } else { 0 };
        let (mut sum, mut now) = (last.is_none().then(Sum::new), 0);
        let after = last.map(|row| table.key_of(&row));
        let mut page = self.source.page(table, after.as_deref(), most).await.map_err(read)?;
        while let Some(last) = page.last() {
            let key = table.key_of(last);
            if let Some(sum) = &mut sum {
                sum.add(&page);
            }
            let full = page.len() == most;
            let next = async { if full { self.source.page(table, Some(&key), most).await } else { Ok(Vec::new()) } };
            let (done, next) = join(self.destination.insert(table, &page), next).await;
            done.map_err(written)?;
            rows += page.len() as u64;
            now += page.len() as u64;
            if let ControlFlow::Break(()) = watch(Step::Copying { table: &table.name, rows, of }) {
                return Err(CopyError::Stopped);
            }
            page = next.map_err(read)?;
        }
        self.now.insert(&table.name, now);
        if let Some(sum) = sum {
            self.sums.insert(&table.name, sum.finish());
        }
        Ok(())
    }

    /// What comes after the last row.
    async fn complete(&mut self, own: &[Cell], watch: &mut Watch<'_>) -> Result<(), CopyError> {
        for table in tables() {
            if table.name == INSTALLATION {
                self.destination.replace_installation(table, own).await.map_err(failed_write(table))?;
                self.now.insert(INSTALLATION, 1);
            }
            if let ControlFlow::Break(()) = watch(Step::Indexing { table: &table.name }) {
                return Err(CopyError::Stopped);
            }
            self.destination.make_indexes_of(table).await.map_err(failed_write(table))?;
        }
        Ok(())
    }

    /// The destination is read anew, and so is what an earlier run copied of the source.
    async fn compare(&mut self, watch: &mut Watch<'_>) -> Result<Vec<Copied>, CopyError> {
        let (mut same, mut differ) = (Vec::new(), Vec::new());
        for table in tables() {
            let of = self.counts[table.name.as_str()];
            let before = match self.sums.get(table.name.as_str()) {
                Some(summed) => *summed,
                None => sum(&mut self.source, table, self.options, of, watch).await?,
            };
            let after = sum(&mut self.destination, table, self.options, of, watch).await?;
            if before == after && before.0 == of {
                let now = self.now.get(table.name.as_str()).copied().unwrap_or(0);
                same.push(Copied { table: &table.name, rows: of, now, sha256: after.1 });
            } else {
                differ.push(table.name.as_str());
            }
        }
        if differ.is_empty() { Ok(same) } else { Err(CopyError::Differs { tables: differ }) }
    }
}

/// Refuses a destination that holds what this copy did not write; says whether it goes on with one.
async fn begin(destination: &mut Bulk, installation: Uuid, from: &Location, to: &Location, options: Options) -> Result<bool, CopyError> {
    let failed = |error: StoreError| CopyError::Write { table: INSTALLATION, error };
    let half = destination.copying().await.map_err(failed)?;
    match &half {
        Some(copying) if options.begin == Begin::WhereItStopped => {
            if copying.source == installation {
                return Ok(true);
            }
            let (begun, from) = (copying.source, copying.from.clone());
            return Err(CopyError::OtherSource { place: to.to_string(), begun, from, source_id: installation });
        }
        Some(_) => {}
        None => {
            let found = id_of(&own_row(destination).await.map_err(failed)?);
            if found == installation {
                return Err(CopyError::Complete { place: to.to_string() });
            }
            for table in tables().iter().filter(|table| table.name != INSTALLATION) {
                if destination.last(table).await.map_err(failed)?.is_some() {
                    return Err(CopyError::Occupied { place: to.to_string(), found });
                }
            }
        }
    }
    destination.begin(installation, &from.to_string(), half.is_some()).await.map_err(failed)?;
    Ok(false)
}

async fn own_row(place: &mut Bulk) -> Result<Row, StoreError> {
    let table = super::table(INSTALLATION).ok_or_else(|| StoreError::Damaged("the schema knows no installation".to_owned()))?;
    let row = place.last(table).await?;
    row.ok_or_else(|| StoreError::Damaged("the installation's row is missing".to_owned()))
}

fn id_of(row: &[Cell]) -> Uuid {
    row.iter().find_map(|cell| if let Cell::Id(id) = cell { Some(*id) } else { None }).unwrap_or_default()
}

fn same(from: &Location, to: &Location) -> bool {
    match (from, to) {
        (Location::Sqlite { folder: one }, Location::Sqlite { folder: other }) => {
            one == other || fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
        }
        _ => from == to,
    }
}

fn failed_read(table: &'static Table) -> impl Fn(StoreError) -> CopyError + Copy {
    |error| CopyError::Read { table: &table.name, error }
}

fn failed_write(table: &'static Table) -> impl Fn(StoreError) -> CopyError + Copy {
    |error| CopyError::Write { table: &table.name, error }
}
