//! One string member of a JSON body by byte search: no tree is built for a load test.

use std::borrow::Cow;

/// The value of the first member called `name` if it is a string; escapes are decoded
/// by a real parser, which the tokens of most servers never need.
pub fn string<'a>(body: &'a [u8], name: &str) -> Option<Cow<'a, str>> {
    let value = after_name(body, name)?.strip_prefix(b"\"")?;
    let end = value.iter().position(|&byte| byte == b'"' || byte == b'\\')?;
    if value[end] == b'\\' {
        let tree: serde_json::Value = serde_json::from_slice(body).ok()?;
        return Some(Cow::Owned(tree.get(name)?.as_str()?.to_owned()));
    }
    std::str::from_utf8(&value[..end]).ok().map(Cow::Borrowed)
}

/// Whether the first member called `name` is `true`.
pub fn is_true(body: &[u8], name: &str) -> bool {
    after_name(body, name).is_some_and(|value| value.starts_with(b"true"))
}

fn after_name<'a>(body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut rest = body;
    loop {
        let quote = rest.iter().position(|&byte| byte == b'"')?;
        rest = &rest[quote + 1..];
        let Some(after) = rest.strip_prefix(name.as_bytes()).and_then(|r| r.strip_prefix(b"\"")) else {
            continue;
        };
        if let Some(value) = after.trim_ascii_start().strip_prefix(b":") {
            return Some(value.trim_ascii_start());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_with_and_without_spaces() {
        for body in [r#"{"a":1,"access_token":"x.y"}"#, "{ \"access_token\" :\n \"x.y\" , \"b\":2}"] {
            assert_eq!(string(body.as_bytes(), "access_token").as_deref(), Some("x.y"));
        }
    }

    #[test]
    fn a_value_that_equals_the_name_is_not_the_member() {
        let body = br#"{"kind":"refresh_token","refresh_token":"r1"}"#;
        assert_eq!(string(body, "refresh_token").as_deref(), Some("r1"));
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(string(br#"{"code":"a\/b"}"#, "code").as_deref(), Some("a/b"));
    }

    #[test]
    fn missing_members_and_other_types_are_none() {
        assert_eq!(string(br#"{"a":null}"#, "a"), None);
        assert_eq!(string(br#"{"a":"unterminated"#, "a"), None);
        assert_eq!(string(b"", "a"), None);
    }

    #[test]
    fn active_is_read() {
        assert!(is_true(br#"{"active": true}"#, "active"));
        assert!(!is_true(br#"{"active":false}"#, "active"));
    }
}
