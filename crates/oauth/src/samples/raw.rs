//! A call as HTTP/1.1 writes it.

use url::form_urlencoded;

use super::{
    call::{Call, Payload},
    text::{self, json_line, pieces},
};

pub(super) fn write(call: &Call) -> String {
    let (_, host, path) = call.parts();
    let mut out = format!("{} {path} HTTP/1.1\nHost: {host}\n", call.method);
    if call.tells() {
        out.push_str("Accept: application/json\n");
    }
    match &call.body {
        Payload::None => {}
        Payload::Form(_) => out.push_str("Content-Type: application/x-www-form-urlencoded\n"),
        Payload::Json(_) => out.push_str("Content-Type: application/json\n"),
    }
    if let Some((id, secret)) = &call.basic {
        out.push_str(&format!("Authorization: Basic base64({id}:{secret})\n"));
    }
    for (name, value) in &call.headers {
        out.push_str(&format!("{name}: {value}\n"));
    }
    match &call.body {
        Payload::None => {}
        Payload::Form(pairs) => {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
            out.push_str(&format!("\n{}", pairs.join("&")));
        }
        Payload::Json(pairs) => out.push_str(&format!("\n{}", json_line(pairs))),
    }
    out.trim_end().to_owned()
}

/// Form-encoded, with its marks; a variable stays what it is called.
fn encoded(value: &str) -> String {
    let form = |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    pieces(value)
        .iter()
        .map(|piece| match piece.own {
            true if piece.is_variable() => text::own(&piece.text),
            true => text::own(&form(&piece.text)),
            false => form(&piece.text),
        })
        .collect()
}
