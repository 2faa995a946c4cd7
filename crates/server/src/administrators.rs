//! The realm of the administrators, and the link for the first of them.

use jeton_oauth::{
    Change, Effect, Timestamp,
    dialect::Dialect,
    manage::{
        Actor, Desk,
        administrator::{self, Invited, REALM_ID},
    },
    model::Realm,
};
use jeton_store::{CommitError, Store, StoreError};

use crate::randomness::SystemRng;

/// Makes the realm `admin` where it is not there yet. A database that has another realm of that name keeps
/// it, and has no administrators.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn ensure_realm(store: &Store, now: Timestamp) -> Result<bool, StoreError> {
    if store.realm(REALM_ID).await?.is_some() {
        return Ok(true);
    }
    match store.commit(vec![Change::Realm(administrator::realm(now))]).await {
        Ok(()) => Ok(true),
        // Another server was faster, or the name is another realm's.
        Err(CommitError::Conflict) => {
            store.noticed().await?;
            let made = store.realm(REALM_ID).await?.is_some();
            if !made {
                tracing::error!("a realm of your own is named admin, so there is no console and no admin API; `jeton doctor` says more");
            }
            Ok(made)
        }
        Err(CommitError::Failed(error)) => Err(error),
    }
}

/// The address of a link for the first owner, where nobody owns everything yet. It is good once, for a day.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn first_link(store: &Store, public_url: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    if !ensure_realm(store, now).await? || store.has_owner(None).await? {
        return Ok(None);
    }
    let (Some(config), Some(dialect)) = (store.realm(REALM_ID).await?, Dialect::built_in("standard")) else { return Ok(None) };
    let realm = &Realm::new((*config).clone(), format!("{public_url}/{}", administrator::REALM), dialect);
    let mut desk = Desk { realm, by: &Actor::SYSTEM, now, rng: &mut SystemRng };
    let Ok(Effect { answer: Invited { text, .. }, changes }) = administrator::invite_first(&mut desk) else { return Ok(None) };
    match store.commit(changes).await {
        Ok(()) => Ok(Some(link(public_url, text.expose()))),
        Err(CommitError::Conflict) => Ok(None),
        Err(CommitError::Failed(error)) => Err(error),
    }
}

/// Where a link to become an administrator leads.
pub fn link(public_url: &str, text: &str) -> String {
    format!("{public_url}/{}/setup/{text}", administrator::REALM)
}
