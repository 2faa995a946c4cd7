//! How private keys are kept: encrypted under a key that is not in the database.

use std::sync::Arc;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, RandomizedNonceKey},
    hkdf, hmac,
};
use jeton_jose::base64url;
use jeton_oauth::{KeyId, RealmId, model::KeyPurpose};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The installation's secret: wraps the keys of realms, and is the root of keys that live in memory.
///
/// A clone shares it. **Invariant**: the bytes leave this module only on their way to the key file.
#[derive(Clone)]
pub struct MasterKey(Arc<Inner>);

struct Inner {
    secret: Zeroizing<[u8; 32]>,
    wrapping: RandomizedNonceKey,
    id: String,
}

/// What a wrapped key belongs to: it unwraps as nothing else.
#[derive(Clone, Copy, Debug)]
pub struct WrapContext {
    pub realm: RealmId,
    pub key: KeyId,
    pub purpose: KeyPurpose,
}

/// The wrapped key was made under another master key, for another place, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored key cannot be decrypted: it was damaged, or belongs to another realm or master key")]
pub struct UnwrapError;

impl MasterKey {
    pub fn from_bytes(secret: Zeroizing<[u8; 32]>) -> Self {
        let id = base64url::encode(&expand(&secret, "jeton master key id")[..9]);
        let key = expand(&secret, "jeton key wrapping");
        let wrapping = RandomizedNonceKey::new(&AES_256_GCM, key.as_slice()).expect("AES-256 takes 32 bytes");
        Self(Arc::new(Inner { secret, wrapping, id }))
    }

    /// From the system's randomness.
    pub fn generate() -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        aws_lc_rs::rand::fill(secret.as_mut_slice()).expect("the system gives randomness");
        Self::from_bytes(secret)
    }

    /// A short public name; each wrapped key carries that of its wrapping key.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// What the database keeps, to tell this key from another.
    pub fn check_value(&self) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.derive("jeton master key check").as_slice()), b"check").as_ref().to_vec()
    }

    /// Whether `check` is this key's [`check_value`](Self::check_value); in constant time.
    pub fn matches(&self, check: &[u8]) -> bool {
        bool::from(self.check_value().ct_eq(check))
    }

    /// A key for one use, named by `label`; the same on every node (RFC 5869).
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        expand(&self.0.secret, label)
    }

    /// Nonce ‖ ciphertext ‖ tag, by AES-256-GCM.
    pub fn wrap(&self, plain: &[u8], context: WrapContext) -> Vec<u8> {
        let mut sealed = Zeroizing::new(plain.to_vec());
        let nonce =
            self.0.wrapping.seal_in_place_append_tag(Aad::from(context.bytes()), &mut *sealed).expect("a key is short enough to seal");
        [nonce.as_ref().as_slice(), &sealed].concat()
    }

    pub fn unwrap(&self, wrapped: &[u8], context: WrapContext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let (nonce, sealed) = wrapped.split_first_chunk::<NONCE_LEN>().ok_or(UnwrapError)?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let length = self.0.wrapping.open_in_place(nonce.into(), Aad::from(context.bytes()), &mut plain).map_err(|_| UnwrapError)?.len();
        plain.truncate(length);
        Ok(plain)
    }

    /// As it stands in the key file.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(base64url::encode(self.0.secret.as_slice()))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("MasterKey").field(&self.0.id).finish()
    }
}

impl WrapContext {
    fn bytes(&self) -> Vec<u8> {
        [self.realm.as_bytes().as_slice(), self.key.as_bytes().as_slice(), self.purpose.to_string().as_bytes()].concat()
    }
}

fn expand(secret: &[u8; 32], label: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"jeton")
        .extract(secret)
        .expand(&[label.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .expect("32 bytes are what HKDF-SHA256 expands to");
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_jose::Algorithm;

    fn context(n: u8) -> WrapContext {
        WrapContext { realm: RealmId::from_bytes([n; 16]), key: KeyId::from_bytes([7; 16]), purpose: KeyPurpose::Sign(Algorithm::ES256) }
    }

    #[test]
    fn a_wrapped_key_unwraps_where_it_belongs_and_nowhere_else() {
        let master = MasterKey::generate();
        let wrapped = master.wrap(b"private", context(1));
        assert_eq!(master.unwrap(&wrapped, context(1)).unwrap().as_slice(), b"private");
        assert_eq!(master.unwrap(&wrapped, context(2)), Err(UnwrapError));
        assert_eq!(master.unwrap(&wrapped, WrapContext { purpose: KeyPurpose::Refresh, ..context(1) }), Err(UnwrapError));
        assert_eq!(MasterKey::generate().unwrap(&wrapped, context(1)), Err(UnwrapError));
    }

    #[test]
    fn a_changed_or_cut_wrapped_key_is_refused() {
        let master = MasterKey::generate();
        let wrapped = master.wrap(b"private", context(1));
        for n in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[n] ^= 1;
            assert_eq!(master.unwrap(&changed, context(1)), Err(UnwrapError));
            assert_eq!(master.unwrap(&wrapped[..n], context(1)), Err(UnwrapError));
        }
    }

    #[test]
    fn wrapping_twice_gives_two_texts_that_do_not_show_the_key() {
        let master = MasterKey::generate();
        let (one, two) = (master.wrap(b"private", context(1)), master.wrap(b"private", context(1)));
        assert_ne!(one, two);
        assert!(!one.windows(7).any(|part| part == b"private"));
    }

    #[test]
    fn labels_and_master_keys_derive_different_keys() {
        let master = MasterKey::generate();
        assert_eq!(master.derive("csrf"), master.derive("csrf"));
        assert_ne!(master.derive("csrf"), master.derive("attempts"));
        assert_ne!(master.derive("csrf"), MasterKey::generate().derive("csrf"));
    }

    #[test]
    fn the_check_value_knows_its_own_key_only() {
        let master = MasterKey::generate();
        assert!(master.matches(&master.check_value()));
        assert!(!MasterKey::generate().matches(&master.check_value()));
        assert!(!master.matches(b""));
    }

    #[test]
    fn debug_shows_the_public_name_alone() {
        let master = MasterKey::generate();
        assert_eq!(format!("{master:?}"), format!("MasterKey({:?})", master.id()));
    }
}
