//! Reading dialects: they belong to the installation, not to a realm.

use jeton_oauth::model::StoredDialect;

use crate::{Store, StoreError, row::Fields};

impl Store {
    /// All that were written, by name.
    pub async fn dialects(&self) -> Result<Vec<StoredDialect>, StoreError> {
        let sql = "SELECT name, toml, version, changed_at FROM dialects ORDER BY name";
        self.backend().all(sql, &[], |row| dialect(&mut Fields::new(row, "dialects"))).await
    }

    /// The one of this name; those that are compiled in are not here.
    pub async fn dialect(&self, name: &str) -> Result<Option<StoredDialect>, StoreError> {
        let sql = "SELECT name, toml, version, changed_at FROM dialects WHERE name = ?1";
        self.backend().one(sql, &[name.into()], |row| dialect(&mut Fields::new(row, "dialects"))).await
    }
}

fn dialect(fields: &mut Fields<'_>) -> Result<StoredDialect, StoreError> {
    Ok(StoredDialect { name: fields.string()?, toml: fields.string()?, version: fields.u32()?, changed_at: fields.time()? })
}
