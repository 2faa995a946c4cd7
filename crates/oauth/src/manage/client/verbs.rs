//! What may be done with a client, and what that writes.

use super::{
    ClientMetadata,
    faults::{client_id_fault, unsaid},
};
use crate::{
    Change, ClientKey, ClientSecretId, Effect, Seconds, Timestamp, UserId,
    change::{AuditKind, ClientChange, DeveloperChange},
    manage::{Act, Desk, Fault, Noun, Refusal, Subject, Verdict, end_of_client, fit, of_what_differs},
    model::{Client, ClientSecret, SecretHash, Status},
    secret::{SecretText, Verifier, make_client_secret},
};

/// A client that is to be made.
pub struct Registration {
    /// What it is to be called (RFC 6749 §2.2); unique in its realm, and never changed.
    pub client_id: String,
    /// What is said about it.
    pub metadata: ClientMetadata,
    /// The developer it belongs to: an account of this realm.
    pub owner: Option<UserId>,
    /// Whether it may be used from the start.
    pub status: Status,
    /// What it proves itself with.
    pub secret: FirstSecret,
}

/// What a new client proves itself with.
pub enum FirstSecret {
    /// A secret that the answer shows once; none for a public client.
    Make,
    /// Hashed already, each with its end.
    Given(Vec<(SecretHash, Option<Timestamp>)>),
}

/// A client that was made.
#[derive(Debug)]
pub struct Registered {
    /// The client, its secrets hashed.
    pub client: Client,
    /// Shown this once.
    pub secret: Option<SecretText>,
}

/// A client that got another secret.
#[derive(Debug)]
pub struct SecretAdded {
    /// As it is now.
    pub client: Client,
    /// The new one.
    pub id: ClientSecretId,
    /// What was made; shown this once.
    pub secret: Option<SecretText>,
}

/// What becomes of the secrets that a client has when it gets another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldSecrets {
    /// All of them live on.
    Stay,
    /// The newest one lives on, so that programs can be changed one after the other.
    NewestStays,
    /// All of them end after so many seconds; 0 ends them at once.
    EndAfter(Seconds),
}

/// Characters of a secret that lists show: of 256 random bits 18.
const SHOWN: usize = 10;

/// Makes a client. `taken`: its id is a client's, or the `sub` of an account.
pub fn register(registration: Registration, taken: bool, desk: &mut Desk<'_>) -> Verdict<Registered> {
    let subject = Subject { realm: Some(desk.realm_id()), owner: registration.owner, ..Subject::default() };
    desk.allow(Noun::Client, Act::Create, subject)?;
    let words = desk.words(&registration.client_id, "created");
    make(registration, taken, words, desk)
}

/// As [`register`], for whoever was let in already. `words`: what the audit log says of it.
pub(in crate::manage) fn make(registration: Registration, taken: bool, words: String, desk: &mut Desk<'_>) -> Verdict<Registered> {
    let Registration { client_id, metadata, owner, status, secret } = registration;
    let mut faults: Vec<Fault> = client_id_fault(&client_id).into_iter().collect();
    faults.extend(metadata.faults(desk.realm));
    faults.extend(unsaid(&ClientMetadata::default(), &metadata, &desk.by.who));
    let (given, made) = match secret {
        FirstSecret::Make if metadata.token_endpoint_auth_method.is_public() => (Vec::new(), None),
        FirstSecret::Make => {
            let (hash, text) = fresh(desk);
            (vec![(hash, None)], Some(text))
        }
        FirstSecret::Given(given) => (given, None),
    };
    faults.extend(secret_faults(&metadata, given.iter().map(|(_, end)| *end), desk.now));
    fit(faults)?;
    if taken {
        let name = &desk.realm.config.name;
        return Err(Refusal::Conflict(format!("the realm {name} has a client or an account {client_id:?} already")).into());
    }
    let secrets = given.into_iter().map(|(hash, expires_at)| new_secret(hash, expires_at, made.as_ref(), desk)).collect();
    let client = Client {
        key: ClientKey::new(desk.now, desk.rng),
        realm: desk.realm_id(),
        id: client_id,
        metadata,
        secrets,
        owner,
        status,
        not_before: Timestamp::default(),
        created_at: desk.now,
        version: 0,
    };
    let event = desk.event(AuditKind::ClientChanged).about_client(&client).detail(words);
    let changes = vec![Change::Client(ClientChange::Create(client.clone())), event.into()];
    Ok(Effect { answer: Registered { client, secret: made }, changes })
}

