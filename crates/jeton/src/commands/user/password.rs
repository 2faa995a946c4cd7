//! Where a typed account's password comes from.

use std::io::Read;

use jeton_oauth::{password_rules::fresh, secret::SecretText};
use jeton_server::{
    password::{Whose, acceptable},
    randomness::SystemRng,
};

use crate::failure::Failure;

/// The password of stdin, or a fresh one, for somebody of `realm`; and whether it was made here.
pub(super) fn obtain(stdin: bool, realm: &str) -> Result<(SecretText, bool), Failure> {
    if !stdin {
        return Ok((fresh(&mut SystemRng), true));
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
