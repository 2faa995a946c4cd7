//! Reading opaque access tokens.

use jeton_oauth::{
    AccessTokenId, AuthorizationId, ClientKey, RealmId, UserId,
    bearer::OpaqueFacts,
    model::{OpaqueAccessToken, Subject},
    secret::Verifier,
};

use super::{
    RealmStore,
    authorization::{authorization, authorization_columns},
    user::{ACCOUNT_COLUMNS, account, account_columns},
};
use crate::{StoreError, row::Fields};

impl RealmStore<'_> {
    /// What is needed to believe an opaque token; `None` if there is none of this name here. Whether it is
    /// dead is not looked at.
    pub async fn access_token(&self, id: AccessTokenId) -> Result<Option<OpaqueFacts>, StoreError> {
        let sql = concat!(
            "SELECT t.id, t.realm_id, t.client_key, t.user_id, t.authorization_id, t.scope, t.audience, t.verifier, t.created_at, t.expires_at, \
             t.epoch, ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM access_tokens t LEFT JOIN users u ON u.id = t.user_id AND u.realm_id = t.realm_id AND u.deleted_at IS NULL \
             LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id WHERE t.id = ?1 AND t.realm_id = ?2"
        );
        self.one("access_tokens", sql, &[id.into(), self.realm.into()], facts).await
    }
}

fn facts(fields: &mut Fields<'_>) -> Result<OpaqueFacts, StoreError> {
    let token = token(fields)?;
    let account = if fields.is_null()? {
        fields.skip(ACCOUNT_COLUMNS);
        None
    } else {
        Some(account(fields)?)
    };
    let username = fields.opt_string()?;
    let authorization = if fields.is_null()? { None } else { Some(authorization(fields)?) };
    Ok(OpaqueFacts { token, account, username, authorization })
}

fn token(fields: &mut Fields<'_>) -> Result<OpaqueAccessToken, StoreError> {
    let id = fields.id(AccessTokenId)?;
    let realm = fields.id(RealmId)?;
    let client = fields.id(ClientKey)?;
    Ok(OpaqueAccessToken {
        id,
        realm,
        client,
        subject: fields.opt_id(UserId)?.map_or(Subject::Client(client), Subject::User),
        authorization: fields.opt_id(AuthorizationId)?,
        scope: fields.scope()?,
        audience: fields.json()?,
        verifier: Verifier(fields.bytes()?),
        created_at: fields.time()?,
        expires_at: fields.time()?,
        epoch: fields.u32()?,
    })
}
