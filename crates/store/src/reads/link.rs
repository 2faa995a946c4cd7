//! Reading one-time links.

use jeton_oauth::{OneTimeLinkId, RealmId, UserId, model::OneTimeLink, one_time_link::LinkFacts, secret::Verifier};

use super::RealmStore;
use crate::StoreError;

impl RealmStore<'_> {
    /// A link and whose it is.
    pub async fn one_time_link(&self, id: OneTimeLinkId) -> Result<Option<LinkFacts>, StoreError> {
        let sql = "SELECT id, realm_id, user_id, purpose, verifier, address, created_at, expires_at FROM one_time_links \
                   WHERE id = ?1 AND realm_id = ?2";
        let link = self
            .one("one_time_links", sql, &[id.into(), self.realm.into()], |fields| {
                Ok(OneTimeLink {
                    id: fields.id(OneTimeLinkId)?,
                    realm: fields.id(RealmId)?,
                    user: fields.id(UserId)?,
                    purpose: fields.word()?,
                    verifier: Verifier(fields.bytes()?),
                    address: fields.string()?,
                    created_at: fields.time()?,
                    expires_at: fields.time()?,
                })
            })
            .await?;
        let Some(link) = link else { return Ok(None) };
        Ok(self.user(link.user).await?.map(|user| LinkFacts { link, user }))
    }
}
