//! Reading people and API users.

use jeton_oauth::{
    RealmId, UserId,
    login_name::LoginName,
    manage::{UserDocument, user::Taken},
    model::{Account, Email, PasswordHash, User},
};

use super::RealmStore;
use crate::{StoreError, installation::past, row::Fields, statement::Value};

/// What [`account`] takes, of a table called `u`.
macro_rules! account_columns {
    () => {
        "u.id, u.sub, u.number, u.kind, u.status, u.not_before"
    };
}
pub(super) use account_columns;

/// How many those are.
pub(super) const ACCOUNT_COLUMNS: usize = 6;

/// What [`user`] takes, of a table called `u`.
macro_rules! user_columns {
    () => {
        concat!(
            $crate::reads::user::account_columns!(),
            ", u.realm_id, u.username, u.email, u.email_verified, u.profile, u.user_type, u.roles, u.attributes, u.password, u.owner_id, \
             u.created_at, u.updated_at, u.version"
        )
    };
}
pub(super) use user_columns;

/// How many those are.
pub(super) const USER_COLUMNS: usize = ACCOUNT_COLUMNS + 13;

impl RealmStore<'_> {
    /// Read anew each time; `None` if there is none here, or it was deleted.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = ?1 AND u.realm_id = ?2 AND u.deleted_at IS NULL");
        self.one_user(sql, &[id.into(), self.realm.into()]).await
    }

    /// Whoever signs in with `name`: a user name, or a verified e-mail address.
    pub async fn user_by_login(&self, name: &LoginName) -> Result<Option<User>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            " FROM login_names n JOIN users u ON u.id = n.user_id AND u.realm_id = n.realm_id WHERE n.realm_id = ?1 AND n.name = ?2"
        );
        self.one_user(sql, &[self.realm.into(), name.as_str().into()]).await
    }

    /// By the `sub` that tokens name them by (OpenID Connect Core §2). That of a deleted user is found no
    /// more, and given to nobody else.
    pub async fn user_by_sub(&self, sub: &str) -> Result<Option<User>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            " FROM subjects n JOIN users u ON u.id = n.user_id AND u.realm_id = n.realm_id WHERE n.realm_id = ?1 AND n.sub = ?2 \
             AND u.deleted_at IS NULL"
        );
        self.one_user(sql, &[self.realm.into(), sub.into()]).await
    }

    /// By the small number that APIs show in place of `sub`; `None` for a deleted user too.
    pub async fn user_by_number(&self, number: i64) -> Result<Option<User>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            " FROM subjects n JOIN users u ON u.id = n.user_id AND u.realm_id = n.realm_id WHERE n.realm_id = ?1 AND n.number = ?2 \
             AND u.deleted_at IS NULL"
        );
        self.one_user(sql, &[self.realm.into(), number.into()]).await
    }

    /// Names that are others' already, of those that a document and a `sub` give to `own`, or to somebody new.
    pub async fn taken(&self, document: &UserDocument, own: Option<&User>, sub: Option<&str>) -> Result<Taken, StoreError> {
        let others = |user: User| (own.is_none_or(|own| own.id() != user.id())).then_some(user.username);
        let mut taken = Taken::default();
        if let Some(login) = LoginName::fold(&document.own.username) {
            taken.username = self.user_by_login(&login).await?.and_then(others);
        }
        let before = own.and_then(|own| own.email.as_ref());
        let is_kept = before.is_some_and(|email| email.verified && Some(&email.address) == document.own.email.as_ref());
        let address = document.own.email.as_deref().filter(|_| document.own.email_verified.unwrap_or(is_kept));
        if let Some(login) = address.and_then(LoginName::fold) {
            taken.email = self.user_by_login(&login).await?.and_then(others);
        }
        if let Some(sub) = sub {
            let client = self.client(sub).await?.map(|client| client.id.clone());
            taken.sub = client.or(self.user_by_sub(sub).await?.map(|user| user.username));
        }
        Ok(taken)
    }

    /// At most `limit`, oldest first, after the one whose id is `after`; only those whose user name
    /// or verified e-mail address begins like `search`.
    pub async fn users(&self, after: Option<UserId>, limit: u32, search: Option<&str>) -> Result<Vec<User>, StoreError> {
        let after = after.map_or(uuid::Uuid::nil(), |id| id.0);
        let Some(search) = search.filter(|text| !text.trim().is_empty()) else {
            let sql = concat!(
                "SELECT ",
                user_columns!(),
                " FROM users u WHERE u.realm_id = ?1 AND u.id > ?2 AND u.deleted_at IS NULL ORDER BY u.id LIMIT ?3"
            );
            return self.all("users", sql, &[self.realm.into(), after.into(), limit.into()], user).await;
        };
        let Some(first) = LoginName::fold(search) else { return Ok(Vec::new()) };
        let last = past(first.as_str());
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            // A person may be found by name and address both. The names are read first: a cross join keeps its order.
            " FROM (SELECT DISTINCT n.user_id AS id FROM login_names n \
             WHERE n.realm_id = ?1 AND n.name >= ?4 AND n.name < ?5 AND n.user_id > ?2 ORDER BY n.user_id LIMIT ?3) f \
             CROSS JOIN users u WHERE u.id = f.id AND u.realm_id = ?1 ORDER BY u.id"
        );
        self.all("users", sql, &[self.realm.into(), after.into(), limit.into(), first.as_str().into(), last.into()], user).await
    }

    /// How many have a password hash from elsewhere, by the hash of nobody that costs the same; at most `limit` kinds.
    pub async fn password_kinds(&self, limit: u32) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT password_kind, count(*) FROM users WHERE realm_id = ?1 AND password_kind IS NOT NULL \
                   GROUP BY password_kind ORDER BY password_kind LIMIT ?2";
        self.all("users", sql, &[self.realm.into(), limit.into()], |fields| Ok((fields.string()?, fields.int()?.unsigned_abs()))).await
    }

    async fn one_user(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Option<User>, StoreError> {
        self.one("users", sql, values, user).await
    }
}

pub(super) fn account(fields: &mut Fields<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: fields.id(UserId)?,
        sub: fields.string()?,
        number: fields.int()?,
        kind: fields.word()?,
        status: fields.word()?,
        not_before: fields.time()?,
    })
}

pub(super) fn user(fields: &mut Fields<'_>) -> Result<User, StoreError> {
    let account = account(fields)?;
    let realm = fields.id(RealmId)?;
    let username = fields.string()?;
    let address = fields.opt_string()?;
    let verified = fields.flag()?;
    Ok(User {
        account,
        realm,
        username,
        email: address.map(|address| Email { address, verified }),
        profile: fields.json()?,
        user_type: fields.opt_string()?,
        roles: fields.json()?,
        attributes: fields.json()?,
        password: fields.opt_string()?.map(PasswordHash),
        owner: fields.opt_id(UserId)?,
        created_at: fields.time()?,
        updated_at: fields.time()?,
        version: fields.u32()?,
    })
}
