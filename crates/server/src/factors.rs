//! Second factors as they rest: keys of authenticator apps encrypted, each for its own place.

use jeton_oauth::{
    FactorId, Timestamp, UserId,
    factor::totp::TotpKey,
    model::{Factor, FactorKind, Realm},
    secret::SecretText,
};

use crate::{app::App, randomness::SystemRng};

/// The key of an app, if the factor is one and this server's master key encrypted it.
pub fn key(app: &App, factor: &Factor) -> Option<TotpKey> {
    TotpKey::from_bytes(&app.cipher.decrypt(&factor.secret, &about(factor.user, factor.id))?)
}

/// An app whose code of `step` was right just now.
pub fn app_of(app: &App, realm: &Realm, user: UserId, key: &TotpKey, step: u64, now: Timestamp) -> Factor {
    let id = FactorId::new(now, &mut SystemRng);
    Factor {
        id,
        realm: realm.id(),
        user,
        kind: FactorKind::Totp,
        secret: app.cipher.encrypt(key.as_bytes(), &about(user, id)),
        step: i64::try_from(step).ok(),
        created_at: now,
        last_used_at: Some(now),
        passkey: None,
    }
}

/// Recovery codes, as they are kept.
pub fn recovery_of(app: &App, realm: &Realm, user: UserId, codes: &[SecretText], now: Timestamp) -> Vec<Factor> {
    let kept = codes.iter().filter_map(|code| jeton_oauth::factor::recovery::verifier(code.expose(), &app.recovery_key));
    kept.map(|verifier| Factor {
        id: FactorId::new(now, &mut SystemRng),
        realm: realm.id(),
        user,
        kind: FactorKind::Recovery,
        secret: verifier.0.to_vec(),
        step: None,
        created_at: now,
        last_used_at: None,
        passkey: None,
    })
    .collect()
}

fn about(user: UserId, factor: FactorId) -> Vec<u8> {
    [b"totp\0".as_slice(), user.as_bytes(), factor.as_bytes()].concat()
}
