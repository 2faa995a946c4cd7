//! Reading clients, with their secrets; remembered until they change.

use std::sync::Arc;

use jeton_oauth::{
    ClientKey, ClientSecretId,
    manage::{ClientMetadata, read},
    model::{Client, ClientSecret, SecretHash},
    secret::Verifier,
};
use serde_json::{Map, Value};

use super::RealmStore;
use crate::{
    StoreError,
    cache::{ClientName, ClientNameRef},
    client_before,
    installation::past,
    row::Fields,
    statement::Value as Bound,
};

/// What [`RealmStore::read_clients`] takes, of `clients c` and `client_secrets s`.
macro_rules! client_columns {
    () => {
        concat!(
            "c.key, c.realm_id, c.client_id, c.owner_id, c.status, c.not_before, c.created_at, c.version, c.metadata, c.metadata_version, ",
            $crate::client_before::columns_of_before!(),
            ", s.id, s.sha256, s.slow_hash, s.created_at, s.expires_at, s.last_used_at, s.shown"
        )
    };
}
pub(super) use client_columns;

impl RealmStore<'_> {
    /// By `client_id`.
    pub async fn client(&self, client_id: &str) -> Result<Option<Arc<Client>>, StoreError> {
        let ids = &self.store.announcer().caches.client_ids;
        if let Some(key) = ids.get(&ClientNameRef(self.realm, client_id)) {
            // The key of a client that was deleted finds nothing; its id may be another's by now.
            if let Some(client) = self.client_by_key(key).await? {
                return Ok(Some(client));
            }
            ids.remove(&ClientNameRef(self.realm, client_id));
        }
        let sql = "SELECT key FROM clients WHERE realm_id = ?1 AND client_id = ?2 AND deleted_at IS NULL";
        let found = self.one("clients", sql, &[self.realm.into(), client_id.into()], |fields| fields.id(ClientKey)).await?;
        let Some(key) = found else { return Ok(None) };
        ids.insert(ClientName(self.realm, client_id.to_owned()), key);
        self.client_by_key(key).await
    }

    /// Remembered until it changes; `None` if it is another realm's or was deleted.
    pub async fn client_by_key(&self, key: ClientKey) -> Result<Option<Arc<Client>>, StoreError> {
        let clients = &self.store.announcer().caches.clients;
        match clients.get_value_or_guard_async(&key).await {
            Ok(client) => Ok(Some(client).filter(|client| client.realm == self.realm)),
            Err(place) => {
                let sql = concat!(
                    "SELECT ",
                    client_columns!(),
                    " FROM clients c LEFT JOIN client_secrets s ON s.client_key = c.key WHERE c.key = ?1 AND c.realm_id = ?2 \
                     AND c.deleted_at IS NULL ORDER BY s.id"
                );
                let Some(client) = self.read_clients(sql, &[key.into(), self.realm.into()]).await?.pop() else { return Ok(None) };
                let client = Arc::new(client);
                // Refused if the client changed meanwhile; then the next reader sees the change.
                let _ = place.insert(client.clone());
                Ok(Some(client))
            }
        }
    }

    /// At most `limit`, by `client_id`, after the one named `after`. Read afresh.
    pub async fn clients(&self, after: Option<&str>, limit: u32) -> Result<Vec<Client>, StoreError> {
        let sql = concat!(
            "SELECT ",
            client_columns!(),
            " FROM (SELECT * FROM clients WHERE realm_id = ?1 AND client_id > ?2 AND deleted_at IS NULL ORDER BY client_id LIMIT ?3) c \
             LEFT JOIN client_secrets s ON s.client_key = c.key ORDER BY c.client_id, s.id"
        );
        self.read_clients(sql, &[self.realm.into(), after.unwrap_or("").into(), limit.into()]).await
    }

    /// As [`RealmStore::clients`], but only those whose `client_id` begins with `prefix`.
    pub async fn clients_like(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Client>, StoreError> {
        let sql = concat!(
            "SELECT ",
            client_columns!(),
            " FROM (SELECT * FROM clients WHERE realm_id = ?1 AND client_id > ?2 AND client_id >= ?4 AND client_id < ?5 \
             AND deleted_at IS NULL ORDER BY client_id LIMIT ?3) c \
             LEFT JOIN client_secrets s ON s.client_key = c.key ORDER BY c.client_id, s.id"
        );
        let end = past(prefix);
        self.read_clients(sql, &[self.realm.into(), after.unwrap_or("").into(), limit.into(), prefix.into(), end.into()]).await
    }

    /// A row per secret, and one for a client without any: gathers them.
    pub(super) async fn read_clients(&self, sql: &'static str, values: &[Bound<'_>]) -> Result<Vec<Client>, StoreError> {
        let rows = self.all("clients", sql, values, |fields| Ok((client(fields)?, secret(fields)?))).await?;
        let mut clients: Vec<Client> = Vec::new();
        for (client, secret) in rows {
            match clients.last_mut() {
                Some(last) if last.key == client.key => last.secrets.extend(secret),
                _ => clients.push(Client { secrets: secret.into_iter().collect(), ..client }),
            }
        }
        Ok(clients)
    }
}

fn client(fields: &mut Fields<'_>) -> Result<Client, StoreError> {
    let mut client = Client {
        key: fields.id(ClientKey)?,
        realm: fields.id(jeton_oauth::RealmId)?,
        id: fields.string()?,
        owner: fields.opt_id(jeton_oauth::UserId)?,
        status: fields.word()?,
        not_before: fields.time()?,
        created_at: fields.time()?,
        version: fields.u32()?,
        metadata: ClientMetadata::default(),
        secrets: Vec::new(),
    };
    let written: Option<Map<String, Value>> = fields.opt_json()?;
    let current = fields.opt_int()? == Some(client.version.into());
    // A member that this program does not know is a newer one's.
    client.metadata = written.map(|document| read(&document).0).unwrap_or_default();
    if current {
        fields.skip(client_before::COUNT);
    } else {
        client_before::read(&mut client.metadata, fields)?;
    }
    Ok(client)
}

fn secret(fields: &mut Fields<'_>) -> Result<Option<ClientSecret>, StoreError> {
    let Some(id) = fields.opt_id(ClientSecretId)? else { return Ok(None) };
    let hash = match (fields.opt_bytes()?, fields.opt_string()?) {
        (Some(sha256), None) => SecretHash::Sha256(Verifier(sha256)),
        (None, Some(text)) => SecretHash::Slow(text),
        _ => return fields.unreadable("a secret with two hashes or none"),
    };
    Ok(Some(ClientSecret {
        id,
        hash,
        created_at: fields.time()?,
        expires_at: fields.opt_time()?,
        last_used_at: fields.opt_time()?,
        shown: fields.opt_string()?,
    }))
}
