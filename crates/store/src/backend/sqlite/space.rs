//! Giving the space of deleted rows back to the disk, a few pages at a time.
//!
//! A file that was made without this keeps its free pages and fills them again; a backup of it, once
//! put in its place, gives them back.

use rusqlite::{Connection, Result};

/// Pages (of 4 KiB) that one step gives back: less than a batch of units writes.
const STEP: u32 = 128;
/// Free pages that are worth keeping, whatever the size of the file.
const SPARE: u32 = 1024;

/// Before anything is in a database: free pages can be given back.
pub(super) fn prepare(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")
}

/// On the writer, between two batches. Says whether there is more to give back; an eighth of the
/// file may stay free, as rows will come again.
pub(super) fn give_back(connection: &Connection) -> Result<bool> {
    let pages = |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, u32>(0));
    let free = pages("freelist_count")?;
    if free <= SPARE.max(pages("page_count")? / 8) {
        return Ok(false);
    }
    let mut step = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({STEP})"))?;
    let mut rows = step.raw_query();
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(pages("freelist_count")? < free)
}

#[cfg(test)]
mod tests {
    use super::{give_back, prepare};

    fn full(prepared: bool) -> (tempfile::TempDir, rusqlite::Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = rusqlite::Connection::open(folder.path().join("rows.db")).unwrap();
        if prepared {
            prepare(&connection).unwrap();
        }
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection
            .execute_batch(
                "CREATE TABLE rows (x); WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 4000) \
                 INSERT INTO rows SELECT zeroblob(3000) FROM n; DELETE FROM rows WHERE rowid > 400",
            )
            .unwrap();
        (folder, connection)
    }

    fn pages(connection: &rusqlite::Connection) -> u32 {
        connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn space_is_given_back_in_steps_but_for_a_little() {
        let (_folder, connection) = full(true);
        let before = pages(&connection);
        let mut steps = 0;
        while give_back(&connection).unwrap() {
            steps += 1;
        }
        assert!(before > 4000 && pages(&connection) < before / 2 && steps > 10, "{before} {} {steps}", pages(&connection));
    }

    #[test]
    fn file_of_before_keeps_its_pages_and_asks_for_no_more_steps() {
        let (_folder, connection) = full(false);
        let before = pages(&connection);
        assert!(!give_back(&connection).unwrap());
        assert_eq!(pages(&connection), before);
    }
}
