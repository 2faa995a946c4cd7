//! Applications that cannot prove themselves any more, or soon not, and those that have settings of their own.

use std::time::Duration;

use jeton_oauth::{
    Timestamp,
    dialect::Relaxation,
    manage::client::Layer,
    model::{Client, Realm, RealmConfig},
};
use jeton_store::Store;

use super::{Finding, State};

/// Applications that cannot prove themselves any more, or soon not; and those that have settings of their own.
pub async fn applications(store: &Store, realm: &RealmConfig, resolved: Option<&Realm>, at: Timestamp) -> Vec<Finding> {
    const SOON: Duration = Duration::from_secs(14 * 86_400);
    const PAGE: u32 = 500;
    let soon = at + jeton_oauth::Seconds(SOON.as_secs() as u32);
    let mut findings = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = match store.in_realm(realm.id).clients(after.as_deref(), PAGE).await {
            Ok(page) => page,
            Err(error) => return vec![Finding::new(State::Fail, "secrets", error.to_string())],
        };
        for client in page.iter().filter(|client| !client.is_public() && client.is_active()) {
            let rotate = format!("jeton client rotate-secret {} --realm {}", client.id, realm.name);
            let lasting = client.secrets.iter().any(|secret| secret.expires_at.is_none_or(|end| end > soon));
            if client.live_secrets(at).next().is_none() {
                let why = if client.secrets.is_empty() { "has no secret" } else { "has only expired secrets" };
                findings.push(Finding::new(
                    State::Warn,
                    "secrets",
                    format!("{} in {} {why}, so it cannot obtain tokens; run: {rotate}", client.id, realm.name),
                ));
            } else if !lasting {
                findings.push(Finding::new(
                    State::Warn,
                    "secrets",
                    format!("the last secret of {} in {} expires within 14 days; run: {rotate}", client.id, realm.name),
                ));
            }
        }
        findings.extend(resolved.into_iter().flat_map(|realm| page.iter().flat_map(move |client| own_settings(client, realm))));
        if page.len() < PAGE as usize {
            return findings;
        }
        after = page.last().map(|client| client.id.clone());
    }
}

/// What an application has of its own in place of the realm's settings, and what that loosens.
fn own_settings(client: &Client, realm: &Realm) -> Vec<Finding> {
    const ABOUT: &str = "applications";
    let layers = client.layers(realm).into_iter().filter(|(_, _, layer)| *layer == Layer::Client);
    let own: Vec<String> = layers.map(|(name, value, _)| format!("{name} = {value}")).collect();
    let mut findings = Vec::new();
    if !own.is_empty() {
        let words = format!("{} in {} has settings of its own: {}", client.id, realm.config.name, own.join(", "));
        findings.push(Finding::new(State::Ok, ABOUT, words));
    }
    for (relaxation, setting) in realm.dialect.loosened_by(&client.overrides()) {
        if !(client.is_public() && relaxation == Relaxation::ConfidentialClientsWithoutPkce) {
            let words =
                format!("{} in {}: its {setting} makes \"{relaxation}\": {}", client.id, realm.config.name, relaxation.explanation());
            findings.push(Finding::new(State::Warn, ABOUT, words));
        }
    }
    findings
}
