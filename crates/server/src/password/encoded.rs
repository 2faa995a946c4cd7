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
    let mut parts = text.split(',');
    let mut values = [0; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = number(parts.next()?.strip_prefix(name)?.strip_prefix('=')?)?;
    }
    parts.next().is_none().then_some(values)
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
