//! Reads that belong to no realm: the installation, its realms by name, and its health.

use std::sync::Arc;

use jeton_oauth::{
    RealmId, Timestamp,
    manage::administrator::REALM_ID,
    model::{RealmConfig, Status},
};
use uuid::Uuid;

use crate::{CommitError, Store, StoreError, row::Fields, work::Work};

/// The installation itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Its own name, given when its database was made; a copy or a backup has the same.
    pub id: Uuid,
    /// What was issued under an earlier one is dead.
    pub epoch: u32,
    /// `None` until a master key is adopted.
    pub master_key_check: Option<Vec<u8>>,
    /// The servers' own address, as the last one that started said it.
    pub public_url: Option<String>,
}

/// What is needed to find a realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealmSummary {
    /// Never changes.
    pub id: RealmId,
    /// As paths and commands name it; unique.
    pub name: String,
    /// Its own `iss` (RFC 8414 §2); `None` where it follows from the servers' address and the realm's name.
    pub issuer: Option<String>,
    /// The name of the dialect that its clients speak.
    pub dialect: String,
    /// Whether it answers at all.
    pub status: Status,
    /// Counts its changes, for `If-Match`.
    pub version: u32,
}

/// What a doctor wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// With its version.
    pub engine: String,
    /// The schema that the database is of.
    pub schema: u32,
    /// What a check of the whole found damaged; at most twenty.
    pub faults: Vec<String>,
    /// Of the whole database, without its log.
    pub bytes: u64,
    /// Of the write-ahead log.
    pub log_bytes: u64,
    /// Of which the database consists; PostgreSQL's are counted as 8192 bytes each.
    pub pages: u64,
    /// Of them, those that hold nothing; always 0 on PostgreSQL.
    pub free_pages: u64,
    /// Rows of each table.
    pub rows: Vec<(String, u64)>,
}

macro_rules! realm_columns {
    () => {
        "id, name, title, issuer, dialect, audience, scopes, settings, status, not_before, created_at, version"
    };
}

impl Store {
    /// Read anew each time. There is always one: without its row the database is damaged.
    pub async fn installation(&self) -> Result<Installation, StoreError> {
        let row = self.backend().one("SELECT id, epoch, master_key_check, public_url FROM installation", &[], |row| {
            let mut fields = Fields::new(row, "installation");
            Ok(Installation {
                id: fields.id(|id| id)?,
                epoch: fields.u32()?,
                master_key_check: fields.opt_blob()?.map(<[u8]>::to_vec),
                public_url: fields.opt_string()?,
            })
        });
        row.await?.ok_or_else(|| StoreError::Damaged("the installation's row is missing".to_owned()))
    }

    /// Remembers what tells this master key from another. Conflict if one is adopted already, or
    /// keys exist that were wrapped under one.
    pub async fn adopt_master_key(&self, check: &[u8]) -> Result<(), CommitError> {
        self.backend().write(Work::AdoptMasterKey(check.to_vec())).await.map(|_| ())
    }

    /// Kills every token and session that was born before `at`, which is now; for a restored backup,
    /// whose rows know nothing of what was revoked and rotated after it was made.
    pub async fn raise_epoch(&self, at: Timestamp) -> Result<(), CommitError> {
        self.backend().write(Work::RaiseEpoch { at }).await.map(|_| ())
    }

    /// Every realm, by name.
    pub async fn realms(&self) -> Result<Vec<RealmSummary>, StoreError> {
        let rows = self.backend().all(
            "SELECT id, name, issuer, dialect, status, version FROM realms WHERE deleted_at IS NULL ORDER BY name",
            &[],
            |row| {
                let mut fields = Fields::new(row, "realms");
                Ok(RealmSummary {
                    id: fields.id(RealmId)?,
                    name: fields.string()?,
                    issuer: fields.opt_string()?,
                    dialect: fields.string()?,
                    status: fields.word()?,
                    version: fields.u32()?,
                })
            },
        );
        rows.await
    }

    /// At most `limit` realms, by name, after the one named `after`; only those whose name begins with `prefix`.
    /// The one that holds the administrators is none of them.
    pub async fn realms_after(&self, after: &str, prefix: &str, limit: u32) -> Result<Vec<RealmConfig>, StoreError> {
        let sql = concat!(
            "SELECT ",
            realm_columns!(),
            " FROM realms WHERE name > ?1 AND name >= ?2 AND name < ?3 AND deleted_at IS NULL AND id <> ?4 ORDER BY name LIMIT ?5"
        );
        let end = past(prefix);
        let values = [after.into(), prefix.into(), end.into(), REALM_ID.into(), limit.into()];
        self.backend().all(sql, &values, |row| realm(&mut Fields::new(row, "realms"))).await
    }

    /// The realms that speak a dialect, by name.
    pub async fn realms_speaking(&self, dialect: &str) -> Result<Vec<RealmConfig>, StoreError> {
        let sql = concat!("SELECT ", realm_columns!(), " FROM realms WHERE dialect = ?1 AND deleted_at IS NULL ORDER BY name");
        self.backend().all(sql, &[dialect.into()], |row| realm(&mut Fields::new(row, "realms"))).await
    }

    /// Remembered until it changes.
    pub async fn realm(&self, id: RealmId) -> Result<Option<Arc<RealmConfig>>, StoreError> {
        let realms = &self.announcer().caches.realms;
        match realms.get_value_or_guard_async(&id).await {
            Ok(realm) => Ok(Some(realm)),
            Err(place) => {
                let sql = concat!("SELECT ", realm_columns!(), " FROM realms WHERE id = ?1 AND deleted_at IS NULL");
                let Some(realm) = self.backend().one(sql, &[id.into()], |row| realm(&mut Fields::new(row, "realms"))).await? else {
                    return Ok(None);
                };
                let realm = Arc::new(realm);
                // Refused if the realm changed meanwhile; then the next reader sees the change.
                let _ = place.insert(realm.clone());
                Ok(Some(realm))
            }
        }
    }

    /// Read anew each time; `None` where no realm has this name, or it was deleted.
    pub async fn realm_by_name(&self, name: &str) -> Result<Option<Arc<RealmConfig>>, StoreError> {
        let sql = concat!("SELECT ", realm_columns!(), " FROM realms WHERE name = ?1 AND deleted_at IS NULL");
        let row = self.backend().one(sql, &[name.into()], |row| realm(&mut Fields::new(row, "realms"))).await?;
        Ok(row.map(Arc::new))
    }
}

/// Past all names that begin so: no name has a character after this one.
pub(crate) fn past(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

fn realm(fields: &mut Fields<'_>) -> Result<RealmConfig, StoreError> {
    Ok(RealmConfig {
        id: fields.id(RealmId)?,
        name: fields.string()?,
        title: fields.opt_string()?,
        issuer: fields.opt_string()?,
        dialect: fields.string()?,
        audience: fields.opt_string()?,
        scopes: fields.json()?,
        settings: fields.json()?,
        status: fields.word()?,
        not_before: fields.time()?,
        created_at: fields.time()?,
        version: fields.u32()?,
    })
}
