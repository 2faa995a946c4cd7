//! Where a typed account's password comes from.

use std::io::Read;

use jeton_oauth::secret::SecretText;
use jeton_server::{
    password::{Whose, acceptable},
    randomness::SystemRng,
};
use rand_core::RngCore;

use crate::failure::Failure;

/// The password of stdin, or a fresh one, for somebody of `realm`; and whether it was made here.
pub(super) fn obtain(stdin: bool, realm: &str) -> Result<(SecretText, bool), Failure> {
    if !stdin {
        return Ok((fresh_password(), true));
    }
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| Failure::refused("the password on stdin cannot be read", error.to_string()))?;
    let text = SecretText::new(text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line)));
    acceptable(&text, Whose::in_realm(realm)).map_err(|fault| Failure::refused("this cannot be a password", fault.to_string()))?;
    Ok((text, false))
}

/// Twenty letters and digits, four by four, none of which is taken for another: 98 bits.
fn fresh_password() -> SecretText {
    const LETTERS: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345678";
    let mut text = String::new();
    while text.len() < 24 {
        if text.len() % 5 == 4 {
            text.push('-');
            continue;
        }
        // Bytes past the last multiple of 30 would favour the first letters.
        let byte = SystemRng.next_u32() as u8;
        if byte < 240 {
            text.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
        }
    }
    SecretText::new(text)
}
