//! Reading what developers own: applications alone or together, and API users. Lists are read by an index, the newest
//! first, and are bounded.

use jeton_oauth::{
    ClientKey, RealmId, Timestamp, UserId,
    model::{Client, ClientInvitation, User},
};
use uuid::Uuid;

use super::{
    RealmStore,
    client::client_columns,
    user::{user, user_columns},
};
use crate::{StoreError, row::Fields};

/// Somebody who owns an application together with the one whom its row names.
#[derive(Clone, Debug, PartialEq)]
pub struct CoDeveloper {
    /// Who.
    pub user: User,
    /// Since when.
    pub since: Timestamp,
    /// How many applications carry their name.
    pub applications: u32,
    /// How many API users do.
    pub api_users: u32,
}

/// An invitation, as whoever is invited sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct InvitationToShow {
    /// The application's id.
    pub client_id: String,
    /// What people know it by.
    pub client_name: Option<String>,
    /// Who invites.
    pub by: User,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An API user, as its developer sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiUser {
    /// Its account.
    pub user: User,
    /// Whose developers look after it.
    pub application: Option<ClientKey>,
    /// Since when a developer has it disabled, who may enable it again.
    pub paused_at: Option<Timestamp>,
    /// When it signed in last, as far as it is still known, and was looked for.
    pub signed_in_at: Option<Timestamp>,
}

/// Rows that a page shows without a second one.
const SOME: u32 = 100;

/// An account has `authorizations_per_account` of them: so many are read for each row where it is looked for.
macro_rules! api_user_columns {
    ($signed_in_at:literal) => {
        concat!(user_columns!(), ", d.client_key, d.paused_at, ", $signed_in_at)
    };
    () => {
        api_user_columns!("(SELECT max(a.created_at) FROM authorizations a WHERE a.user_id = u.id)")
    };
}

