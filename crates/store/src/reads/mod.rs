//! Reads of one realm, a file per noun: each is one query, and each says whose rows it may see.

mod access_token;
mod activity;
mod administrator;
mod attempt;
mod audit;
mod authorization;
mod client;
mod code;
mod consent;
mod counts;
mod developer;
mod dialect;
mod factor;
mod key;
mod link;
mod mail;
mod parts;
mod pending_request;
mod personal_access_token;
mod registration;
mod remembered;
mod session;
mod user;

use jeton_oauth::RealmId;

use crate::{Store, StoreError, backend::Backend, row::Columns, row::Fields, statement::Value};

pub use activity::{Counted, Measured, RemovedSecret, SecretAddress, Sums};
pub use administrator::{AdministratorFacts, Answered};
pub use attempt::Lock;
pub use audit::AuditFilter;
pub use code::CodeFacts;
pub use counts::Counts;
pub use developer::{ApiUser, CoDeveloper, InvitationToShow};
pub use parts::{AuditQuery, AuditRow, GrantedTo, Part};
pub use registration::Unseen;
pub use session::SessionFacts;

/// The rows of one realm.
///
/// **Invariant**: every query here names the realm; a row of another is as if it did not exist.
#[derive(Clone, Copy, Debug)]
pub struct RealmStore<'a> {
    pub(crate) store: &'a Store,
    pub(crate) realm: RealmId,
}

/// Rows of one person that are shown at once at most.
const OF_USER: u32 = 1000;

impl RealmStore<'_> {
    fn backend(&self) -> &Backend {
        self.store.backend()
    }

    /// The one row of a query, as `read` understands it.
    async fn one<T>(
        &self,
        noun: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnOnce(&mut Fields<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<Option<T>, StoreError> {
        self.backend().one(sql, values, |row: &dyn Columns| read(&mut Fields::new(row, noun))).await
    }

    async fn all<T>(
        &self,
        noun: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Fields<'_>) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        self.backend().all(sql, values, |row: &dyn Columns| read(&mut Fields::new(row, noun))).await
    }
}
