//! What PHP's phpass, `crypt(3)` and LDAP servers keep.

use super::{
    Digest, HashFault, HashFormat, ParsedHash, bcrypt,
    encoded::{is_crypt64, number, padded},
    limits::{PHPASS_ROUNDS, SHA_CRYPT_ROUNDS, malformed, too_much},
};

/// `$P$B` or `$H$9`, eight characters of salt and 22 of output.
pub(super) fn phpass(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Phpass;
    let bytes = hash.as_bytes();
    if bytes.len() != 34 || !is_crypt64(&hash[3..]) {
        return Err(malformed(format));
    }
    let log_rounds = six_bits(bytes[3]);
    if log_rounds > *PHPASS_ROUNDS.end() {
        return Err(too_much(format, "time", "$P$J (2^21 rounds)"));
    }
    let (Ok(salt), Some(output), true) = (bytes[4..12].try_into(), sixteen_bytes(&bytes[12..]), PHPASS_ROUNDS.contains(&log_rounds)) else {
        return Err(malformed(format));
    };
    Ok(ParsedHash::Phpass { log_rounds, salt, output })
}

/// `$6$rounds=656000$salt$output`; 5,000 rounds where they are not said.
pub(super) fn sha_crypt(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::ShaCrypt;
    let mut parts: Vec<_> = hash.split('$').skip(1).collect();
    let rounds = match parts.get(1).and_then(|part| part.strip_prefix("rounds=")) {
        Some(said) => {
            parts.remove(1);
            number(said).ok_or(malformed(format))?
        }
        None => 5_000,
    };
    let [version, salt, output] = parts.as_slice() else { return Err(malformed(format)) };
    let length = if *version == "5" { 43 } else { 86 };
    if rounds > *SHA_CRYPT_ROUNDS.end() {
        return Err(too_much(format, "time", "rounds=1000000"));
    }
    let fits = SHA_CRYPT_ROUNDS.contains(&rounds) && (1..=16).contains(&salt.len()) && is_crypt64(salt);
    if !fits || output.len() != length || !is_crypt64(output) {
        return Err(malformed(format));
    }
    Ok(ParsedHash::ShaCrypt { rounds, text: format!("${version}$rounds={rounds}${salt}${output}") })
}

/// `{SSHA}` and Base64 of a digest followed by its salt; `{CRYPT}` and one of the above.
pub(super) fn ldap(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Ldap;
    let (scheme, rest) = hash[1..].split_once('}').ok_or(malformed(format))?;
    let (digest, length) = match scheme.to_ascii_uppercase().as_str() {
        "SSHA" => (Digest::Sha1, 20),
        "SSHA256" => (Digest::Sha256, 32),
        "SSHA384" => (Digest::Sha384, 48),
        "SSHA512" => (Digest::Sha512, 64),
        _ if rest.starts_with("$5$") || rest.starts_with("$6$") => return sha_crypt(rest),
        _ if rest.starts_with("$2") => return bcrypt::read(format, rest),
        _ => return Err(malformed(format)),
    };
    let mut output = padded(rest).ok_or(malformed(format))?;
    if !(length + 4..=length + 64).contains(&output.len()) {
        return Err(malformed(format));
    }
    let salt = output.split_off(length);
    Ok(ParsedHash::SaltedSha { digest, salt, output })
}

const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What a letter of `crypt` stands for.
fn six_bits(letter: u8) -> u32 {
    ALPHABET.iter().position(|other| *other == letter).map_or(0, |at| u32::try_from(at).unwrap_or(0))
}

/// Low bits first, four letters for three bytes, as phpass writes them.
fn sixteen_bytes(letters: &[u8]) -> Option<[u8; 16]> {
    let mut bytes = Vec::with_capacity(18);
    for four in letters.chunks(4) {
        let bits = four.iter().rev().fold(0, |bits, letter| bits << 6 | six_bits(*letter));
        bytes.extend_from_slice(&bits.to_le_bytes()[..3]);
    }
    bytes.get(..16)?.try_into().ok()
}
