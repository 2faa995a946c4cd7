//! The demo's realms: files, secrets that everybody may know, and the calls to paste.

mod assets;
mod calls;
mod folder;

use std::{io, path::Path};

use jeton_provision::{Files, Outside, Prepared, Source, prepare};
use jeton_server::demo::{Demo as Front, DemoPerson, DemoRealm as FrontRealm};
use serde::Serialize;

pub use assets::write as write_assets;
pub use calls::calls;
pub use folder::claim;

/// A realm of the demo, and who may use it. **Invariant**: nothing here is worth protecting.
pub struct DemoRealm {
    pub name: &'static str,
    title: &'static str,
    file: &'static str,
    pub client_id: &'static str,
    pub client_secret: Option<&'static str>,
    pub username: Option<&'static str>,
    /// The file has its Argon2id hash: hashing it at every start would take as long as the rest.
    pub password: Option<&'static str>,
    pub redirect_uri: Option<&'static str>,
    /// What the client may ask for.
    pub scopes: &'static [&'static str],
}

pub const REALMS: &[DemoRealm] = &[
    DemoRealm {
        name: "volt",
        title: "Volt",
        file: include_str!("demo/volt.toml"),
        client_id: "3f8c2b1e-demo-volt",
        client_secret: Some("demo-volt-secret-5uR8mKx2bQw7Zp1nTf4yHc9e"),
        username: Some("demo-shop-api"),
        password: Some("demo-volt-password"),
        redirect_uri: None,
        scopes: &["payments", "accounts"],
    },
    DemoRealm {
        name: "volt-time",
        title: "Volt Time Cloud",
        file: include_str!("demo/volt-time.toml"),
        client_id: "volt-time-demo",
        client_secret: Some("demo-volt-time-secret-8sXk3vJd6LqN2wGb9RzYt4"),
        username: Some("tess"),
        password: Some("demo-volt-time-password"),
        redirect_uri: Some("https://client.example.org/callback"),
        scopes: &["chargers:read", "chargers:write", "sessions:read", "jeton:tokens"],
    },
    DemoRealm {
        name: "voipex",
        title: "VoIPEx",
        file: include_str!("demo/voipex.toml"),
        client_id: "api",
        client_secret: None,
        username: Some("vera@voipex.example"),
        password: Some("demo-voipex-password"),
        redirect_uri: None,
        scopes: &["openid", "profile", "email"],
    },
    DemoRealm {
        name: "violet",
        title: "Violet",
        file: include_str!("demo/violet.toml"),
        client_id: "10042",
        client_secret: Some("demo-violet-secret-7hWm4cVt2RxQ9kPz6NbSd3Jy"),
        username: Some("ultra"),
        password: Some("demo-violet-password"),
        redirect_uri: None,
        scopes: &["openid", "profile", "email"],
    },
    DemoRealm {
        name: "depotfinity",
        title: "DepotFinity",
        file: include_str!("demo/depotfinity.toml"),
        client_id: "depotfinity-demo",
        client_secret: Some("demo-depotfinity-secret-4gTz8yBn5KwX1mQv7LrHc"),
        username: None,
        password: None,
        redirect_uri: None,
        scopes: &["depots:read", "charging:write"],
    },
    DemoRealm {
        name: "standard",
        title: "Standard",
        file: include_str!("demo/standard.toml"),
        client_id: "standard-demo",
        client_secret: Some("demo-standard-secret-9pLf3sJx6VdC2kRw8YtNb5"),
        username: Some("ann"),
        password: Some("demo-standard-password"),
        redirect_uri: Some("https://client.example.org/callback"),
        scopes: &["openid", "profile", "email", "address", "phone", "offline_access", "read", "write", "jeton:tokens"],
    },
];

/// What `--json` prints, on one line.
#[derive(Serialize)]
struct Said<'a> {
    /// What a vendor's path is appended to; for `standard` the issuer.
    url: String,
    client_id: &'a str,
    client_secret: Option<&'a str>,
    username: Option<&'a str>,
    password: Option<&'a str>,
    redirect_uri: Option<&'a str>,
    scopes: &'a [&'a str],
    /// A person who makes applications and API users.
    #[serde(skip_serializing_if = "Option::is_none")]
    developer: Option<Developer>,
}

