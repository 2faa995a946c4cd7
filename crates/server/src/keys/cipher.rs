//! Small values that rest encrypted under the master key: mail, links that carry something, keys of
//! authenticator apps.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, RandomizedNonceKey};
use zeroize::Zeroizing;

use super::MasterKey;

/// One use of encryption, with a key of its own.
pub struct Cipher(RandomizedNonceKey);

impl Cipher {
    /// `label` names the use: what was encrypted for one decrypts for no other.
    ///
    /// # Panics
    /// Never: AES-256 takes the 32 bytes that are derived.
    pub fn new(master: &MasterKey, label: &str) -> Self {
        Self(RandomizedNonceKey::new(&AES_256_GCM, master.derive(label).as_slice()).expect("AES-256 takes 32 bytes"))
    }

    /// Nonce ‖ ciphertext ‖ tag. `about` says what it belongs to: it decrypts as nothing else's.
    ///
    /// # Panics
    /// Never: AES-GCM takes 64 GiB.
    pub fn encrypt(&self, plain: &[u8], about: &[u8]) -> Vec<u8> {
        let mut sealed = Zeroizing::new(plain.to_vec());
        let nonce = self.0.seal_in_place_append_tag(Aad::from(about), &mut *sealed).expect("the text is short enough to encrypt");
        [nonce.as_ref().as_slice(), &sealed].concat()
    }

    /// `None` for what was encrypted under another master key, for another use or another place, or was changed.
    pub fn decrypt(&self, sealed: &[u8], about: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let length = self.0.open_in_place(nonce.into(), Aad::from(about), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encrypted_decrypts_where_it_belongs_and_nowhere_else() {
        let master = MasterKey::generate();
        let cipher = Cipher::new(&master, "a use");
        let sealed = cipher.encrypt(b"a letter", b"a place");
        assert_eq!(cipher.decrypt(&sealed, b"a place").unwrap().as_slice(), b"a letter");
        assert!(cipher.decrypt(&sealed, b"another place").is_none());
        assert!(Cipher::new(&master, "another use").decrypt(&sealed, b"a place").is_none());
        assert!(Cipher::new(&MasterKey::generate(), "a use").decrypt(&sealed, b"a place").is_none());
        for length in 0..sealed.len() {
            assert!(cipher.decrypt(&sealed[..length], b"a place").is_none());
        }
    }
}
