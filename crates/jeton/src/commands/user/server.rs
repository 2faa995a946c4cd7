//! People and API users of a realm on a server elsewhere.

use jeton_oauth::{
    UserId,
    login_name::LoginName,
    manage::Refusal,
    model::{AccountKind, Profile, Status},
    secret::SecretText,
};
use serde_json::{Map, Value, json};

use super::{Accounts, Made};
use crate::{
    api::{Server, object, pair, segment},
    failure::Failure,
    output,
    said::Said,
};

pub(super) struct Elsewhere {
    pub server: Server,
    pub realm: String,
}

impl Accounts for Elsewhere {
    fn realm(&self) -> &str {
        &self.realm
    }

    async fn list(&self, search: Option<&str>, limit: u32, after: Option<UserId>) -> Result<Vec<Value>, Failure> {
        let query = search.map(|search| pair("search", search)).unwrap_or_default();
        let after = after.map(|id| id.to_string());
        let follows = |user: &Value| after.as_deref().is_none_or(|after| user["id"].as_str().is_some_and(|id| id > after));
        let mut found = Vec::new();
        for kind in KINDS {
            let part = self.server.list_of(&self.all(kind), &query, limit as usize, follows).await??;
            found.extend(part.into_iter().map(|user| shown(user, kind)));
        }
        found.sort_by(|one, other| one["id"].as_str().cmp(&other["id"].as_str()));
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn invite(&self) -> Result<(String, String), Failure> {
        let mut made = self.server.act(&format!("/realms/{}/invitations", segment(&self.realm))).await??.body;
        output::to_the_second(&mut made);
        Ok((output::words(&made["link"]), output::words(&made["expires_at"])))
    }

    async fn show(&self, username: &str) -> Result<Value, Failure> {
        let (user, kind) = self.find(username).await?;
        let mut value = shown(user.clone(), kind);
        let person = pair("person", &output::words(&user["sub"]));
        let mut locks = self.server.list(&format!("/realms/{}/locks", segment(&self.realm)), &person, 100).await??;
        let lock = |lock: &mut Value| json!({ "until": lock["until"], "network": lock["network"], "all_accounts": lock["sub"].is_null(), "client_id": lock["client_id"] });
        value["locks"] = locks.iter_mut().map(lock).collect();
        output::to_the_second(&mut value["locks"]);
        value["locked_until"] = value["locks"][0]["until"].clone();
        if kind == AccountKind::Person {
            let path = format!("{}/sessions", self.at(&user, kind));
            value["sessions"] = self.server.list(&path, "", 1_000).await??.len().into();
        }
        Ok(value)
    }

    async fn create(&self, made: Made<'_>, said: &Said) -> Result<Value, Failure> {
        if made.owner.is_some() {
            return Err(Failure::Usage("--owner works on a data folder only: the admin API gives accounts to nobody".to_owned()));
        }
        if let Some((other, _)) = find(&self.server, &self.realm, made.username).await? {
            let (other, username, realm) = (output::words(&other["username"]), made.username, &self.realm);
            return Err(Failure::Conflict(format!("{other:?} signs in as {username:?} already in the realm {realm}")));
        }
        let mut sent = said.members.clone();
        sent.insert("password".to_owned(), made.password.expose().into());
        if let Some(sub) = made.sub {
            sent.insert("sub".to_owned(), sub.into());
        }
        let created = self.server.post(&self.all(made.kind), &sent.into()).await?;
        Ok(shown(created.map_err(|refusal| said.refused(refusal))?.body, made.kind))
    }

    async fn change(
        &self,
        username: &str,
        said: &Said,
        to: &(dyn Fn(Map<String, Value>) -> Map<String, Value> + Sync),
    ) -> Result<Value, Failure> {
        let (user, kind) = self.find(username).await?;
        let changed = self.server.change(&self.at(&user, kind), to).await?;
        Ok(shown(changed.map_err(|refusal| said.refused(refusal))?.body, kind))
    }

    async fn set_status(&self, username: &str, to: Status) -> Result<(), Failure> {
        let verb = if to == Status::Active { "enable" } else { "disable" };
        self.act(username, verb).await.map(drop)
    }

    async fn remove(&self, username: &str) -> Result<(), Failure> {
        let (user, kind) = self.find(username).await?;
        self.server.delete(&self.at(&user, kind)).await??;
        Ok(())
    }

    async fn unlock(&self, username: &str) -> Result<bool, Failure> {
        let waited = !self.show(username).await?["locked_until"].is_null();
        self.act(username, "unlock").await?;
        Ok(waited)
    }

    async fn set_password(&self, username: &str, to: &SecretText) -> Result<Value, Failure> {
        let (user, kind) = self.find(username).await?;
        let sent = json!({ "password": to.expose() });
        Ok(shown(self.server.post(&format!("{}/password", self.at(&user, kind)), &sent).await??.body, kind))
    }

    async fn revoke_all(&self, username: &str, personal_access_tokens: bool) -> Result<String, Failure> {
        let (user, kind) = self.find(username).await?;
        let sent = json!({ "personal_access_tokens": personal_access_tokens });
        let mut ended = self.server.post(&format!("{}/not-before", self.at(&user, kind)), &sent).await??.body;
        output::to_the_second(&mut ended);
        Ok(output::words(&ended["not_before"]))
    }
}

const KINDS: [AccountKind; 2] = [AccountKind::Person, AccountKind::ApiUser];

impl Elsewhere {
    fn all(&self, kind: AccountKind) -> String {
        let kind = if kind == AccountKind::Person { "people" } else { "api-users" };
        format!("/realms/{}/{kind}", segment(&self.realm))
    }