/// Makes it what the document says; the answer is the client as it will be. Only what differs is judged, and
/// nothing is written where nothing does. A client that becomes public loses its secrets.
pub fn change(client: &Client, to: ClientMetadata, owner: Option<UserId>, desk: &mut Desk<'_>) -> Verdict<Client> {
    allow(client, Act::Change, desk)?;
    let mut faults = to.faults(desk.realm);
    if !faults.is_empty() {
        faults = of_what_differs(faults, &client.metadata.to_document(), &to.to_document());
    }
    faults.extend(unsaid(&client.metadata, &to, &desk.by.who));
    fit(faults)?;
    if owner != client.owner && !desk.by.who.runs_the_realm() {
        return Err(Refusal::from(Fault::new(
            "owner",
            "only those who run the realm give a client to somebody else",
            "leave `owner` as it is",
        ))
        .into());
    }
    let mut changed = Client { metadata: to, owner, ..client.clone() };
    let mut changes = Vec::new();
    if changed.metadata.token_endpoint_auth_method.is_public() {
        for secret in std::mem::take(&mut changed.secrets) {
            changes.extend(secret_removed(client, secret.id, desk));
        }
    }
    if changed.metadata != client.metadata || changed.owner != client.owner {
        changes.extend(updated(&mut changed, "changed", desk));
    }
    if owner != client.owner {
        let (realm, key) = (client.realm, client.key);
        changes.push(Change::Developer(DeveloperChange::Given { realm, client: key, from: client.owner, to: owner }));
    }
    Ok(Effect { answer: changed, changes })
}

/// It gets no more tokens, and those that it has are not believed.
pub fn disable(client: &Client, desk: &mut Desk<'_>) -> Verdict<Client> {
    allow(client, Act::Disable, desk)?;
    let mut effect = set_status(client, Status::Disabled, desk)?;
    if !effect.changes.is_empty() {
        effect.changes.extend(end_of_client(client.realm, client.key, desk.now));
    }
    Ok(effect)
}

/// It may be used again; tokens that died stay dead.
pub fn enable(client: &Client, desk: &mut Desk<'_>) -> Verdict<Client> {
    allow(client, Act::Enable, desk)?;
    set_status(client, Status::Active, desk)
}

/// Gives it another secret: made here, or `given` as a hash.
pub fn add_secret(
    client: &Client,
    given: Option<(SecretHash, Option<Timestamp>)>,
    old: OldSecrets,
    desk: &mut Desk<'_>,
) -> Verdict<SecretAdded> {
    allow(client, Act::AddSecret, desk)?;
    fit(secret_faults(&client.metadata, [given.as_ref().and_then(|(_, end)| *end)], desk.now))?;
    let (hash, expires_at, made) = match given {
        Some((hash, expires_at)) => (hash, expires_at, None),
        None => {
            let (hash, text) = fresh(desk);
            (hash, None, Some(text))
        }
    };
    let secret = new_secret(hash, expires_at, made.as_ref(), desk);
    let mut after = Client { secrets: Vec::new(), ..client.clone() };
    let mut changes = vec![Change::Client(ClientChange::AddSecret { realm: client.realm, client: client.key, secret: secret.clone() })];
    changes.push(desk.event(AuditKind::ClientSecretAdded).about_client(client).detail(format!("by {}", desk.by.who.words())).into());
    for (age, own) in newest_first(client).into_iter().enumerate() {
        let end = match old {
            OldSecrets::EndAfter(seconds) => Some(desk.now + seconds),
            OldSecrets::NewestStays if age > 0 || own.expires_at.is_some_and(|end| end <= desk.now) => Some(desk.now),
            OldSecrets::NewestStays | OldSecrets::Stay => None,
        };
        match end.filter(|end| own.expires_at.is_none_or(|own| *end < own || own <= desk.now)) {
            Some(end) if end > desk.now => {
                changes.extend(end_replaced(client, own, Some(end), desk, &mut after));
            }
            Some(_) => changes.extend(secret_removed(client, own.id, desk)),
            None => after.secrets.push(own.clone()),
        }
    }
    let id = secret.id;
    after.secrets.push(secret);
    Ok(Effect { answer: SecretAdded { client: after, id, secret: made }, changes })
}

