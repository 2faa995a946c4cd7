//! Realms of a server elsewhere.

use jeton_oauth::{manage::administrator::REALM, model::Status};
use serde_json::{Map, Value};

use super::{Realms, Wanted};
use crate::{
    api::{Server, object, segment},
    failure::Failure,
    output,
};

impl Realms for Server {
    async fn list(&self) -> Result<Vec<Value>, Failure> {
        let mut realms = Server::list_of(self, "/realms", "", usize::MAX, |realm| realm["name"] != REALM).await??;
        for realm in &mut realms {
            *realm = ["id", "name", "issuer", "dialect", "status"].iter().map(|name| ((*name).to_owned(), realm[*name].take())).collect();
        }
        Ok(realms)
    }

    async fn show(&self, name: &str) -> Result<Value, Failure> {
        let mut realm = self.get(&at(name)).await??.body;
        output::to_the_second(&mut realm);
        Ok(realm)
    }

    async fn create(&self, name: &str, wanted: &Wanted) -> Result<(), Failure> {
        let mut sent = wanted.members(Map::new(), Vec::new());
        sent.insert("name".to_owned(), name.into());
        sent.insert("settings".to_owned(), wanted.said.over(Map::new()).into());
        self.post("/realms", &sent.into()).await?.map(drop).map_err(|refusal| wanted.said.refused(refusal))
    }

    async fn change(&self, name: &str, wanted: &Wanted) -> Result<(), Failure> {
        let to = |mut stored: Map<String, Value>| {
            let settings = object(stored.remove("settings").unwrap_or_default());
            let listed = stored.remove("relaxes").and_then(|listed| serde_json::from_value(listed).ok()).unwrap_or_default();
            let mut wished = wanted.members(stored, listed);
            wished.insert("settings".to_owned(), wanted.said.over(settings).into());
            wished
        };
        Server::change(self, &at(name), to).await?.map(drop).map_err(|refusal| wanted.said.refused(refusal))
    }

    async fn set_status(&self, name: &str, to: Status) -> Result<(), Failure> {
        let verb = if to == Status::Active { "enable" } else { "disable" };
        self.act(&format!("{}/{verb}", at(name))).await??;
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), Failure> {
        self.delete(&at(name)).await??;
        Ok(())
    }

    async fn revoke_all(&self, name: &str) -> Result<String, Failure> {
        let mut realm = self.act(&format!("{}/not-before", at(name))).await??.body;
        output::to_the_second(&mut realm);
        Ok(output::words(&realm["not_before"]))
    }
}

fn at(name: &str) -> String {
    format!("/realms/{}", segment(name))
}
