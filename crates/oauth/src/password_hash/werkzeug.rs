//! What `werkzeug.security.generate_password_hash` makes, Flask's habit:
//! `scrypt:32768:8:1$salt$output` and `pbkdf2:sha256:600000$salt$output`.

use super::{
    HashFault, HashFormat, ParsedHash, Prf,
    encoded::{hexadecimal, number, parts},
    limits::{malformed, salt_and_output},
    pbkdf2, scrypt,
};

pub(super) fn read(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Werkzeug;
    let [method, salt, output] = parts(hash).ok_or(malformed(format))?;
    let (salt, output) = (Some(salt.as_bytes().to_vec()), hexadecimal(output));
    let method: Vec<_> = method.split(':').collect();
    let costs: Vec<_> = method.iter().map(|part| number(part)).collect();
    match (method.as_slice(), costs.as_slice()) {
        (["scrypt", ..], [_, Some(n), Some(r), Some(p)]) => {
            let cost = scrypt::checked_n(format, *n, *r, *p)?;
            let (salt, output) = salt_and_output(salt, output).ok_or(malformed(format))?;
            Ok(ParsedHash::Scrypt { cost, salt, output })
        }
        (["pbkdf2", "sha1", _], [.., Some(iterations)]) => pbkdf2::checked(format, Prf::Sha1, *iterations, salt, output),
        (["pbkdf2", "sha256", _], [.., Some(iterations)]) => pbkdf2::checked(format, Prf::Sha256, *iterations, salt, output),
        (["pbkdf2", "sha512", _], [.., Some(iterations)]) => pbkdf2::checked(format, Prf::Sha512, *iterations, salt, output),
        _ => Err(malformed(format)),
    }
}
