//! The writes that make people and API users what files say.

use std::collections::HashSet;

use jeton_oauth::{
    Change, UserId,
    change::{AuditKind, UserChange},
    login_name::LoginName,
    manage::{end_of_account, end_of_password},
    model::{AccountKind, RevocationReason, Status, User},
};

use super::{Action, Noun, Work, compare, done, draft};
use crate::{
    draft::{Ids, Rest},
    entry::UserEntry,
    verdict::PasswordVerdict,
};

pub(super) fn plan(work: &mut Work<'_, '_>) {
    for entry in &work.entry.users {
        if let Some(login) = LoginName::fold(&entry.username.value) {
            let id = work.held.user_named(&login).map_or_else(|| UserId::new(work.with.now, work.with.rng), User::id);
            work.people.insert(login, id);
        }
    }
    // Owners first: a row can only name one that exists.
    for kind in [AccountKind::Person, AccountKind::ApiUser] {
        for entry in work.entry.users.iter().filter(|entry| entry.kind == kind) {
            plan_one(work, entry);
        }
    }
}

/// People and API users go only where their kind was named.
pub(super) fn remove_rest(work: &mut Work<'_, '_>) {
    let prune = work.with.prune;
    if !prune.people && !prune.api_users {
        return;
    }
    let logins: HashSet<LoginName> = work.entry.users.iter().filter_map(|entry| LoginName::fold(&entry.username.value)).collect();
    let goes = |user: &&User| {
        prune.of_users(user.account.kind) == Rest::Goes && LoginName::fold(&user.username).is_none_or(|name| !logins.contains(&name))
    };
    let mut rest: Vec<(AccountKind, UserId, String)> =
        work.held.users().iter().filter(goes).map(|user| (user.account.kind, user.id(), user.username.clone())).collect();
    // What is owned goes before its owner.
    rest.sort_by_key(|(kind, ..)| *kind == AccountKind::Person);
    for (kind, id, username) in rest {
        work.push(Change::User(UserChange::Delete { realm: work.realm, user: id }));
        work.audit_user(AuditKind::UserChanged, id, format!("{username} removed: no realm file names it"));
        work.tell(noun(kind), &username, Action::Remove, Vec::new());
    }
}

fn plan_one(work: &mut Work<'_, '_>, entry: &UserEntry) {
    let Some(login) = LoginName::fold(&entry.username.value) else { return };
    let Some(id) = work.people.get(&login).copied() else { return };
    let stored = work.held.user_named(&login);
    let ids = Ids { realm: work.realm, own: id, owner: work.person(entry.owner.as_ref()) };
    let user = draft::user(entry, stored, work.with.prune.of_users(entry.kind), &ids, work.with.now);
    let password = entry.password.as_ref().and_then(|password| work.with.verdicts.password(password.at).cloned());
    match stored {
        None => create(work, user, password),
        Some(stored) => update(work, stored, user, password),
    }
}

fn create(work: &mut Work<'_, '_>, mut user: User, password: Option<PasswordVerdict>) {
    if let Some(PasswordVerdict::New(hash)) = password {
        user.password = Some(hash);
    }
    let (id, kind, username) = (user.id(), user.account.kind, user.username.clone());
    let what = if user.password.is_none() { vec!["cannot sign in yet: has no password".to_owned()] } else { Vec::new() };
    work.push(Change::User(UserChange::Create(user)));
    work.audit_user(AuditKind::UserChanged, id, format!("{username} created by {}", work.with.by.who.words()));
    work.tell(noun(kind), &username, Action::Create, what);
}

fn update(work: &mut Work<'_, '_>, stored: &User, user: User, password: Option<PasswordVerdict>) {
    let (id, kind, username) = (user.id(), user.account.kind, user.username.clone());
    let mut what = compare(stored, &user, &["account", "password", "updated_at"]);
    what.extend(compare(&stored.account, &user.account, &[]));
    let disabled = stored.account.status == Status::Active && user.account.status == Status::Disabled;
    if !what.is_empty() {
        work.push(Change::User(UserChange::Update(User { updated_at: work.with.now, ..user })));
        work.audit_user(AuditKind::UserChanged, id, format!("{username} {} by {}", done(Action::Update), work.with.by.who.words()));
    }
    if let Some(PasswordVerdict::New(to)) = password {
        what.push("password".to_owned());
        work.push(Change::User(UserChange::SetPassword { realm: work.realm, user: id, to, at: work.with.now }));
        work.audit_user(AuditKind::PasswordChanged, id, format!("{username}: by {}", work.with.by.who.words()));
        work.extend(end_of_password(work.realm, id, work.with.now, RevocationReason::Operator));
    }
    if disabled {
        work.extend(end_of_account(work.realm, id, work.with.now));
    }
    let action = if what.is_empty() { Action::Unchanged } else { Action::Update };
    work.tell(noun(kind), &username, action, what);
}

const fn noun(kind: AccountKind) -> Noun {
    match kind {
        AccountKind::Person => Noun::User,
        AccountKind::ApiUser => Noun::ApiUser,
    }
}
