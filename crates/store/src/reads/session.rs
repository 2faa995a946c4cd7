//! Reading browser sessions.

use jeton_oauth::{
    RealmId, SessionId, UserId,
    factor::PASSWORD,
    model::{Account, Session},
    secret::Verifier,
};

use super::{
    OF_USER, RealmStore,
    user::{account, account_columns},
};
use crate::{StoreError, row::Fields};

/// Whether a browser is signed in, and as whom.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionFacts {
    /// The browser's session.
    pub session: Session,
    /// The account of whoever is signed in.
    pub account: Account,
}

macro_rules! session_columns {
    () => {
        "s.id, s.realm_id, s.user_id, s.verifier, s.auth_time, s.created_at, s.last_seen_at, s.expires_at, s.user_agent, s.address, s.amr"
    };
}
pub(super) use session_columns;

impl RealmStore<'_> {
    /// `None` once its user is gone. Whether it has ended is not looked at.
    pub async fn session(&self, id: SessionId) -> Result<Option<SessionFacts>, StoreError> {
        let sql = concat!(
            "SELECT ",
            session_columns!(),
            ", ",
            account_columns!(),
            " FROM sessions s JOIN users u ON u.id = s.user_id AND u.realm_id = s.realm_id AND u.deleted_at IS NULL WHERE s.id = ?1 AND s.realm_id = ?2"
        );
        self.one("sessions", sql, &[id.into(), self.realm.into()], |fields| {
            Ok(SessionFacts { session: session(fields)?, account: account(fields)? })
        })
        .await
    }

    /// Newest first; at most a thousand.
    pub async fn sessions_of_user(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let sql =
            concat!("SELECT ", session_columns!(), " FROM sessions s WHERE s.user_id = ?1 AND s.realm_id = ?2 ORDER BY s.id DESC LIMIT ?3");
        self.all("sessions", sql, &[user.into(), self.realm.into(), OF_USER.into()], session).await
    }
}

pub(super) fn session(fields: &mut Fields<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: fields.id(SessionId)?,
        realm: fields.id(RealmId)?,
        user: fields.id(UserId)?,
        verifier: Verifier(fields.bytes()?),
        auth_time: fields.time()?,
        created_at: fields.time()?,
        last_seen_at: fields.time()?,
        expires_at: fields.time()?,
        user_agent: fields.opt_string()?,
        address: fields.opt_text()?.and_then(|address| address.parse().ok()),
        amr: fields.opt_string()?.unwrap_or_else(|| PASSWORD.to_owned()),
    })
}
