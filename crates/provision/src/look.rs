//! Reads from the store what the files concern.

use std::collections::HashSet;

use jeton_oauth::{ClientKey, RealmId, login_name::LoginName, model::User};
use jeton_store::{RealmStore, Store, StoreError};
use uuid::Uuid;

use crate::{
    current::{Current, Held},
    draft::Prune,
    entry::RealmEntry,
};

/// Rows of one page of a whole realm.
const PAGE: u32 = 500;
/// From here on a file is about most of its realm.
const MANY: usize = 1_000;

/// What is stored of what the files name; everything in their realms when the rest is to go.
pub(crate) async fn look(store: &Store, entries: &[RealmEntry], prune: Prune) -> Result<Current, StoreError> {
    let public_url = store.installation().await?.public_url;
    let mut current = Current { public_url, ..Current::default() };
    current.issuers = store.realms().await?.into_iter().map(|realm| (realm.name, realm.issuer)).collect();
    for entry in entries {
        let Some(realm) = store.realm_by_name(&entry.name).await? else { continue };
        // Many look-ups of one account each take longer than reading all of them.
        let many = entry.users.len() + entry.clients.len() > MANY;
        let held = match prune.needs_everything() || many {
            true => everything(store, realm.id, entry).await?,
            false => named(store.in_realm(realm.id), entry).await?,
        };
        current.held.insert(realm.id, held);
        current.realms.insert(entry.name.clone(), (*realm).clone());
    }
    Ok(current)
}

/// Clients that registered themselves are nobody's to prune: only those that the file names count.
async fn everything(store: &Store, realm: RealmId, entry: &RealmEntry) -> Result<Held, StoreError> {
    let mut held = Held::default();
    let rows = store.in_realm(realm);
    let registered = registered(&rows).await?;
    let named: HashSet<&str> = entry.clients.iter().map(|client| client.id.as_str()).collect();
    let mut after: Option<String> = None;
    loop {
        let page = rows.clients(after.as_deref(), PAGE).await?;
        let last = page.len() < PAGE as usize;
        after = page.last().map(|client| client.id.clone());
        let ours = page.into_iter().filter(|client| !registered.contains(&client.key) || named.contains(client.id.as_str()));
        ours.for_each(|client| held.add_client(client));
        if last {
            break;
        }
    }
    loop {
        let page = rows.users(held.users().last().map(User::id), PAGE, None).await?;
        let last = page.len() < PAGE as usize;
        page.into_iter().for_each(|user| held.add_user(user));
        if last {
            return Ok(held);
        }
    }
}

async fn registered(rows: &RealmStore<'_>) -> Result<HashSet<ClientKey>, StoreError> {
    let mut all = HashSet::new();
    let mut after = ClientKey(Uuid::nil());
    loop {
        let page = rows.registered_clients(after, PAGE).await?;
        let more = page.len() == PAGE as usize;
        after = page.last().copied().unwrap_or(after);
        all.extend(page);
        if !more {
            return Ok(all);
        }
    }
}

/// Everything that has a name, an address, a subject or a number that the files give to somebody.
async fn named(rows: RealmStore<'_>, entry: &RealmEntry) -> Result<Held, StoreError> {
    let mut held = Held::default();
    for id in ids(entry) {
        if held.client(id).is_none()
            && let Some(client) = rows.client(id).await?
        {
            held.add_client((*client).clone());
        }
        rows.user_by_sub(id).await?.into_iter().for_each(|user| held.add_user(user));
    }
    for name in names(entry) {
        if held.user_named(&name).is_none() {
            rows.user_by_login(&name).await?.into_iter().for_each(|user| held.add_user(user));
        }
    }
    let numbers: Vec<i64> = entry.users.iter().filter_map(|user| user.number).collect();
    for number in numbers {
        rows.user_by_number(number).await?.into_iter().for_each(|user| held.add_user(user));
    }
    Ok(held)
}

fn ids(entry: &RealmEntry) -> Vec<&str> {
    let subs = entry.users.iter().filter_map(|user| user.sub.as_deref());
    entry.clients.iter().map(|client| client.id.as_str()).chain(subs).collect()
}

fn names(entry: &RealmEntry) -> Vec<LoginName> {
    let of_users = entry.users.iter().flat_map(|user| [Some(user.username.as_str()), user.email(), user.owner.as_deref()]);
    let names = of_users.chain(entry.clients.iter().map(|client| client.owner.as_deref())).flatten();
    names.filter_map(LoginName::fold).collect()
}