    fn at(&self, user: &Value, kind: AccountKind) -> String {
        format!("{}/{}", self.all(kind), segment(user["sub"].as_str().unwrap_or_default()))
    }

    async fn act(&self, username: &str, verb: &str) -> Result<Value, Failure> {
        let (user, kind) = self.find(username).await?;
        Ok(self.server.act(&format!("{}/{verb}", self.at(&user, kind))).await??.body)
    }

    /// Whoever signs in by this name, as the server shows them.
    async fn find(&self, username: &str) -> Result<(Value, AccountKind), Failure> {
        let found = find(&self.server, &self.realm, username).await?;
        found.ok_or_else(|| super::missing(&self.realm, username))
    }
}

/// Whoever signs in by this name, as a server shows them.
pub(in crate::commands) async fn find(server: &Server, realm: &str, username: &str) -> Result<Option<(Value, AccountKind)>, Failure> {
    let Some(login) = LoginName::fold(username) else { return Ok(None) };
    let is = |name: &Value| name.as_str().and_then(LoginName::fold).as_ref() == Some(&login);
    for kind in KINDS {
        let path = format!("/realms/{}/{}", segment(realm), if kind == AccountKind::Person { "people" } else { "api-users" });
        // Whoever has the whole name comes before those whose name only begins so.
        let found = match server.list(&path, &pair("search", username), 1).await? {
            Ok(found) => found,
            Err(Refusal::NotFound(words)) => return Err(Failure::NotFound(words)),
            Err(other) => return Err(other.into()),
        };
        let named = found.into_iter().find(|user| is(&user["username"]) || user["email_verified"] == true && is(&user["email"]));
        if let Some(user) = named {
            return Ok(Some((user, kind)));
        }
    }
    Ok(None)
}

/// An account, as [`super::view::json`] shows one.
fn shown(user: Value, kind: AccountKind) -> Value {
    let user = object(user);
    let claims: Map<String, Value> =
        Profile::MEMBERS.iter().filter_map(|member| Some((member.name.to_owned(), user.get(member.name)?.clone()))).collect();
    let part = |name: &str| user.get(name).cloned().unwrap_or_default();
    let or = |name: &str, usual: Value| user.get(name).cloned().unwrap_or(usual);
    let mut value = json!({
        "id": part("id"),
        "username": part("username"),
        "kind": kind,
        "status": part("status"),
        "sub": part("sub"),
        "number": part("number"),
        "email": part("email"),
        "email_verified": part("email_verified"),
        "profile": claims,
        "type": part("user_type"),
        "roles": or("roles", json!([])),
        "attributes": or("attributes", json!({})),
        "owner": part("owner"),
        "has_password": part("has_password"),
        "created_at": part("created_at"),
        "updated_at": part("updated_at"),
        "not_before": part("not_before"),
    });
    output::to_the_second(&mut value);
    value
}
