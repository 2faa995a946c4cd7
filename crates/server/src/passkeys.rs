//! Ceremonies of passkeys: the challenge that a page carries, what it asks the browser for, and what came back.
//!
//! A challenge is good for one answer of the browser whose page it stood on, within minutes.

use http::HeaderMap;
use jeton_jose::base64url;
use jeton_oauth::{
    Change, OAuthError, Seconds, UserId,
    attempts::{self, Bucket, Limits, Tally},
    authorize::finished,
    factor::{
        Proof, cose,
        passkey::{self, Assertion, Expected, Made, Shown, Untrue},
    },
    model::{Factor, Realm, User},
    parameters::Parameters,
};
use rand_core::RngCore;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::{
    app::{App, Scene},
    csrf::Binding,
    randomness::SystemRng,
    sealed::Purpose,
};

/// How long a person has.
const LIFETIME: Seconds = Seconds(300);

/// What a page carries, for its form and for its script.
#[derive(Serialize)]
pub struct Asked {
    challenge: String,
    options: String,
}

#[derive(Serialize, Deserialize)]
pub struct Challenge {
    random: [u8; 32],
    browser: [u8; 32],
    /// Whom it was asked; nobody where the passkey is to say who they are.
    user: Option<UserId>,
}

/// What an authenticator answered.
pub struct Answer {
    challenge: Challenge,
    pub credential: Vec<u8>,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user: Option<Vec<u8>>,
}

/// Whose pages the ceremonies stand on.
struct Party {
    origin: String,
    host: String,
}

/// To make a passkey for `user`, whose authenticators that have one already are left out.
pub fn to_make(app: &App, scene: &Scene, headers: &HeaderMap, user: &User, factors: &[Factor]) -> Asked {
    asked(app, scene, headers, Some(user.id()), |challenge, party| {
        json!({
            "rp": { "id": party.host, "name": scene.realm.title() },
            "user": { "id": base64url::encode(passkey::handle(user.id())), "name": user.address_or_name(), "displayName": user.display_name() },
            "challenge": challenge,
            "pubKeyCredParams": cose::ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg })),
            "timeout": LIFETIME.as_millis(),
            "excludeCredentials": named(factors),
            "authenticatorSelection": { "residentKey": "preferred", "userVerification": "preferred" },
            "attestation": "none",
        })
    })
}

/// To show one: any of the person who typed a password, or one that says by itself who they are, and that checks it.
pub fn to_show(app: &App, scene: &Scene, headers: &HeaderMap, of: Option<(UserId, &[Factor])>) -> Asked {
    asked(app, scene, headers, of.map(|(user, _)| user), |challenge, party| {
        json!({
            "challenge": challenge,
            "rpId": party.host,
            "timeout": LIFETIME.as_millis(),
            "allowCredentials": of.map_or_else(Vec::new, |(_, factors)| named(factors)),
            "userVerification": if of.is_some() { "preferred" } else { "required" },
        })
    })
}

fn asked(app: &App, scene: &Scene, headers: &HeaderMap, user: Option<UserId>, options: impl FnOnce(String, &Party) -> Value) -> Asked {
    let mut random = [0; 32];
    SystemRng.fill_bytes(&mut random);
    let challenge = Challenge { random, browser: browser(headers, &scene.realm), user };
    Asked {
        challenge: app.seal.seal(Purpose::Passkey, scene.realm.id(), &challenge, app.now() + LIFETIME),
        options: options(base64url::encode(random), &Party::of(&scene.realm)).to_string(),
    }
}

fn named(factors: &[Factor]) -> Vec<Value> {
    let passkeys = factors.iter().filter_map(|factor| factor.passkey.as_ref());
    passkeys.map(|passkey| json!({ "type": "public-key", "id": base64url::encode(&passkey.credential) })).collect()
}

fn browser(headers: &HeaderMap, realm: &Realm) -> [u8; 32] {
    Binding::of(headers, realm).0.as_bytes()
}

impl Party {
    fn of(realm: &Realm) -> Self {
        let url = Url::parse(&realm.issuer).ok();
        let host = url.as_ref().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        Self { origin: url.map(|url| url.origin().ascii_serialization()).unwrap_or_default(), host }
    }

    fn expects<'a>(&'a self, challenge: &'a Challenge) -> Expected<'a> {
        Expected { challenge: &challenge.random, origin: &self.origin, party: &self.host }
    }
}

impl Challenge {
    /// The challenge that stood on the page, if it was this browser's, and asked of `user`.
    pub fn open(app: &App, scene: &Scene, headers: &HeaderMap, sent: &Parameters, user: Option<UserId>) -> Option<Self> {
        let challenge: Self = app.seal.open(Purpose::Passkey, scene.realm.id(), sent.get("challenge")?, app.now())?;
        (challenge.browser == browser(headers, &scene.realm) && challenge.user == user).then_some(challenge)
    }

    /// What says that it was answered.
    pub fn bucket(&self, app: &App, scene: &Scene) -> Bucket {
        app.seal.bucket(scene.realm.id(), "challenge of a passkey", &self.random)
    }

    /// Uses it up, in the unit of its answer; of answers that race one wins.
    ///
    /// # Errors
    /// It was answered.
    pub fn used(&self, app: &App, scene: &Scene, tally: Option<Tally>) -> Result<Change, OAuthError> {
        let once = Limits { attempts: 1, window: LIFETIME };
        attempts::count(self.bucket(app, scene), once, tally, app.now()).map_err(|_| finished())
    }

    /// The passkey that was made, of what the page's script sent.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn made(&self, scene: &Scene, sent: &Parameters) -> Result<Made, Untrue> {
        let field = |name| decoded(sent, name).ok_or(Untrue::Unreadable);
        passkey::made(&Party::of(&scene.realm).expects(self), &field("client_data")?, &field("attestation")?)
    }
}

impl Answer {
    /// What the page's script sent, with the challenge that stood on the page.
    pub fn read(challenge: Challenge, sent: &Parameters) -> Option<Self> {
        Some(Self {
            challenge,
            credential: decoded(sent, "credential")?,
            client_data: decoded(sent, "client_data")?,
            authenticator_data: decoded(sent, "authenticator_data")?,
            signature: decoded(sent, "signature")?,
            user: decoded(sent, "user"),
        })
    }

    pub const fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// Whether it says whose it is.
    pub const fn names_somebody(&self) -> bool {
        self.user.is_some()
    }

    /// What it proves by `kept`, and whether its authenticator checked who holds it.
    ///
    /// # Errors
    /// Why nothing.
    pub fn proof(&self, scene: &Scene, kept: &Factor) -> Result<(Proof, bool), Untrue> {
        let sent = Assertion {
            client_data: &self.client_data,
            authenticator_data: &self.authenticator_data,
            signature: &self.signature,
            user: self.user.as_deref(),
        };
        let Shown { count, verified } = passkey::shown(&Party::of(&scene.realm).expects(&self.challenge), kept, &sent)?;
        let synced = kept.passkey.as_ref().is_some_and(|passkey| passkey.synced);
        Ok((Proof::Passkey { factor: kept.id, count, synced }, verified))
    }
}

/// `None` for what was not sent, or is no base64url.
fn decoded(sent: &Parameters, name: &str) -> Option<Vec<u8>> {
    base64url::decode(sent.get(name).filter(|text| !text.is_empty())?).ok()
}
