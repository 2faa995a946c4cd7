//! Reading personal access tokens.

use jeton_oauth::{
    AuthorizationId, PersonalAccessTokenId, RealmId, UserId, bearer::PatFacts, model::PersonalAccessToken, secret::Verifier,
};

use super::{
    OF_USER, RealmStore,
    authorization::{authorization, authorization_columns},
    user::{account, account_columns},
};
use crate::{StoreError, row::Fields};

macro_rules! columns {
    () => {
        "t.id, t.realm_id, t.user_id, t.name, t.scope, t.verifier, t.prefix, t.created_at, t.regenerated_at, t.expires_at, t.last_used_at, \
         t.revoked_at, t.epoch, t.version, t.authorization_id"
    };
}

impl RealmStore<'_> {
    pub async fn personal_access_token(&self, id: PersonalAccessTokenId) -> Result<Option<PatFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            ", ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM personal_access_tokens t JOIN users u ON u.id = t.user_id AND u.realm_id = t.realm_id \
             LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id WHERE t.id = ?1 AND t.realm_id = ?2"
        );
        self.one("personal_access_tokens", sql, &[id.into(), self.realm.into()], facts).await
    }

    /// Newest first, revoked ones too; at most a thousand.
    pub async fn personal_access_tokens(&self, user: UserId) -> Result<Vec<PatFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            ", ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM personal_access_tokens t JOIN users u ON u.id = t.user_id AND u.realm_id = t.realm_id \
             LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id \
             WHERE t.user_id = ?1 AND t.realm_id = ?2 ORDER BY t.id DESC LIMIT ?3"
        );
        self.all("personal_access_tokens", sql, &[user.into(), self.realm.into(), OF_USER.into()], facts).await
    }
}

fn facts(fields: &mut Fields<'_>) -> Result<PatFacts, StoreError> {
    let (token, account, username) = (token(fields)?, account(fields)?, fields.string()?);
    let authorization = if fields.is_null()? { None } else { Some(authorization(fields)?) };
    Ok(PatFacts { token, account, username, authorization })
}

fn token(fields: &mut Fields<'_>) -> Result<PersonalAccessToken, StoreError> {
    Ok(PersonalAccessToken {
        id: fields.id(PersonalAccessTokenId)?,
        realm: fields.id(RealmId)?,
        user: fields.id(UserId)?,
        name: fields.string()?,
        scope: fields.scope()?,
        verifier: Verifier(fields.bytes()?),
        prefix: fields.string()?,
        created_at: fields.time()?,
        regenerated_at: fields.opt_time()?,
        expires_at: fields.opt_time()?,
        last_used_at: fields.opt_time()?,
        revoked_at: fields.opt_time()?,
        epoch: fields.u32()?,
        version: fields.u32()?,
        authorization: fields.opt_id(AuthorizationId)?,
    })
}
