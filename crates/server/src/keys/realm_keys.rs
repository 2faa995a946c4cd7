//! The keys of one realm as they are used: unwrapped, parsed once, good until a given time.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use aws_lc_rs::hmac;
use axum::body::Bytes;
use jeton_jose::{Algorithm, Jwk, JwkSet, SigningKey, VerifyingKey};
use jeton_oauth::{
    KeyId, Seconds, Timestamp,
    decision::RefreshKeys,
    model::{Key, KeyPurpose, Realm},
};
use zeroize::Zeroizing;

use super::{
    error::KeyRingError,
    looks::Looks,
    master_key::{MasterKey, WrapContext},
    plan,
};

/// A snapshot: whoever holds it may go on using it for the request at hand.
#[derive(Debug)]
pub struct RealmKeys {
    /// Derive refresh tokens; the old ones prove old tokens.
    pub refresh: RefreshKeys,
    /// Signs refresh tokens, where the realm wants them as JWTs.
    pub refresh_jwt: Option<Arc<SigningKey>>,
    /// The JWK Set document (RFC 7517 §5).
    pub jwks: Bytes,
    signers: HashMap<Algorithm, Arc<SigningKey>>,
    /// How long the tokens of each signer may live.
    promised: HashMap<Algorithm, Seconds>,
    verifying: HashMap<String, VerifyingKey>,
    refresh_jwt_verifying: HashMap<String, VerifyingKey>,
    /// By row, so that the next snapshot parses nothing again.
    parsed: HashMap<KeyId, Arc<SigningKey>>,
    /// What the rows were that it was made of.
    rows: Vec<RowState>,
    /// Shared by all snapshots of a realm.
    pub(super) looks: Arc<Looks>,
    /// Of the realm whose settings it was made by.
    version: u32,
    valid_until: Option<Timestamp>,
    /// Whether there is one for everything that a token needs.
    whole: bool,
    stale: AtomicBool,
}

/// Stands where a realm has no key yet: nothing is derived with it.
const NO_KEY: KeyId = KeyId(uuid::Uuid::nil());

/// What of a row decides how its key is used.
type RowState = (KeyId, Timestamp, Option<Timestamp>, Option<Seconds>);

impl RealmKeys {
    /// The current key of an algorithm; `None` until [`KeyRing::signer`](super::KeyRing::signer) made the first.
    pub fn signer(&self, algorithm: Algorithm) -> Option<&Arc<SigningKey>> {
        self.signers.get(&algorithm)
    }

    /// How long tokens may live that the current key of an algorithm signs: it is kept for as long.
    pub fn promised(&self, algorithm: Algorithm) -> Seconds {
        self.promised.get(&algorithm).copied().unwrap_or_default()
    }

    /// A key of the JWK Set. **Invariant**: never one that signs refresh tokens.
    pub fn verifying(&self, kid: &str) -> Option<&VerifyingKey> {
        self.verifying.get(kid)
    }

    /// A key that signs or signed refresh tokens.
    pub fn refresh_jwt_verifying(&self, kid: &str) -> Option<&VerifyingKey> {
        self.refresh_jwt_verifying.get(kid)
    }

    /// A key that derives or derived refresh tokens.
    pub fn derives(&self, key: KeyId) -> bool {
        self.refresh.by_id.contains_key(&key)
    }

    /// Whether tokens can be issued with them; if not, [`KeyRing::realm_keys`](super::KeyRing::realm_keys) makes the others.
    pub fn are_whole(&self) -> bool {
        self.whole
    }

    /// Whether they were made of just these rows.
    pub(super) fn are_of(&self, rows: &[Key]) -> bool {
        rows.iter().map(state).eq(self.rows.iter().copied())
    }

