//! Somebody as programs read them.

use jeton_oauth::model::User as Account;
use jeton_store::Lock;
use serde_json::Value;

use crate::output;

/// An account for programs. **Invariant**: no hash of a password.
pub(super) fn json(user: &Account) -> Value {
    serde_json::json!({
        "id": user.id(),
        "username": user.username,
        "kind": user.account.kind,
        "status": user.account.status,
        "sub": user.account.sub,
        "number": user.account.number,
        "email": user.email.as_ref().map(|email| &email.address),
        "email_verified": user.email.as_ref().map(|email| email.verified),
        "profile": user.profile,
        "type": user.user_type,
        "roles": user.roles,
        "attributes": user.attributes,
        "owner": user.owner,
        "has_password": user.password.is_some(),
        "created_at": output::instant(user.created_at),
        "updated_at": output::instant(user.updated_at),
    })
}

/// Whether somebody may sign in at all, and who waits after too many wrong passwords.
pub(super) fn status(user: &Account, locks: &[Lock]) -> String {
    let mut text = user.account.status.as_str().to_owned();
    for lock in locks {
        let whom = lock.network.as_deref().unwrap_or("devices that never signed in before");
        let what = match (lock.user, lock.client) {
            (Some(_), _) => "",
            (None, Some(_)) => ", which waits for all accounts through one application",
            (None, None) => ", which waits for all accounts",
        };
        text.push_str(&format!("; locked until {} for {whom}{what}", output::instant(lock.until)));
    }
    text
}
