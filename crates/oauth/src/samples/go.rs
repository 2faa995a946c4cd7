//! A call as a Go program, with the standard library alone.

use super::{
    call::{Call, Payload},
    text::{json_line, lines, quoted},
};

pub(super) fn write(call: &Call) -> String {
    let mut imports = vec!["fmt", "io", "log", "net/http"];
    let (made, body) = match &call.body {
        Payload::None => (String::new(), "nil"),
        Payload::Form(pairs) => {
            imports.extend(["net/url", "strings"]);
            let pairs = lines(pairs, "\t\t", |name, value| format!("{}: {{{}}},", quoted(name), quoted(value)));
            (format!("\tform := url.Values{{\n{pairs}\t}}\n"), "strings.NewReader(form.Encode())")
        }
        Payload::Json(pairs) => {
            imports.push("strings");
            (format!("\tbody := {}\n", text(&json_line(pairs))), "strings.NewReader(body)")
        }
    };
    let imports: String = imports.iter().map(|name| format!("\t\"{name}\"\n")).collect();
    let mut set: String =
        call.headers.iter().map(|(name, value)| format!("\trequest.Header.Set({}, {})\n", quoted(name), quoted(value))).collect();
    match &call.body {
        Payload::None => {}
        Payload::Form(_) => set.push_str("\trequest.Header.Set(\"Content-Type\", \"application/x-www-form-urlencoded\")\n"),
        Payload::Json(_) => set.push_str("\trequest.Header.Set(\"Content-Type\", \"application/json\")\n"),
    }
    if let Some((id, secret)) = &call.basic {
        set.push_str(&format!("\trequest.SetBasicAuth({}, {})\n", quoted(id), quoted(secret)));
    }
    format!(
        "package main\n\nimport (\n{imports})\n\nfunc main() {{\n{made}\trequest, err := http.NewRequest(\"{}\", {}, {body})\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n{set}\tanswer, err := http.DefaultClient.Do(request)\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\tdefer answer.Body.Close()\n\ttext, err := io.ReadAll(answer.Body)\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\tif answer.StatusCode != http.StatusOK {{\n\t\tlog.Fatal(answer.Status, string(text))\n\t}}\n\tfmt.Println(string(text))\n}}",
        call.method,
        quoted(&call.url),
    )
}

/// A string that holds quotation marks: between backquotes, where none stands inside.
fn text(text: &str) -> String {
    if text.contains('`') { quoted(text) } else { format!("`{text}`") }
}
