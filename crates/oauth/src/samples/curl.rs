//! A call as a command for a POSIX shell.

use http::Method;
use url::form_urlencoded;

use super::{
    call::{Call, Payload},
    text::{Piece, has_own, json_line, pieces, plain},
};

pub(super) fn write(call: &Call) -> String {
    let mut words = vec![format!("curl {}", word(&call.url))];
    let usual = if call.body == Payload::None { Method::GET } else { Method::POST };
    if call.method != usual {
        words.push(format!("-X {}", call.method));
    }
    if let Some((id, secret)) = &call.basic {
        words.push(format!("-u {}", word(&format!("{id}:{secret}"))));
    }
    words.extend(call.headers.iter().map(|(name, value)| format!("-H {}", word(&format!("{name}: {value}")))));
    match &call.body {
        Payload::None => {}
        Payload::Form(pairs) => words.extend(pairs.iter().map(|(name, value)| {
            let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
            let option = if has_own(value) || !is_plain(value) { "--data-urlencode" } else { "-d" };
            format!("{option} {}", word(&format!("{name}={value}")))
        })),
        Payload::Json(pairs) => {
            words.push("-H 'Content-Type: application/json'".to_owned());
            words.push(format!("-d {}", word(&json_line(pairs))));
        }
    }
    words.join(" \\\n  ")
}

/// A word of the shell. What begins with `$` and is the reader's own is a variable of theirs.
fn word(text: &str) -> String {
    let parts = pieces(text);
    let is_variable = |piece: &Piece| piece.own && piece.text.starts_with('$');
    if !parts.iter().any(is_variable) {
        return if is_plain(text) && !has_own(text) { text.to_owned() } else { single(text) };
    }
    let is_tame = |piece: &Piece| is_variable(piece) || !piece.text.contains(['"', '\\', '$', '`', '!', '\'']);
    if parts.iter().all(is_tame) {
        return format!("\"{text}\"");
    }
    let marked = |piece: &Piece| if piece.own { super::text::own(&piece.text) } else { piece.text.clone() };
    let quoted = |piece: &Piece| if is_variable(piece) { format!("\"{}\"", marked(piece)) } else { single(&marked(piece)) };
    parts.iter().map(quoted).collect()
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Means itself in a shell and in a form.
fn is_plain(text: &str) -> bool {
    plain(text).bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'='))
}
