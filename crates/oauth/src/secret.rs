//! Secrets that we make: what they look like, and how one is proven without being stored.
//!
//! A secret is a prefix by kind, then base64url of `selector ‖ 256 random bits ‖ CRC-32`. Only
//! unreserved characters (RFC 3986 §2.3); a secret scanner finds it, garbage is refused before any
//! look-up, and the time-ordered selector finds the row while only the verifier proves it.

use aws_lc_rs::digest::{SHA256, digest};
use jeton_jose::base64url;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What a secret is for; its prefix says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Redeemed once at the token endpoint (RFC 6749 §4.1.2).
    AuthorizationCode,
    /// An opaque access token.
    AccessToken,
    /// Derived, not stored: see [`refresh_secret`](crate::refresh_secret).
    RefreshToken,
    /// Made by a person for a program of their own.
    PersonalAccessToken,
    /// Proves a client (RFC 6749 §2.3.1).
    ClientSecret,
    /// The cookie of a browser that somebody signed in with.
    Session,
    /// Stands in a link that is good once.
    OneTimeLink,
    /// Lets somebody register clients (RFC 7591 §1.2).
    InitialAccessToken,
    /// Lets a client manage its own registration (RFC 7592 §1.1).
    RegistrationAccessToken,
}

impl Kind {
    /// Begins every text of this kind.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "jtn_ac_",
            Self::AccessToken => "jtn_at_",
            Self::RefreshToken => "jtn_rt_",
            Self::PersonalAccessToken => "jtn_pat_",
            Self::ClientSecret => "jtn_cs_",
            Self::Session => "jtn_ss_",
            Self::OneTimeLink => "jtn_ln_",
            Self::InitialAccessToken => "jtn_it_",
            Self::RegistrationAccessToken => "jtn_ra_",
        }
    }
}

/// A secret in the clear, on its way to the one who may have it. Never stored, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes text that is a secret from here on; it is wiped when it is dropped.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself: for an answer's body or a comparison, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// The SHA-256 of a secret with at least 128 bits of entropy; all that is stored of it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Verifier(pub [u8; 32]);

impl Verifier {
    /// What to keep of this secret.
    pub fn of(secret: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, secret).as_ref());
        Self(bytes)
    }

    /// Whether `secret` is the one this was made of; in constant time.
    pub fn proves(&self, secret: &[u8]) -> bool {
        bool::from(self.0.ct_eq(&Self::of(secret).0))
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(…)")
    }
}

/// A selector and the secret half that somebody presented.
pub struct Presented {
    /// Names the row.
    pub selector: Uuid,
    /// What the row's verifier must prove.
    pub secret: Zeroizing<[u8; 32]>,
}

/// Makes a secret for the row `selector` and the verifier to keep.
pub fn make(kind: Kind, selector: Uuid, rng: &mut dyn CryptoRng) -> (SecretText, Verifier) {
    let mut secret = Zeroizing::new([0u8; 32]);
    rng.fill_bytes(secret.as_mut());
    (write(kind, &[selector.as_bytes(), secret.as_slice()]), Verifier::of(secret.as_slice()))
}

/// Reads a secret of `kind`; `None` for anything that we cannot have made.
pub fn read(kind: Kind, text: &str) -> Option<Presented> {
    let body = read_body::<48>(kind, text)?;
    let mut secret = Zeroizing::new([0u8; 32]);
    secret.copy_from_slice(&body[16..]);
    Some(Presented { selector: Uuid::from_slice(&body[..16]).ok()?, secret })
}

/// Makes a client secret: no selector, as the client's id finds it. The whole text is hashed.
pub fn make_client_secret(rng: &mut dyn CryptoRng) -> SecretText {
    let mut secret = Zeroizing::new([0u8; 32]);
    rng.fill_bytes(secret.as_mut());
    write(Kind::ClientSecret, &[secret.as_slice()])
}

/// `prefix ‖ base64url(parts ‖ CRC-32 of prefix and parts)`.
pub(crate) fn write(kind: Kind, parts: &[&[u8]]) -> SecretText {
    let mut body = Zeroizing::new(Vec::with_capacity(64));
    for part in parts {
        body.extend_from_slice(part);
    }
    let sum = checksum(kind, &body);
    body.extend_from_slice(&sum);
    let mut text = String::with_capacity(kind.prefix().len() + body.len() * 4 / 3 + 4);
    text.push_str(kind.prefix());
    text.push_str(&base64url::encode(&body[..]));
    SecretText::new(text)
}

/// The `N` bytes between prefix and checksum, if both are right.
pub(crate) fn read_body<const N: usize>(kind: Kind, text: &str) -> Option<Zeroizing<[u8; N]>> {
    let encoded = text.strip_prefix(kind.prefix())?;
    if encoded.len() != (N + 4).div_ceil(3) * 4 - (3 - (N + 4) % 3) % 3 {
        return None;
    }
    let body = Zeroizing::new(base64url::decode(encoded).ok()?);
    let (parts, sum) = body.split_at_checked(N)?;
    if sum != checksum(kind, parts) {
        return None;
    }
    let mut bytes = Zeroizing::new([0u8; N]);
    bytes.copy_from_slice(parts);
    Some(bytes)
}

fn checksum(kind: Kind, parts: &[u8]) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(kind.prefix().as_bytes());
    sum.update(parts);
    sum.finalize().to_be_bytes()
}

/// The least entropy, in bits, that a secret of this text can have been drawn with: its length
/// times the size of the alphabet it shows, less for repetition. A guess, and meant to be low.
pub fn apparent_entropy(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut seen = [0u32; 256];
    for byte in bytes {
        seen[usize::from(*byte)] += 1;
    }
    let length = bytes.len() as f64;
    let per_byte: f64 = seen
        .iter()
        .filter(|n| **n > 0)
        .map(|n| {
            let p = f64::from(*n) / length;
            -p * p.log2()
        })
        .sum();
    (per_byte * length) as u32
}

/// Secrets below this are hashed slowly: a fast hash of them could be searched.
pub const ENOUGH_ENTROPY: u32 = 128;
