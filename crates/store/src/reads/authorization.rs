//! Reading authorizations, and what decides whether they still hold.

use jeton_oauth::{
    AuthorizationId, ClientKey, KeyId, RealmId, SessionId, UserId,
    bearer::AuthorizationFacts,
    model::{Authorization, AuthorizationState, RefreshProof, RefreshVerifier},
    secret::Verifier,
};

use super::{
    OF_USER, RealmStore,
    user::{account, account_columns},
};
use crate::{StoreError, row::Fields};

/// What [`authorization`] takes, of a table called `a`.
macro_rules! authorization_columns {
    () => {
        "a.id, a.realm_id, a.client_key, a.user_id, a.session_id, a.scope, a.audience, a.auth_time, a.nonce, a.created_at, a.expires_at, \
         a.epoch, a.not_before, a.revoked_at, a.revoked_why, a.generation, a.rotated_at, a.refresh_expires_at, a.refresh_seed, \
         a.refresh_key_id, a.refresh_sha256, a.amr"
    };
}
pub(super) use authorization_columns;

impl RealmStore<'_> {
    /// With the account that it hangs on; `None` if that is gone. Whether it is dead is not looked at.
    pub async fn authorization(&self, id: AuthorizationId) -> Result<Option<AuthorizationFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            authorization_columns!(),
            ", ",
            account_columns!(),
            ", u.username FROM authorizations a JOIN users u ON u.id = a.user_id AND u.realm_id = a.realm_id AND u.deleted_at IS NULL \
             WHERE a.id = ?1 AND a.realm_id = ?2"
        );
        self.one("authorizations", sql, &[id.into(), self.realm.into()], |fields| {
            Ok(AuthorizationFacts { authorization: authorization(fields)?, account: account(fields)?, username: fields.string()? })
        })
        .await
    }

    /// Newest first, revoked ones too; at most a thousand.
    pub async fn authorizations_of_user(&self, user: UserId) -> Result<Vec<Authorization>, StoreError> {
        self.authorizations_before(user, uuid::Uuid::max(), OF_USER).await
    }

    /// At most `limit`, newest first, revoked ones too: those made before the id `before`.
    pub async fn authorizations_before(&self, user: UserId, before: uuid::Uuid, limit: u32) -> Result<Vec<Authorization>, StoreError> {
        let sql = concat!(
            "SELECT ",
            authorization_columns!(),
            " FROM authorizations a JOIN clients c ON c.key = a.client_key AND c.deleted_at IS NULL \
             WHERE a.user_id = ?1 AND a.realm_id = ?2 AND a.id < ?3 ORDER BY a.id DESC LIMIT ?4"
        );
        self.all("authorizations", sql, &[user.into(), self.realm.into(), before.into(), limit.into()], authorization).await
    }
}

pub(super) fn authorization(fields: &mut Fields<'_>) -> Result<Authorization, StoreError> {
    Ok(Authorization {
        id: fields.id(AuthorizationId)?,
        realm: fields.id(RealmId)?,
        client: fields.id(ClientKey)?,
        user: fields.id(UserId)?,
        session: fields.opt_id(SessionId)?,
        scope: fields.scope()?,
        audience: fields.opt_json()?,
        auth_time: fields.time()?,
        nonce: fields.opt_string()?,
        created_at: fields.time()?,
        expires_at: fields.time()?,
        epoch: fields.u32()?,
        not_before: fields.time()?,
        state: match (fields.opt_time()?, fields.opt_word()?) {
            (None, None) => AuthorizationState::Active,
            (Some(at), Some(why)) => AuthorizationState::Revoked { at, why },
            _ => return fields.unreadable("revoked without a reason, or a reason without a time"),
        },
        refresh: refresh(fields)?,
        amr: fields.opt_string()?,
    })
}

fn refresh(fields: &mut Fields<'_>) -> Result<Option<RefreshVerifier>, StoreError> {
    if fields.is_null()? {
        fields.skip(6);
        return Ok(None);
    }
    Ok(Some(RefreshVerifier {
        generation: fields.u32()?,
        rotated_at: fields.time()?,
        expires_at: fields.time()?,
        proof: match (fields.opt_bytes()?, fields.opt_id(KeyId)?, fields.opt_bytes()?) {
            (Some(seed), Some(key), None) => RefreshProof::Derived { seed, key },
            (None, None, Some(sha256)) => RefreshProof::Imported { sha256: Verifier(sha256) },
            _ => return fields.unreadable("a refresh token that is neither derived nor imported"),
        },
    }))
}
