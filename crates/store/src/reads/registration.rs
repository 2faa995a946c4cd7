//! Reading initial access tokens, and registrations of clients.

use jeton_oauth::{
    ClientKey, InitialAccessTokenId, RealmId, Timestamp,
    model::{ClientRegistration, InitialAccessToken},
    secret::Verifier,
};

use super::RealmStore;
use crate::{StoreError, changes::in_use, row::Fields};

/// A client that registered itself, and was not seen in use for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Which client.
    pub client: ClientKey,
    /// It is in use all the same.
    pub used: bool,
}

macro_rules! token_columns {
    () => {
        "id, realm_id, name, verifier, created_at, expires_at, use_limit, uses, last_used_at"
    };
}

impl RealmStore<'_> {
    /// `None` if the realm has none of this id. Whether it has ended is not looked at.
    pub async fn initial_access_token(&self, id: InitialAccessTokenId) -> Result<Option<InitialAccessToken>, StoreError> {
        let sql = concat!("SELECT ", token_columns!(), " FROM initial_access_tokens WHERE id = ?1 AND realm_id = ?2");
        self.one("initial_access_tokens", sql, &[id.into(), self.realm.into()], token).await
    }

    /// The oldest first, ended ones too: at most `limit` after the one named `after`.
    pub async fn initial_access_tokens(&self, after: InitialAccessTokenId, limit: u32) -> Result<Vec<InitialAccessToken>, StoreError> {
        let sql = concat!("SELECT ", token_columns!(), " FROM initial_access_tokens WHERE realm_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
        self.all("initial_access_tokens", sql, &[self.realm.into(), after.into(), limit.into()], token).await
    }

    /// How a client registered itself; `None` for one that others made.
    pub async fn registration(&self, client: ClientKey) -> Result<Option<ClientRegistration>, StoreError> {
        let sql =
            "SELECT client_key, realm_id, verifier, registered_by, seen_at FROM registrations WHERE client_key = ?1 AND realm_id = ?2";
        self.one("registrations", sql, &[client.into(), self.realm.into()], |fields| {
            Ok(ClientRegistration {
                client: fields.id(ClientKey)?,
                realm: fields.id(RealmId)?,
                verifier: Verifier(fields.bytes()?),
                by: fields.word()?,
                seen_at: fields.time()?,
            })
        })
        .await
    }

    /// Clients that registered themselves, by their keys: at most `limit` after the one named `after`.
    pub async fn registered_clients(&self, after: ClientKey, limit: u32) -> Result<Vec<ClientKey>, StoreError> {
        let sql = "SELECT client_key FROM registrations WHERE realm_id = ?1 AND client_key > ?2 ORDER BY client_key LIMIT ?3";
        self.all("registrations", sql, &[self.realm.into(), after.into(), limit.into()], |fields| fields.id(ClientKey)).await
    }

    /// Clients that registered themselves and were not seen in use since then, at most `limit`.
    pub async fn unseen_registrations(&self, since: Timestamp, limit: u32) -> Result<Vec<Unseen>, StoreError> {
        let sql = concat!(
            "SELECT r.client_key, CASE WHEN ",
            in_use!(),
            " THEN 1 ELSE 0 END FROM registrations r WHERE r.realm_id = ?1 AND r.seen_at < ?3 ORDER BY r.seen_at LIMIT ?2"
        );
        let unseen = |fields: &mut Fields<'_>| Ok(Unseen { client: fields.id(ClientKey)?, used: fields.flag()? });
        self.all("registrations", sql, &[self.realm.into(), limit.into(), since.into()], unseen).await
    }
}

fn token(fields: &mut Fields<'_>) -> Result<InitialAccessToken, StoreError> {
    Ok(InitialAccessToken {
        id: fields.id(InitialAccessTokenId)?,
        realm: fields.id(RealmId)?,
        name: fields.string()?,
        verifier: Verifier(fields.bytes()?),
        created_at: fields.time()?,
        expires_at: fields.opt_time()?,
        limit: fields.opt_int()?.and_then(|limit| u32::try_from(limit).ok()),
        uses: fields.u32()?,
        last_used_at: fields.opt_time()?,
    })
}
