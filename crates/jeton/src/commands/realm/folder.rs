//! Realms of a data folder.

use jeton_oauth::{
    manage::{self, Actor, RealmDocument, Refusal, read},
    model::Status,
    settings::SettingsPatch,
};
use serde_json::{Map, Value, json};

use super::{Realms, Wanted, taken, view};
use crate::{failure::Failure, installation::Installation, output, said::Said};

impl Realms for Installation {
    async fn list(&self) -> Result<Vec<Value>, Failure> {
        let mut realms = self.store.realms().await?;
        realms.retain(|realm| realm.id != manage::administrator::REALM_ID);
        let view = |realm: jeton_store::RealmSummary| json!({ "id": realm.id, "name": realm.name, "issuer": realm.issuer, "dialect": realm.dialect, "status": realm.status });
        Ok(realms.into_iter().map(view).collect())
    }

    async fn show(&self, name: &str) -> Result<Value, Failure> {
        let realm = self.realm(Some(name)).await?;
        let counts = self.store.in_realm(realm.id).counts().await?;
        let mut value = view(&realm);
        value["clients"] = counts.clients.into();
        value["users"] = counts.users.into();
        Ok(value)
    }

    async fn create(&self, name: &str, wanted: &Wanted) -> Result<(), Failure> {
        if self.store.realm_by_name(name).await?.is_some() {
            return Err(Failure::Conflict(format!("there is a realm {name:?} already")));
        }
        let said = &wanted.said;
        let document = document(said, wanted.members(Map::new(), Vec::new()), Map::new()).map_err(|refusal| said.refused(refusal))?;
        let clash = self.clash(name, document.issuer.as_deref()).await?;
        let by = &Actor::COMMAND;
        let made = self.found(by, |desk| {
            desk.plain_http = taken(wanted.allow_plain_http);
            manage::realm::create(name, document, clash, desk)
        });
        made.await?.map(drop).map_err(|refusal| said.refused(refusal))
    }

    async fn change(&self, name: &str, wanted: &Wanted) -> Result<(), Failure> {
        let realm = self.realm(Some(name)).await?;
        let said = &wanted.said;
        let before = RealmDocument::of(&realm, &self.resolve(&realm).await?.dialect);
        let settings = before.settings.to_document();
        let listed = before.relaxes.iter().map(|relaxation| relaxation.to_string()).collect();
        let stored = RealmDocument { settings: SettingsPatch::default(), relaxes: Vec::new(), ..before.clone() }.to_document();
        let document = document(said, wanted.members(stored, listed), settings).map_err(|refusal| said.refused(refusal))?;
        let clash = match document.issuer == realm.issuer {
            true => None,
            false => self.clash(&realm.name, document.issuer.as_deref()).await?,
        };
        let by = &Actor::COMMAND;
        let changed = self.found(by, |desk| {
            desk.plain_http = taken(wanted.allow_plain_http);
            manage::realm::change(&realm, document, clash, desk)
        });
        changed.await?.map(drop).map_err(|refusal| said.refused(refusal))
    }

    async fn set_status(&self, name: &str, to: Status) -> Result<(), Failure> {
        let realm = self.realm(Some(name)).await?;
        let verb = if to == Status::Active { manage::realm::enable } else { manage::realm::disable };
        self.act(&realm, verb).await.map(drop)
    }

    async fn remove(&self, name: &str) -> Result<(), Failure> {
        let realm = self.realm(Some(name)).await?;
        self.act(&realm, |desk| manage::realm::remove(name, desk)).await
    }

    async fn revoke_all(&self, name: &str) -> Result<String, Failure> {
        let realm = self.realm(Some(name)).await?;
        Ok(output::instant(self.act(&realm, manage::realm::revoke_all).await?))
    }
}

/// The realm's document, with the settings that are said over those of before.
fn document(said: &Said, mut members: Map<String, Value>, settings: Map<String, Value>) -> Result<RealmDocument, Refusal> {
    members.insert("settings".to_owned(), Value::Object(said.over(settings)));
    match read(&members) {
        (document, unread) if unread.is_empty() => Ok(document),
        (_, unread) => Err(Refusal::Faults(unread)),
    }
}
