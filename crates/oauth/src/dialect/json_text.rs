//! Writes JSON text straight into bytes: an answer is a few known members, no tree is needed.

/// Writes `text` as a JSON string. Tokens need no escapes, so that is the fast way.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' if byte != b'"' && byte != b'\\')) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
    }
}

pub(super) fn push_number(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(number.to_string().as_bytes());
}

pub(super) fn push_list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut push: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}

/// Writes one member: `key` (with its colon), then what `push` writes; nothing if that is nothing.
pub(super) fn push_member(out: &mut Vec<u8>, key: &str, push: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.extend_from_slice(key.as_bytes());
    let value = out.len();
    push(out);
    if out.len() == value {
        out.truncate(start);
    }
}