/// A secret for a client that has none because it was public until now, in the unit that makes it confidential.
pub(in crate::manage) fn secret_made(client: &Client, desk: &mut Desk<'_>) -> (SecretText, Vec<Change>) {
    let (hash, text) = fresh(desk);
    let secret = new_secret(hash, None, Some(&text), desk);
    let event = desk.event(AuditKind::ClientSecretAdded).about_client(client).detail(format!("by {}", desk.by.who.words()));
    (text, vec![Change::Client(ClientChange::AddSecret { realm: client.realm, client: client.key, secret }), event.into()])
}

/// The same secret with another end.
pub fn replace_secret_end(client: &Client, secret: ClientSecretId, end: Option<Timestamp>, desk: &mut Desk<'_>) -> Verdict<Client> {
    allow(client, Act::AddSecret, desk)?;
    fit(secret_faults(&client.metadata, [end], desk.now))?;
    let own = find(client, secret)?.clone();
    let mut after = client.clone();
    after.secrets.retain(|other| other.id != secret);
    let changes = end_replaced(client, &own, end, desk, &mut after);
    Ok(Effect { answer: after, changes })
}

/// One secret proves it no more, from now on. Others stay.
pub fn remove_secret(client: &Client, secret: ClientSecretId, desk: &mut Desk<'_>) -> Verdict<Client> {
    allow(client, Act::RemoveSecret, desk)?;
    find(client, secret)?;
    let mut after = client.clone();
    after.secrets.retain(|other| other.id != secret);
    Ok(Effect { answer: after, changes: secret_removed(client, secret, desk) })
}

/// It goes, with everything that was granted to it.
pub fn remove(client: &Client, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(client, Act::Remove, desk)?;
    let words = desk.words(&client.id, "removed");
    Ok(gone(client, words, desk))
}

pub(in crate::manage) fn gone(client: &Client, words: String, desk: &mut Desk<'_>) -> Effect<()> {
    let event = desk.event(AuditKind::ClientChanged).about_client(client).detail(words);
    let changes = vec![Change::Client(ClientChange::Delete { realm: client.realm, client: client.key }), event.into()];
    Effect { answer: (), changes }
}

/// Every token that it has is dead.
pub fn revoke_all(client: &Client, desk: &mut Desk<'_>) -> Verdict<Client> {
    allow(client, Act::Revoke, desk)?;
    let to = desk.now;
    let event = desk.event(AuditKind::NotBeforeRaised).about_client(client).detail(format!("{}: by {}", client.id, desk.by.who.words()));
    let changes = vec![Change::Client(ClientChange::RaiseNotBefore { realm: client.realm, client: client.key, to }), event.into()];
    Ok(Effect { answer: Client { not_before: to, ..client.clone() }, changes })
}

pub(super) fn allow(client: &Client, act: Act, desk: &Desk<'_>) -> Result<(), Refusal> {
    let subject = Subject { realm: Some(client.realm), person: None, owner: client.owner, client: Some(client.key) };
    desk.allow(Noun::Client, act, subject)
}

fn set_status(client: &Client, to: Status, desk: &mut Desk<'_>) -> Verdict<Client> {
    let mut changed = Client { status: to, ..client.clone() };
    let changes = if client.status == to { Vec::new() } else { updated(&mut changed, to.as_str(), desk) };
    Ok(Effect { answer: changed, changes })
}

