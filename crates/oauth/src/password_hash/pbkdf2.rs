//! `$pbkdf2-sha256$i=600000,l=32$salt$output`; the iterations alone in the first part are understood too.

use std::num::NonZeroU32;

use super::{
    HashFault, HashFormat, ParsedHash, Prf,
    encoded::{number, parameters, parts, unpadded_with_dots},
    limits::{MAX_ITERATIONS, malformed, salt_and_output, too_much},
};

pub(super) fn read(format: HashFormat, hash: &str) -> Result<ParsedHash, HashFault> {
    let [_, name, costs, salt, output] = parts(hash).ok_or(malformed(format))?;
    let prf = match name {
        "pbkdf2-sha256" => Prf::Sha256,
        "pbkdf2-sha512" => Prf::Sha512,
        _ => Prf::Sha1,
    };
    let (salt, output) = (unpadded_with_dots(salt), unpadded_with_dots(output));
    let length = output.as_ref().map_or(0, Vec::len);
    let iterations = number(costs)
        .or_else(|| parameters(costs, ["i"]).map(|[i]| i))
        .or_else(|| parameters(costs, ["i", "l"]).and_then(|[i, said]| (said as usize == length).then_some(i)))
        .ok_or(malformed(format))?;
    checked(format, prf, iterations, salt, output)
}

pub(super) fn checked(
    format: HashFormat,
    prf: Prf,
    iterations: u32,
    salt: Option<Vec<u8>>,
    output: Option<Vec<u8>>,
) -> Result<ParsedHash, HashFault> {
    let (salt, output) = salt_and_output(salt, output).ok_or(malformed(format))?;
    let iterations = NonZeroU32::new(iterations).ok_or(malformed(format))?;
    if u64::from(iterations.get()) * prf.blocks(output.len()) > MAX_ITERATIONS {
        return Err(too_much(format, "time", "3000000 iterations, for all blocks of the output together,"));
    }
    Ok(ParsedHash::Pbkdf2 { prf, iterations, salt, output })
}

impl Prf {
    /// How often all iterations are made for so many bytes.
    pub(super) fn blocks(self, bytes: usize) -> u64 {
        let block = match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        };
        bytes.div_ceil(block) as u64
    }
}
