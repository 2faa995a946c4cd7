//! The writes that make clients what files say.

use std::collections::HashSet;

use jeton_oauth::{
    Change, ClientKey, ClientSecretId,
    change::{AuditKind, ClientChange},
    manage::end_of_client,
    model::{Client, ClientSecret, Status},
};

use super::{Action, Noun, Work, compare, done, draft};
use crate::{draft::Ids, entry::ClientEntry, verdict::SecretVerdict};

pub(super) fn plan(work: &mut Work<'_, '_>) {
    for entry in &work.entry.clients {
        let stored = work.held.client(&entry.id.value);
        let key = stored.map_or_else(|| ClientKey::new(work.with.now, work.with.rng), |stored| stored.key);
        let ids = Ids { realm: work.realm, own: key, owner: work.person(entry.owner.as_ref()) };
        let client = draft::client(entry, stored, draft::rest(work.with.prune.clients), &ids, work.with.now);
        match stored {
            None => create(work, entry, client),
            Some(stored) => update(work, entry, stored, client),
        }
    }
}

pub(super) fn remove_rest(work: &mut Work<'_, '_>) {
    let named: HashSet<&str> = work.entry.clients.iter().map(|entry| entry.id.value.as_str()).collect();
    let is_named = |client: &&Client| named.contains(client.id.as_str());
    let rest: Vec<(ClientKey, String)> =
        work.held.clients().iter().filter(|client| !is_named(client)).map(|client| (client.key, client.id.clone())).collect();
    for (key, id) in rest {
        work.push(Change::Client(ClientChange::Delete { realm: work.realm, client: key }));
        work.audit_client(AuditKind::ClientChanged, key, format!("{id} removed: no realm file names it"));
        work.tell(Noun::Client, &id, Action::Remove, Vec::new());
    }
}

fn create(work: &mut Work<'_, '_>, entry: &ClientEntry, mut client: Client) {
    for said in entry.secrets.iter().flat_map(|list| &list.value) {
        if let Some(SecretVerdict::New(hash)) = work.with.verdicts.secret(said.source.at) {
            let id = ClientSecretId::new(work.with.now, work.with.rng);
            client.secrets.push(ClientSecret {
                id,
                hash: hash.clone(),
                created_at: work.with.now,
                expires_at: said.expires_at,
                last_used_at: None,
            });
        }
    }
    let what = if client.secrets.is_empty() && !client.is_public() {
        vec![format!("has no secret yet: jeton client rotate-secret {} --realm {}", client.id, work.entry.name.value)]
    } else {
        vec![client.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>().join(", ")]
    };
    let (key, id) = (client.key, client.id.clone());
    work.push(Change::Client(ClientChange::Create(client)));
    work.audit_client(AuditKind::ClientChanged, key, format!("{id} created by {}", work.with.by.who.words()));
    work.tell(Noun::Client, &id, Action::Create, what);
}

fn update(work: &mut Work<'_, '_>, entry: &ClientEntry, stored: &Client, client: Client) {
    let (key, id) = (client.key, client.id.clone());
    let mut what = compare(&stored.metadata, &client.metadata, &[]);
    what.extend(compare(stored, &client, &["secrets", "metadata"]));
    if !what.is_empty() {
        work.push(Change::Client(ClientChange::Update(client.clone())));
        if stored.status == Status::Active && client.status == Status::Disabled {
            work.extend(end_of_client(work.realm, key, work.with.now));
        }
        work.audit_client(AuditKind::ClientChanged, key, format!("{id} {} by {}", done(Action::Update), work.with.by.who.words()));
    }
    if client.is_public() {
        for secret in &stored.secrets {
            remove_secret(work, key, secret.id, &mut what);
        }
    } else if let Some(said) = &entry.secrets {
        let mut kept = Vec::new();
        for said in &said.value {
            match work.with.verdicts.secret(said.source.at).cloned() {
                Some(SecretVerdict::Known(secret)) => {
                    kept.push(secret);
                    if let Some(old) = stored.secrets.iter().find(|old| old.id == secret && old.expires_at != said.expires_at) {
                        what.push("the end of a secret".to_owned());
                        replace_end(work, key, old, ClientSecret { expires_at: said.expires_at, ..old.clone() });
                    }
                }
                Some(SecretVerdict::New(hash)) => {
                    let id = ClientSecretId::new(work.with.now, work.with.rng);
                    what.push("one secret more".to_owned());
                    add_secret(
                        work,
                        key,
                        ClientSecret { id, hash, created_at: work.with.now, expires_at: said.expires_at, last_used_at: None },
                    );
                }
                None => {}
            }
        }
        let others: Vec<ClientSecretId> = stored.secrets.iter().map(|secret| secret.id).filter(|id| !kept.contains(id)).collect();
        match work.with.prune.secrets {
            true => others.into_iter().for_each(|secret| remove_secret(work, key, secret, &mut what)),
            false if !others.is_empty() && !what.is_empty() => {
                what.push(format!("{} older secret(s) stay until --prune=secrets", others.len()))
            }
            false => {}
        }
    }
    let action = if what.is_empty() { Action::Unchanged } else { Action::Update };
    work.tell(Noun::Client, &id, action, what);
}

fn add_secret(work: &mut Work<'_, '_>, client: ClientKey, secret: ClientSecret) {
    work.push(Change::Client(ClientChange::AddSecret { realm: work.realm, client, secret }));
    work.audit_client(AuditKind::ClientSecretAdded, client, format!("by {}", work.with.by.who.words()));
}

fn remove_secret(work: &mut Work<'_, '_>, client: ClientKey, secret: ClientSecretId, what: &mut Vec<String>) {
    what.push("one secret less".to_owned());
    work.push(Change::Client(ClientChange::RemoveSecret { realm: work.realm, client, secret }));
    work.audit_client(AuditKind::ClientSecretRemoved, client, format!("by {}", work.with.by.who.words()));
}

/// A secret's row never changes; the same hash with another end is another row.
fn replace_end(work: &mut Work<'_, '_>, client: ClientKey, old: &ClientSecret, new: ClientSecret) {
    let id = ClientSecretId::new(work.with.now, work.with.rng);
    work.push(Change::Client(ClientChange::RemoveSecret { realm: work.realm, client, secret: old.id }));
    add_secret(work, client, ClientSecret { id, ..new });
}
