//! How the parts of a written hash are read: strictly, one spelling each.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};

/// A decimal number without sign or leading zeros.
pub(super) fn number(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok())?
}

/// `a=1,b=2` with exactly `names`, in that order.
pub(super) fn parameters<const N: usize>(text: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut values = [0; N];
    for (value, text) in values.iter_mut().zip(named(text, names)?) {
        *value = number(text)?;
    }
    Some(values)
}

/// As [`parameters`], whatever the values are.
pub(super) fn named<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Option<[&'a str; N]> {
    let mut parts = text.split(',');
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = parts.next()?.strip_prefix(name)?.strip_prefix('=')?;
    }
    parts.next().is_none().then_some(values)
}

/// Exactly `N` parts between dollar signs.
pub(super) fn parts<const N: usize>(text: &str) -> Option<[&str; N]> {
    text.split('$').collect::<Vec<_>>().try_into().ok()
}

/// Base64 without padding, as in PHC strings.
pub(super) fn unpadded(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

/// As [`unpadded`], or with `.` for `+`, as some PBKDF2 strings are written.
pub(super) fn unpadded_with_dots(text: &str) -> Option<Vec<u8>> {
    match text.contains('.') {
        true if text.contains('+') => None,
        true => unpadded(&text.replace('.', "+")),
        false => unpadded(text),
    }
}

pub(super) fn padded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Either alphabet of Base64, padded or not.
pub(super) fn any_base64(text: &str) -> Option<Vec<u8>> {
    unpadded(&text.trim_end_matches('=').replace('-', "+").replace('_', "/"))
}

/// Lower-case or upper-case hexadecimal.
pub(super) fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>())?
}

/// Letters of `./0-9A-Za-z`, as `crypt` writes six bits each.
pub(super) fn is_crypt64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'))
}

pub(super) fn write_padded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn write(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("4294967295"), Some(u32::MAX));
        for wrong in ["", "+1", "-1", "01", "1 ", "4294967296", "١"] {
            assert_eq!(number(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn parameters_come_all_and_in_order() {
        assert_eq!(parameters("m=8,t=1", ["m", "t"]), Some([8, 1]));
        for wrong in ["t=1,m=8", "m=8", "m=8,t=1,p=1", "m=8,t=1,", "m=8;t=1", "m=8,t", ""] {
            assert_eq!(parameters(wrong, ["m", "t"]), None, "{wrong:?}");
        }
    }

    #[test]
    fn either_alphabet_is_read_but_not_both_at_once() {
        assert_eq!(unpadded_with_dots("..8"), unpadded_with_dots("++8"));
        assert!(unpadded_with_dots("..8").is_some());
        assert_eq!(unpadded_with_dots(".+8"), None);
    }
}