impl RealmStore<'_> {
    /// Applications that this person owns, alone or with others: at most `limit`, older than `before`.
    pub async fn applications_of(&self, developer: UserId, before: Option<ClientKey>, limit: u32) -> Result<Vec<Client>, StoreError> {
        let sql = concat!(
            "SELECT ",
            client_columns!(),
            " FROM (SELECT b.key FROM (\
             SELECT o.key FROM (SELECT key FROM clients WHERE owner_id = ?1 AND key < ?2 AND realm_id = ?3 AND deleted_at IS NULL \
             ORDER BY key DESC LIMIT ?4) o \
             UNION ALL SELECT t.key FROM (SELECT d.client_key AS key FROM client_developers d \
             WHERE d.user_id = ?1 AND d.client_key < ?2 AND d.realm_id = ?3 ORDER BY d.client_key DESC LIMIT ?4) t\
             ) b ORDER BY b.key DESC LIMIT ?4) p \
             CROSS JOIN clients c LEFT JOIN client_secrets s ON s.client_key = c.key \
             WHERE c.key = p.key AND c.deleted_at IS NULL ORDER BY c.key DESC, s.id"
        );
        let before = before.map_or(Uuid::max(), |key| key.0);
        self.read_clients(sql, &[developer.into(), before.into(), self.realm.into(), limit.into()]).await
    }

    /// A client as its rows are now; when its secrets were used last is older where it is remembered.
    pub async fn client_afresh(&self, key: ClientKey) -> Result<Option<Client>, StoreError> {
        let sql = concat!(
            "SELECT ",
            client_columns!(),
            " FROM clients c LEFT JOIN client_secrets s ON s.client_key = c.key WHERE c.key = ?1 AND c.realm_id = ?2 \
             AND c.deleted_at IS NULL ORDER BY s.id"
        );
        Ok(self.read_clients(sql, &[key.into(), self.realm.into()]).await?.pop())
    }

    /// Whether this person owns the client together with the one whom its row names.
    pub async fn is_co_developer(&self, client: ClientKey, user: UserId) -> Result<bool, StoreError> {
        let sql = "SELECT since FROM client_developers WHERE client_key = ?1 AND user_id = ?2 AND realm_id = ?3";
        Ok(self.one("client_developers", sql, &[client.into(), user.into(), self.realm.into()], |fields| fields.time()).await?.is_some())
    }

    /// Who owns it besides, the longest first; at most a hundred.
    pub async fn co_developers(&self, client: ClientKey) -> Result<Vec<CoDeveloper>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            ", d.since, (SELECT count(*) FROM clients o WHERE o.owner_id = u.id AND o.deleted_at IS NULL), \
             (SELECT count(*) FROM users o WHERE o.owner_id = u.id AND o.deleted_at IS NULL) \
             FROM client_developers d JOIN users u ON u.id = d.user_id AND u.deleted_at IS NULL \
             WHERE d.client_key = ?1 AND d.realm_id = ?2 ORDER BY d.since, d.user_id LIMIT ?3"
        );
        let read = |fields: &mut Fields<'_>| {
            Ok(CoDeveloper { user: user(fields)?, since: fields.time()?, applications: fields.u32()?, api_users: fields.u32()? })
        };
        self.all("client_developers", sql, &[client.into(), self.realm.into(), SOME.into()], read).await
    }

    /// Invitations to own a client that have not ended; at most a hundred.
    pub async fn client_invitations(&self, client: ClientKey, now: Timestamp) -> Result<Vec<ClientInvitation>, StoreError> {
        let sql = "SELECT client_key, realm_id, email, invited_by, created_at, expires_at FROM client_invitations \
                   WHERE client_key = ?1 AND realm_id = ?2 AND expires_at > ?3 ORDER BY email LIMIT ?4";
        self.all("client_invitations", sql, &[client.into(), self.realm.into(), now.into(), SOME.into()], invitation).await
    }

    /// Invitations of whoever has this address, folded, that have not ended; at most a hundred.
    pub async fn client_invitations_of(&self, email: &str, now: Timestamp) -> Result<Vec<ClientInvitation>, StoreError> {
        let sql = "SELECT client_key, realm_id, email, invited_by, created_at, expires_at FROM client_invitations \
                   WHERE realm_id = ?1 AND email = ?2 AND expires_at > ?3 ORDER BY client_key LIMIT ?4";
        self.all("client_invitations", sql, &[self.realm.into(), email.into(), now.into(), SOME.into()], invitation).await
    }

    /// The same, as they are shown to whoever is invited.
    pub async fn client_invitations_to_show(&self, email: &str, now: Timestamp) -> Result<Vec<InvitationToShow>, StoreError> {
        let sql = concat!(
            "SELECT c.client_id, c.name, i.expires_at, ",
            user_columns!(),
            " FROM client_invitations i JOIN clients c ON c.key = i.client_key AND c.owner_id = i.invited_by AND c.deleted_at IS NULL \
             JOIN users u ON u.id = i.invited_by AND u.deleted_at IS NULL \
             WHERE i.realm_id = ?1 AND i.email = ?2 AND i.expires_at > ?3 ORDER BY i.client_key LIMIT ?4"
        );
        let read = |fields: &mut Fields<'_>| {
            Ok(InvitationToShow {
                client_id: fields.string()?,
                client_name: fields.opt_string()?,
                expires_at: fields.time()?,
                by: user(fields)?,
            })
        };
        self.all("client_invitations", sql, &[self.realm.into(), email.into(), now.into(), SOME.into()], read).await
    }

    /// API users in this person's name: at most `limit`, older than `before`.
    pub async fn api_users_of(&self, developer: UserId, before: Option<UserId>, limit: u32) -> Result<Vec<ApiUser>, StoreError> {
        let sql = concat!(
            "SELECT ",
            api_user_columns!(),
            " FROM users u LEFT JOIN developer_api_users d ON d.user_id = u.id \
             WHERE u.owner_id = ?1 AND u.id < ?2 AND u.realm_id = ?3 AND u.kind = 'api_user' AND u.deleted_at IS NULL \
             ORDER BY u.id DESC LIMIT ?4"
        );
        let before = before.map_or(Uuid::max(), |id| id.0);
        self.all("users", sql, &[developer.into(), before.into(), self.realm.into(), limit.into()], api_user).await
    }

    /// API users of an application: at most `limit`, older than `before`.
    pub async fn api_users_of_client(&self, client: ClientKey, before: Option<UserId>, limit: u32) -> Result<Vec<ApiUser>, StoreError> {
        let sql = concat!(
            "SELECT ",
            api_user_columns!(),
            // The application's are read first: a cross join keeps its order.
            " FROM developer_api_users d CROSS JOIN users u WHERE d.client_key = ?1 AND d.user_id < ?2 AND u.id = d.user_id \
             AND u.realm_id = ?3 AND u.kind = 'api_user' AND u.deleted_at IS NULL ORDER BY d.user_id DESC LIMIT ?4"
        );
        let before = before.map_or(Uuid::max(), |id| id.0);
        self.all("users", sql, &[client.into(), before.into(), self.realm.into(), limit.into()], api_user).await
    }

    /// An API user by its `sub`; when it signed in last is not looked for.
    pub async fn api_user(&self, sub: &str) -> Result<Option<ApiUser>, StoreError> {
        let sql = concat!(
            "SELECT ",
            api_user_columns!("NULL"),
            " FROM subjects n JOIN users u ON u.id = n.user_id AND u.realm_id = n.realm_id LEFT JOIN developer_api_users d \
             ON d.user_id = u.id WHERE n.realm_id = ?1 AND n.sub = ?2 AND u.kind = 'api_user' AND u.deleted_at IS NULL"
        );
        self.one("users", sql, &[self.realm.into(), sub.into()], api_user).await
    }

    /// How many applications carry this person's name, counted up to `most`.
    pub async fn count_applications_of(&self, developer: UserId, most: u32) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT key FROM clients WHERE owner_id = ?1 AND realm_id = ?2 AND deleted_at IS NULL LIMIT ?3) o";
        self.count(sql, developer.0, most).await
    }

    /// How many API users do, counted up to `most`.
    pub async fn count_api_users_of(&self, developer: UserId, most: u32) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT id FROM users WHERE owner_id = ?1 AND realm_id = ?2 AND deleted_at IS NULL LIMIT ?3) o";
        self.count(sql, developer.0, most).await
    }

    /// How many API users an application has, counted up to `most`.
    pub async fn count_api_users_of_client(&self, client: ClientKey, most: u32) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT user_id FROM developer_api_users WHERE client_key = ?1 AND realm_id = ?2 LIMIT ?3) o";
        self.count(sql, client.0, most).await
    }

    /// How many API users of an application carry this person's name.
    pub async fn count_api_users_of_client_by(&self, client: ClientKey, developer: UserId) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM developer_api_users d JOIN users u ON u.id = d.user_id AND u.owner_id = ?3 \
                   AND u.deleted_at IS NULL WHERE d.client_key = ?1 AND d.realm_id = ?2";
        let read = |fields: &mut Fields<'_>| fields.u32();
        Ok(self.one("counts", sql, &[client.into(), self.realm.into(), developer.into()], read).await?.unwrap_or(0))
    }

    /// How many authorizations of a client were not revoked, counted up to `most`.
    pub async fn count_authorizations_of_client(&self, client: ClientKey, most: u32) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT id FROM authorizations WHERE client_key = ?1 AND realm_id = ?2 AND revoked_at IS NULL \
                   LIMIT ?3) o";
        self.count(sql, client.0, most).await
    }

    async fn count(&self, sql: &'static str, of: Uuid, most: u32) -> Result<u32, StoreError> {
        Ok(self.one("counts", sql, &[of.into(), self.realm.into(), most.into()], |fields| fields.u32()).await?.unwrap_or(0))
    }
}

fn api_user(fields: &mut Fields<'_>) -> Result<ApiUser, StoreError> {
    Ok(ApiUser {
        user: user(fields)?,
        application: fields.opt_id(ClientKey)?,
        paused_at: fields.opt_time()?,
        signed_in_at: fields.opt_time()?,
    })
}

fn invitation(fields: &mut Fields<'_>) -> Result<ClientInvitation, StoreError> {
    Ok(ClientInvitation {
        client: fields.id(ClientKey)?,
        realm: fields.id(RealmId)?,
        email: fields.string()?,
        invited_by: fields.id(UserId)?,
        created_at: fields.time()?,
        expires_at: fields.time()?,
    })
}
