//! Administrators of a story's world, and their tokens.

use http::Method;
use jeton_oauth::{
    Effect, Scope,
    manage::{
        Actor, AdministratorRole, Desk, Reach,
        administrator::{self, REALM_ID},
    },
};
use jeton_server::randomness::SystemRng;
use serde_json::Value;

use crate::{
    call::{Answer, Call},
    world::World,
};

/// A program that administers, with its token.
pub struct Admin<'a> {
    world: &'a World,
    pub token: String,
}

impl<'a> Admin<'a> {
    /// Of everything.
    pub async fn owner(world: &'a World) -> Self {
        Self::new(world, AdministratorRole::Owner, &[], "all").await
    }

    /// With a role over all realms, or over those that are named.
    pub async fn new(world: &'a World, role: AdministratorRole, realms: &[&str], scope: &str) -> Self {
        let mut reached = Vec::new();
        for name in realms {
            reached.push(world.realm(name).await.id());
        }
        let reach = if realms.is_empty() { Reach::All } else { Reach::Named(reached.into()) };
        let realm = world.realm(administrator::REALM).await;
        assert_eq!(realm.id(), REALM_ID);
        let epoch = world.app.store.installation().await.unwrap().epoch;
        let username = format!("program-{}", jeton_oauth::ids::uuid_v7(world.clock.now(), &mut SystemRng));
        let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.clock.now(), rng: &mut SystemRng };
        let made = administrator::create_token("ci", username, Scope::parse(scope).unwrap(), (role, reach), epoch, &mut desk);
        let Effect { answer, changes } = made.unwrap();
        world.app.store.commit(changes).await.unwrap();
        Self { world, token: answer.text.expose().to_owned() }
    }

    /// The same token, shown to another server.
    pub fn at(&self, world: &'a World) -> Admin<'a> {
        Admin { world, token: self.token.clone() }
    }

    pub fn call(&self, method: Method, path: &str) -> Call {
        self.world.request(method, &format!("/admin/api/v1{path}")).bearer(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).send().await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path).json(body).send().await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path).send().await
    }

    /// With the ETag that is right now.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let etag = self.get(path).await.header("etag").unwrap_or("\"none\"").to_owned();
        self.call(Method::PATCH, path).header("if-match", &etag).json(body).send().await
    }
}

impl Answer {
    /// Asserts a problem of this status; answers the pointers of what is wrong.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Vec<String> {
        assert_eq!((self.status.as_u16(), self.header("content-type")), (status, Some("application/problem+json")), "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let problem = self.json();
        assert_eq!(problem["status"].as_u64(), Some(u64::from(status)), "{problem}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
        }
        problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }
}
