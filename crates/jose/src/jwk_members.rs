//! Which JSON is read as a public key for signatures. RFC 7517 §4, RFC 7518 §6.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::{EcCurve, Jwk, KeyError, PublicParameters, base64url};

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JwkMembers::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

/// A JWK as written; other members are not understood and mean nothing. RFC 7517 §4.
#[derive(serde::Deserialize)]
pub(crate) struct JwkMembers {
    #[serde(default)]
    kty: String,
    #[serde(default, deserialize_with = "present")]
    crv: Option<String>,
    #[serde(default, deserialize_with = "present")]
    x: Option<String>,
    #[serde(default, deserialize_with = "present")]
    y: Option<String>,
    #[serde(default, deserialize_with = "present")]
    n: Option<String>,
    #[serde(default, deserialize_with = "present")]
    e: Option<String>,
    #[serde(default, deserialize_with = "present")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    alg: Option<String>,
    #[serde(default, rename = "use", deserialize_with = "present")]
    key_use: Option<String>,
    #[serde(default, deserialize_with = "present")]
    key_ops: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    d: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    p: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    q: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    dp: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    dq: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    qi: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    oth: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    k: Option<IgnoredAny>,
    #[serde(default, rename = "priv", deserialize_with = "present")]
    private: Option<IgnoredAny>,
}

/// `null` is not a way to leave a member out: it has the wrong type.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

impl TryFrom<JwkMembers> for Jwk {
    type Error = KeyError;

    fn try_from(members: JwkMembers) -> Result<Self, KeyError> {
        // First: a leaked private key is worth saying even if the rest is unusable.
        if members.is_private() {
            return Err(KeyError::Private);
        }
        if members.key_use.as_deref().is_some_and(|key_use| key_use != "sig") {
            return Err(KeyError::Unsupported("`use` must be `sig`"));
        }
        if members.key_ops.is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return Err(KeyError::Unsupported("`key_ops` must name `verify`"));
        }
        let alg = match members.alg {
            Some(alg) => Some(alg.parse().map_err(|_| KeyError::Unsupported("`alg` is not a known signature algorithm"))?),
            None => None,
        };
        let key = match (members.kty.as_str(), members.crv.as_deref()) {
            ("EC", Some(crv)) => PublicParameters::Ec {
                curve: match crv {
                    "P-256" => EcCurve::P256,
                    "P-384" => EcCurve::P384,
                    "P-521" => EcCurve::P521,
                    _ => return Err(KeyError::Unsupported("`crv` must be P-256, P-384 or P-521")),
                },
                x: bytes(members.x, "`x` must be canonical base64url")?,
                y: bytes(members.y, "`y` must be canonical base64url")?,
            },
            ("OKP", Some("Ed25519")) => PublicParameters::Ed25519 {
                x: members
                    .x
                    .and_then(|x| base64url::decode_array(x).ok())
                    .ok_or(KeyError::Malformed("`x` must be the canonical base64url of 32 bytes"))?,
            },
            ("OKP", Some(_)) => return Err(KeyError::Unsupported("`crv` must be Ed25519")),
            ("EC" | "OKP", None) => return Err(KeyError::Malformed("`crv` is missing")),
            ("RSA", _) => PublicParameters::Rsa {
                n: bytes(members.n, "`n` must be canonical base64url")?,
                e: bytes(members.e, "`e` must be canonical base64url")?,
            },
            _ => return Err(KeyError::Unsupported("`kty` must be EC, RSA or OKP")),
        };
        Self::new(key, members.kid, alg)
    }
}

impl JwkMembers {
    /// `k` of a symmetric key included. RFC 7518 §6.2.2, §6.3.2, §6.4.
    fn is_private(&self) -> bool {
        let Self { d, p, q, dp, dq, qi, oth, k, private, .. } = self;
        [d, p, q, dp, dq, qi, oth, k, private].into_iter().any(Option::is_some)
    }
}

fn bytes(member: Option<String>, otherwise: &'static str) -> Result<Vec<u8>, KeyError> {
    member.and_then(|text| base64url::decode(text).ok()).ok_or(KeyError::Malformed(otherwise))
}
