//! Writing people and API users: their numbers, and the names that sign them in.

use jeton_oauth::{
    Timestamp,
    change::UserChange,
    login_name::LoginName,
    model::{PasswordHash, User},
    password_hash,
};

use crate::{
    StoreError, leaving,
    statement::{Statement, json, values},
};

pub(super) fn statements<'a>(change: &'a UserChange, now: Timestamp, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        UserChange::Create(user) => create(user, out)?,
        UserChange::Update(user) => update(user, out)?,
        UserChange::SetPassword { realm, user, to, at } => {
            out.push(Statement::guarded(
                "UPDATE users SET password = ?3, password_kind = ?5, updated_at = ?4 WHERE id = ?1 AND realm_id = ?2",
                values![*user, *realm, &to.0, *at, kind(Some(to))],
            ));
            // A link to choose one was for the password before.
            out.push(Statement::free(
                "DELETE FROM one_time_links WHERE user_id = ?1 AND realm_id = ?2 AND purpose = 'reset_password'",
                values![*user, *realm],
            ));
        }
        UserChange::RequirePassword { realm, user, is } => out.push(Statement::guarded(
            "UPDATE users SET password = password WHERE id = ?1 AND realm_id = ?2 AND password = ?3 AND status = 'active'",
            values![*user, *realm, &is.0],
        )),
        UserChange::UpgradePassword { realm, user, from, to } => out.push(Statement::free(
            "UPDATE users SET password = ?4, password_kind = ?5 WHERE id = ?1 AND realm_id = ?2 AND password = ?3",
            values![*user, *realm, &from.0, &to.0, kind(Some(to))],
        )),
        UserChange::RaiseNotBefore { realm, user, to } => out.push(Statement::free(
            "UPDATE users SET not_before = ?3 WHERE id = ?1 AND realm_id = ?2 AND not_before < ?3",
            values![*user, *realm, *to],
        )),
        // The row in `subjects` stays: neither `sub` nor number is given again.
        UserChange::Delete { realm, user } => {
            out.push(Statement::free("DELETE FROM login_names WHERE user_id = ?1 AND realm_id = ?2", values![*user, *realm]));
            out.push(Statement::free(
                "INSERT INTO leaving (id, realm_id, kind, since) SELECT id, realm_id, 'user', ?3 FROM users \
                 WHERE id = ?1 AND realm_id = ?2 AND deleted_at IS NULL ON CONFLICT (id) DO NOTHING",
                values![*user, *realm, now],
            ));
            super::developer::gone(*realm, *user, out);
            // What is known of the person goes at once.
            out.push(Statement::free(
                "UPDATE users SET deleted_at = ?3, status = 'disabled', username = ?4, email = NULL, email_verified = 0, user_type = NULL, \
                 password = NULL, profile = '{}', roles = '[]', attributes = '{}', version = version + 1 \
                 WHERE id = ?1 AND realm_id = ?2 AND deleted_at IS NULL",
                values![*user, *realm, now, leaving::no_name(user.0)],
            ));
        }
    }
    Ok(())
}

fn create<'a>(user: &'a User, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    let account = &user.account;
    // Past the given number, or one on; `next - 1` is then the one to take.
    out.push(Statement::guarded(
        "UPDATE user_numbers SET next = CASE WHEN ?2 = 0 THEN next + 1 WHEN next <= ?2 THEN ?2 + 1 ELSE next END WHERE realm_id = ?1",
        values![user.realm, account.number],
    ));
    out.push(Statement::guarded(
        "INSERT INTO subjects (realm_id, sub, number, user_id) \
         SELECT realm_id, ?2, CASE WHEN ?3 = 0 THEN next - 1 ELSE ?3 END, ?4 FROM user_numbers WHERE realm_id = ?1",
        values![user.realm, &account.sub, account.number, account.id],
    ));
    let (email, verified) = email(user);
    out.push(Statement::guarded(
        "INSERT INTO users (id, realm_id, sub, number, kind, status, not_before, username, email, email_verified, user_type, password, \
         owner_id, created_at, updated_at, version, profile, roles, attributes, password_kind) \
         SELECT ?1, realm_id, sub, number, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19 \
         FROM subjects WHERE realm_id = ?2 AND sub = ?3",
        values![
            account.id,
            user.realm,
            &account.sub,
            account.kind,
            account.status,
            account.not_before,
            &user.username,
            email,
            verified,
            user.user_type.as_deref(),
            user.password.as_ref().map(|hash| &hash.0),
            user.owner,
            user.created_at,
            user.updated_at,
            user.version,
            json(&user.profile)?,
            json(&user.roles)?,
            json(&user.attributes)?,
            kind(user.password.as_ref())
        ],
    ));
    login_names(user, out)
}

/// What unknown names are compared with where people have hashes like this one.
fn kind(hash: Option<&PasswordHash>) -> Option<String> {
    password_hash::decoy(&hash?.0)
}

fn update<'a>(user: &'a User, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    let (email, verified) = email(user);
    // Links that were mailed to the address before, or were to give another one.
    out.push(Statement::free(
        "DELETE FROM one_time_links WHERE user_id = ?1 AND realm_id = ?2 \
         AND EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND (u.email <> ?3 OR (u.email IS NULL) <> (?3 IS NULL)))",
        values![user.account.id, user.realm, email],
    ));
    out.push(Statement::guarded(
        "UPDATE users SET status = ?4, username = ?5, email = ?6, email_verified = ?7, user_type = ?8, owner_id = ?9, updated_at = ?10, \
         profile = ?11, roles = ?12, attributes = ?13, version = version + 1 WHERE id = ?1 AND realm_id = ?2 AND version = ?3",
        values![
            user.account.id,
            user.realm,
            user.version,
            user.account.status,
            &user.username,
            email,
            verified,
            user.user_type.as_deref(),
            user.owner,
            user.updated_at,
            json(&user.profile)?,
            json(&user.roles)?,
            json(&user.attributes)?
        ],
    ));
    out.push(Statement::free("DELETE FROM login_names WHERE user_id = ?1", values![user.account.id]));
    login_names(user, out)
}

/// The user name, and the e-mail address once it is verified; one row where they are the same.
fn login_names<'a>(user: &'a User, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    let username = LoginName::fold(&user.username).ok_or(StoreError::Unstorable("a user name that folds to nothing that signs in"))?;
    let verified = user.email.as_ref().filter(|email| email.verified);
    let email = verified
        .map(|email| LoginName::fold(&email.address).ok_or(StoreError::Unstorable("an e-mail address that folds to nothing that signs in")))
        .transpose()?
        .filter(|email| *email != username);
    for name in [Some(username), email].into_iter().flatten() {
        out.push(Statement::free(
            "INSERT INTO login_names (realm_id, name, user_id) VALUES (?1, ?2, ?3)",
            values![user.realm, name.as_str().to_owned(), user.account.id],
        ));
    }
    Ok(())
}

fn email(user: &User) -> (Option<&str>, bool) {
    user.email.as_ref().map_or((None, false), |email| (Some(email.address.as_str()), email.verified))
}
