//! Codes for the day when the phone is lost: ten, each good once.

use aws_lc_rs::hmac;
use rand_core::CryptoRng;

use crate::secret::{SecretText, Verifier};

/// How many are made at a time.
pub const CODES: usize = 10;
/// Letters that are not taken for each other: five bits each, forty a code.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const LETTERS: usize = 8;

/// Fresh codes, as they are shown: `7kf3-q2vm`.
pub fn make(rng: &mut dyn CryptoRng) -> Vec<SecretText> {
    (0..CODES).map(|_| one(rng)).collect()
}

/// What is kept of a code. Forty bits could be searched, so it is made with the server's own `key`, which
/// is not in the database. `None` for what can be no code.
pub fn verifier(code: &str, key: &[u8; 32]) -> Option<Verifier> {
    let letters: String = code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').flat_map(char::to_lowercase).collect();
    if letters.len() != LETTERS || !letters.bytes().all(|letter| ALPHABET.contains(&letter)) {
        return None;
    }
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), letters.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    Some(Verifier(bytes))
}

fn one(rng: &mut dyn CryptoRng) -> SecretText {
    let mut random = [0; LETTERS];
    rng.fill_bytes(&mut random);
    let letters: String = random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    SecretText::new(format!("{}-{}", &letters[..4], &letters[4..]))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    struct Counting(u32);

    impl rand_core::RngCore for Counting {
        fn next_u32(&mut self) -> u32 {
            rand_core::impls::next_u32_via_fill(self)
        }
        fn next_u64(&mut self) -> u64 {
            rand_core::impls::next_u64_via_fill(self)
        }
        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = self.0.to_be_bytes()[0];
            }
        }
    }

    impl rand_core::CryptoRng for Counting {}

    #[test]
    fn ten_codes_are_made_and_each_is_read_however_it_is_typed() {
        let codes = make(&mut Counting(1));
        assert_eq!(codes.iter().map(SecretText::expose).collect::<HashSet<_>>().len(), CODES);
        for code in &codes {
            let kept = verifier(code.expose(), &[7; 32]).unwrap();
            let typed = format!(" {} ", code.expose().to_uppercase().replace('-', " "));
            assert_eq!(verifier(&typed, &[7; 32]), Some(kept));
            assert_ne!(verifier(code.expose(), &[8; 32]), Some(kept), "another server's key");
        }
    }

    #[test]
    fn what_is_no_code_has_no_verifier() {
        for typed in ["", "7kf3", "7kf3-q2vmx", "7kf3-q2v1", "7kf3-q2vö", "123456"] {
            assert_eq!(verifier(typed, &[7; 32]), None, "{typed}");
        }
    }
}
