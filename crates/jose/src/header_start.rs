//! How a header is written: the part that all tokens of a key share, encoded once.

use crate::{Algorithm, SignError, base64url};

/// The header `{"alg":…,"kid":…,"typ":` of every token of a key, in base64url as far as
/// whole groups of three bytes go. Only the last few bytes differ by `typ`.
pub(crate) struct HeaderStart {
    encoded: Box<str>,
    rest: Box<[u8]>,
}

impl HeaderStart {
    pub(crate) fn new(algorithm: Algorithm, kid: &str) -> Self {
        // A thumbprint is base64url: nothing to escape.
        let json = format!(r#"{{"alg":"{algorithm}","kid":"{kid}","typ":""#);
        let (whole, rest) = json.as_bytes().split_at(json.len() / 3 * 3);
        Self { encoded: base64url::encode(whole).into(), rest: rest.into() }
    }

    pub(crate) fn length(&self, typ: &str) -> usize {
        self.encoded.len() + base64url::encoded_length(self.rest.len() + typ.len() + 2)
    }

    pub(crate) fn write(&self, typ: &str, token: &mut String) -> Result<(), SignError> {
        if typ.is_empty() || typ.len() > MAX_TYPE_LENGTH || !typ.bytes().all(in_media_type) {
            return Err(SignError::Type);
        }
        let mut end = [0; 2 + MAX_TYPE_LENGTH + 2];
        let mut length = 0;
        for part in [&self.rest, typ.as_bytes(), b"\"}"] {
            end[length..length + part.len()].copy_from_slice(part);
            length += part.len();
        }
        token.push_str(&self.encoded);
        base64url::encode_into(&end[..length], token);
        Ok(())
    }
}

/// `typ` in characters.
const MAX_TYPE_LENGTH: usize = 64;

/// RFC 6838 §4.2; none of these needs escaping in JSON.
fn in_media_type(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&-^_.+/".contains(&byte)
}
