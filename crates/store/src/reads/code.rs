//! Reading authorization codes.

use jeton_oauth::{
    AuthorizationId, ClientKey, CodeId, RealmId, SessionId, UserId,
    factor::PASSWORD,
    model::{Account, AuthorizationCode, CodeState},
    secret::Verifier,
};

use super::{
    RealmStore,
    user::{account, account_columns},
};
use crate::{StoreError, row::Fields};

/// What redeeming a code needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeFacts {
    /// The code, redeemed or not.
    pub code: AuthorizationCode,
    /// The account of whom it was made for.
    pub account: Account,
}

impl RealmStore<'_> {
    /// Nothing, once its client or its user is gone.
    pub async fn code(&self, id: CodeId) -> Result<Option<CodeFacts>, StoreError> {
        let sql = concat!(
            "SELECT o.id, o.realm_id, o.client_key, o.user_id, o.session_id, o.verifier, o.redirect_uri, o.code_challenge, o.scope, o.audience, \
             o.nonce, o.auth_time, o.created_at, o.expires_at, o.authorization_id, o.redeemed_at, o.amr, ",
            account_columns!(),
            " FROM codes o JOIN users u ON u.id = o.user_id AND u.realm_id = o.realm_id AND u.deleted_at IS NULL \
             JOIN clients c ON c.key = o.client_key AND c.realm_id = o.realm_id AND c.deleted_at IS NULL WHERE o.id = ?1 AND o.realm_id = ?2"
        );
        self.one("codes", sql, &[id.into(), self.realm.into()], |fields| Ok(CodeFacts { code: code(fields)?, account: account(fields)? }))
            .await
    }
}

fn code(fields: &mut Fields<'_>) -> Result<AuthorizationCode, StoreError> {
    Ok(AuthorizationCode {
        id: fields.id(CodeId)?,
        realm: fields.id(RealmId)?,
        client: fields.id(ClientKey)?,
        user: fields.id(UserId)?,
        session: fields.opt_id(SessionId)?,
        verifier: Verifier(fields.bytes()?),
        redirect_uri: fields.opt_string()?,
        code_challenge: fields.opt_bytes()?,
        scope: fields.scope()?,
        audience: fields.opt_json()?,
        nonce: fields.opt_string()?,
        auth_time: fields.time()?,
        created_at: fields.time()?,
        expires_at: fields.time()?,
        authorization: fields.id(AuthorizationId)?,
        state: fields.opt_time()?.map_or(CodeState::Fresh, |at| CodeState::Redeemed { at }),
        amr: fields.opt_string()?.unwrap_or_else(|| PASSWORD.to_owned()),
    })
}
