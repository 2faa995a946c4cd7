//! Writing clients and their secrets.

use jeton_oauth::{
    ClientKey, RealmId,
    change::ClientChange,
    model::{Client, ClientSecret, SecretHash},
};

use crate::{
    StoreError,
    statement::{Statement, Value, json, values},
};

pub(super) fn statements<'a>(change: &'a ClientChange, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        ClientChange::Create(client) => create(client, out)?,
        ClientChange::Update(client) => out.push(update(client)?),
        ClientChange::AddSecret { realm, client, secret } => out.push(add_secret(*realm, *client, secret)),
        ClientChange::RemoveSecret { realm, client, secret } => out.push(Statement::guarded(
            "DELETE FROM client_secrets WHERE client_key = ?1 AND id = ?2 AND realm_id = ?3",
            values![*client, *secret, *realm],
        )),
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
            out.push(Statement::free("DELETE FROM clients WHERE key = ?1 AND realm_id = ?2", values![*client, *realm]));
        }
    }
    Ok(())
}

fn create<'a>(client: &'a Client, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    out.push(Statement::free("INSERT INTO subjects (realm_id, sub) VALUES (?1, ?2)", values![client.realm, &client.id]));
    out.push(Statement::free(
        "INSERT INTO clients (key, realm_id, client_id, name, auth, grants, redirect_uris, scopes, default_scopes, audiences, \
         id_token_signed_response_alg, access_token_format, require_pkce, trusted, owner_id, status, not_before, created_at, version) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        values![
            client.key,
            client.realm,
            &client.id,
            client.name.as_deref(),
            client.auth,
            json(&client.grants)?,
            json(&client.redirect_uris)?,
            &client.scopes,
            client.default_scopes.as_ref(),
            json(&client.audiences)?,
            client.id_token_signed_response_alg.map(|alg| alg.to_string()),
            client.access_token_format,
            client.require_pkce,
            client.trusted,
            client.owner,
            client.status,
            client.not_before,
            client.created_at,
            client.version
        ],
    ));
    out.extend(client.secrets.iter().map(|secret| add_secret(client.realm, client.key, secret)));
    Ok(())
}

/// The id is part of the guard: a client is never renamed, its id may be in people's programs.
fn update(client: &Client) -> Result<Statement<'_>, StoreError> {
    Ok(Statement::guarded(
        "UPDATE clients SET name = ?5, auth = ?6, grants = ?7, redirect_uris = ?8, scopes = ?9, default_scopes = ?10, audiences = ?11, \
         id_token_signed_response_alg = ?12, access_token_format = ?13, require_pkce = ?14, trusted = ?15, owner_id = ?16, status = ?17, \
         version = version + 1 WHERE key = ?1 AND realm_id = ?2 AND client_id = ?3 AND version = ?4",
        values![
            client.key,
            client.realm,
            &client.id,
            client.version,
            client.name.as_deref(),
            client.auth,
            json(&client.grants)?,
            json(&client.redirect_uris)?,
            &client.scopes,
            client.default_scopes.as_ref(),
            json(&client.audiences)?,
            client.id_token_signed_response_alg.map(|alg| alg.to_string()),
            client.access_token_format,
            client.require_pkce,
            client.trusted,
            client.owner,
            client.status
        ],
    ))
}

/// Selecting from `clients` makes another realm's client a conflict.
fn add_secret(realm: RealmId, client: ClientKey, secret: &ClientSecret) -> Statement<'_> {
    Statement::guarded(
        "INSERT INTO client_secrets (client_key, id, realm_id, sha256, slow_hash, created_at, expires_at, last_used_at) \
         SELECT key, ?3, realm_id, ?4, ?5, ?6, ?7, ?8 FROM clients WHERE key = ?1 AND realm_id = ?2",
        values![
            client,
            realm,
            secret.id,
            sha256(&secret.hash),
            slow_hash(&secret.hash),
            secret.created_at,
            secret.expires_at,
            secret.last_used_at
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
