//! Applications of a realm on a server elsewhere.

use jeton_oauth::{ClientSecretId, manage::Refusal, model::Status};
use serde_json::{Value, json};

use super::{Applications, view};
use crate::{
    api::{Server, segment},
    failure::Failure,
    output,
    said::Said,
};

pub(super) struct Elsewhere {
    pub server: Server,
    pub realm: String,
}

impl Applications for Elsewhere {
    fn realm(&self) -> &str {
        &self.realm
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<Value>, Failure> {
        let path = format!("/realms/{}/clients", segment(&self.realm));
        let follows = |client: &Value| after.is_none_or(|after| client["client_id"].as_str().is_some_and(|id| id > after));
        let found = self.server.list_of(&path, "", limit as usize, follows).await??;
        Ok(found.into_iter().map(view::named).collect())
    }

    async fn show(&self, id: &str) -> Result<Value, Failure> {
        Ok(view::named(self.known(id, self.server.get(&self.at(id)).await?)?.body))
    }

    async fn create(&self, id: &str, said: &Said, owner: Option<&str>) -> Result<Value, Failure> {
        no_owner(owner)?;
        let mut sent = said.members.clone();
        sent.insert("client_id".to_owned(), id.into());
        let made = self.server.post(&format!("/realms/{}/clients", segment(&self.realm)), &sent.into()).await?;
        Ok(view::named(made.map_err(|refusal| said.refused(refusal))?.body))
    }

    async fn change(&self, id: &str, said: &Said, owner: Option<&str>) -> Result<Value, Failure> {
        no_owner(owner)?;
        let changed = self.server.change(&self.at(id), |stored| said.over(stored)).await?;
        Ok(view::named(changed.map_err(|refusal| said.refused(refusal))?.body))
    }

    async fn set_status(&self, id: &str, to: Status) -> Result<(), Failure> {
        let verb = if to == Status::Active { "enable" } else { "disable" };
        self.known(id, self.server.act(&format!("{}/{verb}", self.at(id))).await?).map(drop)
    }

    async fn remove(&self, id: &str) -> Result<(), Failure> {
        self.known(id, self.server.delete(&self.at(id)).await?).map(drop)
    }

    async fn revoke_all(&self, id: &str) -> Result<String, Failure> {
        let mut client = self.known(id, self.server.act(&format!("{}/not-before", self.at(id))).await?)?.body;
        output::to_the_second(&mut client);
        Ok(output::words(&client["not_before"]))
    }

    async fn add_secret(&self, id: &str, old_lives: Option<u32>) -> Result<Value, Failure> {
        let sent = json!({ "end_old_after": old_lives });
        let before = self.show(id).await?;
        let mut made = self.known(id, self.server.post(&format!("{}/secrets", self.at(id)), &sent).await?)?.body;
        // The secret is answered this once: what is asked after it may fail, and the secret is shown all the same.
        let mut client = self.show(id).await.unwrap_or(before);
        client["client_secret"] = made["client_secret"].take();
        Ok(client)
    }

    async fn remove_secret(&self, id: &str, secret: ClientSecretId) -> Result<(), Failure> {
        self.server.delete(&format!("{}/secrets/{secret}", self.at(id))).await??;
        Ok(())
    }
}

impl Elsewhere {
    fn at(&self, id: &str) -> String {
        format!("/realms/{}/clients/{}", segment(&self.realm), segment(id))
    }

    /// Says of an application that there is not where to find those that there are.
    fn known<T>(&self, id: &str, answered: Result<T, Refusal>) -> Result<T, Failure> {
        answered.map_err(|refusal| match refusal {
            Refusal::NotFound(words) if words.contains("application") => super::missing(&self.realm, id),
            other => other.into(),
        })
    }
}

fn no_owner(owner: Option<&str>) -> Result<(), Failure> {
    match owner {
        None => Ok(()),
        Some(_) => Err(Failure::Usage("--owner works on a data folder only: the admin API gives applications to nobody".to_owned())),
    }
}
