//! `$argon2id$v=19$m=19456,t=2,p=1$salt$output`; without `v` it is version 16.

use super::{
    Argon2Variant, Argon2Version, HashFault, HashFormat, ParsedHash,
    encoded::{parameters, unpadded},
    limits::{MAX_FILLED, MAX_MEMORY, malformed, salt_and_output, too_much},
};

pub(super) fn read(format: HashFormat, hash: &str) -> Result<ParsedHash, HashFault> {
    let mut parts: Vec<_> = hash.split('$').skip(1).collect();
    let variant = match parts.first() {
        Some(&"argon2id") => Argon2Variant::Id,
        Some(&"argon2i") => Argon2Variant::I,
        Some(&"argon2d") => Argon2Variant::D,
        _ => return Err(malformed(format)),
    };
    parts.remove(0);
    let (version, parts) = match parts.as_slice() {
        ["v=19", parts @ ..] => (Argon2Version::V19, parts),
        ["v=16", parts @ ..] => (Argon2Version::V16, parts),
        parts => (Argon2Version::V16, parts),
    };
    let [costs, salt, output] = parts else { return Err(malformed(format)) };
    let costs = parameters(costs, ["m", "t", "p"]).ok_or(malformed(format))?;
    checked(format, variant, version, costs, unpadded(salt), unpadded(output))
}

/// `costs` are KiB, passes and lanes.
pub(super) fn checked(
    format: HashFormat,
    variant: Argon2Variant,
    version: Argon2Version,
    costs: [u32; 3],
    salt: Option<Vec<u8>>,
    output: Option<Vec<u8>>,
) -> Result<ParsedHash, HashFault> {
    let [memory, passes, lanes] = costs;
    if u64::from(memory) > MAX_MEMORY {
        return Err(too_much(format, "memory", "m=262144"));
    }
    if u64::from(memory) * u64::from(passes) > MAX_FILLED {
        return Err(too_much(format, "time", "m×t=1048576"));
    }
    let (salt, output) = salt_and_output(salt, output).filter(|(salt, _)| salt.len() >= 8).ok_or(malformed(format))?;
    if passes == 0 || lanes == 0 || lanes > memory / 8 {
        return Err(malformed(format));
    }
    Ok(ParsedHash::Argon2 { variant, version, memory, passes, lanes, salt, output })
}
