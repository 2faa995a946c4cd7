//! The secrets of an application: two live at a time, so that rotation needs no outage.

use jeton_oauth::{
    Change, ClientSecretId, Timestamp,
    change::{AuditKind, ClientChange},
    model::{Client as Application, ClientAuthMethod, ClientSecret, SecretHash},
    secret::{SecretText, Verifier, make_client_secret},
};
use jeton_server::randomness::SystemRng;
use serde_json::json;

use super::Desk;
use crate::{failure::Failure, installation::now};

impl Desk {
    /// A new secret; the newest of the old ones lives on, or as long as `old_lives` says, in seconds.
    pub(super) async fn rotate_secret(&self, id: &str, old_lives: Option<u32>) -> Result<(), Failure> {
        let client = self.find(id).await?;
        if client.auth == ClientAuthMethod::None {
            return Err(Failure::refused(
                format!("{id} is a public client, which keeps no secret"),
                "give it another `auth` in a realm file first",
            ));
        }
        let at = now();
        let text = make_client_secret(&mut SystemRng);
        let made = secret(&text, at);
        let mut changes = vec![Change::Client(ClientChange::AddSecret { realm: self.realm.id, client: client.key, secret: made })];
        let mut events = vec![self.event(&client, AuditKind::ClientSecretAdded, "by a command".to_owned())];
        for (age, old) in by_age(&client).into_iter().enumerate() {
            let end = match old_lives {
                Some(seconds) => Some(at + jeton_oauth::Seconds(seconds)),
                None if age > 0 || old.expires_at.is_some_and(|end| end <= at) => Some(at),
                None => None,
            };
            let Some(end) = end.filter(|end| old.expires_at.is_none_or(|old| *end < old || old <= at)) else { continue };
            changes.push(Change::Client(ClientChange::RemoveSecret { realm: self.realm.id, client: client.key, secret: old.id }));
            if end > at {
                // The row of a secret never changes: the same hash with an end is another row.
                let shorter = ClientSecret { id: ClientSecretId::new(at, &mut SystemRng), expires_at: Some(end), ..old.clone() };
                changes.push(Change::Client(ClientChange::AddSecret { realm: self.realm.id, client: client.key, secret: shorter }));
            } else {
                events.push(self.event(&client, AuditKind::ClientSecretRemoved, "by a command".to_owned()));
            }
        }
        changes.extend(events.into_iter().map(Change::Audit));
        self.installation.store.commit(changes).await?;
        let client = self.find(id).await?;
        self.print_with_secret(&client, Some(&text), &format!("{id} has a new secret; {} live", client.live_secrets(now()).count()));
        Ok(())
    }

    pub(super) async fn remove_secret(&self, id: &str, secret: ClientSecretId) -> Result<(), Failure> {
        let client = self.find(id).await?;
        if !client.secrets.iter().any(|own| own.id == secret) {
            return Err(Failure::NotFound(format!("{id} has no secret {secret}; `jeton client show {id}` lists them")));
        }
        let event = self.event(&client, AuditKind::ClientSecretRemoved, "by a command".to_owned());
        self.commit(vec![Change::Client(ClientChange::RemoveSecret { realm: self.realm.id, client: client.key, secret })], event).await?;
        self.say(json!({ "id": id, "removed": secret }), format!("the secret {secret} of {id} is gone"));
        Ok(())
    }
}

fn secret(text: &SecretText, at: Timestamp) -> ClientSecret {
    let hash = SecretHash::Sha256(Verifier::of(text.expose().as_bytes()));
    ClientSecret { id: ClientSecretId::new(at, &mut SystemRng), hash, created_at: at, expires_at: None, last_used_at: None }
}

/// Newest first.
fn by_age(client: &Application) -> Vec<&ClientSecret> {
    let mut secrets: Vec<&ClientSecret> = client.secrets.iter().collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.created_at));
    secrets
}
