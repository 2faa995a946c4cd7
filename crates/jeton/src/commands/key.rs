//! `jeton key`: the keys that sign a realm's tokens.

use clap::Subcommand;
use jeton_oauth::{
    KeyId,
    manage::Actor,
    model::{Key as Row, KeyPurpose, RealmConfig},
};
use jeton_server::keys::{KeyRing, KeyRingError, MasterKey, Rotation};
use serde_json::{Value, json};

use crate::{
    cli::InRealm,
    failure::Failure,
    installation::{Installation, now},
    output,
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
    let installation = Installation::open(&scope.common)?;
    let realm = installation.realm(scope.realm.as_deref()).await?;
    let json = scope.common.json;
    match key {
        Key::List { .. } => list(&installation, &realm, json).await,
        Key::Show { id, .. } => show(&installation, &realm, id, json).await,
        Key::Rotate { alg, now: at_once, .. } => {
            let realm = installation.resolve(&realm).await?;
            let purpose = match &alg {
                Some(text) => KeyPurpose::parse(text).ok_or_else(|| {
                    Failure::refused(
                        format!("{text:?} is no use of a key"),
                        "write ES256, RS256 or another algorithm of RFC 7518, refresh, or refresh_jwt",
                    )
                })?,
                None => KeyPurpose::Sign(realm.settings.access_token_alg),
            };
            let rotation = if at_once { Rotation::Immediate } else { Rotation::Announced };
            let successor = ring(&installation).await?.rotate(&realm, purpose, now(), rotation).await.map_err(failure)?;
            let from = output::instant(successor.active_at);
            if json {
                output::json(&json!({ "id": successor.key, "purpose": purpose.to_string(), "active_at": from }));
            } else {
                output::say!("{} is the next {purpose} key; it is used from {from}", successor.key);
            }
            Ok(())
        }
        Key::Revoke { id, .. } => {
            let realm = installation.resolve(&realm).await?;
            ring(&installation).await?.revoke(&realm, id, now()).await.map_err(failure)?;
            if json {
                output::json(&json!({ "id": id, "revoked": true }))
            } else {
                output::say!("{id} is out of use, and whatever it signed is not believed any more")
            }
            Ok(())
        }
    }
}

async fn list(installation: &Installation, realm: &RealmConfig, json: bool) -> Result<(), Failure> {
    let keys = installation.store.in_realm(realm.id).keys().await?;
    if json {
        output::json(&keys.iter().map(view).collect::<Vec<_>>());
        return Ok(());
    }
    let mut rows = output::Rows::new(
        &["id", "use", "number", "created", "used from", "state"],
        "no keys yet: they are made when they are first needed",
    );
    for key in &keys {
        rows.add([
            key.id.to_string(),
            key.purpose.to_string(),
            key.ordinal.to_string(),
            output::instant(key.created_at),
            output::instant(key.active_at),
            state(key, &keys).to_owned(),
        ]);
    }
    rows.print();
    Ok(())
}

async fn show(installation: &Installation, realm: &RealmConfig, id: KeyId, json: bool) -> Result<(), Failure> {
    let keys = installation.store.in_realm(realm.id).keys().await?;
    let key = keys.iter().find(|key| key.id == id).ok_or_else(|| failure(KeyRingError::NoSuchKey(id)))?;
    if json {
        output::json(&view(key));
        return Ok(());
    }
    output::properties(&[
        ("id", key.id.to_string()),
        ("use", key.purpose.to_string()),
        ("number", key.ordinal.to_string()),
        ("state", state(key, &keys).to_owned()),
        ("created", output::instant(key.created_at)),
        ("used from", output::instant(key.active_at)),
        ("revoked", output::instant_or(key.revoked_at, "")),
        ("public JWK", key.public_jwk.clone().unwrap_or_default()),
    ]);
    Ok(())
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
fn view(key: &Row) -> Value {
    json!({
        "id": key.id,
        "purpose": key.purpose.to_string(),
        "ordinal": key.ordinal,
        "created_at": output::instant(key.created_at),
        "active_at": output::instant(key.active_at),
        "revoked_at": key.revoked_at.map(output::instant),
        "wrapping_key": key.wrapping_key,
        "public_jwk": key.public_jwk.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
    })
}
