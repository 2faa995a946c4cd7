//! Whether a signature is that of a key: the public half, parsed once.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents};

use crate::jwk::secret_thumbprint;
use crate::{Algorithm, Jwk, KeyError, PublicParameters, VerifyError};

/// One key for one algorithm; a clone shares the parsed key.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    kid: Arc<str>,
    key: Key,
}

#[derive(Clone)]
enum Key {
    Public(Arc<ParsedPublicKey>),
    Secret(Arc<hmac::Key>),
}

impl VerifyingKey {
    /// The `kid` is the JWK's own, or else its thumbprint.
    pub fn from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        if !jwk.fits(algorithm) {
            return Err(KeyError::Unfit(algorithm));
        }
        Ok(Self {
            algorithm,
            kid: jwk.kid.clone().unwrap_or_else(|| jwk.thumbprint()).into(),
            key: Key::Public(Arc::new(parse(jwk.parameters(), algorithm)?)),
        })
    }

    /// A shared secret of at least the hash's length. RFC 7518 §3.2.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        let key = secret_key(algorithm, secret)?;
        Ok(Self { algorithm, kid: secret_thumbprint(secret).into(), key: Key::Secret(Arc::new(key)) })
    }

    /// The only one that it verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The thumbprint of the key. RFC 7638.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// ECDSA signatures are r‖s of fixed length (RFC 7518 §3.4); tags are compared in
    /// constant time.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        match &self.key {
            Key::Public(key) => key.verify_sig(message, signature),
            Key::Secret(key) => hmac::verify(key, message, signature),
        }
        .map_err(|_| VerifyError::BadSignature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("kid", &self.kid).field("alg", &self.algorithm).finish_non_exhaustive()
    }
}

/// An HMAC key for `algorithm`, long enough.
pub(crate) fn secret_key(algorithm: Algorithm, secret: &[u8]) -> Result<hmac::Key, KeyError> {
    let hash = match algorithm {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
        _ => return Err(KeyError::Unfit(algorithm)),
    };
    let minimum = algorithm.hash_length();
    if secret.len() < minimum {
        return Err(KeyError::SecretTooShort { algorithm, minimum });
    }
    Ok(hmac::Key::new(hash, secret))
}

fn parse(key: &PublicParameters, algorithm: Algorithm) -> Result<ParsedPublicKey, KeyError> {
    match key {
        PublicParameters::Ec { x, y, .. } => {
            let curve = match algorithm {
                Algorithm::ES256 => &signature::ECDSA_P256_SHA256_FIXED,
                Algorithm::ES384 => &signature::ECDSA_P384_SHA384_FIXED,
                Algorithm::ES512 => &signature::ECDSA_P521_SHA512_FIXED,
                _ => return Err(KeyError::Unfit(algorithm)),
            };
            // SEC 1 §2.3.3: the uncompressed form.
            let point = [&[4], x.as_slice(), y].concat();
            ParsedPublicKey::new(curve, point).map_err(|_| KeyError::Malformed("`x` and `y` are not a point of the curve"))
        }
        PublicParameters::Rsa { n, e } => RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(rsa(algorithm)?)
            .map_err(|_| KeyError::Malformed("`n` and `e` are not an RSA public key")),
        PublicParameters::Ed25519 { x } => {
            ParsedPublicKey::new(&signature::ED25519, x).map_err(|_| KeyError::Malformed("`x` is not an Ed25519 public key"))
        }
    }
}

fn rsa(algorithm: Algorithm) -> Result<&'static RsaParameters, KeyError> {
    Ok(match algorithm {
        Algorithm::RS256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return Err(KeyError::Unfit(algorithm)),
    })
}
