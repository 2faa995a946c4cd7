//! Reading administrators and the links that make them: they are the installation's.

use std::sync::Arc;

use jeton_oauth::{
    OneTimeLinkId, RealmId, Timestamp, UserId,
    manage::{
        Administrator, Reach,
        administrator::{Invitation, REALM_ID},
    },
    model::User,
    secret::Verifier,
};

use super::user::{USER_COLUMNS, user, user_columns};
use crate::{
    Store, StoreError,
    changes::administrator::owners,
    row::{Columns, Fields},
};

/// An administrator, and the account that they are.
#[derive(Clone, Debug, PartialEq)]
pub struct AdministratorFacts {
    /// Their role, and the realms that it is for.
    pub administrator: Administrator,
    /// Their account in the administrators' realm.
    pub user: User,
    /// When they became one.
    pub appointed_at: Timestamp,
}

/// What a request with a name of its own was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// A keyed hash of its body.
    pub request: [u8; 32],
    /// The answer, as it was kept.
    pub answer: String,
}

impl Store {
    /// An administrator by their account, whatever its status.
    pub async fn administrator(&self, user: UserId) -> Result<Option<AdministratorFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            ", a.role, a.realms, a.appointed_at FROM administrators a JOIN users u ON u.id = a.user_id \
             WHERE a.user_id = ?1 AND u.realm_id = ?2 AND u.deleted_at IS NULL"
        );
        self.backend().one(sql, &[user.into(), REALM_ID.into()], facts).await
    }

    /// At most `limit` administrators, oldest first, after the one whose id is `after`.
    pub async fn administrators(&self, after: Option<UserId>, limit: u32) -> Result<Vec<AdministratorFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            ", a.role, a.realms, a.appointed_at FROM administrators a CROSS JOIN users u \
             WHERE a.user_id > ?1 AND u.id = a.user_id AND u.realm_id = ?2 AND u.deleted_at IS NULL ORDER BY a.user_id LIMIT ?3"
        );
        let after = after.map_or(uuid::Uuid::nil(), |id| id.0);
        self.backend().all(sql, &[after.into(), REALM_ID.into(), limit.into()], facts).await
    }

    /// Whether a person besides `but` owns everything and can sign in.
    pub async fn has_owner(&self, but: Option<UserId>) -> Result<bool, StoreError> {
        let sql = concat!(owners!(), " AND a.user_id <> ?1 LIMIT 1");
        let but = but.map_or(uuid::Uuid::nil(), |id| id.0);
        Ok(self.backend().one(sql, &[but.into()], |_| Ok(())).await?.is_some())
    }

    /// Whether somebody owns everything and nobody else could go on without them.
    pub async fn is_last_owner(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(!self.has_owner(Some(user)).await? && self.has_owner(None).await?)
    }

    /// A link that makes somebody an administrator.
    pub async fn invitation(&self, id: OneTimeLinkId) -> Result<Option<Invitation>, StoreError> {
        let sql = "SELECT id, verifier, email, role, realms, created_at, expires_at FROM administrator_invitations WHERE id = ?1";
        self.backend().one(sql, &[id.into()], invitation).await
    }

    /// Links that are good at `now` and were made for somebody, newest first, before the one whose id is `before`; at most
    /// `limit`.
    pub async fn invitations(&self, now: Timestamp, before: Option<OneTimeLinkId>, limit: u32) -> Result<Vec<Invitation>, StoreError> {
        let sql = "SELECT id, verifier, email, role, realms, created_at, expires_at FROM administrator_invitations \
                   WHERE id < ?1 AND expires_at > ?2 AND email IS NOT NULL ORDER BY id DESC LIMIT ?3";
        let before = before.map_or(uuid::Uuid::max(), |id| id.0);
        self.backend().all(sql, &[before.into(), now.into(), limit.into()], invitation).await
    }

    /// What a request of this name was answered, if that has not ended at `now`.
    pub async fn answered(&self, id: &[u8; 32], now: Timestamp) -> Result<Option<Answered>, StoreError> {
        let sql = "SELECT request, answer FROM remembered_answers WHERE id = ?1 AND expires_at > ?2";
        let read = |row: &dyn Columns| {
            let mut fields = Fields::new(row, "remembered_answers");
            Ok(Answered { request: fields.bytes()?, answer: fields.string()? })
        };
        self.backend().one(sql, &[id.into(), now.into()], read).await
    }
}

fn facts(row: &dyn Columns) -> Result<AdministratorFacts, StoreError> {
    let user = user(&mut Fields::new(row, "users"))?;
    let mut fields = Fields::new(row, "administrators");
    fields.skip(USER_COLUMNS);
    let administrator = Administrator { user: user.id(), role: fields.word()?, reach: reach(&mut fields)? };
    Ok(AdministratorFacts { administrator, user, appointed_at: fields.time()? })
}

fn invitation(row: &dyn Columns) -> Result<Invitation, StoreError> {
    let mut fields = Fields::new(row, "administrator_invitations");
    Ok(Invitation {
        id: fields.id(OneTimeLinkId)?,
        verifier: Verifier(fields.bytes()?),
        email: fields.opt_string()?,
        role: fields.word()?,
        reach: reach(&mut fields)?,
        created_at: fields.time()?,
        expires_at: fields.time()?,
    })
}

fn reach(fields: &mut Fields<'_>) -> Result<Reach, StoreError> {
    let named: Option<Vec<RealmId>> = fields.opt_json()?;
    Ok(named.map_or(Reach::All, |realms| Reach::Named(Arc::from(realms))))
}
