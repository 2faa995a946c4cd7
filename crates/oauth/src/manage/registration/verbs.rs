//! Registering, reading, replacing and removing by the client itself.

use serde_json::{Map, Value};

use super::{
    answer::Registration,
    requested::{refusal, requested},
};
use crate::{
    Change, Context, Decision, Effect, ErrorCode, OAuthError, Seconds, Timestamp, UserId,
    attempts::{self, Bucket, Limits, Tally},
    bearer::{LiveToken, TokenKind},
    change::RegistrationChange,
    ids::uuid_v7,
    manage::{Act, Actor, Desk, Fault, Noun, Refusal, Subject, Verdict, Who, client},
    model::{Client, ClientRegistration, InitialAccessToken, RegisteredBy, SecretHash, Status, User},
    secret::{self, Kind, SecretText},
    settings::Settings,
};

/// A token that somebody presented at one of the two endpoints.
pub struct Presented {
    /// As it was sent.
    pub text: SecretText,
    /// What it says, if it is one of ours.
    pub read: Option<secret::Presented>,
}

/// Who was let in to register a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registrant {
    /// Anybody, where the realm lets everybody.
    Stranger,
    /// Whoever holds this token.
    Holder(InitialAccessToken),
    /// A person who may make applications here, by an access token of theirs.
    Developer(UserId),
}

/// What a look finds for a registration.
pub struct RegisterFacts {
    /// The token of [`Registrant::Holder`], as it is now.
    pub token: Option<InitialAccessToken>,
    /// How many came from this network in this day.
    pub tally: Option<Tally>,
    /// How many clients carry the name of [`Registrant::Developer`] already.
    pub owned: u32,
}

/// What a look finds about the client that a registration access token names.
pub struct Facts {
    /// The client, its secrets hashed.
    pub client: Client,
    /// What proves the token, and who let the client register.
    pub registration: ClientRegistration,
}

impl Presented {
    /// Reads it as a token of this kind.
    pub fn new(kind: Kind, text: SecretText) -> Self {
        Self { read: secret::read(kind, text.expose()), text }
    }
}

/// Registrations of one network in a day.
pub fn of_day(limit: u32) -> Limits {
    Limits { attempts: limit, window: Seconds(86_400) }
}

/// Whoever holds an initial access token that lives.
pub fn holder(presented: &Presented, token: Option<InitialAccessToken>, now: Timestamp) -> Result<Registrant, OAuthError> {
    let unknown = || OAuthError::invalid_token("the initial access token is unknown or revoked");
    let read = presented.read.as_ref().ok_or_else(unknown)?;
    let token = token.filter(|token| token.verifier.proves(read.secret.as_slice())).ok_or_else(unknown)?;
    if token.is_live(now) { Ok(Registrant::Holder(token)) } else { Err(used_up()) }
}

/// A developer, by an access token that they let an application have for this.
pub fn developer(token: &LiveToken, user: Option<&User>, settings: &Settings) -> Result<Registrant, OAuthError> {
    // A personal access token makes no credentials.
    if matches!(token.kind, TokenKind::Personal(_) | TokenKind::Refresh) || !token.scope.contains("jeton:clients") {
        return Err(OAuthError::new(ErrorCode::InsufficientScope, "the token lacks the scope jeton:clients"));
    }
    match user.filter(|user| user.is_developer(settings)) {
        Some(user) => Ok(Registrant::Developer(user.id())),
        None => Err(OAuthError::new(ErrorCode::AccessDenied, "only developers register applications here")),
    }
}

/// Registers a client (RFC 7591 §3).
pub fn register(
    document: &Map<String, Value>,
    registrant: &Registrant,
    network: Bucket,
    facts: RegisterFacts,
    cx: &mut Context<'_>,
) -> Decision<Registration> {
    let settings = &cx.realm.settings;
    let mut changes = vec![attempts::count(network, of_day(settings.registrations_per_network), facts.tally, cx.now).map_err(too_many)?];
    let (by, owner, how, registered_by) = match registrant {
        Registrant::Stranger => (Who::Stranger, None, "by a stranger".to_owned(), RegisteredBy::Stranger),
        Registrant::Developer(developer) => {
            (Who::Developer(*developer), Some(*developer), "by a developer".to_owned(), RegisteredBy::Developer)
        }
        Registrant::Holder(token) => {
            if !facts.token.is_some_and(|token| token.is_live(cx.now)) {
                return Err(used_up().into());
            }
            let (realm, id) = (token.realm, token.id);
            changes.push(Change::Registration(RegistrationChange::UseToken { realm, id, at: cx.now }));
            (Who::Stranger, None, format!("with the initial access token {}", token.name), RegisteredBy::Token)
        }
    };
    let metadata = requested(document, cx.realm, registered_by, None)?;
    let client_id = uuid_v7(cx.now, cx.rng).to_string();
    let by = Actor { who: by, from: cx.from };
    let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
    if let Some(developer) = owner {
        let subject = Subject { realm: Some(desk.realm_id()), owner, ..Subject::default() };
        desk.allow(Noun::Client, Act::Create, subject).map_err(told)?;
        changes.push(client::room_for_one_more(developer, facts.owned, &desk).map_err(told)?);
    }
    let words = format!("{client_id} registered {how}");
    let made = client::Registration { client_id, metadata, owner, status: Status::Active, secret: client::FirstSecret::Make };
    let Effect { answer: client::Registered { client, secret }, changes: mut written } =
        client::make(made, false, words, &mut desk).map_err(|effect| told(effect.answer))?;
    let (access_token, verifier) = secret::make(Kind::RegistrationAccessToken, client.key.0, cx.rng);
    changes.append(&mut written);
    let registration = ClientRegistration { client: client.key, realm: client.realm, verifier, by: registered_by, seen_at: cx.now };
    changes.push(Change::Registration(RegistrationChange::Create(registration)));
    Ok(Effect { answer: Registration { client, secret, access_token }, changes })
}

