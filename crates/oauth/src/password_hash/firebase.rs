//! Firebase's scrypt with the project's parameters beside each hash:
//! `$fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER_KEY$SALT$HASH`.

use super::{
    HashFault, HashFormat, ParsedHash,
    encoded::{any_base64, named, number, parts},
    limits::malformed,
    scrypt,
};

pub(super) fn read(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Firebase;
    let [_, _, costs, salt, output] = parts(hash).ok_or(malformed(format))?;
    let [version, n, r, p, separator, signer_key] = named(costs, ["v", "n", "r", "p", "ss", "sk"]).ok_or(malformed(format))?;
    let (Some(log_n), Some(r), Some(p), "1") = (number(n), number(r), number(p), version) else { return Err(malformed(format)) };
    let cost = scrypt::checked_cost(format, log_n, r, p)?;
    let (Some(separator), Some(signer_key), Some(mut salt), Some(output)) =
        (any_base64(separator), any_base64(signer_key), any_base64(salt), any_base64(output))
    else {
        return Err(malformed(format));
    };
    if !(1..=64).contains(&salt.len())
        || separator.len() > 64
        || !(16..=128).contains(&signer_key.len())
        || output.len() != signer_key.len()
    {
        return Err(malformed(format));
    }
    salt.extend(separator);
    Ok(ParsedHash::Firebase { cost, signer_key, salt, output })
}
