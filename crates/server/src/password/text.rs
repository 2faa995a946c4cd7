//! Which bytes of a password are hashed.

use jeton_oauth::{password_rules::MAX_PASSWORD_LENGTH, secret::SecretText};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The bytes to hash: NFC, so that two keyboards agree (RFC 8265 §4.2.2 (4)). Case, width and spaces
/// stay as typed. `None` if no password can be like this.
pub(super) fn normalized(password: &SecretText) -> Option<Zeroizing<Vec<u8>>> {
    let text = password.expose();
    if text.is_empty() || text.len() > MAX_PASSWORD_LENGTH {
        return None;
    }
    if text.is_ascii() {
        return Some(Zeroizing::new(text.as_bytes().to_vec()));
    }
    // Composing never takes more than three times the bytes; reserved so that no copy is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 3));
    for char in text.nfc() {
        bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Option<Vec<u8>> {
        normalized(&SecretText::new(text)).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn two_spellings_of_one_letter_are_one_password() {
        assert_eq!(bytes("pass\u{e9}"), bytes("passe\u{301}"));
    }

    #[test]
    fn case_width_and_spaces_are_kept() {
        assert_ne!(bytes("Pass"), bytes("pass"));
        assert_ne!(bytes("ｐass"), bytes("pass"));
        assert_ne!(bytes(" pass"), bytes("pass"));
        assert_ne!(bytes("pass\u{a0}word"), bytes("pass word"));
    }

    #[test]
    fn empty_and_over_long_texts_are_no_passwords() {
        assert_eq!(bytes(""), None);
        assert_eq!(bytes(&"a".repeat(1025)), None);
        assert_eq!(bytes(&"a".repeat(1024)).unwrap().len(), 1024);
    }
}
