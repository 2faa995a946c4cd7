//! How a token is made: the private half, parsed once, and its header half written.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair};
use aws_lc_rs::{hmac, rand};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::header_start::HeaderStart;
use crate::rsa_der::modulus_and_exponent;
use crate::verifying_key::secret_key;
use crate::{Algorithm, EcCurve, Jwk, KeyError, PublicParameters, SignError, VerifyingKey, base64url};

/// One private key for one algorithm.
pub struct SigningKey {
    algorithm: Algorithm,
    key: Key,
    private: Zeroizing<Vec<u8>>,
    jwk: Option<Jwk>,
    verifying: VerifyingKey,
    header: HeaderStart,
}

enum Key {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Secret(Box<hmac::Key>),
}

impl SigningKey {
    /// RSA: 2048 bits, about a tenth of a second; EdDSA: Ed25519; HS*: as many random
    /// bytes as the hash has.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        if algorithm.is_symmetric() {
            let mut secret = Zeroizing::new(vec![0; algorithm.hash_length()]);
            rand::fill(&mut secret).map_err(|_| KeyError::Generation)?;
            return Self::from_secret(algorithm, &secret);
        }
        let key = match algorithm {
            Algorithm::EdDSA => Ed25519KeyPair::generate().map(Key::Ed25519),
            _ if algorithm.is_rsa() => {
                let padding = padding(algorithm)?;
                RsaKeyPair::generate(KeySize::Rsa2048).map(|pair| Key::Rsa(pair, padding))
            }
            _ => EcdsaKeyPair::generate(curve(algorithm)?.1).map(Key::Ec),
        };
        Self::asymmetric(algorithm, key.map_err(|_| KeyError::Generation)?)
    }

    /// A PKCS#8 key (RFC 5208, RFC 5958), unencrypted, in DER. Its type and curve must be
    /// those of `algorithm`, and an RSA modulus must have 2048 to 8192 bits.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let refused = |_| KeyError::Malformed("not an unencrypted PKCS#8 key of the algorithm's type, curve and size");
        let key = match algorithm {
            Algorithm::EdDSA => Key::Ed25519(Ed25519KeyPair::from_pkcs8(der).map_err(refused)?),
            _ if algorithm.is_rsa() => Key::Rsa(RsaKeyPair::from_pkcs8(der).map_err(refused)?, padding(algorithm)?),
            _ => Key::Ec(EcdsaKeyPair::from_pkcs8(curve(algorithm)?.1, der).map_err(refused)?),
        };
        Self::asymmetric(algorithm, key)
    }

    /// HS*: a secret of at least the hash's length. RFC 7518 §3.2.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        let verifying = VerifyingKey::from_secret(algorithm, secret)?;
        Ok(Self {
            algorithm,
            header: HeaderStart::new(algorithm, verifying.kid()),
            key: Key::Secret(Box::new(secret_key(algorithm, secret)?)),
            private: Zeroizing::new(secret.to_vec()),
            jwk: None,
            verifying,
        })
    }

    /// What [`private_bytes`](Self::private_bytes) gave.
    pub fn from_private_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        match algorithm.is_symmetric() {
            true => Self::from_secret(algorithm, bytes),
            false => Self::from_pkcs8(algorithm, bytes),
        }
    }

    /// The PKCS#8 DER, or the secret itself for HS*.
    pub fn private_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.private.clone()
    }

    /// The only one that it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The thumbprint of the public key, or of the `oct` key for HS*. RFC 7638.
    pub fn kid(&self) -> &str {
        self.verifying.kid()
    }

    /// With `kid`, `alg` and `use`; `None` for HS*, which has no public half.
    pub fn public_jwk(&self) -> Option<Jwk> {
        self.jwk.clone()
    }

    /// Its public half; for HS* the same secret.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.verifying.clone()
    }

    /// A compact JWS over the claims as JSON, with `alg`, `kid` and `typ` in its header.
    /// RFC 7515 §7.1.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
        let mut payload = Vec::with_capacity(512);
        serde_json::to_writer(&mut payload, claims).map_err(|_| SignError::Claims)?;
        self.sign_bytes(typ, &payload)
    }

    /// As [`SigningKey::sign`], over claims that are JSON already.
    pub fn sign_bytes(&self, typ: &str, payload: &[u8]) -> Result<String, SignError> {
        let signature_length = self.signature_length();
        let mut token = String::with_capacity(
            self.header.length(typ) + base64url::encoded_length(payload.len()) + base64url::encoded_length(signature_length) + 2,
        );
        self.header.write(typ, &mut token)?;
        token.push('.');
        base64url::encode_into(payload, &mut token);
        self.append_signature(&mut token)?;
        Ok(token)
    }

    /// Signs what `token` holds so far, and appends the dot and the signature.
    fn append_signature(&self, token: &mut String) -> Result<(), SignError> {
        let failed = |_| SignError::Signature;
        let mut buffer = [0; MAX_SIGNATURE_LENGTH];
        let pair_signature;
        let message = token.as_bytes();
        let signature = match &self.key {
            Key::Ec(pair) => {
                pair_signature = pair.sign(&SystemRandom::new(), message).map_err(failed)?;
                pair_signature.as_ref()
            }
            Key::Ed25519(pair) => {
                pair_signature = pair.try_sign(message).map_err(failed)?;
                pair_signature.as_ref()
            }
            Key::Rsa(pair, padding) => {
                let signature = &mut buffer[..pair.public_modulus_len()];
                pair.sign(*padding, &SystemRandom::new(), message, signature).map_err(failed)?;
                &*signature
            }
            Key::Secret(key) => &*hmac::sign_to_buffer(key, message, &mut buffer).map_err(failed)?,
        };
        token.push('.');
        base64url::encode_into(signature, token);
        Ok(())
    }

    /// In bytes.
    fn signature_length(&self) -> usize {
        match &self.key {
            Key::Rsa(pair, _) => pair.public_modulus_len(),
            Key::Ed25519(_) => 64,
            Key::Secret(_) => self.algorithm.hash_length(),
            Key::Ec(_) => match self.algorithm {
                Algorithm::ES256 => 64,
                Algorithm::ES384 => 96,
                _ => 132,
            },
        }
    }

    fn asymmetric(algorithm: Algorithm, key: Key) -> Result<Self, KeyError> {
        let (parameters, private) = halves(algorithm, &key)?;
        let mut jwk = Jwk::new(parameters, None, Some(algorithm))?;
        let kid = jwk.thumbprint();
        jwk.kid = Some(kid.clone());
        Ok(Self {
            algorithm,
            key,
            private,
            verifying: VerifyingKey::from_jwk(&jwk, algorithm)?,
            header: HeaderStart::new(algorithm, &kid),
            jwk: Some(jwk),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid()).field("alg", &self.algorithm).finish_non_exhaustive()
    }
}

