//! What presented tokens rest on, remembered until it changes: an API asks about the same tokens
//! again and again.
//!
//! **Invariant**: what is remembered of an authorization is not its refresh token, which rotates
//! without notice; whoever rotates reads the row.

use std::{future::Future, sync::Arc};

use jeton_oauth::{
    AccessTokenId, AuthorizationId, PersonalAccessTokenId,
    bearer::{AuthorizationFacts, OpaqueFacts, PatFacts},
    model::Subject,
    secret::Presented,
};
use uuid::Uuid;

use super::RealmStore;
use crate::{
    StoreError,
    cache::{Kept, TokenCaches},
};

impl RealmStore<'_> {
    /// As [`Self::access_token`].
    pub async fn remembered_access_token(&self, id: AccessTokenId) -> Result<Option<Arc<OpaqueFacts>>, StoreError> {
        let rests_on = |facts: &OpaqueFacts| {
            let user = match facts.token.subject {
                Subject::User(user) => Some(user.0),
                Subject::Client(_) => None,
            };
            [user, facts.token.authorization.map(|authorization| authorization.0)]
        };
        let ours = |facts: &OpaqueFacts| facts.token.realm == self.realm;
        self.kept_or_read(&self.kept().opaque, id.0, ours, self.access_token(id), rests_on).await
    }

    /// As [`Self::personal_access_token`]. One whose secret is not `presented`'s is read again:
    /// another node may have made it anew a moment ago.
    pub async fn remembered_personal_access_token(&self, presented: &Presented) -> Result<Option<Arc<PatFacts>>, StoreError> {
        let id = PersonalAccessTokenId(presented.selector);
        let ours = |facts: &PatFacts| facts.token.realm == self.realm && facts.token.verifier.proves(presented.secret.as_slice());
        let rests_on = |facts: &PatFacts| [Some(facts.token.user.0), facts.token.authorization.map(|authorization| authorization.0)];
        self.kept_or_read(&self.kept().personal, id.0, ours, self.personal_access_token(id), rests_on).await
    }

    /// As [`Self::authorization`]; its refresh token may have been rotated since.
    pub async fn remembered_authorization(&self, id: AuthorizationId) -> Result<Option<Arc<AuthorizationFacts>>, StoreError> {
        let ours = |facts: &AuthorizationFacts| facts.authorization.realm == self.realm;
        let rests_on = |facts: &AuthorizationFacts| [Some(facts.account.id.0), None];
        self.kept_or_read(&self.kept().authorizations, id.0, ours, self.authorization(id), rests_on).await
    }

    /// Whether the JWT of this `jti` was revoked; its mark stays until the JWT ends. That it was not is remembered.
    pub async fn is_revoked(&self, jti: Uuid) -> Result<bool, StoreError> {
        let sql = "SELECT expires_at FROM revoked_jtis WHERE jti = ?1 AND realm_id = ?2";
        let values = [jti.into(), self.realm.into()];
        let read = async {
            let revoked = self.one("revoked_jtis", sql, &values, |fields| fields.time()).await?.is_some();
            Ok((!revoked).then_some(self.realm))
        };
        let unrevoked = self.kept_or_read(&self.kept().unrevoked, jti, |realm| *realm == self.realm, read, |_| [None, None]).await?;
        Ok(unrevoked.is_none())
    }

    /// What is kept of `id` if it is `ours` and holds; else what `read` finds, which is kept from then on.
    async fn kept_or_read<V>(
        &self,
        kept: &Kept<V>,
        id: Uuid,
        ours: impl Fn(&V) -> bool,
        read: impl Future<Output = Result<Option<V>, StoreError>>,
        rests_on: impl Fn(&V) -> [Option<Uuid>; 2],
    ) -> Result<Option<Arc<V>>, StoreError> {
        let changed = &self.kept().changed;
        if let Some(value) = kept.get(changed, id).filter(|value| ours(value)) {
            return Ok(Some(value));
        }
        let since = changed.now();
        let Some(value) = read.await?.map(Arc::new) else { return Ok(None) };
        kept.keep(id, &value, rests_on(&value), since);
        Ok(Some(value))
    }

    fn kept(&self) -> &TokenCaches {
        &self.store.announcer().caches.tokens
    }
}
