//! What people of a realm granted, and their personal access tokens, on a server elsewhere.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Revoke;
use crate::{
    api::{Server, pair, segment},
    commands::user::find,
    failure::Failure,
    output::{self, words},
};

/// As on a data folder: both lists end at the same id, as ids tell when something was made.
pub(super) async fn list(server: &Server, realm: &str, username: &str, (limit, after): (u32, Option<Uuid>)) -> Result<Value, Failure> {
    let sub = words(&person(server, realm, username).await?["sub"]);
    let before = after.map(|id| id.to_string());
    let counts = |item: &Value| before.as_deref().is_none_or(|before| item["id"].as_str().is_some_and(|id| id < before));
    let most = limit as usize;
    let mut lists = Vec::new();
    for noun in ["authorizations", "tokens"] {
        let path = format!("/realms/{}/{noun}", segment(realm));
        lists.push(server.list_of(&path, &pair("person", &sub), most + 1, counts).await??);
    }
    let last = |items: &Vec<Value>| items.get(most).and(items.get(most - 1)).map(|item| words(&item["id"]));
    let next = lists.iter().filter_map(last).max();
    let shown = |items: &Vec<Value>| -> Vec<Value> {
        let items = items.iter().filter(|item| next.as_ref().is_none_or(|next| words(&item["id"]) >= *next));
        items.cloned().map(view).collect()
    };
    Ok(json!({ "authorizations": shown(&lists[0]), "personal_access_tokens": shown(&lists[1]), "next": next }))
}

/// What was done, in words.
pub(super) async fn revoke(server: &Server, realm: &str, revoke: &Revoke) -> Result<String, Failure> {
    let at = |noun: &str, id: &str| format!("/realms/{}/{noun}/{}", segment(realm), segment(id));
    if let Some(id) = revoke.authorization {
        server.delete(&at("authorizations", &id.to_string())).await??;
        return Ok(format!("the authorization {id} is revoked"));
    }
    match (&revoke.user, &revoke.client, revoke.personal_access_token) {
        (Some(username), _, Some(id)) => {
            let sub = words(&person(server, realm, username).await?["sub"]);
            let theirs = server.list(&format!("/realms/{}/tokens", segment(realm)), &pair("person", &sub), usize::MAX).await??;
            if !theirs.iter().any(|token| words(&token["id"]) == id.to_string()) {
                return Err(Failure::NotFound(format!("{username} has no personal access token {id}")));
            }
            server.delete(&at("tokens", &id.to_string())).await??;
            Ok(format!("the personal access token {id} is revoked"))
        }
        (Some(username), client, None) => {
            let user = person(server, realm, username).await?;
            let to = client.as_deref().map(|id| format!("?{}", pair("client", id))).unwrap_or_default();
            let path = format!("{}/authorizations{to}", at("people", &words(&user["sub"])));
            server.delete(&path).await??;
            let whose = client.as_ref().map_or_else(String::new, |client| format!(" to {client}"));
            Ok(format!("everything that {} granted{whose} is revoked, and their approval is forgotten", words(&user["username"])))
        }
        (None, Some(client), _) => {
            let mut revoked = server.act(&format!("{}/not-before", at("clients", client))).await??.body;
            output::to_the_second(&mut revoked);
            Ok(format!("every token of {client} made before {} is dead", words(&revoked["not_before"])))
        }
        (None, None, _) => Err(Failure::Usage("say what to revoke: --authorization, --user or --client".to_owned())),
    }
}

async fn person(server: &Server, realm: &str, username: &str) -> Result<Value, Failure> {
    let found = find(server, realm, username).await?;
    found.map(|(user, _)| user).ok_or_else(|| Failure::NotFound(format!("nobody signs in as {username:?} in the realm {realm}")))
}

/// An authorization or a token, with its state in words.
fn view(mut item: Value) -> Value {
    output::to_the_second(&mut item);
    let state = match (&item["revoked_at"], output::is_over(&item["expires_at"])) {
        (Value::String(at), _) => format!("revoked {at}"),
        (_, true) => "expired".to_owned(),
        (_, false) => "active".to_owned(),
    };
    item["state"] = state.into();
    item["scope"] = words(&item["scope"]).split_whitespace().collect();
    item
}
