//! A call as a program for Python 3.9 or newer: with its own `http.client`, and with requests.

use super::{
    call::{Call, Payload},
    text::{lines, quoted},
};

pub(super) fn http_client(call: &Call) -> String {
    let (scheme, host, path) = call.parts();
    let mut imports = vec!["import http.client"];
    let mut headers: Vec<_> = call.headers.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
    if let Some((id, secret)) = &call.basic {
        imports.insert(0, "import base64");
        headers.push(format!("\"Authorization\": \"Basic \" + base64.b64encode({}.encode()).decode()", quoted(&format!("{id}:{secret}"))));
    }
    let body = match &call.body {
        Payload::None => None,
        Payload::Form(pairs) => {
            imports.push("from urllib.parse import urlencode");
            headers.push("\"Content-Type\": \"application/x-www-form-urlencoded\"".to_owned());
            Some(format!("body = urlencode({{\n{}}})\n", members(pairs)))
        }
        Payload::Json(pairs) => {
            headers.push("\"Content-Type\": \"application/json\"".to_owned());
            Some(format!("body = json.dumps({{\n{}}})\n", members(pairs)))
        }
    };
    if call.tells() || matches!(call.body, Payload::Json(_)) {
        imports.insert(imports.len() - usize::from(matches!(call.body, Payload::Form(_))), "import json");
    }
    let connection = if scheme == "http" { "HTTPConnection" } else { "HTTPSConnection" };
    let sent = match (&body, headers.is_empty()) {
        (Some(_), _) => ", body, headers",
        (None, false) => ", headers=headers",
        (None, true) => "",
    };
    let headers = if headers.is_empty() { String::new() } else { format!("headers = {{\n    {},\n}}\n", headers.join(",\n    ")) };
    let told = if call.tells() { "print(json.dumps(json.loads(text), indent=2))" } else { "print(answer.status)" };
    format!(
        "{}\n\nconnection = http.client.{connection}({}, timeout=10)\n{}{headers}connection.request(\"{}\", {}{sent})\nanswer = connection.getresponse()\ntext = answer.read().decode()\nif answer.status != 200:\n    raise SystemExit(text)\n{told}",
        imports.join("\n"),
        quoted(host),
        body.unwrap_or_default(),
        call.method,
        quoted(path),
    )
}

pub(super) fn requests(call: &Call) -> String {
    let mut options = String::new();
    match &call.body {
        Payload::None => {}
        Payload::Form(pairs) => options.push_str(&format!(", data={{\n{}}}", members(pairs))),
        Payload::Json(pairs) => options.push_str(&format!(", json={{\n{}}}", members(pairs))),
    }
    if !call.headers.is_empty() {
        options.push_str(&format!(", headers={{\n{}}}", members(&call.headers)));
    }
    if let Some((id, secret)) = &call.basic {
        options.push_str(&format!(", auth=({}, {})", quoted(id), quoted(secret)));
    }
    let told = if call.tells() { "print(json.dumps(answer.json(), indent=2))" } else { "print(answer.status_code)" };
    let imports = if call.tells() { "import json\n\nimport requests" } else { "import requests" };
    format!(
        "{imports}\n\nanswer = requests.{}({}{options}, timeout=10)\nanswer.raise_for_status()\n{told}",
        call.method.as_str().to_lowercase(),
        quoted(&call.url),
    )
}

fn members(pairs: &[(String, String)]) -> String {
    lines(pairs, "    ", |name, value| format!("{}: {},", quoted(name), quoted(value)))
}
