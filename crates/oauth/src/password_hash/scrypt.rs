//! `$scrypt$ln=17,r=8,p=1$salt$output`.

use super::{
    HashFault, HashFormat, ParsedHash, ScryptCost,
    encoded::{parameters, parts, unpadded},
    limits::{MAX_FILLED, MAX_MEMORY, malformed, salt_and_output, too_much},
};

pub(super) fn read(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Scrypt;
    let [_, _, costs, salt, output] = parts(hash).ok_or(malformed(format))?;
    let [log_n, r, p] = parameters(costs, ["ln", "r", "p"]).ok_or(malformed(format))?;
    let cost = checked_cost(format, log_n, r, p)?;
    let (salt, output) = salt_and_output(unpadded(salt), unpadded(output)).ok_or(malformed(format))?;
    Ok(ParsedHash::Scrypt { cost, salt, output })
}

/// From `n` itself, a power of two.
pub(super) fn checked_n(format: HashFormat, n: u32, r: u32, p: u32) -> Result<ScryptCost, HashFault> {
    if !n.is_power_of_two() {
        return Err(malformed(format));
    }
    checked_cost(format, n.ilog2(), r, p)
}

pub(super) fn checked_cost(format: HashFormat, log_n: u32, r: u32, p: u32) -> Result<ScryptCost, HashFault> {
    if log_n == 0 || r == 0 || p == 0 {
        return Err(malformed(format));
    }
    // 128 × N × r bytes; both factors are bounded before they are multiplied.
    let memory = if log_n <= 24 && r <= 1024 { (u64::from(r) << log_n) / 8 } else { u64::MAX };
    if memory > MAX_MEMORY {
        return Err(too_much(format, "memory", "256 MiB (128×N×r bytes)"));
    }
    if memory.max(1).saturating_mul(u64::from(p)) > MAX_FILLED {
        return Err(too_much(format, "time", "1 GiB (128×N×r×p bytes)"));
    }
    // RFC 7914 §2: N is less than 2^(128 × r / 8).
    match u8::try_from(log_n) {
        Ok(small) if log_n < 16 * r => Ok(ScryptCost { log_n: small, r, p }),
        _ => Err(malformed(format)),
    }
}
