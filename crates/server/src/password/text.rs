//! Which texts can be a password, and which bytes of them are hashed.

use jeton_oauth::secret::SecretText;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// In bytes of UTF-8.
pub const MAX_PASSWORD_LENGTH: usize = 1024;

/// Why a text cannot be somebody's new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    #[error("the password is empty; choose one")]
    Empty,
    #[error("the password is longer than {MAX_PASSWORD_LENGTH} bytes; choose a shorter one")]
    TooLong,
    #[error("the password holds a control character, such as a tab or a line break; leave it out")]
    Control,
}

/// Whether `password` can be set: the limits of RFC 8265 §4.2, taken lightly.
pub fn acceptable(password: &SecretText) -> Result<(), PasswordFault> {
    let text = password.expose();
    match text {
        "" => Err(PasswordFault::Empty),
        _ if text.len() > MAX_PASSWORD_LENGTH => Err(PasswordFault::TooLong),
        _ if text.chars().any(char::is_control) => Err(PasswordFault::Control),
        _ => Ok(()),
    }
}

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

    #[test]
    fn a_new_password_has_no_control_characters() {
        for (text, fault) in [
            ("", PasswordFault::Empty),
            ("a\tb", PasswordFault::Control),
            ("a\0b", PasswordFault::Control),
            ("a\u{85}", PasswordFault::Control),
        ] {
            assert_eq!(acceptable(&SecretText::new(text)), Err(fault), "{text:?}");
        }
        assert_eq!(acceptable(&SecretText::new("é".repeat(513))), Err(PasswordFault::TooLong));
        assert_eq!(acceptable(&SecretText::new("correct horse 🔋 staple")), Ok(()));
    }
}
