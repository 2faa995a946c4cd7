//! What a person approved for a client: what may be said about it, and what may be done with it.

use super::{Act, Desk, Fault, Noun, Refusal, Subject, Verdict, document::document, end_grants, fit, grants::reason};
use crate::{
    Change, Effect, Scope,
    change::{AuditKind, ConsentChange},
    model::{Client, Consent, User},
};

document! {
    /// What is said about a consent: it belongs to one person and one client.
    pub struct ConsentDocument {
        /// What the client may ask for without asking the person again.
        scope: Scope,
    }
}

impl ConsentDocument {
    /// What is remembered now.
    pub fn of(consent: &Consent) -> Self {
        Self { scope: consent.scope.clone() }
    }

    /// Everything that is wrong with it for this client, all at once.
    pub fn faults(&self, client: &Client) -> Vec<Fault> {
        let foreign = self.scope.iter().enumerate().filter(|(_, token)| !client.scope.contains(token));
        let mut faults: Vec<Fault> = foreign
            .map(|(index, token)| {
                let what = format!("{token:?} is no scope that {} may ask for", client.id);
                Fault::new(("scope", index), what, format!("write some of {}", client.scope))
            })
            .collect();
        if self.scope.is_empty() {
            faults.push(Fault::new("scope", "nothing is approved", "write what is approved, or withdraw the consent"));
        }
        faults
    }
}

/// Remembers what a person approved elsewhere, in place of what was remembered.
pub fn give(user: &User, client: &Client, document: ConsentDocument, desk: &mut Desk<'_>) -> Verdict<Consent> {
    allow(Act::Create, user, client, desk)?;
    fit(document.faults(client))?;
    let consent = Consent {
        realm: user.realm,
        user: user.id(),
        client: client.key,
        scope: document.scope,
        declined: crate::Scope::default(),
        granted_at: desk.now,
    };
    let words = format!("{}: by {}", consent.scope, desk.by.who.words());
    let event = desk.event(AuditKind::ConsentGranted).user(user.id()).about_client(client).detail(words);
    Ok(Effect { answer: consent.clone(), changes: vec![Change::Consent(ConsentChange::Grant(consent)), event.into()] })
}

/// The person is asked again, and what the client was granted ends.
pub fn withdraw(user: &User, client: &Client, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(Act::Remove, user, client, desk)?;
    let words = format!("by {}", desk.by.who.words());
    let event = desk.event(AuditKind::ConsentWithdrawn).user(user.id()).about_client(client).detail(words);
    let mut changes = end_grants(user.realm, user.id(), Some(client.key), desk.now, reason(&desk.by.who));
    changes.push(event.into());
    Ok(Effect { answer: (), changes })
}

fn allow(act: Act, user: &User, client: &Client, desk: &Desk<'_>) -> Result<(), Refusal> {
    let subject = Subject { realm: Some(user.realm), person: Some(user.id()), owner: user.owner, client: Some(client.key) };
    desk.allow(Noun::Consent, act, subject)
}
