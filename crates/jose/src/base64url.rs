//! Base64url without padding (RFC 7515 §2, RFC 4648 §5), one spelling per value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text is not canonical base64url: a foreign character, padding, an impossible
/// length, or bits set that no byte uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not canonical base64url without padding")]
pub struct DecodeError;

/// The one spelling of these bytes.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends to `out`, which grows at most once if it must.
pub fn encode_into(bytes: &[u8], out: &mut String) {
    out.reserve(encoded_length(bytes.len()));
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Refuses every spelling but the one that [`encode`] makes.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, DecodeError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| DecodeError)
}

/// As [`decode`], where exactly `N` bytes must come out.
pub fn decode_array<const N: usize>(text: impl AsRef<[u8]>) -> Result<[u8; N], DecodeError> {
    let text = text.as_ref();
    if text.len() != encoded_length(N) {
        return Err(DecodeError);
    }
    let mut bytes = [0; N];
    match URL_SAFE_NO_PAD.decode_slice_unchecked(text, &mut bytes) {
        Ok(length) if length == N => Ok(bytes),
        _ => Err(DecodeError),
    }
}

/// Characters that `length` bytes become.
pub const fn encoded_length(length: usize) -> usize {
    length / 3 * 4 + [0, 2, 3][length % 3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_one_spelling() {
        assert_eq!(decode("AA"), Ok(vec![0]));
        for other in ["AB", "AA==", "AA=", "A", "A A", "AA\n", "+w", "/w", "\u{e9}A"] {
            assert_eq!(decode(other), Err(DecodeError), "{other:?}");
        }
    }

    #[test]
    fn lengths_agree_with_the_encoder() {
        for length in 0..70 {
            let text = encode(vec![0xa5; length]);
            assert_eq!(text.len(), encoded_length(length));
            assert_eq!(decode(&text).unwrap().len(), length);
        }
    }

    #[test]
    fn arrays_take_their_own_length_only() {
        assert_eq!(decode_array::<3>("_-8A"), Ok([0xff, 0xef, 0]));
        assert_eq!(decode_array::<2>("_-8A"), Err(DecodeError));
        assert_eq!(decode_array::<4>("_-8A"), Err(DecodeError));
        assert_eq!(decode_array::<1>("_x"), Err(DecodeError));
    }
}