/// Whether the token is this client's (RFC 7592 §1.1). What is not so is told in one way: wrong, another
/// client's, of one that is gone or disabled.
pub fn prove<'f>(presented: &Presented, client_id: &str, facts: Option<&'f Facts>) -> Result<&'f Facts, OAuthError> {
    let proven = |facts: &&Facts| {
        let read = presented.read.as_ref();
        let proven =
            read.is_some_and(|read| read.selector == facts.client.key.0 && facts.registration.verifier.proves(read.secret.as_slice()));
        proven && facts.client.id == client_id && facts.client.is_active()
    };
    facts.filter(proven).ok_or_else(|| OAuthError::invalid_token("the registration access token is not one of this client's"))
}

/// The registration as it is (RFC 7592 §2.1). The token stays.
pub fn read(presented: &Presented, client_id: &str, facts: Option<Facts>) -> Decision<Registration> {
    prove(presented, client_id, facts.as_ref())?;
    let gone = || OAuthError::invalid_token("there is no such client any more");
    let Facts { client, .. } = facts.ok_or_else(gone)?;
    Ok(Effect::only(Registration { client, secret: None, access_token: presented.text.clone() }))
}

/// Makes the registration what the document says, all of it, and gives the client another token
/// (RFC 7592 §2.2). Guard: nobody else did meanwhile.
pub fn replace(
    document: &Map<String, Value>,
    presented: &Presented,
    client_id: &str,
    facts: Option<&Facts>,
    cx: &mut Context<'_>,
) -> Decision<Registration> {
    let Facts { client, registration } = prove(presented, client_id, facts)?;
    is_itself(document, client)?;
    let metadata = requested(document, cx.realm, registration.by, Some(&client.metadata))?;
    let by = Actor { who: Who::Client(client.key), from: cx.from };
    let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
    let Effect { answer: changed, mut changes } =
        client::change(client, metadata, client.owner, &mut desk).map_err(|effect| told(effect.answer))?;
    let mut secret = None;
    if client.is_public() && !changed.is_public() {
        let (text, added) = client::secret_made(&changed, &mut desk);
        secret = Some(text);
        changes.extend(added);
    }
    let (access_token, to) = secret::make(Kind::RegistrationAccessToken, client.key.0, cx.rng);
    let (realm, key, from) = (client.realm, client.key, registration.verifier);
    changes.push(Change::Registration(RegistrationChange::Rotate { realm, client: key, from, to }));
    Ok(Effect { answer: Registration { client: changed, secret, access_token }, changes })
}

/// The client goes, with everything that was granted to it (RFC 7592 §2.3).
pub fn remove(presented: &Presented, client_id: &str, facts: Option<&Facts>, cx: &mut Context<'_>) -> Decision<()> {
    let Facts { client, .. } = prove(presented, client_id, facts)?;
    let by = Actor { who: Who::Client(client.key), from: cx.from };
    let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
    client::remove(client, &mut desk).map_err(|effect| told(effect.answer).into())
}

/// A client that nobody used since then goes. Guard: nobody did.
pub fn expire(client: &Client, since: Timestamp, desk: &mut Desk<'_>) -> Verdict<()> {
    let subject = Subject { realm: Some(client.realm), client: Some(client.key), ..Subject::default() };
    desk.allow(Noun::Client, Act::Remove, subject)?;
    let words = format!("{} removed: it registered itself, and nobody uses it", client.id);
    let mut effect = client::gone(client, words, desk);
    effect.changes.insert(0, Change::Registration(RegistrationChange::RequireUnused { realm: client.realm, client: client.key, since }));
    Ok(effect)
}

/// RFC 7592 §2.2: the document is of this client, and its secret is not one that it chose.
fn is_itself(document: &Map<String, Value>, client: &Client) -> Result<(), OAuthError> {
    if document.get("client_id").and_then(Value::as_str) != Some(&client.id) {
        let what = "this is not the client's own id";
        return Err(refusal(&[Fault::new("client_id", what, format!("send {:?}", client.id))]));
    }
    let proves = |text: &str| {
        client.secrets.iter().any(|secret| match &secret.hash {
            SecretHash::Sha256(verifier) => verifier.proves(text.as_bytes()),
            SecretHash::Slow(_) => false,
        })
    };
    match document.get("client_secret").filter(|secret| !secret.is_null()) {
        Some(said) if !said.as_str().is_some_and(proves) => {
            let what = "a client does not choose its secret";
            Err(refusal(&[Fault::new("client_secret", what, "leave it out, or send the one that it has")]))
        }
        _ => Ok(()),
    }
}

fn told(refused: Refusal) -> OAuthError {
    match refused {
        Refusal::Faults(faults) => refusal(&faults),
        other => other.into(),
    }
}

fn used_up() -> OAuthError {
    OAuthError::invalid_token("the initial access token has ended, or was used as often as it may be").expired()
}

fn too_many(wait: Seconds) -> OAuthError {
    OAuthError::new(ErrorCode::TooManyRequests, "too many applications were registered from your network today; wait and try again")
        .detail("too many registrations from one network")
        .retry_after(wait)
}
