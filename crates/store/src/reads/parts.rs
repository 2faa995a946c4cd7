//! Parts of long lists, for those who run a realm: each is a bounded read by an index, however many rows
//! there are.
//!
//! Sessions, authorizations and tokens have no index by realm: what is written at every sign-in is not to
//! get dearer for who looks now and then. So a part looks through a window of rows by their ids; it may
//! hold fewer than were asked for, and still another follow. SQLite reads cross joins in their order: the
//! window first, and not everybody of the realm.

use std::net::IpAddr;

use jeton_oauth::{
    AuditId, ClientKey, Timestamp, UserId,
    bearer::{AuthorizationFacts, PatFacts},
    change::{AuditEvent, AuditKind},
    login_name::LoginName,
    manage::ActorKind,
    model::{AccountKind, User},
};
use uuid::{Builder, Uuid};

use super::{
    RealmStore, SessionFacts,
    audit::{event, event_columns},
    authorization::{authorization, authorization_columns},
    personal_access_token::{facts as token_facts, token_columns},
    session::{session, session_columns},
    user::{account, account_columns, user, user_columns},
};
use crate::{StoreError, installation::past, row::Fields, statement::Value};

/// A part of a list, the newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Part<T> {
    /// At most as many as were asked for.
    pub rows: Vec<T>,
    /// What the next part begins before; `None` at the end.
    pub next: Option<Uuid>,
}

/// An authorization, whose it is, and the application that it was granted to.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantedTo {
    /// The authorization, and the account that it hangs on.
    pub facts: AuthorizationFacts,
    /// What the application is called now (RFC 6749 §2.2).
    pub client_id: String,
}

/// Which events somebody wants to see; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// What happened.
    pub kind: Option<AuditKind>,
    /// To whom it was done.
    pub user: Option<UserId>,
    /// As the client was called then.
    pub client_id: Option<String>,
    /// Which kind of caller did it.
    pub actor: Option<ActorKind>,
    /// The row of who did it.
    pub actor_id: Option<Uuid>,
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// Not before then.
    pub since: Option<Timestamp>,
    /// Before then.
    pub until: Option<Timestamp>,
}

/// An event, with names of who is still there.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// The event, as it was written.
    pub event: AuditEvent,
    /// `sub` of whom it was done to.
    pub sub: Option<String>,
    /// What they sign in with.
    pub username: Option<String>,
    /// What the person who did it signs in with, an administrator too.
    pub actor_name: Option<String>,
}

/// Rows that one part looks at, at most.
const WINDOW: u32 = 5_000;

