//! What a doctor wants to know of the database; counts every row.

use tokio_postgres::Client;

use super::failure::store_error;
use crate::{Diagnosis, StoreError};

pub(super) async fn diagnose(client: &Client) -> Result<Diagnosis, StoreError> {
    read(client).await.map_err(|error| store_error(&error))
}

async fn read(client: &Client) -> Result<Diagnosis, tokio_postgres::Error> {
    let version: String = client.query_one("SELECT current_setting('server_version')", &[]).await?.get(0);
    let schema: i64 = client.query_one("SELECT max(version) FROM migrations", &[]).await?.get(0);
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1";
    let mut rows = Vec::new();
    for table in client.query(tables, &[]).await? {
        let table: String = table.get(0);
        // The name comes from the schema, not from anybody's input.
        let count: i64 = client.query_one(&format!("SELECT count(*) FROM \"{table}\""), &[]).await?.get(0);
        rows.push((table, count.unsigned_abs()));
    }
    let bytes: i64 = client.query_one("SELECT pg_database_size(current_database())", &[]).await?.get(0);
    Ok(Diagnosis {
        engine: format!("PostgreSQL {version}"),
        schema: u32::try_from(schema).unwrap_or(u32::MAX),
        faults: Vec::new(),
        bytes: bytes.unsigned_abs(),
        log_bytes: 0,
        pages: bytes.unsigned_abs() / 8192,
        free_pages: 0,
        rows,
    })
}
