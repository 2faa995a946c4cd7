//! What is closed after too many wrong guesses, opened for a network or a client as a whole.

use super::{Act, Desk, Noun, Subject, Verdict};
use crate::{
    Change, Effect,
    change::{AttemptChange, AuditKind},
    model::Client,
};

/// Whoever waits in this network, or because of guesses through this client or at its secret, waits no more. With
/// both, only what is closed for the two together opens; with neither, everything that is closed in the realm.
pub fn open_locks(network: Option<&str>, client: Option<&Client>, desk: &mut Desk<'_>) -> Verdict<()> {
    let realm = desk.realm_id();
    desk.allow(Noun::User, Act::AddSecret, Subject { realm: Some(realm), ..Subject::default() })?;
    let client_id = client.map_or("", |client| client.id.as_str());
    let what = [network.unwrap_or_default(), client_id].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" and ");
    let what = if what.is_empty() { "the realm".to_owned() } else { what };
    let mut event = desk.event(AuditKind::AttemptsForgotten).detail(format!("{what}: by {}", desk.by.who.words()));
    if let Some(client) = client {
        event = event.about_client(client);
    }
    let open = AttemptChange::Open { realm, network: network.map(str::to_owned), client: client.map(|client| client.key) };
    Ok(Effect { answer: (), changes: vec![Change::Attempt(open), event.into()] })
}
