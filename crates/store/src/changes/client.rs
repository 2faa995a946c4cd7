//! Writing clients and their secrets.

use jeton_oauth::{
    ClientKey, ClientSecretId, RealmId, Timestamp,
    change::ClientChange,
    model::{Client, ClientSecret, SecretHash},
};

use crate::{
    StoreError,
    client_before::{self, assignments_of_before, columns_of_before},
    leaving,
    statement::{Statement, Value, json, values},
};

pub(super) fn statements<'a>(change: &'a ClientChange, now: Timestamp, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        ClientChange::Create(client) => create(client, out)?,
        ClientChange::Update(client) => out.push(update(client)?),
        ClientChange::AddSecret { realm, client, secret } => out.push(add_secret(*realm, *client, secret)),
        ClientChange::RemoveSecret { realm, client, secret } => {
            remember_removed(*realm, *client, *secret, now, out);
            out.push(Statement::guarded(
                "DELETE FROM client_secrets WHERE client_key = ?1 AND id = ?2 AND realm_id = ?3",
                values![*client, *secret, *realm],
            ));
        }
        ClientChange::UpgradeSecret { realm, client, secret, from, to } => out.push(Statement::guarded(
            "UPDATE client_secrets SET sha256 = ?6, slow_hash = ?7 WHERE client_key = ?1 AND id = ?2 AND realm_id = ?3 \
             AND sha256 IS NOT DISTINCT FROM ?4 AND slow_hash IS NOT DISTINCT FROM ?5",
            values![*client, *secret, *realm, sha256(from), slow_hash(from), sha256(to), slow_hash(to)],
        )),
        ClientChange::RaiseNotBefore { realm, client, to } => out.push(Statement::free(
            "UPDATE clients SET not_before = ?3 WHERE key = ?1 AND realm_id = ?2 AND not_before < ?3",
            values![*client, *realm, *to],
        )),
        ClientChange::SecretUsed { realm, client, secret, at } => out.push(Statement::free(
            "UPDATE client_secrets SET last_used_at = ?4 WHERE client_key = ?1 AND id = ?2 AND realm_id = ?3 \
             AND (last_used_at IS NULL OR last_used_at < ?4)",
            values![*client, *secret, *realm, *at],
        )),
        ClientChange::Delete { realm, client } => {
            out.push(Statement::free(
                "DELETE FROM subjects WHERE realm_id = ?2 AND sub = (SELECT client_id FROM clients WHERE key = ?1 AND realm_id = ?2)",
                values![*client, *realm],
            ));
            out.push(Statement::free("DELETE FROM registrations WHERE client_key = ?1 AND realm_id = ?2", values![*client, *realm]));
            out.push(Statement::free("DELETE FROM client_developers WHERE client_key = ?1 AND realm_id = ?2", values![*client, *realm]));
            out.push(Statement::free("DELETE FROM client_invitations WHERE client_key = ?1 AND realm_id = ?2", values![*client, *realm]));
            out.push(Statement::free(
                "UPDATE developer_api_users SET client_key = NULL WHERE client_key = ?1 AND realm_id = ?2",
                values![*client, *realm],
            ));
            out.push(Statement::free(
                "INSERT INTO leaving (id, realm_id, kind, since) SELECT key, realm_id, 'client', ?3 FROM clients \
                 WHERE key = ?1 AND realm_id = ?2 AND deleted_at IS NULL ON CONFLICT (id) DO NOTHING",
                values![*client, *realm, now],
            ));
            out.push(Statement::free(
                "UPDATE clients SET deleted_at = ?3, status = 'disabled', client_id = ?4, name = NULL, version = version + 1 \
                 WHERE key = ?1 AND realm_id = ?2 AND deleted_at IS NULL",
                values![*client, *realm, now, leaving::no_name(client.0)],
            ));
        }
    }
    Ok(())
}

fn create<'a>(client: &'a Client, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    out.push(Statement::free("INSERT INTO subjects (realm_id, sub) VALUES (?1, ?2)", values![client.realm, &client.id]));
    let mut values = values![
        client.key,
        client.realm,
        &client.id,
        json(&client.metadata)?,
        client.version,
        client.owner,
        client.status,
        client.not_before,
        client.created_at,
        client.version,
    ];
    values.extend(client_before::values(client)?);
    let sql = concat!(
        "INSERT INTO clients (key, realm_id, client_id, metadata, metadata_version, owner_id, status, not_before, created_at, version, ",
        columns_of_before!(),
        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"
    );
    out.push(Statement::free(sql, values));
    out.extend(client.secrets.iter().map(|secret| add_secret(client.realm, client.key, secret)));
    Ok(())
}

/// So that whoever still uses it is told. What was hashed slowly is not: it would have to be compared slowly.
fn remember_removed(realm: RealmId, client: ClientKey, secret: ClientSecretId, now: Timestamp, out: &mut Vec<Statement<'_>>) {
    out.push(Statement::free(
        "INSERT INTO removed_secrets (client_key, id, realm_id, sha256, removed_at) \
         SELECT client_key, id, realm_id, sha256, ?4 FROM client_secrets \
         WHERE client_key = ?1 AND id = ?2 AND realm_id = ?3 AND sha256 IS NOT NULL ON CONFLICT (client_key, id) DO NOTHING",
        values![client, secret, realm, now],
    ));
    out.push(Statement::free(
        "DELETE FROM removed_secrets WHERE client_key = ?1 AND id IN \
         (SELECT id FROM removed_secrets WHERE client_key = ?1 ORDER BY removed_at DESC LIMIT 1000 OFFSET 10)",
        values![client],
    ));
}

/// The id is part of the guard: a client is never renamed, its id may be in people's programs.
fn update(client: &Client) -> Result<Statement<'_>, StoreError> {
    let mut values = values![client.key, client.realm, &client.id, client.version, json(&client.metadata)?, client.owner, client.status];
    values.extend(client_before::values(client)?);
    let sql = concat!(
        "UPDATE clients SET metadata = ?5, metadata_version = version + 1, owner_id = ?6, status = ?7, version = version + 1, ",
        assignments_of_before!(),
        " WHERE key = ?1 AND realm_id = ?2 AND client_id = ?3 AND version = ?4"
    );
    Ok(Statement::guarded(sql, values))
}

/// Selecting from `clients` makes another realm's client a conflict.
fn add_secret(realm: RealmId, client: ClientKey, secret: &ClientSecret) -> Statement<'_> {
    Statement::guarded(
        "INSERT INTO client_secrets (client_key, id, realm_id, sha256, slow_hash, created_at, expires_at, last_used_at, shown) \
         SELECT key, ?3, realm_id, ?4, ?5, ?6, ?7, ?8, ?9 FROM clients WHERE key = ?1 AND realm_id = ?2",
        values![
            client,
            realm,
            secret.id,
            sha256(&secret.hash),
            slow_hash(&secret.hash),
            secret.created_at,
            secret.expires_at,
            secret.last_used_at,
            secret.shown.as_deref()
        ],
    )
}

fn sha256(hash: &SecretHash) -> Value<'_> {
    match hash {
        SecretHash::Sha256(verifier) => (&verifier.0).into(),
        SecretHash::Slow(_) => Value::Null,
    }
}

fn slow_hash(hash: &SecretHash) -> Value<'_> {
    match hash {
        SecretHash::Sha256(_) => Value::Null,
        SecretHash::Slow(text) => text.into(),
    }
}
