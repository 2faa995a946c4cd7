//! ASP.NET Identity's `PasswordHash`: Base64 of a version, its costs, salt and output.

use super::{HashFault, HashFormat, ParsedHash, Prf, encoded::padded, limits::malformed, pbkdf2};

pub(super) fn read(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::AspNet;
    let bytes = padded(hash).ok_or(malformed(format))?;
    match bytes.as_slice() {
        // Version 2: 16 bytes of salt, 32 of output, 1,000 iterations of SHA-1.
        [0, rest @ ..] if rest.len() == 48 => {
            pbkdf2::checked(format, Prf::Sha1, 1_000, Some(rest[..16].to_vec()), Some(rest[16..].to_vec()))
        }
        [1, rest @ ..] => version_3(format, rest),
        _ => Err(malformed(format)),
    }
}

/// Function, iterations and length of the salt, 32 bits each with the highest byte first; then salt and output.
fn version_3(format: HashFormat, bytes: &[u8]) -> Result<ParsedHash, HashFault> {
    let (numbers, rest) = bytes.split_at_checked(12).ok_or(malformed(format))?;
    let (numbers, _) = numbers.as_chunks::<4>();
    let [function, iterations, salt_length] = [0, 1, 2].map(|at| numbers.get(at).map_or(0, |number| u32::from_be_bytes(*number)));
    let prf = match function {
        0 => Prf::Sha1,
        1 => Prf::Sha256,
        2 => Prf::Sha512,
        _ => return Err(malformed(format)),
    };
    let (salt, output) = usize::try_from(salt_length).ok().and_then(|length| rest.split_at_checked(length)).ok_or(malformed(format))?;
    pbkdf2::checked(format, prf, iterations, Some(salt.to_vec()), Some(output.to_vec()))
}