#[derive(Serialize)]
struct Developer {
    username: &'static str,
    password: &'static str,
}

const DEVELOPER: Developer = Developer { username: "dana", password: "demo-volt-developer-password" };

impl DemoRealm {
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/{}", self.name)
    }
}

/// What the front page shows.
pub fn front(public_url: &str) -> Front {
    let realms = REALMS.iter().map(|realm| {
        let issuer = realm.url(public_url);
        let person = |username, password, is_machine| DemoPerson { username, password, is_machine };
        let mut people: Vec<_> =
            realm.username.zip(realm.password).map(|(name, word)| person(name, word, realm.name == "volt")).into_iter().collect();
        if realm.name == "volt" {
            people.push(person(DEVELOPER.username, DEVELOPER.password, false));
        }
        FrontRealm {
            name: realm.name,
            title: realm.title.to_owned(),
            logo: assets::logo(realm.name),
            start: calls::start(realm, &issuer),
            calls: calls::section(realm, &issuer),
            people,
            client_id: realm.client_id,
            client_secret: realm.client_secret,
            issuer,
        }
    });
    Front { realms: realms.collect() }
}

/// Every realm for programs.
pub fn json(public_url: &str) -> String {
    let realms: serde_json::Map<String, serde_json::Value> = REALMS
        .iter()
        .map(|realm| {
            let said = Said {
                url: realm.url(public_url),
                client_id: realm.client_id,
                client_secret: realm.client_secret,
                username: realm.username,
                password: realm.password,
                redirect_uri: realm.redirect_uri,
                scopes: realm.scopes,
                developer: (realm.name == "volt").then_some(DEVELOPER),
            };
            (realm.name.to_owned(), serde_json::to_value(said).unwrap_or_default())
        })
        .collect();
    serde_json::json!({ "realms": realms }).to_string()
}

/// The realm files, with the secrets that they ask for.
pub fn prepared() -> Prepared {
    let sources = REALMS.iter().map(|realm| Source { name: format!("demo/{}.toml", realm.name), text: realm.file.to_owned() }).collect();
    prepare(Files { sources, folders: Vec::new() }, &Secrets)
}

/// Answers `DEMO_CLIENT_SECRET_VOLT_TIME` and the like.
struct Secrets;

impl Outside for Secrets {
    fn variable(&self, name: &str) -> Option<String> {
        let realm = name.strip_prefix("DEMO_CLIENT_SECRET_")?.to_ascii_lowercase().replace('_', "-");
        REALMS.iter().find(|known| known.name == realm)?.client_secret.map(str::to_owned)
    }

    fn file(&self, _: &Path) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use jeton_oauth::{
        model::PasswordHash,
        secret::{ENOUGH_ENTROPY, SecretText, apparent_entropy},
    };
    use jeton_server::password::{PasswordPool, PoolOptions};

    use super::REALMS;

    #[tokio::test]
    async fn the_known_passwords_are_those_of_the_files() {
        let pool = PasswordPool::new(PoolOptions::default()).unwrap();
        for realm in REALMS {
            let Some(password) = realm.password else { continue };
            let hash = realm.file.lines().rfind(|line| line.starts_with("password")).and_then(|line| line.split('"').nth(1)).unwrap();
            let verdict = pool.verify(SecretText::new(password), Some(PasswordHash(hash.to_owned()))).await.unwrap();
            assert!(verdict.matched && verdict.upgrade.is_none(), "{}", realm.name);
        }
    }

    #[test]
    fn no_secret_of_the_demo_is_hashed_slowly() {
        for secret in REALMS.iter().filter_map(|realm| realm.client_secret) {
            assert!(apparent_entropy(secret) >= ENOUGH_ENTROPY, "{secret}");
        }
    }
}
