//! A realm of our own beside the demo's, to measure or to crash.

use std::time::{Duration, Instant};

use anyhow::Result;
use url::Url;

use super::{Jeton, Realm};
use crate::oauth::Server;
use crate::work::{Scene, block_on};

pub const CLIENT_ID: &str = "load";
pub const CLIENT_SECRET: &str = "load-generator-secret-4c1f0a9be2d7438895";
pub const PASSWORD: &str = "a load generator's own password";
const REDIRECT_URI: &str = "https://load.example/callback";

/// A realm of our own beside the demo's, like `standard` but for its settings.
#[derive(Clone, Debug)]
pub struct RealmFile {
    pub name: String,
    pub issuer: Url,
    /// Lines of `[settings]`.
    pub settings: String,
}

impl RealmFile {
    pub fn new(jeton: &Jeton, name: &str, settings: &str) -> Result<Self> {
        let issuer = jeton.realm("standard")?.url.join(&format!("/{name}"))?;
        Ok(Self { name: name.to_owned(), issuer, settings: settings.to_owned() })
    }

    pub fn text(&self) -> String {
        let Self { name, issuer, settings } = self;
        format!(
            r#"[realm]
name = "{name}"
issuer = "{issuer}"
dialect = "standard"
audience = "https://api.load.example"

[settings]
{settings}

[[scope]]
name = "read"
description = "See your data"

[[client]]
id = "{CLIENT_ID}"
name = "Load generator"
auth = "client_secret_basic"
grants = ["authorization_code", "refresh_token", "client_credentials", "password"]
redirect_uris = ["{REDIRECT_URI}"]
scopes = ["read"]
default_scopes = ["read"]
audiences = ["https://api.load.example"]
secrets = [{{ env = "LOAD_CLIENT_SECRET" }}]

[[user]]
username = "load"
password = {{ env = "LOAD_PASSWORD" }}
"#
        )
    }

    /// How to use the realm, once it has been applied. The server heeds it within a second.
    pub fn scene(&self, connections: usize, pool: usize) -> Result<Scene> {
        let realm = Realm {
            url: self.issuer.clone(),
            client_id: Some(CLIENT_ID.into()),
            client_secret: Some(CLIENT_SECRET.into()),
            username: Some("load".into()),
            password: Some(PASSWORD.into()),
            redirect_uri: Some(REDIRECT_URI.into()),
            scopes: vec!["read".into()],
        };
        wait_for(&self.issuer)?;
        realm.scene(connections, pool)
    }
}

/// Polls until the realm answers: a running server notices `apply` within a second.
fn wait_for(issuer: &Url) -> Result<()> {
    let began = Instant::now();
    loop {
        let outcome = block_on(Server::discover(issuer))?;
        match outcome {
            Ok(_) => return Ok(()),
            Err(error) if began.elapsed() > Duration::from_secs(10) => {
                return Err(error.context("the realm did not appear within 10 s"));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
