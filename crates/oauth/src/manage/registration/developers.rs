//! What developers register and change by themselves on their pages: within what the realm lets them ask for, as at the
//! registration endpoint.

use serde_json::{Map, Value};

use super::requested::{allowed_scope, fitting};
use crate::{
    Scope,
    manage::{
        ClientMetadata, Desk, Fault, Refusal, Verdict, Who,
        client::{self, FirstSecret, Registered},
    },
    model::{Client, Realm, RegisteredBy, Status},
};

/// Settings of its tokens that a developer may choose for a client, besides what registration has: none makes it
/// looser than the realm.
pub const CHOICES: [&str; 4] = ["access_token_format", "id_token_claims", "require_pkce", "require_second_factor"];

/// Scopes that developers may ask for here.
pub fn scopes_for_developers(realm: &Realm) -> Scope {
    allowed_scope(realm)
}

/// A developer registers a client. `taken`: its id is a client's or an account's. `owned`: how many clients carry their
/// name already.
pub fn register_as_developer(
    document: &Map<String, Value>,
    client_id: &str,
    taken: bool,
    owned: u32,
    desk: &mut Desk<'_>,
) -> Verdict<Registered> {
    let Who::Developer(developer) = desk.by.who else { return Err(Refusal::Forbidden(desk.by.who.words()).into()) };
    let room = client::room_for_one_more(developer, owned, desk)?;
    let metadata = named(document, fitting(document, &[], desk.realm, RegisteredBy::Developer, None))?;
    let registration = client::Registration {
        client_id: client_id.to_owned(),
        metadata,
        owner: Some(developer),
        status: Status::Active,
        secret: FirstSecret::Make,
    };
    let mut effect = client::register(registration, taken, desk)?;
    effect.changes.insert(0, room);
    Ok(effect)
}

/// A developer changes what is said of a client of theirs: the document is all that they may say.
pub fn change_as_developer(client: &Client, document: &Map<String, Value>, desk: &mut Desk<'_>) -> Verdict<Client> {
    let now: &ClientMetadata = &client.metadata;
    let metadata = named(document, fitting(document, &CHOICES, desk.realm, RegisteredBy::Developer, Some(now)))?;
    client::change(client, metadata, client.owner, desk)
}

/// Whether people, and the codes that they bring, would return elsewhere than they do: whoever asks for that proves once
/// more that it is them.
pub fn returns_elsewhere(client: &Client, document: &Map<String, Value>) -> bool {
    let uris = |document: &Map<String, Value>| document.get("redirect_uris").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
    uris(&client.metadata.to_document()) != uris(document)
}

/// People read the name when they are asked to allow it.
fn named(document: &Map<String, Value>, judged: Result<ClientMetadata, Vec<Fault>>) -> Result<ClientMetadata, Refusal> {
    let has_name = document.get("client_name").and_then(Value::as_str).is_some_and(|name| !name.trim().is_empty());
    let nameless = || Fault::new("client_name", "the application has no name", "write what people know it by");
    match judged {
        Ok(metadata) if has_name => Ok(metadata),
        Ok(_) => Err(nameless().into()),
        Err(mut faults) => {
            faults.extend(Some(nameless()).filter(|_| !has_name));
            Err(Refusal::Faults(faults))
        }
    }
}
