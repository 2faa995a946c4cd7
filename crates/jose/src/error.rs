//! Every way in which a key, a signing or a verification is refused.
//!
//! **Invariant**: no message repeats a token, a key or a claim.

use crate::Algorithm;
use crate::json::JsonError;

/// A key that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the key is malformed: {0}")]
    Malformed(&'static str),
    #[error("a public key was expected, but private members are present; send `kty`, `kid` and the public members only")]
    Private,
    #[error("the key is not supported: {0}")]
    Unsupported(&'static str),
    #[error("the key does not fit the algorithm {0}")]
    Unfit(Algorithm),
    #[error("the RSA key's modulus is {bits} bits long; it must have 2048 to 8192")]
    RsaSize { bits: usize },
    #[error("a secret for {algorithm} must have at least {minimum} bytes")]
    SecretTooShort { algorithm: Algorithm, minimum: usize },
    #[error("the cryptographic library could not make a key")]
    Generation,
}

/// A token that could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    #[error("`typ` must be 1 to 64 characters of a media type: letters, digits and !#$&-^_.+/")]
    Type,
    #[error("the claims cannot be written as JSON")]
    Claims,
    #[error("the cryptographic library could not sign")]
    Signature,
}

/// A token that is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error("the token is longer than {} bytes", crate::MAX_TOKEN_LENGTH)]
    TooLong,
    #[error("not a compact JWS: three canonical base64url parts, a JSON header")]
    Malformed,
    #[error("a member is named twice in one object")]
    DuplicateMember,
    #[error("the header demands an extension (`crit` or `b64`), and none is understood")]
    CriticalHeader,
    #[error("the token's algorithm is not allowed here")]
    AlgorithmNotAllowed,
    #[error("the token's `typ` is not allowed here")]
    TypeNotAllowed,
    #[error("no key of ours matches the token's header")]
    UnknownKey,
    #[error("the signature does not match")]
    BadSignature,
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
