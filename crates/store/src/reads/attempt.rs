//! Reading how often passwords and the like were guessed at.

use jeton_oauth::{ClientKey, Timestamp, UserId, attempts::Tally};

use super::RealmStore;
use crate::{StoreError, row::Fields};

/// A bucket that is closed, as those who look at an account or at a realm see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Nothing is tried before then.
    pub until: Timestamp,
    /// Only for this network; `None` for whoever is not known.
    pub network: Option<String>,
    /// The account that is closed; `None` where all are.
    pub user: Option<UserId>,
    /// The client through which no password is tried, or, without a user and a network of its own, whose secret is not.
    pub client: Option<ClientKey>,
    /// What the account is known by, while it is there.
    pub sub: Option<String>,
    /// The same for people.
    pub username: Option<String>,
    /// What the client is known by, while it is there.
    pub client_id: Option<String>,
}

/// Columns of a [`Lock`], as [`lock`] reads them, and where they are from: some of `attempts` as `a`, with their names.
macro_rules! locks_of {
    ($attempts:literal) => {
        concat!(
            "SELECT a.bucket, a.opens_at, a.network, a.user_id, a.client_key, u.sub, u.username, c.client_id FROM ",
            $attempts,
            " a LEFT JOIN users u ON u.id = a.user_id AND u.deleted_at IS NULL \
             LEFT JOIN clients c ON c.key = a.client_key AND c.deleted_at IS NULL "
        )
    };
}

impl RealmStore<'_> {
    /// What is known of each bucket, in their order; whether its window is over is not looked at. A
    /// bucket is a keyed hash that has the realm in it.
    pub async fn attempts(&self, buckets: &[[u8; 32]]) -> Result<Vec<Option<Tally>>, StoreError> {
        let sql = "SELECT count, began_at, opens_at, known_until FROM attempts WHERE bucket = ?1";
        let mut tallies = Vec::with_capacity(buckets.len());
        for bucket in buckets {
            tallies.push(self.one("attempts", sql, &[bucket.into()], tally).await?);
        }
        Ok(tallies)
    }

    /// What is closed for those who would sign in to an account, the longest first: the account itself, and the
    /// networks from which it was guessed at.
    pub async fn locks(&self, user: UserId, now: Timestamp) -> Result<Vec<Lock>, StoreError> {
        let sql = concat!(
            locks_of!(
                "(SELECT * FROM attempts WHERE user_id = ?1 AND opens_at > ?2 \
                 UNION ALL SELECT * FROM attempts WHERE realm_id = ?3 AND opens_at > ?2 \
                 AND user_id IS NULL AND network IN (SELECT network FROM attempts WHERE user_id = ?1 AND network IS NOT NULL))"
            ),
            "ORDER BY a.opens_at DESC LIMIT 100"
        );
        self.all("attempts", sql, &[user.into(), now.into(), self.realm.into()], |fields| lock(fields).map(|(_, lock)| lock)).await
    }

    /// As [`RealmStore::locks_of_realm`], after the one that opens then and has this bucket; each with its bucket.
    pub async fn locks_part(
        &self,
        now: Timestamp,
        after: Option<(Timestamp, [u8; 32])>,
        limit: u32,
    ) -> Result<Vec<([u8; 32], Lock)>, StoreError> {
        let sql = concat!(
            locks_of!("attempts"),
            "WHERE a.realm_id = ?1 AND a.opens_at > ?2 AND (a.user_id IS NOT NULL OR a.network IS NOT NULL OR a.client_key IS NOT NULL) \
             AND a.opens_at <= ?3 AND (a.opens_at < ?3 OR a.bucket > ?4) ORDER BY a.opens_at DESC, a.bucket LIMIT ?5"
        );
        let (at, bucket) = after.unwrap_or((Timestamp::from_millis(i64::MAX), [0; 32]));
        let values = [self.realm.into(), now.into(), at.into(), bucket.as_slice().into(), limit.into()];
        self.all("attempts", sql, &values, lock).await
    }

    /// What is closed in the realm, the longest first, at most `limit`. Names that nobody has are left out.
    pub async fn locks_of_realm(&self, now: Timestamp, limit: u32) -> Result<Vec<Lock>, StoreError> {
        let part = self.locks_part(now, None, limit).await?;
        Ok(part.into_iter().map(|(_, lock)| lock).collect())
    }
}

fn lock(fields: &mut Fields<'_>) -> Result<([u8; 32], Lock), StoreError> {
    let bucket = fields.bytes()?;
    let lock = Lock {
        until: fields.time()?,
        network: fields.opt_string()?,
        user: fields.opt_id(UserId)?,
        client: fields.opt_id(ClientKey)?,
        sub: fields.opt_string()?,
        username: fields.opt_string()?,
        client_id: fields.opt_string()?,
    };
    Ok((bucket, lock))
}

fn tally(fields: &mut Fields<'_>) -> Result<Tally, StoreError> {
    Ok(Tally { count: fields.u32()?, began_at: fields.time()?, opens_at: fields.opt_time()?, known_until: fields.opt_time()? })
}
