//! `jeton lock`: who waits after too many wrong guesses.

use std::net::IpAddr;

use clap::{Args, Subcommand};
use jeton_oauth::manage::{Refusal, open_locks};
use jeton_server::proxies::Network;
use jeton_store::RealmStore;
use serde_json::{Value, json};

use crate::{
    api::segment,
    cli::InRealm,
    failure::Failure,
    installation::now,
    output::{self, words},
    place::Place,
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
    let (name, json) = (scope.realm.clone(), scope.common.json);
    match Place::of(&scope.common)? {
        Place::Folder(installation) => {
            let realm = installation.realm(name.as_deref()).await?;
            let rows = installation.store.in_realm(realm.id);
            match lock {
                Lock::List { limit, .. } => list(&found(&rows, limit).await?, json),
                Lock::End { of: Of { network, client, .. }, .. } => {
                    let named = match &client {
                        Some(id) => Some(rows.client(id).await?.ok_or_else(|| missing(&realm.name, id))?),
                        None => None,
                    };
                    installation.act(&realm, |desk| open_locks(network.as_deref(), named.as_deref(), desk)).await?;
                    ended(network, client, json);
                }
            }
        }
        Place::Server(server) => {
            let realm = server.realm(name.as_deref()).await?;
            let all = format!("/realms/{}/locks", segment(&realm));
            match lock {
                Lock::List { limit, .. } => {
                    let mut found = Value::Array(server.list(&all, "", limit as usize).await??);
                    output::to_the_second(&mut found);
                    list(found.as_array().map_or(&[], Vec::as_slice), json);
                }
                Lock::End { of: Of { network, client, all: whole }, .. } => {
                    let sent = json!({ "network": network, "client_id": client, "all": whole });
                    server.post(&format!("{all}/end"), &sent).await?.map_err(|refusal| match (refusal, &client) {
                        (Refusal::NotFound(words), Some(id)) if words.contains("application") => missing(&realm, id),
                        (other, _) => other.into(),
                    })?;
                    ended(network, client, json);
                }
            }
        }
    }
    Ok(())
}

fn missing(realm: &str, client: &str) -> Failure {
    Failure::NotFound(format!("the realm {realm} has no application {client:?}; `jeton client list` lists them"))
}

fn ended(network: Option<String>, client: Option<String>, json: bool) {
    if json {
        output::json(&json!({ "network": network, "client": client, "locked": false }));
    } else {
        output::say!("whoever waited may try again at once");
    }
}

async fn found(rows: &RealmStore<'_>, limit: u32) -> Result<Vec<Value>, Failure> {
    let shown = |lock: jeton_store::Lock| json!({ "until": output::instant(lock.until), "network": lock.network, "username": lock.username, "client_id": lock.client_id });
    Ok(rows.locks_of_realm(now(), limit).await?.into_iter().map(shown).collect())
}

fn list(found: &[Value], json: bool) {
    let shown = ["until", "network", "username", "client_id"];
    if json {
        let view = |lock: &Value| shown.iter().map(|name| ((*name).to_owned(), lock[*name].clone())).collect::<Value>();
        output::json(&found.iter().map(view).collect::<Vec<_>>());
        return;
    }
    let mut table = output::Rows::new(&["until", "network", "user", "client"], "nobody waits");
    for lock in found {
        let network = output::words_or(&lock["network"], "all that are not known");
        table.add([words(&lock["until"]), network, words(&lock["username"]), words(&lock["client_id"])]);
    }
    table.print();
}

/// As locks are written down.
fn network(text: &str) -> Result<String, String> {
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(Network::around(address).to_string()),
        Err(_) => text.parse::<Network>().map(|network| network.to_string()).map_err(|error| error.to_string()),
    }
}
