//! The demo's realms, as `jeton demo` makes them from its files.

use std::{io, path::Path};

use jeton_provision::{Files, Outside, Prepared, Source, prepare};

use crate::world::{Engine, World};

/// What every client of the demo that has a secret proves itself with here.
pub const DEMO_SECRET: &str = "demo-secret-8sXk3vJd6LqN2wGb9RzYt4hPm7";

/// A realm of the demo: its client, who signs in there, and what its transcript may name besides.
pub struct DemoRealm {
    pub name: &'static str,
    file: &'static str,
    pub client_id: &'static str,
    pub username: &'static str,
    pub password: &'static str,
}

macro_rules! realm {
    ($name:literal, $client_id:literal, $username:literal) => {
        DemoRealm {
            name: $name,
            file: include_str!(concat!("../../jeton/src/demo/", $name, ".toml")),
            client_id: $client_id,
            username: $username,
            password: concat!("demo-", $name, "-password"),
        }
    };
}

pub const REALMS: [DemoRealm; 6] = [
    realm!("volt", "3f8c2b1e-demo-volt", "demo-shop-api"),
    realm!("volt-time", "volt-time-demo", "tess"),
    realm!("voipex", "api", "vera@voipex.example"),
    realm!("violet", "10042", "ultra"),
    realm!("depotfinity", "depotfinity-demo", ""),
    realm!("standard", "standard-demo", "ann"),
];

pub async fn demo(engine: Engine) -> World {
    World::provisioned(engine, &prepared()).await
}

pub fn realm(name: &str) -> &'static DemoRealm {
    REALMS.iter().find(|realm| realm.name == name).unwrap()
}

fn prepared() -> Prepared {
    let sources = REALMS.iter().map(|realm| Source { name: format!("{}.toml", realm.name), text: realm.file.to_owned() }).collect();
    prepare(Files { sources, folders: Vec::new() }, &Secrets)
}

struct Secrets;

impl Outside for Secrets {
    fn variable(&self, name: &str) -> Option<String> {
        name.starts_with("DEMO_CLIENT_SECRET").then(|| DEMO_SECRET.to_owned())
    }

    fn file(&self, _: &Path) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }
}
