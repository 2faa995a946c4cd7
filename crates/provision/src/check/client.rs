//! Which clients can be.

use jeton_oauth::{ClientKey, Timestamp};

use super::{NOBODY, Scene, owner};
use crate::{
    draft::{self, Ids},
    entry::ClientEntry,
    fault::Faults,
};

pub(super) fn check(scene: &Scene<'_>, faults: &mut Faults) {
    for (index, entry) in scene.entry.clients.iter().enumerate() {
        let stored = scene.held.client(&entry.id.value);
        let ids = Ids { realm: scene.realm, own: ClientKey(uuid::Uuid::nil()), owner: entry.owner.as_ref().map(|_| NOBODY) };
        let client = draft::client(entry, stored, draft::rest(scene.prune.clients), &ids, Timestamp::from_millis(0));
        id(scene, index, entry, faults);
        for secret in entry.secrets.iter().flat_map(|list| &list.value) {
            if secret.expires_at.is_some_and(|end| end <= scene.now) {
                let instead = "write an `expires_at` that is still to come, or remove the secret";
                faults.add(secret.source.at, "this secret has ended already: it would prove nothing", instead);
            }
        }
        if let Some(secrets) = entry.secrets.as_ref().filter(|secrets| client.is_public() && !secrets.value.is_empty()) {
            let instead = "remove `secrets`, or write token_endpoint_auth_method = \"client_secret_basic\"";
            faults.add(secrets.at, "a public client (token_endpoint_auth_method \"none\") keeps no secret", instead);
        }
        let unread: Vec<&str> = entry.said.unread.iter().map(String::as_str).collect();
        for fault in scene.resolved.iter().flat_map(|realm| client.metadata.faults(realm)) {
            // What was accepted before, and is not spoken of, is not judged again.
            if (stored.is_none() || entry.said.speaks_of(&fault)) && !fault.rests_on(&unread) {
                entry.said.tell(fault, entry.id.at, faults);
            }
        }
        owner(scene, entry.owner.as_ref(), faults);
    }
}

/// RFC 6749 Appendix A.1. A colon is legal: in Basic it is sent form-encoded.
fn id(scene: &Scene<'_>, index: usize, entry: &ClientEntry, faults: &mut Faults) {
    let id = &entry.id.value;
    if id.is_empty() || id.len() > 255 || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        faults.add(entry.id.at, format!("{id:?} cannot be a client's id"), "write 1 to 255 printable ASCII characters without spaces");
    }
    if scene.names.clients.get(id.as_str()).is_some_and(|first| *first < index) {
        faults.add(entry.id.at, format!("the client {id:?} stands here twice"), "keep one of the two, or give one another id");
    }
    if scene.names.subs.contains_key(id.as_str()) || scene.held.user_with_sub(id).is_some() {
        faults.add(
            entry.id.at,
            format!("the client {id:?} has the same name as the `sub` of a person"),
            "give the client another id: a token's subject must not be taken for another",
        );
    }
}
