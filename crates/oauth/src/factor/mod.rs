//! What a person proves themselves with beside the password, or in its place: which of their factors a code
//! belongs to, and what a sign-in is made of (RFC 8176).

pub mod cose;
pub mod own;
pub mod passkey;
pub mod recovery;
pub mod totp;

use subtle::ConstantTimeEq;

use self::totp::{Step, TotpKey};
use crate::{
    Change, Context, FactorId, Seconds, Timestamp,
    change::FactorChange,
    model::{Factor, FactorKind, Session},
};

/// A code or a signature that was right, and of which factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Of an authenticator app.
    Totp {
        /// The app.
        factor: FactorId,
        /// When the code was made; uses it up, and every earlier one.
        step: Step,
    },
    /// A code for the day when the phone is lost; good once.
    Recovery {
        /// The code itself: each is a factor of its own.
        factor: FactorId,
    },
    /// A passkey, whose signature was right.
    Passkey {
        /// The passkey.
        factor: FactorId,
        /// How many signatures it made, as it says; 0 where it does not count.
        count: u32,
        /// Whether its key may leave its device.
        synced: bool,
    },
}

/// `amr` of a sign-in by password alone, and of one with a code besides (RFC 8176 §2).
pub const PASSWORD: &str = "pwd";
/// See [`PASSWORD`].
pub const PASSWORD_AND_CODE: &str = "pwd otp mfa";

/// `amr` of a passkey: a key in software where it may leave its device, in hardware where not; with the password
/// before it, or with a finger, a face or a PIN in its place.
pub const fn amr_of_passkey(after_password: bool, synced: bool) -> &'static str {
    match (after_password, synced) {
        (true, false) => "pwd hwk user mfa",
        (true, true) => "pwd swk user mfa",
        (false, false) => "hwk user mfa",
        (false, true) => "swk user mfa",
    }
}

/// `acr` of a sign-in by one factor, and by two.
pub const ONE_FACTOR: &str = "1";
/// See [`ONE_FACTOR`].
pub const TWO_FACTORS: &str = "2";

/// Whether somebody has a second factor: an app or a passkey. Recovery codes stand in for it.
pub fn has_second(factors: &[Factor]) -> bool {
    factors.iter().any(is_second)
}

/// Whether this one is their last second factor.
pub fn is_last_second(factors: &[Factor], id: FactorId) -> bool {
    !factors.iter().any(|factor| factor.id != id && is_second(factor))
}

fn is_second(factor: &Factor) -> bool {
    matches!(factor.kind, FactorKind::Totp | FactorKind::Passkey)
}

/// Whether a session may change the `factors` of its person: who has a second one proved it too. A
/// password alone is what the second factor is there against.
pub fn may_change(session: &Session, factors: &[Factor]) -> bool {
    session.has_two_factors() || !has_second(factors)
}

/// A sign-in is recent for so long.
const RECENT: Seconds = Seconds(15 * 60);

/// Whether somebody proved lately that it is them: else who changes what protects an account, or what cannot be
/// undone, is asked again.
pub fn is_recent(session: &Session, now: Timestamp) -> bool {
    now < session.auth_time + RECENT
}

/// The factor that `code` belongs to. `key` decrypts an app's key; recovery codes are kept as they are
/// made with `recovery_key`. Every factor is compared, in constant time.
pub fn matched(
    factors: &[Factor],
    code: &str,
    key: impl Fn(&Factor) -> Option<TotpKey>,
    recovery_key: &[u8; 32],
    now: Timestamp,
) -> Option<Proof> {
    let verifier = recovery::verifier(code, recovery_key);
    let mut found = None;
    for factor in factors {
        let proof = match factor.kind {
            FactorKind::Totp => {
                let used = factor.step.and_then(|step| u64::try_from(step).ok()).map(Step);
                key(factor).and_then(|key| key.matched(code, now, used)).map(|step| Proof::Totp { factor: factor.id, step })
            }
            FactorKind::Recovery => {
                let same = verifier.is_some_and(|verifier| bool::from(verifier.0.as_slice().ct_eq(&factor.secret)));
                same.then_some(Proof::Recovery { factor: factor.id })
            }
            // It has no code.
            FactorKind::Passkey => None,
        };
        found = found.or(proof);
    }
    found
}

impl Proof {
    /// Uses the code up. Guard: nobody did before.
    pub fn used(self, cx: &Context<'_>) -> Change {
        let realm = cx.realm.id();
        Change::Factor(match self {
            Self::Totp { factor, step } => {
                FactorChange::Used { realm, id: factor, step: i64::try_from(step.0).unwrap_or(i64::MAX), at: cx.now }
            }
            Self::Recovery { factor } => FactorChange::Spend { realm, id: factor },
            Self::Passkey { factor, count, .. } => FactorChange::Counted { realm, id: factor, count: count.into(), at: cx.now },
        })
    }

    /// `amr` of a sign-in that was made with a password and this.
    pub const fn amr(&self) -> &'static str {
        match self {
            Self::Totp { .. } | Self::Recovery { .. } => PASSWORD_AND_CODE,
            Self::Passkey { synced, .. } => amr_of_passkey(true, *synced),
        }
    }
}

impl Session {
    /// `acr`.
    pub fn acr(&self) -> &'static str {
        acr_of(&self.amr)
    }

    /// Whether the sign-in proved two: a password and something besides, or a passkey that checked who holds it.
    pub fn has_two_factors(&self) -> bool {
        self.acr() == TWO_FACTORS
    }
}

/// `acr` of a sign-in that was made with these.
pub fn acr_of(amr: &str) -> &'static str {
    if amr.split(' ').any(|method| method == "mfa") { TWO_FACTORS } else { ONE_FACTOR }
}
