//! Reading what was counted.

use std::net::IpAddr;

use jeton_oauth::{
    ClientKey, ClientSecretId, RealmId, Timestamp,
    activity::{About, Call, Failed, Grain, Level, Outcome, Reason, What},
    secret::Verifier,
};
use uuid::Uuid;

use super::RealmStore;
use crate::{
    Store, StoreError,
    changes::activity::{ALL, LATENCY},
    row::{Columns, Fields},
    statement::Value,
};

/// A number, of whom was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When its column began.
    pub began_at: Timestamp,
    /// What was counted.
    pub what: What,
    /// How often.
    pub times: u64,
}

/// How numbers are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// In what they are kept.
    pub grain: Grain,
    /// When the first column begins.
    pub since: Timestamp,
    /// Milliseconds of each column: as long as the grain, or some of it.
    pub millis: i64,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// When its hour or day began.
    pub began_at: Timestamp,
    /// In the unit of its level.
    pub value: u64,
}

/// From where a secret was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretAddress {
    /// Which secret.
    pub secret: ClientSecretId,
    /// Where the request came from.
    pub address: IpAddr,
    /// When last.
    pub last_at: Timestamp,
}

/// A secret that was removed.
#[derive(Clone, Debug, PartialEq)]
pub struct RemovedSecret {
    /// Whose it was.
    pub client: ClientKey,
    /// Its hash.
    pub verifier: Verifier,
    /// When it was removed.
    pub removed_at: Timestamp,
}

/// Sums that one read gives at most: sixty columns of every call and outcome that there is in practice.
const MOST: u32 = 20_000;

/// Added up by columns of ?5 milliseconds, the newest first.
const SUMMED: &str = "SELECT (began_at - ?4) / ?5, call, outcome, CAST(sum(times) AS BIGINT) FROM activity \
                      WHERE realm_id = ?1 AND client_key = ?2 AND grain = ?3 AND began_at >= ?4 \
                      GROUP BY (began_at - ?4) / ?5, call, outcome ORDER BY (began_at - ?4) / ?5 DESC LIMIT ?6";

const LEVELS: &str = "SELECT began_at, value FROM levels WHERE realm_id = ?1 AND level = ?2 AND grain = ?3 AND began_at >= ?4 \
                      ORDER BY began_at";

/// Clients whose removed secrets one statement reads.
const TOGETHER: usize = 20;

