//! Whether a compact JWS is believed: its form, then its header, then its key, then its
//! signature, and only then its payload.

use std::borrow::Borrow;

use serde::de::DeserializeOwned;

use crate::json::from_slice_strict;
use crate::{Expect, Header, VerifyError, VerifyingKey, base64url};

/// In bytes; a longer token is refused before anything is decoded.
pub const MAX_TOKEN_LENGTH: usize = 64 * 1024;

/// A token whose signature is that of the key that the caller chose.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Verified {
    /// As signed.
    pub header: Header,
    /// As signed, byte by byte; [`Verified::claims`] reads it.
    pub payload: Vec<u8>,
}

/// RFC 7515 §5.2, RFC 7519 §7.2.
///
/// `key` finds one of the caller's own keys by the header; it is asked only for a
/// header that `expect` accepts. A found key of another algorithm than the header's is
/// refused.
pub fn verify<K: Borrow<VerifyingKey>>(
    token: &str,
    expect: &Expect<'_>,
    key: impl FnOnce(&Header) -> Option<K>,
) -> Result<Verified, VerifyError> {
    let parts = Parts::split(token)?;
    let header = parts.header()?;
    expect.check(&header)?;
    let key = key(&header).ok_or(VerifyError::UnknownKey)?;
    let key = key.borrow();
    if key.algorithm() != header.alg {
        return Err(VerifyError::AlgorithmNotAllowed);
    }
    let signature = decode(parts.signature)?;
    key.verify(parts.signed.as_bytes(), &signature)?;
    Ok(Verified { header, payload: decode(parts.payload)? })
}

/// The header alone, **unverified**: to choose between sets of keys, for nothing else.
pub fn peek_header(token: &str) -> Result<Header, VerifyError> {
    Parts::split(token)?.header()
}

impl Verified {
    /// The payload as JSON; duplicate members are refused at any depth.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, VerifyError> {
        Ok(from_slice_strict(&self.payload)?)
    }
}

struct Parts<'t> {
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
    /// Header and payload with the dot between them.
    signed: &'t str,
}

impl<'t> Parts<'t> {
    fn split(token: &'t str) -> Result<Self, VerifyError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(VerifyError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(VerifyError::Malformed)?;
        if payload.contains('.') {
            return Err(VerifyError::Malformed);
        }
        Ok(Self { header, payload, signature, signed })
    }

    fn header(&self) -> Result<Header, VerifyError> {
        Header::parse(&decode(self.header)?)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, VerifyError> {
    base64url::decode(part).map_err(|_| VerifyError::Malformed)
}
