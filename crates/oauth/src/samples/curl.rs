//! A call as a command for a POSIX shell.

use http::Method;
use url::form_urlencoded;

use super::{
    call::{Call, Payload},
    text::{self, Piece, has_own, json_line, pieces, plain},
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

/// A word of the shell.
fn word(word: &str) -> String {
    let parts = pieces(word);
    if !parts.iter().any(Piece::is_variable) {
        return if is_plain(word) && !has_own(word) { word.to_owned() } else { single(word) };
    }
    let is_tame = |piece: &Piece| piece.is_variable() || !piece.text.contains(['"', '\\', '$', '`', '!', '\'']);
    if parts.iter().all(is_tame) {
        return format!("\"{word}\"");
    }
    let marked = |piece: &Piece| if piece.own { text::own(&piece.text) } else { piece.text.clone() };
    let quoted = |piece: &Piece| if piece.is_variable() { format!("\"{}\"", marked(piece)) } else { single(&marked(piece)) };
    parts.iter().map(quoted).collect()
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Means itself in a shell and in a form.
fn is_plain(text: &str) -> bool {
    plain(text).bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'='))
}
