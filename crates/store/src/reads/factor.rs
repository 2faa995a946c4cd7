//! Reading second factors.

use jeton_oauth::{
    FactorId, RealmId, UserId,
    model::{Factor, Passkey},
};

use super::RealmStore;
use crate::{StoreError, row::Fields};

/// An app, its recovery codes and passkeys; whoever has more has them from a time that is over.
const OF_USER: u32 = 50;

impl RealmStore<'_> {
    /// Of one person, the oldest first.
    pub async fn factors(&self, user: UserId) -> Result<Vec<Factor>, StoreError> {
        let sql = "SELECT id, realm_id, user_id, kind, secret, step, created_at, last_used_at, credential, name, synced FROM factors \
                   WHERE user_id = ?1 AND realm_id = ?2 ORDER BY id LIMIT ?3";
        self.all("factors", sql, &[user.into(), self.realm.into(), OF_USER.into()], factor).await
    }

    /// The passkey that an authenticator calls so.
    pub async fn passkey(&self, credential: &[u8]) -> Result<Option<Factor>, StoreError> {
        let sql = "SELECT id, realm_id, user_id, kind, secret, step, created_at, last_used_at, credential, name, synced FROM factors \
                   WHERE realm_id = ?1 AND credential = ?2 ORDER BY id LIMIT 1";
        self.one("factors", sql, &[self.realm.into(), credential.into()], factor).await
    }
}

fn factor(fields: &mut Fields<'_>) -> Result<Factor, StoreError> {
    let mut factor = Factor {
        id: fields.id(FactorId)?,
        realm: fields.id(RealmId)?,
        user: fields.id(UserId)?,
        kind: fields.word()?,
        secret: fields.blob()?.to_vec(),
        step: fields.opt_int()?,
        created_at: fields.time()?,
        last_used_at: fields.opt_time()?,
        passkey: None,
    };
    let credential = fields.opt_blob()?.map(<[u8]>::to_vec);
    let (name, synced) = (fields.opt_string()?, fields.opt_flag()?);
    factor.passkey = credential.map(|credential| Passkey { credential, name: name.unwrap_or_default(), synced: synced == Some(true) });
    Ok(factor)
}
