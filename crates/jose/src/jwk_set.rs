//! Which keys of a JWK Set are usable, and which of them a token may mean.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::jwk_members::JwkMembers;
use crate::{Algorithm, Jwk, KeyError};

/// Public keys for signatures. RFC 7517 §5.
///
/// Reading skips keys that cannot be used here (other types, curves and uses, too
/// short, malformed), as §5 says, so that one stranger does not take the others away.
/// A private or symmetric key is not skipped: it refuses the whole set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JwkSet {
    /// In the order in which they were written.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The first key of this `kid`.
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid))
    }

    /// The keys that may have signed: of this `kid`, if one was named, and fit for `alg`.
    pub fn candidates(&self, alg: Algorithm, kid: Option<&str>) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().filter(move |key| key.fits(alg) && (kid.is_none() || key.kid.as_deref() == kid))
    }
}

impl Serialize for JwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut set = serializer.serialize_struct("JwkSet", 1)?;
        set.serialize_field("keys", &self.keys)?;
        set.end()
    }
}

impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Set {
            keys: Vec<JwkMembers>,
        }
        let mut keys = Vec::new();
        for members in Set::deserialize(deserializer)?.keys {
            match Jwk::try_from(members) {
                Ok(key) => keys.push(key),
                Err(KeyError::Private) => return Err(D::Error::custom(KeyError::Private)),
                Err(_) => {}
            }
        }
        Ok(Self { keys })
    }
}
