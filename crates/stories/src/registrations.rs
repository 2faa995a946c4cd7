//! Applications that register themselves and manage what they registered (RFC 7591, RFC 7592).

use http::Method;
use jeton_oauth::{
    manage::{
        Actor, Desk,
        registration::{Lifetime, create_token},
    },
    model::{Client, InitialAccessToken},
    settings::{SettingsPatch, WhoRegisters},
};
use jeton_server::randomness::SystemRng;
use serde_json::{Value, json};

use crate::{call::Answer, setup::REDIRECT_URI, world::World};

pub fn open() -> SettingsPatch {
    SettingsPatch { registration: Some(WhoRegisters::Open), ..SettingsPatch::default() }
}

pub fn by_token() -> SettingsPatch {
    SettingsPatch { registration: Some(WhoRegisters::InitialAccessToken), ..SettingsPatch::default() }
}

/// As an MCP client in a browser registers.
pub fn browser_client() -> Value {
    json!({
        "client_name": "An MCP client",
        "redirect_uris": [REDIRECT_URI],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "openid read",
    })
}

pub async fn register(world: &World, document: &Value) -> Answer {
    world.post("/acme/register").json(document).send().await
}

pub async fn registered(world: &World, document: &Value) -> Value {
    let answer = register(world, document).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

pub fn text(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap_or_else(|| panic!("no {member} in {document}")).to_owned()
}

/// Where the registration is managed, without the server's address.
pub fn place(document: &Value) -> String {
    text(document, "registration_client_uri").strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

pub async fn managed(world: &World, method: Method, of: &Value, by: &str, body: Option<&Value>) -> Answer {
    let call = world.request(method, &place(of)).bearer(by);
    let call = match body {
        Some(body) => call.json(body),
        None => call,
    };
    call.send().await
}

pub async fn row(world: &World, client_id: &str) -> Option<Client> {
    let realm = world.realm("acme").await;
    world.app.store.in_realm(realm.id()).client(client_id).await.unwrap().map(|client| (*client).clone())
}

pub async fn clients(world: &World) -> usize {
    world.app.store.in_realm(world.realm("acme").await.id()).clients(None, 1000).await.unwrap().len()
}

/// As `jeton realm registration-token create` makes it.
pub async fn initial_token(world: &World, realm: &str, lifetime: Lifetime) -> (InitialAccessToken, String) {
    let realm = world.realm(realm).await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
    let made = create_token("ci", lifetime, &mut desk).unwrap();
    world.commit_all(made.changes).await;
    let (token, text) = made.answer;
    (token, text.expose().to_owned())
}

pub async fn read(world: &World, of: &Value) -> Answer {
    managed(world, Method::GET, of, &text(of, "registration_access_token"), None).await
}

/// The document, with the id that a replacement has to say.
pub fn replacement(of: &Value, mut document: Value) -> Value {
    document["client_id"] = of["client_id"].clone();
    document
}

pub async fn replaced(world: &World, of: &Value, document: Value) -> Answer {
    let by = text(of, "registration_access_token");
    managed(world, Method::PUT, of, &by, Some(&replacement(of, document))).await
}
