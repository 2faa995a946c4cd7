//! `jeton key`: the keys that sign a realm's tokens.

use clap::Subcommand;
use jeton_oauth::{
    KeyId,
    manage::Actor,
    model::{Key as Row, KeyPurpose},
};
use jeton_server::keys::{KeyRing, KeyRingError, MasterKey, Rotation};
use serde_json::{Value, json};

use crate::{
    api::{Server, segment},
    cli::InRealm,
    failure::Failure,
    installation::{Installation, now},
    output::{self, words},
    place::Place,
};

#[derive(Subcommand)]
pub enum Key {
    /// List a realm's keys
    #[command(after_help = "Example:\n  jeton key list --realm acme")]
    List {
        #[command(flatten)]
        scope: InRealm,
    },
    /// Show a key with its public JWK
    #[command(after_help = "Example:\n  jeton key show 01890a5d-… --realm acme --json")]
    Show {
        /// The key's id, as `list` prints it
        id: KeyId,
        #[command(flatten)]
        scope: InRealm,
    },
    /// Make a new key; the old one stays in the JWKS while its tokens live
    #[command(after_help = "The new key is shown in the JWKS for `key_announcement` seconds before it signs, so that
whoever verifies has it by then. --now skips that.

Examples:
  jeton key rotate --realm acme
  jeton key rotate --realm acme --alg RS256
  jeton key rotate --realm acme --alg refresh --now")]
    Rotate {
        /// ES256, RS256 and the like; refresh or refresh_jwt for refresh tokens; the realm's access tokens' where it is left out
        #[arg(long, value_name = "ALG")]
        alg: Option<String>,
        /// Sign with it at once
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        scope: InRealm,
    },
    /// Take a key out of use at once: whatever it signed is not believed any more
    #[command(after_help = "Example:\n  jeton key revoke 01890a5d-… --realm acme")]
    Revoke {
        /// The key's id, as `list` prints it
        id: KeyId,
        #[command(flatten)]
        scope: InRealm,
    },
}

impl Key {
    pub fn scope(&self) -> &InRealm {
        match self {
            Self::List { scope } | Self::Show { scope, .. } | Self::Rotate { scope, .. } | Self::Revoke { scope, .. } => scope,
        }
    }
}

pub async fn run(key: Key) -> Result<(), Failure> {
    let scope = key.scope();
    let (name, json) = (scope.realm.clone(), scope.common.json);
    match Place::of(&scope.common)? {
        Place::Folder(installation) => here(&installation, name.as_deref(), key, json).await,
        Place::Server(server) => elsewhere(&server, name.as_deref(), key, json).await,
    }
}

async fn here(installation: &Installation, realm: Option<&str>, key: Key, json: bool) -> Result<(), Failure> {
    let realm = installation.realm(realm).await?;
    match key {
        Key::List { .. } => {
            let keys = installation.store.in_realm(realm.id).keys().await?;
            list(&keys.iter().map(|key| view(key, &keys)).collect::<Vec<_>>(), json);
        }
        Key::Show { id, .. } => {
            let keys = installation.store.in_realm(realm.id).keys().await?;
            let key = keys.iter().find(|key| key.id == id).ok_or_else(|| failure(KeyRingError::NoSuchKey(id)))?;
            show(&view(key, &keys), json);
        }
        Key::Rotate { alg, now: at_once, .. } => {
            let realm = installation.resolve(&realm).await?;
            let purpose = match &alg {
                Some(text) => KeyPurpose::parse(text).ok_or_else(|| no_use(text))?,
                None => KeyPurpose::Sign(realm.settings.access_token_alg),
            };
            let rotation = if at_once { Rotation::Immediate } else { Rotation::Announced };
            let successor = ring(installation).await?.rotate(&realm, purpose, now(), rotation).await.map_err(failure)?;
            let made = json!({ "id": successor.key, "purpose": purpose.to_string(), "active_at": output::instant(successor.active_at) });
            rotated(&made, json);
        }
        Key::Revoke { id, .. } => {
            let realm = installation.resolve(&realm).await?;
            ring(installation).await?.revoke(&realm, id, now()).await.map_err(failure)?;
            revoked(id, json);
        }
    }
    Ok(())
}

