//! `application/x-www-form-urlencoded`, outgoing.

/// Appends `value` percent-encoded; tokens and codes of unreserved characters pass as they are.
pub fn encode_into(out: &mut Vec<u8>, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in value.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte),
            _ => out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
}

pub fn encode(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len());
    encode_into(&mut out, value);
    String::from_utf8_lossy(&out).into_owned()
}

/// `a=1&b=2`, each name and value encoded.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = Vec::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push(b'&');
        }
        encode_into(&mut out, name);
        out.push(b'=');
        encode_into(&mut out, value);
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_characters_and_spaces_are_escaped() {
        assert_eq!(pairs([("scope", "read write"), ("x", "a&b=c+é")]), "scope=read%20write&x=a%26b%3Dc%2B%C3%A9");
    }

    #[test]
    fn a_token_passes_unchanged() {
        assert_eq!(encode("jtn_rt-AZaz09.~"), "jtn_rt-AZaz09.~");
    }
}