/// The guard is the version that was looked at; the answer has the next one.
pub(super) fn updated(changed: &mut Client, done: &str, desk: &mut Desk<'_>) -> Vec<Change> {
    let event = desk.event(AuditKind::ClientChanged).about_client(changed).detail(desk.words(&changed.id, done));
    let change = Change::Client(ClientChange::Update(changed.clone()));
    changed.version += 1;
    vec![change, event.into()]
}

fn fresh(desk: &mut Desk<'_>) -> (SecretHash, SecretText) {
    let text = make_client_secret(desk.rng);
    (SecretHash::Sha256(Verifier::of(text.expose().as_bytes())), text)
}

/// `text`: what was made, of which its start may be shown.
fn new_secret(hash: SecretHash, expires_at: Option<Timestamp>, text: Option<&SecretText>, desk: &mut Desk<'_>) -> ClientSecret {
    let shown = text.map(|text| text.expose().chars().take(SHOWN).collect());
    ClientSecret { id: ClientSecretId::new(desk.now, desk.rng), hash, created_at: desk.now, expires_at, last_used_at: None, shown }
}

fn secret_removed(client: &Client, secret: ClientSecretId, desk: &mut Desk<'_>) -> Vec<Change> {
    let event = desk.event(AuditKind::ClientSecretRemoved).about_client(client).detail(format!("by {}", desk.by.who.words()));
    vec![Change::Client(ClientChange::RemoveSecret { realm: client.realm, client: client.key, secret }), event.into()]
}

/// A secret's row never changes: the same hash with another end is another row.
fn end_replaced(client: &Client, own: &ClientSecret, end: Option<Timestamp>, desk: &mut Desk<'_>, after: &mut Client) -> Vec<Change> {
    let secret = ClientSecret { id: ClientSecretId::new(desk.now, desk.rng), expires_at: end, ..own.clone() };
    after.secrets.push(secret.clone());
    let words = format!("the end of a secret changed by {}", desk.by.who.words());
    vec![
        Change::Client(ClientChange::RemoveSecret { realm: client.realm, client: client.key, secret: own.id }),
        Change::Client(ClientChange::AddSecret { realm: client.realm, client: client.key, secret }),
        desk.event(AuditKind::ClientSecretAdded).about_client(client).detail(words).into(),
    ]
}

fn find(client: &Client, secret: ClientSecretId) -> Result<&ClientSecret, Refusal> {
    let found = client.secrets.iter().find(|own| own.id == secret);
    found.ok_or_else(|| Refusal::NotFound(format!("{} has no secret {secret}", client.id)))
}

fn newest_first(client: &Client) -> Vec<&ClientSecret> {
    let mut secrets: Vec<&ClientSecret> = client.secrets.iter().collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.created_at));
    secrets
}

/// What is wrong with secrets that end then, for such a client: it keeps none, or one of them proves nothing.
pub fn secret_faults(metadata: &ClientMetadata, ends: impl IntoIterator<Item = Option<Timestamp>>, now: Timestamp) -> Vec<Fault> {
    let mut ends = ends.into_iter().enumerate().peekable();
    if ends.peek().is_some() && metadata.token_endpoint_auth_method.is_public() {
        let fault = Fault::new(
            "client_secrets",
            "a public client (token_endpoint_auth_method \"none\") keeps no secret",
            "remove `client_secrets`, or write token_endpoint_auth_method = \"client_secret_basic\"",
        );
        return vec![fault.with(&["token_endpoint_auth_method"])];
    }
    let ended = ends.filter(|(_, end)| end.is_some_and(|end| end <= now));
    ended
        .map(|(index, _)| {
            Fault::new(
                ("client_secrets", index),
                "this secret has ended already: it would prove nothing",
                "write an `expires_at` that is still to come, or remove the secret",
            )
        })
        .collect()
}
