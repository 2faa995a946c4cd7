//! What stands in the `password` column of Django's `auth_user`.

use super::{
    Before, HashFault, HashFormat, ParsedHash, Prf, argon2, bcrypt,
    encoded::{number, padded, parts},
    limits::{malformed, salt_and_output},
    pbkdf2, scrypt,
};

pub(super) fn read(format: HashFormat, hash: &str) -> Result<ParsedHash, HashFault> {
    let (name, rest) = hash.split_once('$').ok_or(malformed(format))?;
    match (format, name) {
        (HashFormat::DjangoArgon2, _) => argon2::read(format, &hash[name.len()..]),
        (HashFormat::DjangoBcrypt, _) => bcrypt::checked(format, Before::Nothing, rest),
        (HashFormat::DjangoBcryptSha256, _) => bcrypt::checked(format, Before::Sha256Hex, rest),
        (HashFormat::DjangoScrypt, _) => with_scrypt(format, rest),
        (_, "pbkdf2_sha1") => with_pbkdf2(format, Prf::Sha1, rest),
        _ => with_pbkdf2(format, Prf::Sha256, rest),
    }
}

/// `600000$salt$output`: the salt is text, the output padded Base64.
fn with_pbkdf2(format: HashFormat, prf: Prf, rest: &str) -> Result<ParsedHash, HashFault> {
    let [iterations, salt, output] = parts(rest).ok_or(malformed(format))?;
    let iterations = number(iterations).ok_or(malformed(format))?;
    pbkdf2::checked(format, prf, iterations, Some(salt.as_bytes().to_vec()), padded(output))
}

/// `16384$salt$8$5$output`: N, then r and p behind the salt.
fn with_scrypt(format: HashFormat, rest: &str) -> Result<ParsedHash, HashFault> {
    let [n, salt, r, p, output] = parts(rest).ok_or(malformed(format))?;
    let [n, r, p] = [number(n), number(r), number(p)];
    let (Some(n), Some(r), Some(p)) = (n, r, p) else { return Err(malformed(format)) };
    let cost = scrypt::checked_n(format, n, r, p)?;
    let (salt, output) = salt_and_output(Some(salt.as_bytes().to_vec()), padded(output)).ok_or(malformed(format))?;
    Ok(ParsedHash::Scrypt { cost, salt, output })
}
