//! Somebody as programs read them.

use jeton_oauth::model::User as Account;
use serde_json::{Value, json};

use crate::output::{self, words};

/// An account for programs. **Invariant**: no hash of a password.
pub(super) fn json(user: &Account) -> Value {
    json!({
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
        "not_before": output::instant(user.account.not_before),
    })
}

/// Whether somebody may sign in at all, and who waits after too many wrong passwords.
pub(super) fn status(user: &Value) -> String {
    let mut text = words(&user["status"]);
    for lock in user["locks"].as_array().into_iter().flatten() {
        let whom = output::words_or(&lock["network"], "devices that never signed in before");
        let what = match (lock["all_accounts"] == true, lock["client_id"].is_null()) {
            (false, _) => "",
            (true, false) => ", which waits for all accounts through one application",
            (true, true) => ", which waits for all accounts",
        };
        text.push_str(&format!("; locked until {} for {whom}{what}", words(&lock["until"])));
    }
    text
}

pub(super) fn email(user: &Value) -> String {
    match (&user["email"], user["email_verified"] == true) {
        (Value::String(address), true) => address.clone(),
        (Value::String(address), false) => format!("{address} (unverified)"),
        _ => String::new(),
    }
}

pub(super) fn kind(user: &Value) -> &'static str {
    if user["kind"] == "person" { "person" } else { "API user" }
}

/// As [`Account::display_name`].
pub(super) fn display_name(user: &Value) -> String {
    let profile = &user["profile"];
    let parts = [&profile["given_name"], &profile["family_name"]].map(words).into_iter().filter(|part| !part.is_empty());
    match &profile["name"] {
        Value::String(name) => name.clone(),
        _ => Some(parts.collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty()).unwrap_or_else(|| words(&user["username"])),
    }
}
