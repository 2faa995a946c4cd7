//! What presented tokens rest on, remembered until it changes: an API asks about the same tokens
//! again and again.
//!
//! **Invariant**: what is remembered of an authorization is not its refresh token, which rotates
//! without notice; whoever rotates reads the row.

use std::sync::Arc;

use jeton_oauth::{
    AccessTokenId, AuthorizationId, PersonalAccessTokenId,
    bearer::{AuthorizationFacts, OpaqueFacts, PatFacts},
    model::Subject,
    secret::Presented,
};
use uuid::Uuid;

use super::RealmStore;
use crate::StoreError;

impl RealmStore<'_> {
    /// As [`Self::access_token`].
    pub async fn remembered_access_token(&self, id: AccessTokenId) -> Result<Option<Arc<OpaqueFacts>>, StoreError> {
        let tokens = &self.store.announcer().caches.tokens;
        if let Some(facts) = tokens.opaque.get(&tokens.changed, id.0).filter(|facts| facts.token.realm == self.realm) {
            return Ok(Some(facts));
        }
        let since = tokens.changed.now();
        let Some(facts) = self.access_token(id).await?.map(Arc::new) else { return Ok(None) };
        let user = match facts.token.subject {
            Subject::User(user) => user.0,
            Subject::Client(_) => id.0,
        };
        let authorization = facts.token.authorization.map_or(id.0, |authorization| authorization.0);
        tokens.opaque.keep(id.0, &facts, [id.0, user, authorization], since);
        Ok(Some(facts))
    }

    /// As [`Self::personal_access_token`]. One whose secret is not `presented`'s is read again:
    /// another node may have made it anew a moment ago.
    pub async fn remembered_personal_access_token(&self, presented: &Presented) -> Result<Option<Arc<PatFacts>>, StoreError> {
        let tokens = &self.store.announcer().caches.tokens;
        let id = PersonalAccessTokenId(presented.selector);
        let kept = tokens.personal.get(&tokens.changed, id.0).filter(|facts| facts.token.realm == self.realm);
        if let Some(facts) = kept.filter(|facts| facts.token.verifier.proves(presented.secret.as_slice())) {
            return Ok(Some(facts));
        }
        let since = tokens.changed.now();
        let Some(facts) = self.personal_access_token(id).await?.map(Arc::new) else { return Ok(None) };
        tokens.personal.keep(id.0, &facts, [id.0, facts.token.user.0, id.0], since);
        Ok(Some(facts))
    }

    /// As [`Self::authorization`]; its refresh token may have been rotated since.
    pub async fn remembered_authorization(&self, id: AuthorizationId) -> Result<Option<Arc<AuthorizationFacts>>, StoreError> {
        let tokens = &self.store.announcer().caches.tokens;
        if let Some(facts) = tokens.authorizations.get(&tokens.changed, id.0).filter(|facts| facts.authorization.realm == self.realm) {
            return Ok(Some(facts));
        }
        let since = tokens.changed.now();
        let Some(facts) = self.authorization(id).await?.map(Arc::new) else { return Ok(None) };
        tokens.authorizations.keep(id.0, &facts, [id.0, facts.account.id.0, id.0], since);
        Ok(Some(facts))
    }

    /// Whether the JWT of this `jti` was revoked; its mark stays until the JWT ends. That it was not is remembered.
    pub async fn is_revoked(&self, jti: Uuid) -> Result<bool, StoreError> {
        let tokens = &self.store.announcer().caches.tokens;
        if tokens.unrevoked.get(&tokens.changed, jti).is_some_and(|realm| realm == self.realm) {
            return Ok(false);
        }
        let since = tokens.changed.now();
        let sql = "SELECT expires_at FROM revoked_jtis WHERE jti = ?1 AND realm_id = ?2";
        let revoked = self.one("revoked_jtis", sql, &[jti.into(), self.realm.into()], |fields| fields.time()).await?.is_some();
        if !revoked {
            tokens.unrevoked.keep(jti, &self.realm, [jti; 3], since);
        }
        Ok(revoked)
    }
}
