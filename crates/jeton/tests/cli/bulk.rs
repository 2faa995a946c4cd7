//! Rows in great numbers, so that a copy takes a moment.

use std::path::Path;

use jeton_oauth::{AuditId, RealmId};
use jeton_store::{
    Location,
    copy::{Bulk, Cell, Row},
};

/// Audit events of a realm that there is not.
pub fn fill(folder: &Path, events: u64) {
    let row = |number: u64| -> Row {
        let id = AuditId::from_bytes((u128::from(number) << 64).to_be_bytes());
        let detail = Cell::Text(format!("made up, number {number}, and as long as others are"));
        let realm = Cell::Id(RealmId::from_bytes([7; 16]).0);
        let mut row =
            vec![realm, Cell::Id(id.0), Cell::Int(0), Cell::Text("signed_in".to_owned()), Cell::Null, Cell::Null, Cell::Null, detail];
        row.extend([Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Int(1), Cell::Null, Cell::Null, Cell::Null]);
        row
    };
    let rows: Vec<Row> = (1..=events).map(row).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut bulk = Bulk::open(&Location::Sqlite { folder: folder.to_owned() }).await.unwrap();
        for page in rows.chunks(10_000) {
            bulk.write("audit_events", page).await.unwrap();
        }
        bulk.close().await.unwrap();
    });
}
