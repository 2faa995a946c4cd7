//! Reading personal access tokens.

use jeton_oauth::{
    AuthorizationId, PersonalAccessTokenId, RealmId, Timestamp, UserId, bearer::PatFacts, model::PersonalAccessToken, secret::Verifier,
};

use super::{
    OF_USER, RealmStore,
    authorization::{authorization, authorization_columns},
    user::{account, account_columns},
};
use crate::{
    Store, StoreError,
    row::{Columns, Fields},
};

macro_rules! token_columns {
    () => {
        "t.id, t.realm_id, t.user_id, t.name, t.scope, t.verifier, t.prefix, t.created_at, t.regenerated_at, t.expires_at, t.last_used_at, \
         t.revoked_at, t.epoch, t.version, t.authorization_id, t.last_used_from"
    };
}
pub(super) use token_columns;

impl RealmStore<'_> {
    /// With its user's account and what it was last used under; `None` if that user is gone. Whether it is
    /// dead is not looked at.
    pub async fn personal_access_token(&self, id: PersonalAccessTokenId) -> Result<Option<PatFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            token_columns!(),
            ", ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM personal_access_tokens t JOIN users u ON u.id = t.user_id AND u.realm_id = t.realm_id AND u.deleted_at IS NULL \
             LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id WHERE t.id = ?1 AND t.realm_id = ?2"
        );
        self.one("personal_access_tokens", sql, &[id.into(), self.realm.into()], facts).await
    }

    /// How many of a person's are neither revoked nor ended at `now`.
    pub async fn living_personal_access_tokens(&self, user: UserId, now: Timestamp) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM personal_access_tokens p WHERE p.user_id = ?1 AND p.realm_id = ?2 AND p.revoked_at IS NULL \
                   AND (p.expires_at IS NULL OR p.expires_at > ?3)";
        let values = [user.into(), self.realm.into(), now.into()];
        let count = self.one("personal_access_tokens", sql, &values, |fields| fields.int()).await?;
        Ok(u32::try_from(count.unwrap_or_default()).unwrap_or(u32::MAX))
    }

    /// At most `limit` that a person sees, newest first, made before the one named `after`; none that was
    /// revoked, alone or with what it rests on.
    pub async fn kept_personal_access_tokens(
        &self,
        user: UserId,
        after: Option<PersonalAccessTokenId>,
        limit: u32,
    ) -> Result<Vec<PatFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            token_columns!(),
            ", ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM personal_access_tokens t JOIN users u ON u.id = t.user_id AND u.realm_id = t.realm_id AND u.deleted_at IS NULL \
             LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id \
             WHERE t.user_id = ?1 AND t.realm_id = ?2 AND t.id < ?3 AND t.revoked_at IS NULL \
             AND (t.authorization_id IS NULL OR (a.id IS NOT NULL AND a.revoked_at IS NULL)) ORDER BY t.id DESC LIMIT ?4"
        );
        let after = after.map_or(uuid::Uuid::max(), |id| id.0);
        self.all("personal_access_tokens", sql, &[user.into(), self.realm.into(), after.into(), limit.into()], facts).await
    }

    /// Newest first, revoked ones too; at most a thousand.
    pub async fn personal_access_tokens(&self, user: UserId) -> Result<Vec<PatFacts>, StoreError> {
        self.personal_access_tokens_before(user, uuid::Uuid::max(), OF_USER).await
    }

    /// At most `limit`, newest first, revoked ones too: those made before the id `before`.
    pub async fn personal_access_tokens_before(&self, user: UserId, before: uuid::Uuid, limit: u32) -> Result<Vec<PatFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            token_columns!(),
            ", ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM personal_access_tokens t JOIN users u ON u.id = t.user_id AND u.realm_id = t.realm_id AND u.deleted_at IS NULL \
             LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id \
             WHERE t.user_id = ?1 AND t.realm_id = ?2 AND t.id < ?3 ORDER BY t.id DESC LIMIT ?4"
        );
        self.all("personal_access_tokens", sql, &[user.into(), self.realm.into(), before.into(), limit.into()], facts).await
    }
}

impl Store {
    /// Tokens that end between `now` and `until`, whose people were not told, the first to end first.
    pub async fn personal_access_tokens_ending(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<PersonalAccessToken>, StoreError> {
        let sql = concat!(
            "SELECT ",
            token_columns!(),
            " FROM personal_access_tokens t WHERE t.expires_at > ?1 AND t.expires_at <= ?2 AND t.reminded_at IS NULL AND t.revoked_at IS NULL \
             ORDER BY t.expires_at LIMIT ?3"
        );
        let read = |row: &dyn Columns| token(&mut Fields::new(row, "personal_access_tokens"));
        self.backend().all(sql, &[now.into(), until.into(), limit.into()], read).await
    }
}

pub(super) fn facts(fields: &mut Fields<'_>) -> Result<PatFacts, StoreError> {
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
        last_used_from: fields.opt_text()?.and_then(|from| from.parse().ok()),
    })
}
