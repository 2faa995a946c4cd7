//! Applications that registered themselves leave when nobody uses them.

use jeton_oauth::{
    Change, Effect,
    change::RegistrationChange,
    manage::{Actor, Desk, registration},
    model::Realm,
};
use jeton_store::{CommitError, StoreError};

use crate::{app::App, randomness::SystemRng};

/// Of one step.
const MOST: u32 = 100;

/// Looks at those that were not seen in use for as long as the realm waits, at most a hundred: those in
/// use are seen, the others go. Whether there may be more.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn step(app: &App, realm: &Realm) -> Result<bool, StoreError> {
    let lifetime = realm.settings.registration_unused_lifetime;
    if lifetime.0 == 0 {
        return Ok(false);
    }
    let (now, rows) = (app.now(), app.store.in_realm(realm.id()));
    let since = now - lifetime;
    let unseen = rows.unseen_registrations(since, MOST).await?;
    for one in &unseen {
        let seen = || Change::Registration(RegistrationChange::Seen { realm: realm.id(), client: one.client, at: now });
        let client = if one.used { None } else { rows.client_by_key(one.client).await? };
        let changes = match client {
            None => vec![seen()],
            Some(client) => {
                let mut desk = Desk { realm, by: &Actor::SYSTEM, now, rng: &mut SystemRng };
                match registration::expire(&client, since, &mut desk) {
                    Ok(Effect { changes, .. }) => changes,
                    Err(_) => vec![seen()],
                }
            }
        };
        match app.store.commit(changes).await {
            // Somebody uses it by now: the next look sees it.
            Ok(()) | Err(CommitError::Conflict) => {}
            Err(CommitError::Failed(error)) => return Err(error),
        }
    }
    Ok(unseen.len() == MOST as usize)
}
