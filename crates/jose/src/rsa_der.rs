//! Which modulus and exponent a DER `RSAPublicKey` holds. RFC 8017 §A.1.1.

/// The two unsigned integers, without leading zeros. `None` for anything that is not
/// exactly `SEQUENCE { INTEGER n, INTEGER e }` in DER.
pub(crate) fn modulus_and_exponent(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, rest) = element(der, 0x30)?;
    let (modulus, after) = element(sequence, 0x02)?;
    let (exponent, end) = element(after, 0x02)?;
    if !rest.is_empty() || !end.is_empty() {
        return None;
    }
    Some((unsigned(modulus)?, unsigned(exponent)?))
}

/// The contents of the first element, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, der) = der.split_first()?;
    let (&length, der) = der.split_first()?;
    if first != tag {
        return None;
    }
    let (length, der) = match length {
        0..=0x7f => (usize::from(length), der),
        0x81 | 0x82 => {
            let (bytes, der) = der.split_at_checked(usize::from(length & 0x7f))?;
            (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), der)
        }
        _ => return None,
    };
    der.split_at_checked(length)
}

/// A positive INTEGER has one zero in front if its top bit is set, else none.
fn unsigned(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, rest @ ..] if rest.first().is_some_and(|top| top & 0x80 != 0) => Some(rest),
        [1..0x80, ..] => Some(integer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_positive_integers_are_read() {
        let der = [0x30, 8, 2, 2, 0, 0x81, 2, 2, 1, 0];
        assert_eq!(modulus_and_exponent(&der), Some((&[0x81][..], &[1, 0][..])));
        for cut in 0..der.len() {
            assert_eq!(modulus_and_exponent(&der[..cut]), None);
        }
        assert_eq!(modulus_and_exponent(&[0x30, 6, 2, 1, 0x81, 2, 1, 3]), None);
        assert_eq!(modulus_and_exponent(&[0x30, 7, 2, 2, 0, 1, 2, 1, 3]), None);
    }
}
