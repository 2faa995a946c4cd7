//! A call as a Rust program with reqwest.

use super::{
    call::{Call, Payload},
    text::{is_hidden, lines},
};

pub(super) fn write(call: &Call) -> String {
    let method = call.method.as_str().to_lowercase();
    let mut chain = format!("        .{method}({})\n", quoted(&call.url));
    if let Some((id, secret)) = &call.basic {
        chain.push_str(&format!("        .basic_auth({}, Some({}))\n", quoted(id), quoted(secret)));
    }
    for (name, value) in &call.headers {
        chain.push_str(&format!("        .header({}, {})\n", quoted(name), quoted(value)));
    }
    match &call.body {
        Payload::None => {}
        Payload::Form(pairs) => {
            let pairs = lines(pairs, "            ", |name, value| format!("({}, {}),", quoted(name), quoted(value)));
            chain.push_str(&format!("        .form(&[\n{pairs}        ])\n"));
        }
        Payload::Json(pairs) => {
            let pairs = lines(pairs, "            ", |name, value| format!("{}: {},", quoted(name), quoted(value)));
            chain.push_str(&format!("        .json(&serde_json::json!({{\n{pairs}        }}))\n"));
        }
    }
    let told = if call.tells() {
        "    let answer: serde_json::Value = answer.json()?;\n    println!(\"{answer:#}\");\n"
    } else {
        "    println!(\"{}\", answer.status());\n"
    };
    format!(
        "// cargo add reqwest --features blocking,form,json\n// cargo add serde_json\nfn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let answer = reqwest::blocking::Client::new()\n{chain}        .send()?\n        .error_for_status()?;\n{told}    Ok(())\n}}"
    )
}

/// A string of Rust.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            hidden if is_hidden(hidden) => out.extend(hidden.escape_unicode()),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