async fn elsewhere(server: &Server, realm: Option<&str>, key: Key, json: bool) -> Result<(), Failure> {
    let all = format!("/realms/{}/keys", segment(&server.realm(realm).await?));
    let shown = |mut key: Value| {
        key["ordinal"] = key["number"].take();
        output::to_the_second(&mut key);
        key
    };
    match key {
        Key::List { .. } => {
            let keys = server.list(&all, "", usize::MAX).await??;
            list(&keys.into_iter().map(shown).collect::<Vec<_>>(), json);
        }
        Key::Show { id, .. } => show(&shown(server.get(&format!("{all}/{id}")).await??.body), json),
        Key::Rotate { alg, now: at_once, .. } => {
            if let Some(text) = alg.as_deref().filter(|text| KeyPurpose::parse(text).is_none()) {
                return Err(no_use(text));
            }
            let mut made = server.post(&format!("{all}/rotate"), &json!({ "purpose": alg, "now": at_once })).await??.body;
            output::to_the_second(&mut made);
            rotated(&made, json);
        }
        Key::Revoke { id, .. } => {
            server.act(&format!("{all}/{id}/revoke")).await??;
            revoked(id, json);
        }
    }
    Ok(())
}

fn list(keys: &[Value], json: bool) {
    if json {
        output::json(&keys);
        return;
    }
    let mut rows = output::Rows::new(
        &["id", "use", "number", "created", "used from", "state"],
        "no keys yet: they are made when they are first needed",
    );
    for key in keys {
        rows.add(["id", "purpose", "ordinal", "created_at", "active_at", "state"].map(|name| words(&key[name])));
    }
    rows.print();
}

fn show(key: &Value, json: bool) {
    if json {
        output::json(key);
        return;
    }
    let jwk = if key["public_jwk"].is_null() { String::new() } else { key["public_jwk"].to_string() };
    output::properties(&[
        ("id", words(&key["id"])),
        ("use", words(&key["purpose"])),
        ("number", words(&key["ordinal"])),
        ("state", words(&key["state"])),
        ("created", words(&key["created_at"])),
        ("used from", words(&key["active_at"])),
        ("revoked", words(&key["revoked_at"])),
        ("public JWK", jwk),
    ]);
}

fn rotated(made: &Value, json: bool) {
    if json {
        output::json(made);
    } else {
        let [id, purpose, from] = ["id", "purpose", "active_at"].map(|name| words(&made[name]));
        output::say!("{id} is the next {purpose} key; it is used from {from}");
    }
}

fn revoked(id: KeyId, json: bool) {
    if json {
        output::json(&json!({ "id": id, "revoked": true }))
    } else {
        output::say!("{id} is out of use, and whatever it signed is not believed any more")
    }
}

fn no_use(text: &str) -> Failure {
    Failure::refused(format!("{text:?} is no use of a key"), "write ES256, RS256 or another algorithm of RFC 7518, refresh, or refresh_jwt")
}

async fn ring(installation: &Installation) -> Result<KeyRing, Failure> {
    let check = installation.store.installation().await?.master_key_check;
    if check.is_none() {
        return Err(Failure::NotFound(
            "there is no master key yet; start the server once, or run it with the JETON_MASTER_KEY that it is to use".to_owned(),
        ));
    }
    let master = MasterKey::open(&installation.folder, check.as_deref()).map_err(Failure::failed)?;
    Ok(KeyRing::acting_for(Actor::COMMAND, installation.store.clone(), master))
}

fn failure(error: KeyRingError) -> Failure {
    match error {
        KeyRingError::NoSuchKey(_) => Failure::NotFound(error.to_string()),
        KeyRingError::Symmetric(_) => Failure::refused("this algorithm cannot sign tokens for others", error.to_string()),
        KeyRingError::Contended => Failure::Conflict(error.to_string()),
        other => Failure::failed(other),
    }
}

fn state(key: &Row, all: &[Row]) -> &'static str {
    let at = now();
    let newer =
        |other: &&Row| other.purpose == key.purpose && other.active_at <= at && other.ordinal > key.ordinal && other.revoked_at.is_none();
    match key {
        key if key.revoked_at.is_some() => "revoked",
        key if key.active_at > at => "announced",
        _ if all.iter().find(newer).is_some() => "retired",
        _ => "current",
    }
}

/// A key for programs. **Invariant**: no private part.
fn view(key: &Row, all: &[Row]) -> Value {
    json!({
        "id": key.id,
        "purpose": key.purpose.to_string(),
        "ordinal": key.ordinal,
        "state": state(key, all),
        "created_at": output::instant(key.created_at),
        "active_at": output::instant(key.active_at),
        "revoked_at": key.revoked_at.map(output::instant),
        "wrapping_key": key.wrapping_key,
        "public_jwk": key.public_jwk.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
    })
}