/// That of an RSA key of 8192 bits, in bytes.
const MAX_SIGNATURE_LENGTH: usize = 1024;

/// The public members, and the private key as it is kept.
fn halves(algorithm: Algorithm, key: &Key) -> Result<(PublicParameters, Zeroizing<Vec<u8>>), KeyError> {
    let lost = |_| KeyError::Generation;
    Ok(match key {
        Key::Ec(pair) => {
            let (curve, _) = curve(algorithm)?;
            let point = pair.public_key().as_ref();
            let (x, y) = match point.split_first() {
                Some((4, xy)) if xy.len() == 2 * curve.coordinate_length() => xy.split_at(xy.len() / 2),
                _ => return Err(KeyError::Unfit(algorithm)),
            };
            let parameters = PublicParameters::Ec { curve, x: x.to_vec(), y: y.to_vec() };
            (parameters, private(pair.to_pkcs8v1().map_err(lost)?.as_ref()))
        }
        Key::Ed25519(pair) => {
            let x = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Unfit(algorithm))?;
            (PublicParameters::Ed25519 { x }, private(pair.to_pkcs8v1().map_err(lost)?.as_ref()))
        }
        Key::Rsa(pair, _) => {
            let (n, e) = modulus_and_exponent(pair.public_key().as_ref()).ok_or(KeyError::Unfit(algorithm))?;
            let parameters = PublicParameters::Rsa { n: n.to_vec(), e: e.to_vec() };
            (parameters, private(pair.as_der().map_err(lost)?.as_ref()))
        }
        Key::Secret(_) => return Err(KeyError::Unfit(algorithm)),
    })
}

fn private(der: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(der.to_vec())
}

fn curve(algorithm: Algorithm) -> Result<(EcCurve, &'static EcdsaSigningAlgorithm), KeyError> {
    Ok(match algorithm {
        Algorithm::ES256 => (EcCurve::P256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::ES384 => (EcCurve::P384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::ES512 => (EcCurve::P521, &signature::ECDSA_P521_SHA512_FIXED_SIGNING),
        _ => return Err(KeyError::Unfit(algorithm)),
    })
}

fn padding(algorithm: Algorithm) -> Result<&'static dyn RsaEncoding, KeyError> {
    Ok(match algorithm {
        Algorithm::RS256 => &signature::RSA_PKCS1_SHA256,
        Algorithm::RS384 => &signature::RSA_PKCS1_SHA384,
        Algorithm::RS512 => &signature::RSA_PKCS1_SHA512,
        Algorithm::PS256 => &signature::RSA_PSS_SHA256,
        Algorithm::PS384 => &signature::RSA_PSS_SHA384,
        Algorithm::PS512 => &signature::RSA_PSS_SHA512,
        _ => return Err(KeyError::Unfit(algorithm)),
    })
}
