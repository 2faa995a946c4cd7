//! Reading what was counted.

use std::net::IpAddr;

use jeton_oauth::{
    ClientKey, ClientSecretId, RealmId, Timestamp,
    activity::{About, Call, Failed, Grain, Level, Outcome, Reason, What},
    secret::Verifier,
};

use super::RealmStore;
use crate::{
    Store, StoreError,
    changes::activity::{ALL, LATENCY},
    row::{Columns, Fields},
};

/// A number, of whom was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When its minute, hour or day began.
    pub began_at: Timestamp,
    /// What was counted.
    pub what: What,
    /// How often.
    pub times: u64,
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
    /// Its hash.
    pub verifier: Verifier,
    /// When it was removed.
    pub removed_at: Timestamp,
}

/// Numbers that one read gives at most: a year of days, or two weeks of hours, of every call and reason.
const NUMBERS: u32 = 50_000;

const COUNTS: &str = "SELECT began_at, call, outcome, times FROM activity \
                      WHERE realm_id = ?1 AND client_key = ?2 AND grain = ?3 AND began_at >= ?4 ORDER BY began_at LIMIT ?5";

const LEVELS: &str = "SELECT began_at, value FROM levels WHERE realm_id = ?1 AND level = ?2 AND grain = ?3 AND began_at >= ?4 \
                      ORDER BY began_at";

impl Store {
    /// Of all realms together, in minutes, hours or days from `since` on.
    pub async fn activity(&self, grain: Grain, since: Timestamp) -> Result<Vec<Counted>, StoreError> {
        let values = [ALL.into(), ALL.into(), grain.millis().into(), since.into(), NUMBERS.into()];
        let rows = self.backend().all(COUNTS, &values, |row: &dyn Columns| count(&mut Fields::new(row, "activity"))).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// What was measured of all realms together.
    pub async fn levels(&self, level: Level, grain: Grain, since: Timestamp) -> Result<Vec<Measured>, StoreError> {
        let values = [ALL.into(), level.as_str().into(), grain.millis().into(), since.into()];
        self.backend().all(LEVELS, &values, |row: &dyn Columns| measured(&mut Fields::new(row, "levels"))).await
    }
}

impl RealmStore<'_> {
    /// Of the realm, in minutes, hours or days from `since` on.
    pub async fn activity(&self, grain: Grain, since: Timestamp) -> Result<Vec<Counted>, StoreError> {
        self.counted(ClientKey(ALL), grain, since).await
    }

    /// Of a client, in hours or days from `since` on.
    pub async fn activity_of(&self, client: ClientKey, grain: Grain, since: Timestamp) -> Result<Vec<Counted>, StoreError> {
        self.counted(client, grain, since).await
    }

    async fn counted(&self, client: ClientKey, grain: Grain, since: Timestamp) -> Result<Vec<Counted>, StoreError> {
        let values = [self.realm.into(), client.into(), grain.millis().into(), since.into(), NUMBERS.into()];
        Ok(self.all("activity", COUNTS, &values, count).await?.into_iter().flatten().collect())
    }

    /// What was measured of the realm.
    pub async fn levels(&self, level: Level, grain: Grain, since: Timestamp) -> Result<Vec<Measured>, StoreError> {
        let values = [self.realm.into(), level.as_str().into(), grain.millis().into(), since.into()];
        self.all("levels", LEVELS, &values, measured).await
    }

    /// The last refusals of a client that are kept, the newest first.
    pub async fn failures_of(&self, client: ClientKey) -> Result<Vec<Failed>, StoreError> {
        let sql = "SELECT realm_id, client_key, call, reason, error, about, address, at, last_at, times FROM client_failures \
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

    /// Secrets of a client that were removed and are remembered, the latest first.
    pub async fn removed_secrets_of(&self, client: ClientKey) -> Result<Vec<RemovedSecret>, StoreError> {
        let sql =
            "SELECT sha256, removed_at FROM removed_secrets WHERE client_key = ?1 AND realm_id = ?2 ORDER BY removed_at DESC LIMIT 10";
        let read = |fields: &mut Fields<'_>| Ok(RemovedSecret { verifier: Verifier(fields.bytes()?), removed_at: fields.time()? });
        self.all("removed_secrets", sql, &[client.into(), self.realm.into()], read).await
    }
}

/// `None` for words that a newer program wrote.
fn count(fields: &mut Fields<'_>) -> Result<Option<Counted>, StoreError> {
    let began_at = fields.time()?;
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
        address: fields.opt_text()?.and_then(|address| address.parse().ok()),
        at: fields.time()?,
        last_at: fields.time()?,
        times: fields.u32()?,
    })
}
