//! A call as a module for Node.js 20 or newer: with what it has itself, and with axios.

use http::Method;

use super::{
    call::{Call, Payload},
    text::{lines, plain, quoted},
};

pub(super) fn fetch(call: &Call) -> String {
    let mut headers: Vec<String> = call.headers.iter().map(|(name, value)| format!("{}: {}", key(name), quoted(value))).collect();
    if let Some((id, secret)) = &call.basic {
        headers.push(format!("Authorization: \"Basic \" + Buffer.from({}).toString(\"base64\")", quoted(&format!("{id}:{secret}"))));
    }
    if matches!(call.body, Payload::Json(_)) {
        headers.push("\"Content-Type\": \"application/json\"".to_owned());
    }
    let mut options = String::new();
    if call.method != Method::GET {
        options.push_str(&format!("  method: \"{}\",\n", call.method));
    }
    if !headers.is_empty() {
        options.push_str(&format!("  headers: {{\n    {},\n  }},\n", headers.join(",\n    ")));
    }
    match &call.body {
        Payload::None => {}
        Payload::Form(pairs) => options.push_str(&format!("  body: new URLSearchParams({{\n{}  }}),\n", members(pairs, "    "))),
        Payload::Json(pairs) => options.push_str(&format!("  body: JSON.stringify({{\n{}  }}),\n", members(pairs, "    "))),
    }
    let options = if options.is_empty() { String::new() } else { format!(", {{\n{options}}}") };
    let told = if call.tells() { "console.log(JSON.stringify(await answer.json(), null, 2));" } else { "console.log(answer.status);" };
    format!("const answer = await fetch({}{options});\nif (!answer.ok) throw new Error(await answer.text());\n{told}", quoted(&call.url))
}

pub(super) fn axios(call: &Call) -> String {
    let mut options = format!("  method: \"{}\",\n  url: {},\n", plain(&call.method.as_str().to_lowercase()), quoted(&call.url));
    if !call.headers.is_empty() {
        options.push_str(&format!("  headers: {{\n{}  }},\n", members(&call.headers, "    ")));
    }
    if let Some((id, secret)) = &call.basic {
        options.push_str(&format!("  auth: {{ username: {}, password: {} }},\n", quoted(id), quoted(secret)));
    }
    match &call.body {
        Payload::None => {}
        Payload::Form(pairs) => options.push_str(&format!("  data: new URLSearchParams({{\n{}  }}),\n", members(pairs, "    "))),
        Payload::Json(pairs) => options.push_str(&format!("  data: {{\n{}  }},\n", members(pairs, "    "))),
    }
    let told = if call.tells() { "console.log(JSON.stringify(answer.data, null, 2));" } else { "console.log(answer.status);" };
    format!("import axios from \"axios\";\n\nconst answer = await axios({{\n{options}}});\n{told}")
}

fn members(pairs: &[(String, String)], indent: &str) -> String {
    lines(pairs, indent, |name, value| format!("{}: {},", key(name), quoted(value)))
}

/// A member's name.
fn key(name: &str) -> String {
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if starts && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') { name.to_owned() } else { quoted(name) }
}
