//! When secrets were used last, and from where lately: what is written, and what is not written yet.

use jeton_oauth::{
    Timestamp,
    activity::Grain,
    model::{Client, ClientSecret},
};
use jeton_store::{SecretAddress, StoreError};

use crate::app::App;

/// The addresses that used each secret of a client in the last hour, the latest first.
///
/// # Errors
/// When rows cannot be read.
pub async fn secret_uses(app: &App, client: &Client) -> Result<Vec<SecretAddress>, StoreError> {
    let since = Timestamp::from_millis(app.now().as_millis() - Grain::Hour.millis());
    app.store.in_realm(client.realm).secret_addresses_of(client.key, since).await
}

/// When a secret was used last. The client is to be read afresh.
pub fn used_at(app: &App, client: &Client, secret: &ClientSecret) -> Option<Timestamp> {
    secret.last_used_at.max(app.activity.secret_used_at(client.key, secret.id))
}
