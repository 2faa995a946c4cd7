//! What developers register and change by themselves on their pages: within what the realm lets them ask for, as at the
//! registration endpoint.

use serde_json::{Map, Value};

use super::requested::{allowed_scope, fitting};
use crate::{
    Change, Scope,
    change::DeveloperChange,
    manage::{
        ClientMetadata, Desk, Refusal, Verdict, Who,
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
    let limit = desk.realm.settings.applications_per_developer;
    if owned >= limit {
        return Err(Refusal::Conflict(format!("you own {limit} applications, as many as one may here; delete one first")).into());
    }
    let metadata = fitting(document, &[], desk.realm, RegisteredBy::Developer, None).map_err(Refusal::Faults)?;
    let registration = client::Registration {
        client_id: client_id.to_owned(),
        metadata,
        owner: Some(developer),
        status: Status::Active,
        secret: FirstSecret::Make,
    };
    let mut effect = client::register(registration, taken, desk)?;
    let room = DeveloperChange::RequireRoomForClient { realm: desk.realm_id(), user: developer, limit };
    effect.changes.insert(0, Change::Developer(room));
    Ok(effect)
}

/// A developer changes what is said of a client of theirs: the document is all that they may say.
pub fn change_as_developer(client: &Client, document: &Map<String, Value>, desk: &mut Desk<'_>) -> Verdict<Client> {
    let now: &ClientMetadata = &client.metadata;
    let metadata = fitting(document, &CHOICES, desk.realm, RegisteredBy::Developer, Some(now)).map_err(Refusal::Faults)?;
    client::change(client, metadata, client.owner, desk)
}
