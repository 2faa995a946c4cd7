//! Reads from the store what the files concern.

use jeton_oauth::{RealmId, login_name::LoginName, model::User};
use jeton_store::{RealmStore, Store, StoreError};

use super::{
    current::{Current, Held},
    draft::Rest,
    entry::RealmEntry,
};

/// Rows of one page of a whole realm.
const PAGE: u32 = 500;

/// What is stored of what the files name; everything in their realms when the rest is to go.
pub(super) async fn look(store: &Store, entries: &[RealmEntry], rest: Rest) -> Result<Current, StoreError> {
    let mut current = Current::default();
    current.public_url = store.installation().await?.public_url;
    current.issuers = store.realms().await?.into_iter().map(|realm| (realm.name, realm.issuer)).collect();
    for entry in entries {
        let Some(realm) = store.realm_by_name(&entry.name.value).await? else { continue };
        let held = match rest {
            Rest::Goes => everything(store, realm.id).await?,
            Rest::Stays => named(store.in_realm(realm.id), entry).await?,
        };
        current.held.insert(realm.id, held);
        current.realms.push((*realm).clone());
    }
    Ok(current)
}

async fn everything(store: &Store, realm: RealmId) -> Result<Held, StoreError> {
    let mut held = Held::default();
    let rows = store.in_realm(realm);
    loop {
        let after = held.clients.last().map(|client| client.id.clone());
        let page = rows.clients(after.as_deref(), PAGE).await?;
        let last = page.len() < PAGE as usize;
        held.clients.extend(page);
        if last {
            break;
        }
    }
    loop {
        let page = rows.users(held.users.last().map(User::id), PAGE, None).await?;
        let last = page.len() < PAGE as usize;
        held.users.extend(page);
        if last {
            return Ok(held);
        }
    }
}

/// Everything that has a name, an address, a subject or a number that the files give to somebody.
async fn named(rows: RealmStore<'_>, entry: &RealmEntry) -> Result<Held, StoreError> {
    let mut held = Held::default();
    let subjects = entry.users.iter().filter_map(|user| user.sub.as_ref()).map(|sub| &sub.value);
    for id in entry.clients.iter().map(|client| &client.id.value).chain(subjects.clone()) {
        if held.client(id).is_none() {
            held.clients.extend(rows.client(id).await?.map(|client| (*client).clone()));
        }
    }
    let owners =
        entry.users.iter().filter_map(|user| user.owner.as_ref()).chain(entry.clients.iter().filter_map(|client| client.owner.as_ref()));
    let names =
        entry.users.iter().map(|user| &user.username).chain(entry.users.iter().filter_map(|user| user.email.as_ref())).chain(owners);
    for name in names.filter_map(|name| LoginName::fold(&name.value)) {
        if held.user_named(&name).is_none() {
            held.meet(rows.user_by_login(&name).await?);
        }
    }
    for sub in subjects.chain(entry.clients.iter().map(|client| &client.id.value)) {
        held.meet(rows.user_by_sub(sub).await?);
    }
    for number in entry.users.iter().filter_map(|user| user.number.as_ref()) {
        held.meet(rows.user_by_number(number.value).await?);
    }
    Ok(held)
}

impl Held {
    fn meet(&mut self, user: Option<User>) {
        if let Some(user) = user
            && self.user(user.id()).is_none()
        {
            self.users.push(user);
        }
    }
}