impl Store {
    /// Of all realms together, added up by columns.
    pub async fn activity(&self, sums: Sums) -> Result<Vec<Counted>, StoreError> {
        let values = sums.values(ALL, ALL);
        let rows = self.backend().all(SUMMED, &values, |row: &dyn Columns| sum(&mut Fields::new(row, "activity"), sums)).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// What was measured of all realms together.
    pub async fn levels(&self, level: Level, grain: Grain, since: Timestamp) -> Result<Vec<Measured>, StoreError> {
        let values = [ALL.into(), level.as_str().into(), grain.millis().into(), since.into()];
        self.backend().all(LEVELS, &values, |row: &dyn Columns| measured(&mut Fields::new(row, "levels"))).await
    }

    /// Secrets of these clients that were removed and are remembered.
    pub async fn removed_secrets_of(&self, clients: &[ClientKey]) -> Result<Vec<RemovedSecret>, StoreError> {
        let sql = "SELECT client_key, sha256, removed_at FROM removed_secrets WHERE client_key IN \
                   (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
        let read = |row: &dyn Columns| {
            let mut fields = Fields::new(row, "removed_secrets");
            Ok(RemovedSecret { client: fields.id(ClientKey)?, verifier: Verifier(fields.bytes()?), removed_at: fields.time()? })
        };
        let mut removed = Vec::new();
        for some in clients.chunks(TOGETHER) {
            let values: [Value<'_>; TOGETHER] = std::array::from_fn(|at| some.get(at).copied().unwrap_or(ClientKey(ALL)).into());
            removed.extend(self.backend().all(sql, &values, read).await?);
        }
        Ok(removed)
    }
}

impl Sums {
    fn values(self, realm: Uuid, client: Uuid) -> [Value<'static>; 6] {
        [realm.into(), client.into(), self.grain.millis().into(), self.since.into(), self.millis.into(), MOST.into()]
    }
}

impl RealmStore<'_> {
    /// Of the realm, added up by columns.
    pub async fn activity(&self, sums: Sums) -> Result<Vec<Counted>, StoreError> {
        self.activity_of(ClientKey(ALL), sums).await
    }

    /// Of a client, added up by columns of hours or days.
    pub async fn activity_of(&self, client: ClientKey, sums: Sums) -> Result<Vec<Counted>, StoreError> {
        let values = sums.values(self.realm.0, client.0);
        Ok(self.all("activity", SUMMED, &values, |fields| sum(fields, sums)).await?.into_iter().flatten().collect())
    }

    /// The last refusals of a client that are kept, the newest first.
    pub async fn failures_of(&self, client: ClientKey) -> Result<Vec<Failed>, StoreError> {
        let sql = "SELECT realm_id, client_key, call, reason, error, about, by_strangers, address, at, last_at, times FROM client_failures \
                   WHERE client_key = ?1 AND realm_id = ?2 ORDER BY last_at DESC, id DESC LIMIT 100";
        self.all("client_failures", sql, &[client.into(), self.realm.into()], failed).await
    }

    /// From where each secret of a client was used since then, the latest first.
    pub async fn secret_addresses_of(&self, client: ClientKey, since: Timestamp) -> Result<Vec<SecretAddress>, StoreError> {
        let sql = "SELECT secret_id, address, last_at FROM secret_addresses WHERE client_key = ?1 AND realm_id = ?2 AND last_at >= ?3 \
                   ORDER BY last_at DESC LIMIT 1000";
        let read = |fields: &mut Fields<'_>| {
            let secret = fields.id(ClientSecretId)?;
            let address = fields.text()?.parse().ok();
            let last_at = fields.time()?;
            Ok(address.map(|address| SecretAddress { secret, address, last_at }))
        };
        let rows = self.all("secret_addresses", sql, &[client.into(), self.realm.into(), since.into()], read).await?;
        Ok(rows.into_iter().flatten().collect())
    }
}

/// `None` for words that a newer program wrote.
fn sum(fields: &mut Fields<'_>, sums: Sums) -> Result<Option<Counted>, StoreError> {
    let began_at = Timestamp::from_millis(sums.since.as_millis() + fields.int()? * sums.millis);
    let (call, outcome) = (fields.text()?, fields.text()?);
    let what = match call {
        LATENCY => outcome.parse().ok().map(What::Within),
        call => Call::parse(call).zip(Outcome::parse(outcome)).map(|(call, outcome)| What::Call(call, outcome)),
    };
    let times = fields.int()?.unsigned_abs();
    Ok(what.map(|what| Counted { began_at, what, times }))
}

fn measured(fields: &mut Fields<'_>) -> Result<Measured, StoreError> {
    Ok(Measured { began_at: fields.time()?, value: fields.int()?.unsigned_abs() })
}

/// What a newer program calls otherwise is another reason.
fn failed(fields: &mut Fields<'_>) -> Result<Failed, StoreError> {
    Ok(Failed {
        realm: fields.id(RealmId)?,
        client: fields.id(ClientKey)?,
        call: Call::parse(fields.text()?).unwrap_or(Call::Token),
        reason: Reason::parse(fields.text()?).unwrap_or(Reason::Other),
        error: fields.string()?.into(),
        about: fields.opt_json::<About>()?.unwrap_or_default(),
        proved: !fields.flag()?,
        address: fields.opt_text()?.and_then(|address| address.parse().ok()),
        at: fields.time()?,
        last_at: fields.time()?,
        times: fields.u32()?,
    })
}
