//! Applications of a data folder.

use std::sync::Arc;

use jeton_oauth::{
    ClientSecretId, Seconds,
    manage::{
        ClientMetadata, Verdict,
        client::{self as manage, FirstSecret, OldSecrets, Registration},
        read, unread_too,
    },
    model::{Client as Application, RealmConfig, Status},
    secret::SecretText,
};
use serde_json::{Value, json};

use super::{Applications, view};
use crate::{failure::Failure, installation::Installation, output, said::Said};

/// The realm whose applications are worked on.
pub(super) struct Folder {
    pub installation: Box<Installation>,
    pub realm: Arc<RealmConfig>,
}

impl Applications for Folder {
    fn realm(&self) -> &str {
        &self.realm.name
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<Value>, Failure> {
        let clients = self.installation.store.in_realm(self.realm.id).clients(after, limit).await?;
        Ok(clients.iter().map(view::json).collect())
    }

    async fn show(&self, id: &str) -> Result<Value, Failure> {
        let client = self.find(id).await?;
        // A realm whose dialect is broken shows its clients all the same.
        let layers = self.installation.resolve(&self.realm).await.map(|realm| client.layers(&realm)).unwrap_or_default();
        let effective = layers.iter().map(|(name, value, layer)| ((*name).to_owned(), json!({ "value": value, "from": layer.as_str() })));
        let mut value = view::json(&client);
        value["effective"] = Value::Object(effective.collect());
        Ok(value)
    }

    async fn create(&self, id: &str, said: &Said, owner: Option<&str>) -> Result<Value, Failure> {
        let rows = self.installation.store.in_realm(self.realm.id);
        let taken = rows.client(id).await?.is_some() || rows.user_by_sub(id).await?.is_some();
        let owner = self.installation.owner(&self.realm, owner).await?;
        let registered = self.installation.decide(&self.realm, |desk| {
            let (metadata, unread) = read::<ClientMetadata>(&said.members);
            unread_too(unread, || metadata.faults(desk.realm))?;
            let registration =
                Registration { client_id: id.to_owned(), metadata, owner, status: Status::Active, secret: FirstSecret::Make };
            manage::register(registration, taken, desk)
        });
        let registered = registered.await?.map_err(|refusal| said.refused(refusal))?;
        Ok(with_secret(&registered.client, registered.secret.as_ref()))
    }

    async fn change(&self, id: &str, said: &Said, owner: Option<&str>) -> Result<Value, Failure> {
        let client = self.find(id).await?;
        let owner = self.installation.owner(&self.realm, owner).await?;
        let changed = self.installation.decide(&self.realm, |desk| {
            let (metadata, unread) = read::<ClientMetadata>(&said.over(client.metadata.to_document()));
            unread_too(unread, || metadata.faults(desk.realm))?;
            manage::change(&client, metadata, owner.or(client.owner), desk)
        });
        Ok(view::json(&changed.await?.map_err(|refusal| said.refused(refusal))?))
    }

    async fn set_status(&self, id: &str, to: Status) -> Result<(), Failure> {
        let client = self.find(id).await?;
        let verb = if to == Status::Active { manage::enable } else { manage::disable };
        self.act(|desk| verb(&client, desk)).await.map(drop)
    }

    async fn remove(&self, id: &str) -> Result<(), Failure> {
        let client = self.find(id).await?;
        self.act(|desk| manage::remove(&client, desk)).await
    }

    async fn revoke_all(&self, id: &str) -> Result<String, Failure> {
        let client = self.find(id).await?;
        Ok(output::instant(self.act(|desk| manage::revoke_all(&client, desk)).await?.not_before))
    }

    async fn add_secret(&self, id: &str, old_lives: Option<u32>) -> Result<Value, Failure> {
        let client = self.find(id).await?;
        let old = old_lives.map_or(OldSecrets::NewestStays, |seconds| OldSecrets::EndAfter(Seconds(seconds)));
        let added = self.act(|desk| manage::add_secret(&client, None, old, desk)).await?;
        Ok(with_secret(&added.client, added.secret.as_ref()))
    }

    async fn remove_secret(&self, id: &str, secret: ClientSecretId) -> Result<(), Failure> {
        let client = self.find(id).await?;
        self.act(|desk| manage::remove_secret(&client, secret, desk)).await.map(drop)
    }
}

impl Folder {
    async fn act<T>(&self, verb: impl FnOnce(&mut jeton_oauth::manage::Desk<'_>) -> Verdict<T>) -> Result<T, Failure> {
        self.installation.act(&self.realm, verb).await
    }

    async fn find(&self, id: &str) -> Result<Application, Failure> {
        let found = self.installation.store.in_realm(self.realm.id).client(id).await?;
        found.map(|client| (*client).clone()).ok_or_else(|| super::missing(&self.realm.name, id))
    }
}

fn with_secret(client: &Application, secret: Option<&SecretText>) -> Value {
    let mut value = view::json(client);
    value["client_secret"] = secret.map(SecretText::expose).into();
    value
}
