//! Writing what is counted: numbers are added to, so that those of several nodes add up.

use jeton_oauth::{
    RealmId, Timestamp,
    activity::{Count, Failed, Grain, What, Whose},
    change::ActivityChange,
};
use uuid::Uuid;

use crate::{
    StoreError,
    statement::{Statement, Value, json, values},
};

/// Where all realms together are meant; and as a client, where all of a realm are.
pub(crate) const ALL: Uuid = Uuid::nil();

/// The call that stands for [`What::Within`]; its outcome is the bound.
pub(crate) const LATENCY: &str = "latency";

macro_rules! adding {
    () => {
        " ON CONFLICT (realm_id, client_key, grain, began_at, call, outcome) DO UPDATE SET times = activity.times + excluded.times"
    };
}

pub(super) fn statements<'a>(change: &'a ActivityChange, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        ActivityChange::Count(count) => out.push(add(count)),
        ActivityChange::Failed { id, failed } => {
            let Failed { realm, client, call, reason, error, about, proved, address, at, last_at, times } = failed;
            let address = address.map(|address| address.to_string());
            let by_strangers = !proved;
            let again =
                values![*id, *client, by_strangers, call.as_str(), reason.as_str(), json(about)?, address.clone(), *last_at, *times];
            out.push(Statement::free(
                "INSERT INTO client_failures (id, realm_id, client_key, by_strangers, call, reason, error, about, address, at, last_at, times) \
                 SELECT ?1, realm_id, key, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM clients \
                 WHERE key = ?3 AND realm_id = ?2 AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM client_failures f \
                 WHERE f.client_key = ?3 AND f.by_strangers = ?4 AND f.call = ?5 AND f.reason = ?6 AND f.about = ?8 \
                 AND f.address IS NOT DISTINCT FROM ?9)",
                values![
                    *id,
                    *realm,
                    *client,
                    by_strangers,
                    call.as_str(),
                    reason.as_str(),
                    &**error,
                    json(about)?,
                    address,
                    *at,
                    *last_at,
                    *times
                ],
            ));
            out.push(Statement::free(
                "UPDATE client_failures SET times = times + ?9, last_at = CASE WHEN last_at < ?8 THEN ?8 ELSE last_at END \
                 WHERE client_key = ?2 AND by_strangers = ?3 AND call = ?4 AND reason = ?5 AND about = ?6 \
                 AND address IS NOT DISTINCT FROM ?7 AND id <> ?1",
                again,
            ));
            out.push(Statement::free(
                "DELETE FROM client_failures WHERE client_key = ?1 AND by_strangers = ?2 AND id IN \
                 (SELECT id FROM client_failures WHERE client_key = ?1 AND by_strangers = ?2 \
                 ORDER BY last_at DESC, id DESC LIMIT 1000 OFFSET ?3)",
                values![*client, by_strangers, ActivityChange::KEPT_FAILURES],
            ));
        }
        ActivityChange::SecretUsedFrom { realm, client, secret, addresses } => {
            out.extend(addresses.iter().map(|(address, at)| {
                Statement::free(
                    "INSERT INTO secret_addresses (client_key, secret_id, address, realm_id, last_at) \
                 SELECT client_key, id, ?4, realm_id, ?5 FROM client_secrets WHERE client_key = ?1 AND id = ?2 AND realm_id = ?3 \
                 ON CONFLICT (client_key, secret_id, address) DO UPDATE SET last_at = excluded.last_at \
                 WHERE secret_addresses.last_at < excluded.last_at",
                    values![*client, *secret, *realm, address.to_string(), *at],
                )
            }));
            out.push(Statement::free(
                "DELETE FROM secret_addresses WHERE client_key = ?1 AND secret_id = ?2 AND address IN \
                 (SELECT address FROM secret_addresses WHERE client_key = ?1 AND secret_id = ?2 ORDER BY last_at DESC LIMIT 1000 OFFSET ?3)",
                values![*client, *secret, ActivityChange::KEPT_ADDRESSES],
            ));
        }
        ActivityChange::Level { level, at, value } => {
            for grain in [Grain::Hour, Grain::Day] {
                out.push(Statement::free(
                    "INSERT INTO levels (realm_id, level, grain, began_at, value) VALUES (?1, ?2, ?3, ?4, ?5) \
                     ON CONFLICT (realm_id, level, grain, began_at) DO UPDATE SET value = excluded.value",
                    values![ALL, level.as_str(), grain.millis(), grain.begin(*at), number(*value)],
                ));
            }
        }
    }
    Ok(())
}

