//! What the new rows are made like: a realm that is there, its client, and its keys.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use jeton_oauth::{
    ClientKey, KeyId, Timestamp,
    decision::RefreshKeys,
    dialect::Dialect,
    model::{Realm, RealmConfig},
    secret::Verifier,
};
use jeton_server::{
    Clock,
    keys::{self, KeyRing, RealmKeys},
};
use jeton_store::{Location, Role, Store};

use crate::Order;

/// A client's secret in the clear; long and random.
#[derive(Clone, Copy, Debug)]
pub struct Secret<'a>(pub &'a str);

pub struct Template {
    pub config: RealmConfig,
    pub client: ClientKey,
    pub secret: Verifier,
    pub epoch: u32,
    pub now: Timestamp,
    keys: Arc<RealmKeys>,
}

impl Template {
    pub async fn read(location: &Location, data: &Path, order: &Order<'_>) -> Result<Self> {
        let store = Store::open(location, Role::Command { create: false })?;
        let config = store.realm_by_name(order.realm).await?.with_context(|| format!("there is no realm {}", order.realm))?;
        let client = store.in_realm(config.id).client(order.client_id).await?;
        let client = client.with_context(|| format!("the realm has no client {}", order.client_id))?.key;
        let epoch = store.installation().await?.epoch;
        let now = Clock::system().now();
        let dialect = Dialect::built_in(&config.dialect).with_context(|| format!("{} is no built-in dialect", config.dialect))?;
        let realm = Realm::new((*config).clone(), String::new(), dialect);
        let keys = KeyRing::new(store.clone(), keys::unlock(&store, data).await?).realm_keys(&realm, now).await?;
        store.close().await;
        let secret = Verifier::of(order.client_secret.0.as_bytes());
        Ok(Self { config: (*config).clone(), client, secret, epoch, now, keys })
    }

    /// Derives the realm's refresh tokens.
    pub fn refresh_key(&self) -> KeyId {
        self.keys.refresh.current
    }

    pub fn refresh_keys(&self) -> &RefreshKeys {
        &self.keys.refresh
    }
}
