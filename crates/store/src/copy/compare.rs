//! Whether two places hold the same rows: as many, with the same sum, in every table.

use std::ops::ControlFlow;

use super::{Bulk, CopyError, Options, Step, Table, cell::Sum, run::Watch};
use crate::StoreError;

/// How many rows of a table there are, and their sum.
pub(super) type Summed = (u64, [u8; 32]);

/// Reads all of `table`.
pub(super) async fn sum(
    place: &mut Bulk,
    table: &'static Table,
    options: Options,
    of: u64,
    watch: &mut Watch<'_>,
) -> Result<Summed, CopyError> {
    let failed = |error: StoreError| CopyError::Read { table: &table.name, error };
    let mut sum = Sum::new();
    let mut rows = 0;
    let mut page = place.page(table, None, options.page).await.map_err(failed)?;
    while let Some(last) = page.last() {
        let key = table.key_of(last);
        sum.add(&page);
        rows += page.len() as u64;
        if let ControlFlow::Break(()) = watch(Step::Comparing { table: &table.name, rows, of }) {
            return Err(CopyError::Stopped);
        }
        page = if page.len() < options.page { Vec::new() } else { place.page(table, Some(&key), options.page).await.map_err(failed)? };
    }
    Ok(sum.finish())
}