/// Nothing is written for a client or a realm that is gone meanwhile.
fn add(count: &Count) -> Statement<'static> {
    let (call, outcome): (&'static str, Value<'static>) = match count.what {
        What::Call(call, outcome) => (call.as_str(), outcome.as_str().into()),
        What::Within(micros) => (LATENCY, micros.to_string().into()),
    };
    let (realm, client, sql) = match count.whose {
        Whose::Everybody => (
            RealmId(ALL),
            ALL,
            concat!(
                "INSERT INTO activity (realm_id, client_key, grain, began_at, call, outcome, times) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                adding!()
            ),
        ),
        Whose::Realm(realm) => (
            realm,
            ALL,
            concat!(
                "INSERT INTO activity (realm_id, client_key, grain, began_at, call, outcome, times) \
                 SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM realms WHERE id = ?1 AND deleted_at IS NULL",
                adding!()
            ),
        ),
        Whose::Client(realm, client) => (
            realm,
            client.0,
            concat!(
                "INSERT INTO activity (realm_id, client_key, grain, began_at, call, outcome, times) \
                 SELECT realm_id, key, ?3, ?4, ?5, ?6, ?7 FROM clients WHERE key = ?2 AND realm_id = ?1 AND deleted_at IS NULL",
                adding!()
            ),
        ),
    };
    Statement::free(sql, values![realm, client, count.grain.millis(), count.began_at, call, outcome, number(count.times)])
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Numbers of `from` that began before `before` become numbers of `to`: at most `limit` of them, the oldest first.
/// Nodes take turns at it, by a row that each touches first, or what two of them read would be added twice.
pub(crate) fn fold(from: Grain, to: Grain, before: Timestamp, limit: u32, out: &mut Vec<Statement<'_>>) {
    out.push(Statement::free("UPDATE installation SET epoch = epoch", Vec::new()));
    out.push(Statement::free(
        concat!(
            "INSERT INTO activity (realm_id, client_key, grain, began_at, call, outcome, times) \
             SELECT realm_id, client_key, ?2, began_at - began_at % ?2, call, outcome, sum(times) FROM \
             (SELECT realm_id, client_key, began_at, call, outcome, times FROM activity WHERE grain = ?1 AND began_at < ?3 \
             ORDER BY began_at, realm_id, client_key, call, outcome LIMIT ?4) old WHERE times > 0 \
             GROUP BY realm_id, client_key, began_at - began_at % ?2, call, outcome",
            adding!()
        ),
        values![from.millis(), to.millis(), before, limit],
    ));
    out.push(Statement::free(
        "DELETE FROM activity WHERE (realm_id, client_key, grain, began_at, call, outcome) IN \
         (SELECT realm_id, client_key, grain, began_at, call, outcome FROM activity WHERE grain = ?1 AND began_at < ?2 \
         ORDER BY began_at, realm_id, client_key, call, outcome LIMIT ?3)",
        values![from.millis(), before, limit],
    ));
}

/// What is too old to be shown goes: at most `limit` rows of each kind.
pub(crate) fn forget(now: Timestamp, limit: u32, out: &mut Vec<Statement<'_>>) {
    for grain in [Grain::Minute, Grain::Day] {
        out.push(Statement::free(
            "DELETE FROM activity WHERE (realm_id, client_key, grain, began_at, call, outcome) IN \
             (SELECT realm_id, client_key, grain, began_at, call, outcome FROM activity WHERE grain = ?1 AND began_at < ?2 \
             ORDER BY began_at LIMIT ?3)",
            values![grain.millis(), now.as_millis() - grain.kept(), limit],
        ));
    }
    for grain in [Grain::Hour, Grain::Day] {
        out.push(Statement::free(
            "DELETE FROM levels WHERE (realm_id, level, grain, began_at) IN \
             (SELECT realm_id, level, grain, began_at FROM levels WHERE grain = ?1 AND began_at < ?2 ORDER BY began_at LIMIT ?3)",
            values![grain.millis(), now.as_millis() - grain.kept(), limit],
        ));
    }
    let old = [
        ("DELETE FROM client_failures WHERE id IN (SELECT id FROM client_failures WHERE last_at < ?1 ORDER BY last_at LIMIT ?2)", 14),
        (
            "DELETE FROM secret_addresses WHERE (client_key, secret_id, address) IN \
             (SELECT client_key, secret_id, address FROM secret_addresses WHERE last_at < ?1 ORDER BY last_at LIMIT ?2)",
            1,
        ),
        (
            "DELETE FROM removed_secrets WHERE (client_key, id) IN \
             (SELECT client_key, id FROM removed_secrets WHERE removed_at < ?1 ORDER BY removed_at LIMIT ?2)",
            90,
        ),
    ];
    out.extend(old.map(|(sql, days)| Statement::free(sql, values![now.as_millis() - days * Grain::Day.millis(), limit])));
}