    /// None: for what is answered without any.
    pub fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<RealmKeys>> = LazyLock::new(|| {
            Arc::new(RealmKeys {
                refresh: RefreshKeys { current: NO_KEY, by_id: HashMap::new() },
                refresh_jwt: None,
                jwks: Bytes::new(),
                signers: HashMap::new(),
                promised: HashMap::new(),
                verifying: HashMap::new(),
                refresh_jwt_verifying: HashMap::new(),
                parsed: HashMap::new(),
                rows: Vec::new(),
                looks: Arc::default(),
                version: 0,
                valid_until: None,
                whole: false,
                stale: AtomicBool::new(true),
            })
        });
        Arc::clone(&NONE)
    }

    pub(super) fn has(&self, purpose: KeyPurpose) -> bool {
        match purpose {
            KeyPurpose::Sign(algorithm) => self.signers.contains_key(&algorithm),
            KeyPurpose::Refresh => true,
            KeyPurpose::RefreshJwt => self.refresh_jwt.is_some(),
        }
    }

    pub(super) fn fits(&self, realm: &Realm, now: Timestamp) -> bool {
        !self.stale.load(Relaxed) && self.version == realm.config.version && self.valid_until.is_none_or(|end| now < end)
    }

    pub(super) fn spoil(&self) {
        self.stale.store(true, Relaxed);
    }

    /// From the rows that there are; there may be none yet.
    pub(super) fn build(
        rows: &[Key],
        realm: &Realm,
        now: Timestamp,
        master: &MasterKey,
        before: Option<&Self>,
    ) -> Result<Self, KeyRingError> {
        let settings = &realm.settings;
        let builder = Builder { master, before };
        let current = |purpose| plan::current(rows, purpose, now);
        let mut keys = Self {
            refresh: RefreshKeys { current: current(KeyPurpose::Refresh).map_or(NO_KEY, |key| key.id), by_id: HashMap::new() },
            refresh_jwt: None,
            jwks: Bytes::new(),
            signers: HashMap::new(),
            promised: HashMap::new(),
            verifying: HashMap::new(),
            refresh_jwt_verifying: HashMap::new(),
            parsed: HashMap::new(),
            rows: rows.iter().map(state).collect(),
            looks: before.map(|before| before.looks.clone()).unwrap_or_default(),
            version: realm.config.version,
            valid_until: plan::next_change(rows, settings, now),
            whole: plan::needed(settings).all(|purpose| current(purpose).is_some()),
            stale: AtomicBool::new(false),
        };
        let mut shown = JwkSet::default();
        for row in rows.iter().filter(|row| plan::is_believed(rows, row, settings, now)) {
            let is_current = current(row.purpose).is_some_and(|current| current.id == row.id);
            match row.purpose {
                KeyPurpose::Refresh => {
                    let secret = builder.unwrap(row)?;
                    keys.refresh.by_id.insert(row.id, hmac::Key::new(hmac::HMAC_SHA256, &secret));
                }
                KeyPurpose::RefreshJwt => {
                    let signing = builder.signing(row, Algorithm::HS256)?;
                    keys.refresh_jwt_verifying.insert(signing.kid().to_owned(), signing.verifying_key());
                    keys.parsed.insert(row.id, signing.clone());
                    if is_current {
                        keys.refresh_jwt = Some(signing);
                    }
                }
                KeyPurpose::Sign(algorithm) => {
                    let jwk = public_jwk(row)?;
                    let verifying = VerifyingKey::from_jwk(&jwk, algorithm).map_err(|_| KeyRingError::Unreadable(row.id))?;
                    keys.verifying.insert(verifying.kid().to_owned(), verifying);
                    shown.keys.push(jwk);
                    if is_current {
                        let signing = builder.signing(row, algorithm)?;
                        keys.parsed.insert(row.id, signing.clone());
                        keys.signers.insert(algorithm, signing);
                        keys.promised.extend(row.longest_token.map(|longest| (algorithm, longest)));
                    }
                }
            }
        }
        keys.jwks = serde_json::to_vec(&shown).map_err(|_| KeyRingError::Generation)?.into();
        Ok(keys)
    }
}

fn state(row: &Key) -> RowState {
    (row.id, row.active_at, row.revoked_at, row.longest_token)
}

struct Builder<'a> {
    master: &'a MasterKey,
    before: Option<&'a RealmKeys>,
}

impl Builder<'_> {
    fn signing(&self, row: &Key, algorithm: Algorithm) -> Result<Arc<SigningKey>, KeyRingError> {
        if let Some(parsed) = self.before.and_then(|before| before.parsed.get(&row.id)) {
            return Ok(parsed.clone());
        }
        let private = self.unwrap(row)?;
        SigningKey::from_private_bytes(algorithm, &private).map(Arc::new).map_err(|_| KeyRingError::Unreadable(row.id))
    }

    fn unwrap(&self, row: &Key) -> Result<Zeroizing<Vec<u8>>, KeyRingError> {
        if row.wrapping_key != self.master.id() {
            return Err(KeyRingError::OtherMasterKey {
                key: row.id,
                wrapped_under: row.wrapping_key.clone(),
                held: self.master.id().to_owned(),
            });
        }
        let context = WrapContext { realm: row.realm, key: row.id, purpose: row.purpose };
        self.master.unwrap(&row.wrapped, context).map_err(|_| KeyRingError::Unreadable(row.id))
    }
}

/// The JWK Set of the keys that are believed, by their rows alone.
pub(super) fn shown(rows: &[Key], realm: &Realm, now: Timestamp) -> Result<Bytes, KeyRingError> {
    let believed =
        rows.iter().filter(|row| matches!(row.purpose, KeyPurpose::Sign(_)) && plan::is_believed(rows, row, &realm.settings, now));
    let set = JwkSet { keys: believed.map(public_jwk).collect::<Result<_, _>>()? };
    serde_json::to_vec(&set).map(Bytes::from).map_err(|_| KeyRingError::Generation)
}

fn public_jwk(row: &Key) -> Result<Jwk, KeyRingError> {
    row.public_jwk.as_deref().and_then(|json| serde_json::from_str(json).ok()).ok_or(KeyRingError::Unreadable(row.id))
}
