//! Reading the outbox, of all realms together.

use jeton_oauth::{MailId, RealmId, Timestamp, model::Mail};

use crate::{
    Store, StoreError,
    row::{Columns, Fields},
};

impl Store {
    /// Letters whose turn it is, the longest waiting first.
    pub async fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<Mail>, StoreError> {
        let sql = "SELECT id, realm_id, sealed, created_at, attempts, next_at, given_up_at, fault FROM mails \
                   WHERE next_at <= ?1 AND given_up_at IS NULL ORDER BY next_at LIMIT ?2";
        self.backend().all(sql, &[now.into(), limit.into()], mail).await
    }

    /// At most `limit` letters that wait or were given up, the newest first, before the one whose id is `before`. Sealed
    /// as they are: who they are for is not to be seen.
    pub async fn mails(&self, given_up: Option<bool>, before: Option<MailId>, limit: u32) -> Result<Vec<Mail>, StoreError> {
        const ALL: &str = "SELECT id, realm_id, sealed, created_at, attempts, next_at, given_up_at, fault FROM mails \
                           WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        const WAITING: &str = "SELECT id, realm_id, sealed, created_at, attempts, next_at, given_up_at, fault FROM mails \
                               WHERE id < ?1 AND given_up_at IS NULL ORDER BY id DESC LIMIT ?2";
        const GIVEN_UP: &str = "SELECT id, realm_id, sealed, created_at, attempts, next_at, given_up_at, fault FROM mails \
                                WHERE id < ?1 AND given_up_at IS NOT NULL ORDER BY id DESC LIMIT ?2";
        let sql = given_up.map_or(ALL, |given_up| if given_up { GIVEN_UP } else { WAITING });
        let before = before.map_or(uuid::Uuid::max(), |id| id.0);
        self.backend().all(sql, &[before.into(), limit.into()], mail).await
    }

    /// One letter, if it waits or was given up.
    pub async fn mail(&self, id: MailId) -> Result<Option<Mail>, StoreError> {
        let sql = "SELECT id, realm_id, sealed, created_at, attempts, next_at, given_up_at, fault FROM mails WHERE id = ?1";
        self.backend().one(sql, &[id.into()], mail).await
    }

    /// How many letters were given up.
    pub async fn mails_given_up(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM mails WHERE given_up_at IS NOT NULL";
        let count = self.backend().one(sql, &[], |row: &dyn Columns| Ok(Fields::new(row, "mails").int()?.unsigned_abs())).await?;
        Ok(count.unwrap_or_default())
    }

    /// Why the letter was given up that was given up last.
    pub async fn last_mail_fault(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT fault FROM mails WHERE given_up_at IS NOT NULL ORDER BY given_up_at DESC LIMIT 1";
        let fault = self.backend().one(sql, &[], |row: &dyn Columns| Fields::new(row, "mails").opt_string()).await?;
        Ok(fault.flatten())
    }
}

fn mail(row: &dyn Columns) -> Result<Mail, StoreError> {
    let mut fields = Fields::new(row, "mails");
    Ok(Mail {
        id: fields.id(MailId)?,
        realm: fields.id(RealmId)?,
        sealed: fields.blob()?.to_vec(),
        created_at: fields.time()?,
        attempts: fields.u32()?,
        next_at: fields.time()?,
        given_up_at: fields.opt_time()?,
        fault: fields.opt_string()?,
    })
}
