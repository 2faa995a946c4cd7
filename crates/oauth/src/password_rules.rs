//! Which passwords people may choose: long ones that nobody tries first. Nothing is asked about what
//! they are made of (NIST SP 800-63B §3.1.1.2).

use std::{collections::HashSet, sync::LazyLock};

use rand_core::CryptoRng;

use crate::secret::SecretText;

/// In bytes of UTF-8.
pub const MAX_PASSWORD_LENGTH: usize = 1024;

/// Why a text cannot be somebody's new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It has no characters.
    #[error("the password is empty; choose one")]
    Empty,
    /// It has fewer characters than whoever chooses it needs.
    #[error("the password is too short; choose one of at least {least} characters")]
    TooShort {
        /// How many it needs.
        least: u32,
    },
    /// It is longer than [`MAX_PASSWORD_LENGTH`].
    #[error("the password is longer than {MAX_PASSWORD_LENGTH} bytes; choose a shorter one")]
    TooLong,
    /// It could not be typed into every form.
    #[error("the password holds a control character, such as a tab or a line break; leave it out")]
    Control,
    /// It is one of a list of those that are guessed first; case does not matter.
    #[error("the password is one of those that are tried first; choose another, such as a few unrelated words")]
    Common,
}

/// Whose password it will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Anybody else.
    Person,
    /// Somebody of the realm `admin`.
    Administrator,
}

impl Whose {
    /// By the realm that they sign in to.
    pub fn in_realm(name: &str) -> Self {
        if name == "admin" { Self::Administrator } else { Self::Person }
    }

    /// Characters that their password has at least.
    pub const fn least(self) -> u32 {
        match self {
            Self::Person => 10,
            Self::Administrator => 14,
        }
    }
}

/// Whether `password` can be hashed at all: the limits of RFC 8265 §4.2, taken lightly.
///
/// # Errors
/// What is wrong; never the password.
pub fn possible(password: &SecretText) -> Result<(), PasswordFault> {
    let text = password.expose();
    match text {
        "" => Err(PasswordFault::Empty),
        _ if text.len() > MAX_PASSWORD_LENGTH => Err(PasswordFault::TooLong),
        _ if text.chars().any(char::is_control) => Err(PasswordFault::Control),
        _ => Ok(()),
    }
}

/// Whether somebody may choose `password` anew.
///
/// # Errors
/// What is wrong; never the password.
pub fn acceptable(password: &SecretText, whose: Whose) -> Result<(), PasswordFault> {
    possible(password)?;
    let text = password.expose();
    let least = whose.least();
    if text.chars().count() < least as usize {
        return Err(PasswordFault::TooShort { least });
    }
    if COMMON.contains(text.trim().to_lowercase().as_str()) {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

/// A password that somebody is given: twenty letters and digits, four by four, none of which is taken for
/// another: 98 bits.
pub fn fresh(rng: &mut dyn CryptoRng) -> SecretText {
    const LETTERS: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345678";
    let mut text = String::new();
    while text.len() < 24 {
        if text.len() % 5 == 4 {
            text.push('-');
            continue;
        }
        // Bytes past the last multiple of 30 would favour the first letters.
        let [byte, ..] = rng.next_u32().to_be_bytes();
        if byte < 240 {
            text.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        }
    }
    SecretText::new(text)
}

/// What is tried first, in lower case: words and names with the usual ends, rows of keys, repetitions.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str, whose: Whose) -> Result<(), PasswordFault> {
        acceptable(&SecretText::new(text), whose)
    }

    #[test]
    fn length_counts_in_characters_and_is_more_for_administrators() {
        assert_eq!(judge("nine char", Whose::Person), Err(PasswordFault::TooShort { least: 10 }));
        assert_eq!(judge("ten charac", Whose::Person), Ok(()));
        assert_eq!(judge("éééééééééé", Whose::Person), Ok(()));
        assert_eq!(judge("ten charac", Whose::in_realm("admin")), Err(PasswordFault::TooShort { least: 14 }));
        assert_eq!(judge("fourteen chars", Whose::in_realm("admin")), Ok(()));
    }

    #[test]
    fn what_is_tried_first_is_refused_however_it_is_written() {
        for common in ["password123", "Password123", "1234567890", "QWERTYUIOP", "iloveyou123", "summer2026", "aaaaaaaaaa", "letmein123 "] {
            assert_eq!(judge(common, Whose::Person), Err(PasswordFault::Common), "{common}");
        }
        assert_eq!(judge("correct horse battery", Whose::Person), Ok(()));
        assert_eq!(judge("lowercaseonly", Whose::Person), Ok(()), "nothing is asked about what it is made of");
    }

    #[test]
    fn the_list_is_in_lower_case_and_has_nothing_that_is_too_short_anyway() {
        assert!(COMMON.len() > 5_000);
        for common in COMMON.iter() {
            assert!(common.chars().count() >= 10 && *common == common.to_lowercase() && *common == common.trim(), "{common}");
        }
    }

    #[test]
    fn a_new_password_has_no_control_characters() {
        for (text, fault) in [
            ("", PasswordFault::Empty),
            ("a\tb", PasswordFault::Control),
            ("a\0b", PasswordFault::Control),
            ("a\u{85}", PasswordFault::Control),
        ] {
            assert_eq!(possible(&SecretText::new(text)), Err(fault), "{text:?}");
        }
        assert_eq!(possible(&SecretText::new("é".repeat(513))), Err(PasswordFault::TooLong));
        assert_eq!(possible(&SecretText::new("correct horse 🔋 staple")), Ok(()));
    }
}
