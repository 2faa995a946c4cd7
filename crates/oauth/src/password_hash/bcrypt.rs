//! `$2b$12$` and 53 characters, and `$wp$2y$10$…`. `$2x$`, whose hashes are wrong by a bug, is not
//! understood.

use super::{
    Before, HashFault, HashFormat, ParsedHash,
    encoded::is_crypt64,
    limits::{BCRYPT_COSTS, malformed, too_much},
};

pub(super) fn read(format: HashFormat, hash: &str) -> Result<ParsedHash, HashFault> {
    match hash.strip_prefix("$wp") {
        Some(inner) => checked(format, Before::WordPress, inner),
        None => checked(format, Before::Nothing, hash),
    }
}

pub(super) fn checked(format: HashFormat, before: Before, hash: &str) -> Result<ParsedHash, HashFault> {
    let plain = ["$2a$", "$2b$", "$2y$"].iter().find_map(|version| hash.strip_prefix(version)).ok_or(malformed(format))?;
    let (digits, rest) = plain.split_once('$').ok_or(malformed(format))?;
    if digits.len() != 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) || rest.len() != 53 || !is_crypt64(rest) {
        return Err(malformed(format));
    }
    match digits.parse::<u32>() {
        Ok(cost) if BCRYPT_COSTS.contains(&cost) => Ok(ParsedHash::Bcrypt { before, cost, text: repaired(hash) }),
        Ok(cost) if cost > *BCRYPT_COSTS.end() => Err(too_much(format, "time", "cost 14")),
        _ => Err(malformed(format)),
    }
}

/// Some old programs left bits set that encode nothing, at the end of salt and output.
fn repaired(hash: &str) -> String {
    let (salt_end, end) = (hash.len() - 32, hash.len() - 1);
    let cleared = |at: usize, bits: usize| {
        let value = ALPHABET.find(&hash[at..=at]).unwrap_or(0) >> bits << bits;
        &ALPHABET[value..=value]
    };
    [&hash[..salt_end], cleared(salt_end, 4), &hash[salt_end + 1..end], cleared(end, 2)].concat()
}

/// Of bcrypt's Base64.
const ALPHABET: &str = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
