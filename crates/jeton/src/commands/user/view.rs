//! Somebody as programs read them.

use jeton_oauth::model::User as Account;
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
