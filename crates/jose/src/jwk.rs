//! Which public keys are accepted and shown, and by what thumbprint they are known.

use aws_lc_rs::digest::{SHA256, digest};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{Algorithm, KeyError, base64url};

/// A public key for signatures. RFC 7517 §4.
///
/// Written with `use: "sig"`; read only if `use` and `key_ops`, where present, allow
/// verifying. **Invariant**: holds no private or symmetric member, and refuses to be
/// read from JSON that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    /// Which key it is, where its maker says so. RFC 7517 §4.5.
    pub kid: Option<String>,
    /// The one algorithm that it is for, where its maker says so. RFC 7517 §4.4.
    pub alg: Option<Algorithm>,
    key: PublicParameters,
}

/// The members that make the key. RFC 7518 §6, RFC 8037 §2.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicParameters {
    /// `x` and `y` have the curve's coordinate length.
    Ec {
        /// `crv`.
        curve: EcCurve,
        /// Big-endian.
        x: Vec<u8>,
        /// Big-endian.
        y: Vec<u8>,
    },
    /// Big-endian, without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The public exponent.
        e: Vec<u8>,
    },
    /// `kty` OKP.
    Ed25519 {
        /// The public key. RFC 8032 §5.1.5.
        x: [u8; 32],
    },
}

/// The curves of ECDSA. RFC 7518 §6.2.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EcCurve {
    /// With ES256.
    P256,
    /// With ES384.
    P384,
    /// With ES512.
    P521,
}

impl Jwk {
    /// Lengths and ranges are checked here; that a point lies on its curve, by
    /// [`VerifyingKey::from_jwk`](crate::VerifyingKey::from_jwk).
    pub fn new(key: PublicParameters, kid: Option<String>, alg: Option<Algorithm>) -> Result<Self, KeyError> {
        key.check()?;
        match alg {
            Some(alg) if !key.fits(alg) => Err(KeyError::Unfit(alg)),
            _ => Ok(Self { kid, alg, key }),
        }
    }

    /// The members that make the key.
    pub fn parameters(&self) -> &PublicParameters {
        &self.key
    }

    /// The base64url of the SHA-256 thumbprint. RFC 7638 §3.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.key.canonical())
    }

    /// Whether the key can verify `alg`, and does not reserve itself for another.
    pub fn fits(&self, alg: Algorithm) -> bool {
        self.alg.is_none_or(|own| own == alg) && self.key.fits(alg)
    }
}

impl EcCurve {
    /// The name in `crv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Bytes of one coordinate. RFC 7518 §6.2.1.2.
    pub(crate) const fn coordinate_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl PublicParameters {
    /// An EC curve has one algorithm (RFC 7518 §3.4); RSA keys sign either padding.
    pub(crate) fn fits(&self, alg: Algorithm) -> bool {
        match self {
            Self::Ec { curve, .. } => matches!(
                (curve, alg),
                (EcCurve::P256, Algorithm::ES256) | (EcCurve::P384, Algorithm::ES384) | (EcCurve::P521, Algorithm::ES512)
            ),
            Self::Rsa { .. } => alg.is_rsa(),
            Self::Ed25519 { .. } => alg == Algorithm::EdDSA,
        }
    }

    fn check(&self) -> Result<(), KeyError> {
        match self {
            Self::Ec { curve, x, y } => {
                if x.len() != curve.coordinate_length() || y.len() != curve.coordinate_length() {
                    return Err(KeyError::Malformed("`x` and `y` must have the full length of the curve's coordinates"));
                }
            }
            Self::Rsa { n, e } => {
                // A Base64urlUInt has no leading zeros. RFC 7518 §2.
                let [top, ..] = n.as_slice() else {
                    return Err(KeyError::Malformed("`n` is empty"));
                };
                if *top == 0 || e.first().is_none_or(|top| *top == 0) {
                    return Err(KeyError::Malformed("`n` and `e` must be present and have no leading zeros"));
                }
                let bits = n.len() * 8 - top.leading_zeros() as usize;
                if !(2048..=8192).contains(&bits) {
                    return Err(KeyError::RsaSize { bits });
                }
                let odd = n.last().zip(e.last()).is_some_and(|(n, e)| n & e & 1 == 1);
                if !odd || e.as_slice() == [1] || e.len() > 4 {
                    return Err(KeyError::Malformed("`n` and `e` must be odd, and `e` from 3 to 2^32"));
                }
            }
            Self::Ed25519 { .. } => {}
        }
        Ok(())
    }

    /// The required members in lexicographic order, without white space. RFC 7638 §3.2.
    fn canonical(&self) -> String {
        let text = |bytes: &[u8]| base64url::encode(bytes);
        match self {
            Self::Ec { curve, x, y } => format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve.name(), text(x), text(y)),
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e), text(n)),
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(x)),
        }
    }
}

/// A symmetric key's thumbprint, from its `oct` form. RFC 7638 §3.2.
pub(crate) fn secret_thumbprint(secret: &[u8]) -> String {
    let canonical =
        zeroize::Zeroizing::new(format!(r#"{{"k":"{}","kty":"oct"}}"#, zeroize::Zeroizing::new(base64url::encode(secret)).as_str()));
    thumbprint(&canonical)
}

fn thumbprint(canonical: &str) -> String {
    base64url::encode(digest(&SHA256, canonical.as_bytes()))
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |bytes: &[u8]| base64url::encode(bytes);
        let mut map = serializer.serialize_map(None)?;
        match &self.key {
            PublicParameters::Ec { curve, x, y } => {
                map.serialize_entry("kty", "EC")?;
                map.serialize_entry("crv", curve.name())?;
                map.serialize_entry("x", &text(x))?;
                map.serialize_entry("y", &text(y))?;
            }
            PublicParameters::Rsa { n, e } => {
                map.serialize_entry("kty", "RSA")?;
                map.serialize_entry("n", &text(n))?;
                map.serialize_entry("e", &text(e))?;
            }
            PublicParameters::Ed25519 { x } => {
                map.serialize_entry("kty", "OKP")?;
                map.serialize_entry("crv", "Ed25519")?;
                map.serialize_entry("x", &text(x))?;
            }
        }
        if let Some(kid) = &self.kid {
            map.serialize_entry("kid", kid)?;
        }
        if let Some(alg) = self.alg {
            map.serialize_entry("alg", &alg)?;
        }
        map.serialize_entry("use", "sig")?;
        map.end()
    }
}
