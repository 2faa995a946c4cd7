//! `jeton lock`: who waits after too many wrong guesses.

use std::net::IpAddr;

use clap::{Args, Subcommand};
use jeton_oauth::manage::open_locks;
use jeton_server::proxies::Network;
use jeton_store::{Lock as Closed, RealmStore};
use serde_json::json;

use crate::{
    cli::InRealm,
    failure::Failure,
    installation::{Installation, now},
    output,
};

#[derive(Subcommand)]
pub enum Lock {
    /// List who waits after too many wrong guesses, and until when
    #[command(
        after_help = "A network waits for one account, for all, or for all through one application. Guesses at an application's own secret are locks of that application.\n\nExample:\n  jeton lock list --realm acme"
    )]
    List {
        /// At most this many
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        scope: InRealm,
    },
    /// Let those try again who wait
    #[command(
        after_help = "What waits for one account is ended by `jeton user unlock`.\n\nExamples:\n  jeton lock end --realm acme --network 203.0.113.5\n  jeton lock end --realm acme --client web\n  jeton lock end --realm acme --all"
    )]
    End {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        scope: InRealm,
    },
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Of {
    /// Those of this network: an address, or what `jeton lock list` shows
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    pub network: Option<String>,
    /// Those of this application
    #[arg(long, value_name = "CLIENT_ID")]
    pub client: Option<String>,
    /// All in the realm
    #[arg(long, conflicts_with_all = ["network", "client"])]
    pub all: bool,
}

impl Lock {
    pub fn scope(&self) -> &InRealm {
        match self {
            Self::List { scope, .. } | Self::End { scope, .. } => scope,
        }
    }
}

pub async fn run(lock: Lock) -> Result<(), Failure> {
    let scope = lock.scope();
    let installation = Installation::open(&scope.common)?;
    let realm = installation.realm(scope.realm.as_deref()).await?;
    let json = scope.common.json;
    let rows = installation.store.in_realm(realm.id);
    match lock {
        Lock::List { limit, .. } => list(&rows, limit, json).await,
        Lock::End { of: Of { network, client, .. }, .. } => {
            let named = match &client {
                Some(id) => Some(rows.client(id).await?.ok_or_else(|| {
                    Failure::NotFound(format!("the realm {} has no application {id:?}; `jeton client list` lists them", realm.name))
                })?),
                None => None,
            };
            installation.act(&realm, |desk| open_locks(network.as_deref(), named.as_deref(), desk)).await?;
            if json {
                output::json(&json!({ "network": network, "client": client, "locked": false }));
            } else {
                output::say!("whoever waited may try again at once");
            }
            Ok(())
        }
    }
}

async fn list(rows: &RealmStore<'_>, limit: u32, json: bool) -> Result<(), Failure> {
    let mut found = Vec::new();
    for lock in rows.locks_of_realm(now(), limit).await? {
        let user = match lock.user {
            Some(id) => rows.user(id).await?.map(|user| user.username),
            None => None,
        };
        let client = match lock.client {
            Some(key) => rows.client_by_key(key).await?.map(|client| client.id.clone()),
            None => None,
        };
        found.push((lock, user, client));
    }
    if json {
        let view = |(lock, user, client): &(Closed, Option<String>, Option<String>)| json!({ "until": output::instant(lock.until), "network": lock.network, "username": user, "client_id": client });
        output::json(&found.iter().map(view).collect::<Vec<_>>());
        return Ok(());
    }
    let mut table = output::Rows::new(&["until", "network", "user", "client"], "nobody waits");
    for (lock, user, client) in found {
        let network = lock.network.unwrap_or_else(|| "all that are not known".to_owned());
        table.add([output::instant(lock.until), network, user.unwrap_or_default(), client.unwrap_or_default()]);
    }
    table.print();
    Ok(())
}

/// As locks are written down.
fn network(text: &str) -> Result<String, String> {
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(Network::around(address).to_string()),
        Err(_) => text.parse::<Network>().map(|network| network.to_string()).map_err(|error| error.to_string()),
    }
}
