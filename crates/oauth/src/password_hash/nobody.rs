//! The hash of nobody's password: zeros, at somebody's cost.

use super::{Argon2Variant, Argon2Version, Before, Digest, ParsedHash, Prf, SALT_LENGTH, encoded::write};

/// Salts differ in length from hash to hash, which costs nothing: one length for all, so that kinds are few.
pub(super) fn like(hash: &ParsedHash) -> String {
    let salt = write(&[0; SALT_LENGTH]);
    let zeros = |length: usize| write(&vec![0; length]);
    match hash {
        ParsedHash::Argon2 { variant, version, memory, passes, lanes, output, .. } => {
            let variant = match variant {
                Argon2Variant::D => "d",
                Argon2Variant::I => "i",
                Argon2Variant::Id => "id",
            };
            let version = match version {
                Argon2Version::V16 => 16,
                Argon2Version::V19 => 19,
            };
            format!("$argon2{variant}$v={version}$m={memory},t={passes},p={lanes}${salt}${}", zeros(output.len()))
        }
        ParsedHash::Scrypt { cost, output, .. } => {
            format!("$scrypt$ln={},r={},p={}${salt}${}", cost.log_n, cost.r, cost.p, zeros(output.len()))
        }
        ParsedHash::Firebase { cost, signer_key, .. } => {
            let key = zeros(signer_key.len());
            format!("$fbscrypt$v=1,n={},r={},p={},ss=,sk={key}${salt}${key}", cost.log_n, cost.r, cost.p)
        }
        ParsedHash::Bcrypt { before, cost, .. } => {
            let (head, nothing) = (before_bcrypt(*before), ".".repeat(53));
            format!("{head}$2b${cost:02}${nothing}")
        }
        ParsedHash::Pbkdf2 { prf, iterations, output, .. } => {
            let name = match prf {
                Prf::Sha1 => "pbkdf2",
                Prf::Sha256 => "pbkdf2-sha256",
                Prf::Sha512 => "pbkdf2-sha512",
            };
            format!("${name}$i={iterations}${salt}${}", zeros(output.len()))
        }
        ParsedHash::Phpass { log_rounds, .. } => {
            let rounds = u8::try_from(*log_rounds).unwrap_or(0);
            // 7 to 21 are the letters from 5 to J.
            let letter = char::from(if rounds < 12 { b'0' + rounds - 2 } else { b'A' + rounds - 12 });
            format!("$P${letter}{}", ".".repeat(30))
        }
        ParsedHash::ShaCrypt { rounds, text } => {
            let (version, length) = if text.starts_with("$5$") { (5, 43) } else { (6, 86) };
            format!("${version}$rounds={rounds}${}${}", ".".repeat(16), ".".repeat(length))
        }
        ParsedHash::SaltedSha { digest, output, .. } => {
            let name = match digest {
                Digest::Sha1 => "SSHA",
                Digest::Sha256 => "SSHA256",
                Digest::Sha384 => "SSHA384",
                Digest::Sha512 => "SSHA512",
            };
            format!("{{{name}}}{}", super::encoded::write_padded(&vec![0; output.len() + SALT_LENGTH]))
        }
    }
}

const fn before_bcrypt(before: Before) -> &'static str {
    match before {
        Before::Nothing => "",
        Before::Sha256Hex => "bcrypt_sha256$",
        Before::WordPress => "$wp",
    }
}
