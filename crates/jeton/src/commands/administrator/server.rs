//! Administrators of a server elsewhere.

use jeton_oauth::{login_name::LoginName, manage::AdministratorRole};
use serde_json::{Map, Value, json};

use super::{Administrator, Create, NewReach, Role, Token, none, print_link, print_list, print_token};
use crate::{
    api::{Server, segment},
    failure::Failure,
    output::{self, words},
};

pub(super) async fn run(server: &Server, command: Administrator, json: bool) -> Result<(), Failure> {
    match command {
        Administrator::List { .. } => list(server, json).await,
        Administrator::Invite { email, appointment, .. } => invite(server, &email, appointment, json).await,
        Administrator::Role { name, to, role, reach, .. } => match to.or(role) {
            Some(role) => appoint(server, &name, role.into(), &reach, json).await,
            None => Err(Failure::Usage("say which role: owner, support or auditor".to_owned())),
        },
        Administrator::Disable(one) => disable(server, &one.name, json).await,
        Administrator::Enable(one) => {
            let name = words(&set_status(server, &one.name, "enable").await?["name"]);
            say(&json!({ "name": name, "status": "active" }), &format!("{name} is active"), json);
            Ok(())
        }
        Administrator::Token(Token::Create(create)) => create_token(server, *create, json).await,
    }
}

async fn list(server: &Server, json: bool) -> Result<(), Failure> {
    let mut all = server.list("/administrators", "", usize::MAX).await??;
    for one in &mut all {
        one["since"] = output::shortened(&words(&one["since"])).into();
    }
    for mut invitation in server.list("/administrator-invitations", "", usize::MAX).await?? {
        output::to_the_second(&mut invitation);
        all.push(json!({
            "name": null, "email": invitation["email"], "kind": "person", "role": invitation["role"], "realms": invitation["realms"],
            "status": "invited", "until": invitation["expires_at"],
        }));
    }
    print_list(&all, json);
    Ok(())
}

async fn invite(server: &Server, email: &str, Role { role, realms }: Role, json: bool) -> Result<(), Failure> {
    let role = AdministratorRole::from(role);
    let sent = json!({ "email": email, "role": role.as_str(), "realms": named(&realms) });
    let mut made = server.post("/administrator-invitations", &sent).await??.body;
    output::to_the_second(&mut made);
    print_link(email, role, &words(&made["link"]), &words(&made["expires_at"]), json);
    Ok(())
}

async fn appoint(server: &Server, name: &str, role: AdministratorRole, reach: &NewReach, json: bool) -> Result<(), Failure> {
    let who = find(server, name).await?.ok_or_else(|| none(name))?;
    let to = |mut stored: Map<String, Value>| {
        stored.insert("role".to_owned(), role.as_str().into());
        if reach.all_realms || !reach.realms.is_empty() {
            stored.insert("realms".to_owned(), named(&reach.realms));
        }
        stored
    };
    let now = server.change(&at(&who), to).await??.body;
    let (name, realms) = (words(&who["name"]), now["realms"].clone());
    let of = realms.as_array().map(|names| names.iter().map(words).collect::<Vec<_>>().join(", "));
    let words = format!("{name} is {} of {}", role.as_str(), of.unwrap_or_else(|| "all realms".to_owned()));
    say(&json!({ "name": name, "role": role.as_str(), "realms": realms }), &words, json);
    Ok(())
}

async fn disable(server: &Server, name: &str, json: bool) -> Result<(), Failure> {
    if find(server, name).await?.is_some() {
        let name = words(&set_status(server, name, "disable").await?["name"]);
        let words = format!("{name} is disabled: sessions and tokens have ended");
        say(&json!({ "name": name, "status": "disabled" }), &words, json);
        return Ok(());
    }
    let is = |invitation: &Value| invitation["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case(name));
    let invited = server.list_of("/administrator-invitations", "", usize::MAX, is).await??;
    if invited.is_empty() {
        return Err(none(name));
    }
    for invitation in invited {
        server.delete(&format!("/administrator-invitations/{}", segment(&words(&invitation["id"])))).await??;
    }
    say(&json!({ "email": name, "status": "withdrawn" }), &format!("the invitation of {name} is withdrawn"), json);
    Ok(())
}

async fn set_status(server: &Server, name: &str, verb: &str) -> Result<Value, Failure> {
    let who = find(server, name).await?.ok_or_else(|| none(name))?;
    Ok(server.act(&format!("{}/{verb}", at(&who))).await??.body)
}

async fn create_token(server: &Server, create: Create, json: bool) -> Result<(), Failure> {
    let role = AdministratorRole::from(create.role);
    let scope = create.scopes.join(" ").replace(',', " ");
    let sent = json!({ "name": create.name, "scope": scope, "role": role.as_str(), "realms": named(&create.realms) });
    print_token(&server.post("/administrator-tokens", &sent).await??.body, json);
    Ok(())
}

/// Whoever signs in by this name, or has this address.
async fn find(server: &Server, name: &str) -> Result<Option<Value>, Failure> {
    let login = LoginName::fold(name);
    let signs_in = |one: &Value| login.is_some() && one["name"].as_str().and_then(LoginName::fold) == login;
    let has = |one: &Value| one["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case(name));
    let mut found = server.list_of("/administrators", "", usize::MAX, |one| signs_in(one) || has(one)).await??;
    found.sort_by_key(|one| !signs_in(one));
    Ok(found.into_iter().next())
}

fn at(who: &Value) -> String {
    format!("/administrators/{}", segment(&words(&who["sub"])))
}

/// Null where all are meant.
fn named(realms: &[String]) -> Value {
    if realms.is_empty() { Value::Null } else { realms.into() }
}

fn say(value: &Value, words: &str, json: bool) {
    if json { output::json(value) } else { output::say!("{words}") }
}