impl RealmStore<'_> {
    /// At most `limit` accounts of a kind, oldest first, after the one whose id is `after`.
    pub async fn accounts(&self, kind: AccountKind, after: Option<UserId>, limit: u32) -> Result<Vec<User>, StoreError> {
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            " FROM users u WHERE u.realm_id = ?1 AND u.id > ?2 AND u.kind = ?4 AND u.deleted_at IS NULL ORDER BY u.id LIMIT ?3"
        );
        let after = after.map_or(Uuid::nil(), |id| id.0);
        self.all("users", sql, &[self.realm.into(), after.into(), limit.into(), kind.into()], user).await
    }

    /// Accounts of a kind whose user name or verified address begins with `prefix`, by that name, after the one
    /// named `after`; each once, with the name that it was found by.
    pub async fn accounts_named(
        &self,
        kind: AccountKind,
        prefix: &LoginName,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(String, User)>, StoreError> {
        let sql = concat!(
            "SELECT n.name, ",
            user_columns!(),
            // The names are read first: a cross join keeps its order.
            " FROM login_names n CROSS JOIN users u WHERE n.realm_id = ?1 AND n.name > ?2 AND n.name >= ?4 AND n.name < ?5 \
             AND u.id = n.user_id AND u.realm_id = ?1 AND u.kind = ?6 AND u.deleted_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM login_names m WHERE m.user_id = n.user_id AND m.realm_id = ?1 AND m.name >= ?4 AND m.name < n.name) \
             ORDER BY n.name LIMIT ?3"
        );
        let end = past(prefix.as_str());
        let values = [self.realm.into(), after.unwrap_or("").into(), limit.into(), prefix.as_str().into(), end.into(), kind.into()];
        self.all("users", sql, &values, |fields| Ok((fields.string()?, user(fields)?))).await
    }

    /// Browser sessions, of everybody or of one person.
    pub async fn sessions_part(&self, of: Option<UserId>, before: Uuid, limit: u32) -> Result<Part<SessionFacts>, StoreError> {
        const END: &str = "SELECT id FROM sessions WHERE id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
        let read = |fields: &mut Fields<'_>| Ok(SessionFacts { session: session(fields)?, account: account(fields)? });
        let id = |facts: &SessionFacts| facts.session.id.0;
        if let Some(of) = of {
            let sql = concat!(
                "SELECT ",
                session_columns!(),
                ", ",
                account_columns!(),
                " FROM sessions s JOIN users u ON u.id = s.user_id AND u.realm_id = s.realm_id AND u.deleted_at IS NULL \
                 WHERE s.user_id = ?1 AND s.realm_id = ?2 AND s.id < ?3 ORDER BY s.id DESC LIMIT ?4"
            );
            let values = [of.into(), self.realm.into(), before.into(), (limit + 1).into()];
            return Ok(part(self.all("sessions", sql, &values, read).await?, limit, None, id));
        }
        let end = self.end(END, before).await?;
        let sql = concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            account_columns!(),
            " FROM sessions s CROSS JOIN users u WHERE s.id < ?1 AND s.id >= ?2 AND s.realm_id = ?3 \
             AND u.id = s.user_id AND u.realm_id = ?3 AND u.deleted_at IS NULL ORDER BY s.id DESC LIMIT ?4"
        );
        let values = [before.into(), end.unwrap_or_default().into(), self.realm.into(), (limit + 1).into()];
        Ok(part(self.all("sessions", sql, &values, read).await?, limit, end, id))
    }

    /// What was granted to applications, revoked ones too: by everybody or by one person, to all or to one.
    pub async fn authorizations_part(
        &self,
        of: Option<UserId>,
        to: Option<ClientKey>,
        before: Uuid,
        limit: u32,
    ) -> Result<Part<GrantedTo>, StoreError> {
        const END: &str = "SELECT id FROM authorizations WHERE id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
        let read = |fields: &mut Fields<'_>| {
            let facts = AuthorizationFacts { authorization: authorization(fields)?, account: account(fields)?, username: fields.string()? };
            Ok(GrantedTo { facts, client_id: fields.string()? })
        };
        let id = |granted: &GrantedTo| granted.facts.authorization.id.0;
        if let Some(of) = of {
            let sql = concat!(
                "SELECT ",
                authorization_columns!(),
                ", ",
                account_columns!(),
                ", u.username, c.client_id FROM authorizations a JOIN users u ON u.id = a.user_id AND u.realm_id = a.realm_id \
                 AND u.deleted_at IS NULL JOIN clients c ON c.key = a.client_key AND c.deleted_at IS NULL \
                 WHERE a.user_id = ?1 AND a.realm_id = ?2 AND a.id < ?3 AND (a.client_key = ?5 OR ?5 IS NULL) ORDER BY a.id DESC LIMIT ?4"
            );
            let values = [of.into(), self.realm.into(), before.into(), (limit + 1).into(), to.into()];
            return Ok(part(self.all("authorizations", sql, &values, read).await?, limit, None, id));
        }
        let end = self.end(END, before).await?;
        let sql = concat!(
            "SELECT ",
            authorization_columns!(),
            ", ",
            account_columns!(),
            ", u.username, c.client_id FROM authorizations a CROSS JOIN users u CROSS JOIN clients c \
             WHERE a.id < ?1 AND a.id >= ?2 AND a.realm_id = ?3 AND (a.client_key = ?5 OR ?5 IS NULL) AND u.id = a.user_id \
             AND u.realm_id = ?3 AND u.deleted_at IS NULL AND c.key = a.client_key AND c.deleted_at IS NULL ORDER BY a.id DESC LIMIT ?4"
        );
        let values = [before.into(), end.unwrap_or_default().into(), self.realm.into(), (limit + 1).into(), to.into()];
        Ok(part(self.all("authorizations", sql, &values, read).await?, limit, end, id))
    }

    /// Personal access tokens, revoked ones too: of everybody or of one person.
    pub async fn personal_access_tokens_part(&self, of: Option<UserId>, before: Uuid, limit: u32) -> Result<Part<PatFacts>, StoreError> {
        const END: &str = "SELECT id FROM personal_access_tokens WHERE id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
        let id = |facts: &PatFacts| facts.token.id.0;
        if let Some(of) = of {
            return Ok(part(self.personal_access_tokens_before(of, before, limit + 1).await?, limit, None, id));
        }
        let end = self.end(END, before).await?;
        let sql = concat!(
            "SELECT ",
            token_columns!(),
            ", ",
            account_columns!(),
            ", u.username, ",
            authorization_columns!(),
            " FROM personal_access_tokens t CROSS JOIN users u LEFT JOIN authorizations a ON a.id = t.authorization_id AND a.realm_id = t.realm_id \
             WHERE t.id < ?1 AND t.id >= ?2 AND t.realm_id = ?3 AND u.id = t.user_id AND u.realm_id = ?3 AND u.deleted_at IS NULL \
             ORDER BY t.id DESC LIMIT ?4"
        );
        let values = [before.into(), end.unwrap_or_default().into(), self.realm.into(), (limit + 1).into()];
        Ok(part(self.all("personal_access_tokens", sql, &values, token_facts).await?, limit, end, id))
    }

    /// What was done.
    pub async fn audit_part(&self, query: &AuditQuery, before: Option<AuditId>, limit: u32) -> Result<Part<AuditRow>, StoreError> {
        let born = |at: Timestamp| Builder::from_unix_timestamp_millis(at.as_millis().max(0).unsigned_abs(), &[0; 10]).into_uuid();
        let before = before.map_or(Uuid::max(), |id| id.0).min(query.until.map_or(Uuid::max(), born));
        let end = "SELECT id FROM audit_events WHERE realm_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3";
        let values: [Value<'_>; 3] = [self.realm.into(), before.into(), (WINDOW - 1).into()];
        let end = self.one("audit_events", end, &values, |fields| fields.id(|id| id)).await?;
        let since = query.since.map_or(Uuid::nil(), born);
        let address = query.address.map(|address| address.to_string());
        let end = end.filter(|end| *end > since);
        let sql = concat!(
            "SELECT ",
            event_columns!(),
            ", u.sub, u.username, a.username FROM audit_events e LEFT JOIN users u ON u.id = e.user_id LEFT JOIN users a ON a.id = e.actor_id \
             WHERE e.realm_id = ?1 AND e.id < ?2 AND e.id >= ?3 AND (e.kind = ?5 OR ?5 IS NULL) AND (e.user_id = ?6 OR ?6 IS NULL) \
             AND (e.client_id = ?7 OR ?7 IS NULL) AND (e.actor = ?8 OR ?8 IS NULL) AND (e.actor_id = ?9 OR ?9 IS NULL) AND (e.address = ?10 OR ?10 IS NULL) \
             ORDER BY e.id DESC LIMIT ?4"
        );
        let values = [
            self.realm.into(),
            before.into(),
            end.unwrap_or(since).into(),
            (limit + 1).into(),
            query.kind.map(AuditKind::as_str).into(),
            query.user.into(),
            query.client_id.as_deref().into(),
            query.actor.map(ActorKind::as_str).into(),
            query.actor_id.into(),
            address.as_deref().into(),
        ];
        let read = |fields: &mut Fields<'_>| {
            let event = event(fields)?;
            Ok(AuditRow { event, sub: fields.opt_string()?, username: fields.opt_string()?, actor_name: fields.opt_string()? })
        };
        Ok(part(self.all("audit_events", sql, &values, read).await?, limit, end, |row| row.event.id.0))
    }

    /// The last id of a window that begins before `before`; `None` where the table ends first.
    async fn end(&self, sql: &'static str, before: Uuid) -> Result<Option<Uuid>, StoreError> {
        self.one("a list", sql, &[before.into(), (WINDOW - 1).into()], |fields| fields.id(|id| id)).await
    }
}

/// `rows` holds one more than `limit` where more were found; `end` is that of the window.
fn part<T>(mut rows: Vec<T>, limit: u32, end: Option<Uuid>, id: impl Fn(&T) -> Uuid) -> Part<T> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = if more { rows.last().map(id) } else { end };
    Part { rows, next }
}
