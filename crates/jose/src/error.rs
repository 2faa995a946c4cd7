//! Every way in which a key, a signing or a verification is refused.
//!
//! **Invariant**: no message repeats a token, a key or a claim.

use crate::Algorithm;
use crate::json::JsonError;

/// A key that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not what RFC 7517 and RFC 7518 write; the text says what.
    #[error("the key is malformed: {0}")]
    Malformed(&'static str),
    /// A private or symmetric member where a public key is read.
    #[error("a public key was expected, but private members are present; send `kty`, `kid` and the public members only")]
    Private,
    /// A type, curve or use that is absent here; the text says which.
    #[error("the key is not supported: {0}")]
    Unsupported(&'static str),
    /// Of another type or curve than the algorithm needs.
    #[error("the key does not fit the algorithm {0}")]
    Unfit(Algorithm),
    /// Too short to be safe, or so long that checking it would be work for an attacker to give.
    #[error("the RSA key's modulus is {bits} bits long; it must have 2048 to 8192")]
    RsaSize {
        /// Of the modulus.
        bits: usize,
    },
    /// Shorter than the hash, so easier to guess than the signature. RFC 7518 §3.2.
    #[error("a secret for {algorithm} must have at least {minimum} bytes")]
    SecretTooShort {
        /// What the secret was for.
        algorithm: Algorithm,
        /// In bytes.
        minimum: usize,
    },
    /// The system gave no randomness, or the library refused.
    #[error("the cryptographic library could not make a key")]
    Generation,
}

/// A token that could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// A `typ` that is no media type.
    #[error("`typ` must be 1 to 64 characters of a media type: letters, digits and !#$&-^_.+/")]
    Type,
    /// Claims that serde could not write.
    #[error("the claims cannot be written as JSON")]
    Claims,
    /// The library refused.
    #[error("the cryptographic library could not sign")]
    Signature,
}

/// A token that is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Refused before anything is decoded.
    #[error("the token is longer than {} bytes", crate::MAX_TOKEN_LENGTH)]
    TooLong,
    /// Not three parts of canonical base64url with a JSON header. RFC 7515 §7.1.
    #[error("not a compact JWS: three canonical base64url parts, a JSON header")]
    Malformed,
    /// In the header or in the claims. RFC 8725 §2.4.
    #[error("a member is named twice in one object")]
    DuplicateMember,
    /// RFC 7515 §4.1.11.
    #[error("the header demands an extension (`crit` or `b64`), and none is understood")]
    CriticalHeader,
    /// The header's `alg` is none of [`Expect`](crate::Expect)'s, or not the key's. RFC 8725 §3.1.
    #[error("the token's algorithm is not allowed here")]
    AlgorithmNotAllowed,
    /// The header's `typ` is none of [`Expect`](crate::Expect)'s. RFC 8725 §3.11.
    #[error("the token's `typ` is not allowed here")]
    TypeNotAllowed,
    /// The caller has no key for this header.
    #[error("no key of ours matches the token's header")]
    UnknownKey,
    /// Changed on its way, or signed by another key.
    #[error("the signature does not match")]
    BadSignature,
    /// The signature is right, but the claims are not those that were asked for.
    #[error("the payload's claims are missing or of the wrong type")]
    BadClaims,
}

impl From<JsonError> for VerifyError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::DuplicateMember { .. } => Self::DuplicateMember,
            JsonError::Syntax { .. } | JsonError::TooDeep => Self::Malformed,
            JsonError::Unexpected { .. } => Self::BadClaims,
        }
    }
}
