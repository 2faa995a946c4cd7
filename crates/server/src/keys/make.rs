//! How a key is born: made, wrapped, numbered, and written down in the audit log.

use jeton_jose::{Algorithm, SigningKey};
use jeton_oauth::{
    AuditId, Change, KeyId, RealmId, Seconds, Timestamp,
    change::{AuditEvent, AuditKind, KeyChange},
    manage::Actor,
    model::{Key, KeyPurpose},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    error::KeyRingError,
    master_key::{MasterKey, WrapContext},
};

/// Where in its line a new key stands, and from when.
pub(super) struct Place {
    pub(super) realm: RealmId,
    pub(super) purpose: KeyPurpose,
    pub(super) ordinal: u32,
    pub(super) active_at: Timestamp,
    pub(super) longest_token: Option<Seconds>,
}

/// The changes that create a key and say so. RSA keys are made off the async threads: they take
/// a tenth of a second and more.
pub(super) async fn make(place: Place, master: &MasterKey, by: &Actor, now: Timestamp) -> Result<[Change; 2], KeyRingError> {
    let (private, public_jwk) = match place.purpose {
        KeyPurpose::Refresh => {
            let mut secret = Zeroizing::new(vec![0; 32]);
            aws_lc_rs::rand::fill(&mut secret).map_err(|_| KeyRingError::Generation)?;
            (secret, None)
        }
        KeyPurpose::RefreshJwt => (generate(Algorithm::HS256).await?.private_bytes(), None),
        KeyPurpose::Sign(algorithm) => {
            let key = generate(algorithm).await?;
            let jwk = key.public_jwk().ok_or(KeyRingError::Symmetric(algorithm))?;
            let jwk = serde_json::to_string(&jwk).map_err(|_| KeyRingError::Generation)?;
            (key.private_bytes(), Some(jwk))
        }
    };
    let id = KeyId(uuid(now)?);
    let context = WrapContext { realm: place.realm, key: id, purpose: place.purpose };
    let key = Key {
        id,
        realm: place.realm,
        purpose: place.purpose,
        ordinal: place.ordinal,
        wrapped: master.wrap(&private, context),
        wrapping_key: master.id().to_owned(),
        public_jwk,
        created_at: now,
        active_at: place.active_at,
        longest_token: place.longest_token,
        revoked_at: None,
    };
    let audit = audit(&key, AuditKind::KeyCreated, by, now)?;
    Ok([Change::Key(KeyChange::Create(key)), audit])
}

/// What became of a key, for the audit log.
pub(super) fn audit(key: &Key, kind: AuditKind, by: &Actor, now: Timestamp) -> Result<Change, KeyRingError> {
    let id = AuditId(uuid(now)?);
    let event = AuditEvent::with_id(id, kind, by, key.realm, now);
    Ok(event.detail(format!("{} key {}, number {}", key.purpose, key.id, key.ordinal)).into())
}

async fn generate(algorithm: Algorithm) -> Result<SigningKey, KeyRingError> {
    let generated = match algorithm.is_rsa() {
        true => tokio::task::spawn_blocking(move || SigningKey::generate(algorithm)).await.map_err(|_| KeyRingError::Generation)?,
        false => SigningKey::generate(algorithm),
    };
    generated.map_err(|_| KeyRingError::Generation)
}

/// A UUIDv7 (RFC 9562 §5.7).
fn uuid(now: Timestamp) -> Result<Uuid, KeyRingError> {
    let mut random = [0; 10];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| KeyRingError::Generation)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(now.as_millis().max(0) as u64, &random).into_uuid())
}
