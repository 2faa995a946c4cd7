//! Documented exchanges as text: what is sent, and what must come back.
//!
//! A file holds exchanges, each after a line `### title`: lines of comment (`#`), a request as HTTP
//! writes it, and the response from its `HTTP/1.1 200` line on. `{{name}}` in a request is a
//! variable, encoded as its place needs; `{{basic}}` is what Basic carries for `client_id` and
//! `client_secret`. In a response a JSON string may be a pattern:
//!
//! - `{{any}}`, `{{text}}`, `{{jwt}}`, `{{uuid}}`, `{{integer}}`, `{{boolean}}`: any value of the kind
//! - `{{name=jwt}}`: such a value, kept for later requests as `name`
//! - `{{name!=other}}`: text that is not the variable `other`, kept as `name`
//! - `{{name}}`: exactly the variable
//!
//! `# later: 301` in front of a request says that so many seconds pass before it.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Request, Response};
use url::form_urlencoded;

use self::ordered_json::{Json, matches_json};

#[path = "ordered_json.rs"]
mod ordered_json;

/// What requests may name, by name.
pub type Variables = BTreeMap<String, String>;

type Headers = Vec<(String, String)>;

/// One request and what must be answered.
#[derive(Debug, PartialEq)]
pub struct Exchange {
    pub title: String,
    /// The title's line in the file.
    pub line: usize,
    /// Seconds that pass before the request.
    pub later: u32,
    start: String,
    headers: Headers,
    body: String,
    pub status: u16,
    expected_headers: Headers,
    /// Nothing: any body will do.
    expected_body: String,
}

/// Reads a file of exchanges.
pub fn parse(text: &str) -> Result<Vec<Exchange>, String> {
    let mut blocks: Vec<(usize, &str, Vec<&str>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("###"), blocks.last_mut()) {
            (Some(title), _) => blocks.push((index + 1, title.trim(), Vec::new())),
            (None, Some((.., lines))) => lines.push(line),
            (None, None) if line.trim().is_empty() || line.starts_with('#') => {}
            (None, None) => return Err(format!("line {}: an exchange begins with a line ### title", index + 1)),
        }
    }
    blocks
        .into_iter()
        .map(|(line, title, lines)| exchange(line, title, &lines).map_err(|wrong| format!("{title} (line {line}): {wrong}")))
        .collect()
}

fn exchange(line: usize, title: &str, lines: &[&str]) -> Result<Exchange, String> {
    let mut later = 0;
    let mut rest = lines;
    while let [first, tail @ ..] = rest
        && (first.trim().is_empty() || first.starts_with('#'))
    {
        if let Some(seconds) = first.strip_prefix("# later:") {
            later = seconds.trim().parse().map_err(|_| format!("{first:?} is no number of seconds"))?;
        }
        rest = tail;
    }
    let split = rest.iter().position(|line| line.starts_with("HTTP/")).ok_or("there is no response: a line such as HTTP/1.1 200 OK")?;
    let (start, headers, body) = message(&rest[..split])?;
    let (status, expected_headers, expected_body) = message(&rest[split..])?;
    let status = status.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| format!("{status:?} has no status"))?;
    Ok(Exchange { title: title.to_owned(), line, later, start, headers, body, status, expected_headers, expected_body })
}

/// Start line, headers, and what follows the first blank line.
fn message(lines: &[&str]) -> Result<(String, Headers, String), String> {
    let [start, rest @ ..] = lines else { return Err("there is no request".into()) };
    let end = rest.iter().position(|line| line.trim().is_empty()).unwrap_or(rest.len());
    let header = |line: &&str| {
        line.split_once(':')
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .ok_or_else(|| format!("{line:?} is no header"))
    };
    let headers = rest[..end].iter().map(header).collect::<Result<_, _>>()?;
    Ok(((*start).to_owned(), headers, rest[end..].join("\n").trim().to_owned()))
}

impl Exchange {
    /// The request to the realm at `issuer`, whose host takes the place of the documented one.
    pub fn render(&self, issuer: &str, variables: &Variables) -> Result<Request<Vec<u8>>, String> {
        let fail = |wrong: String| format!("{} (line {}): {wrong}", self.title, self.line);
        let mut words = self.start.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(fail(format!("{:?} is no request line", self.start)));
        };
        let target = fill(target, variables, url_encode).map_err(fail)?;
        let mut request = Request::builder().method(method).uri(format!("{issuer}{target}"));
        for (name, value) in self.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")) {
            request = request.header(name, fill(value, variables, str::to_owned).map_err(fail)?);
        }
        let media_type = self.header("content-type").unwrap_or_default();
        let encode = if media_type.starts_with("application/json") { json_encode } else { url_encode };
        let body = fill(&self.body, variables, encode).map_err(fail)?;
        request.body(body.into_bytes()).map_err(|error| fail(error.to_string()))
    }

    /// What the response gives later requests, or how it differs from the documented one.
    pub fn matches(&self, response: &Response<Vec<u8>>, variables: &Variables) -> Result<Variables, String> {
        let got = String::from_utf8_lossy(response.body());
        let fail = |wrong: String| format!("{} (line {}): {wrong}\n  answered: {} {got}", self.title, self.line, response.status());
        if response.status().as_u16() != self.status {
            return Err(fail(format!("status {} expected", self.status)));
        }
        for (name, value) in &self.expected_headers {
            let sent: Vec<_> = response.headers().get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            if !sent.iter().any(|sent| sent == value || value == "{{any}}") {
                return Err(fail(format!("header {name}: {value} expected, not {sent:?}")));
            }
        }
        let mut captured = Variables::new();
        if !self.expected_body.is_empty() {
            let expected =
                Json::parse(self.expected_body.as_bytes()).map_err(|error| fail(format!("the expected body is not JSON: {error}")))?;
            let sent = Json::parse(response.body()).map_err(|error| fail(format!("the body is not JSON: {error}")))?;
            matches_json("body", &expected, &sent, &mut |pattern, value| matches_pattern(pattern, value, variables, &mut captured))
                .map_err(fail)?;
        }
        Ok(captured)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Whether `pattern` is one, and whether `value` is such a value.
fn matches_pattern(pattern: &str, value: &Json, variables: &Variables, captured: &mut Variables) -> Option<Result<(), String>> {
    let inner = pattern.strip_prefix("{{")?.strip_suffix("}}")?;
    let text = match value {
        Json::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let refuse = |expected: &str| Err(format!("{expected} expected, not {value}"));
    if let Some((name, other)) = inner.split_once("!=") {
        return Some(match (text, variables.get(other)) {
            (_, None) => Err(format!("the variable {other} is not known")),
            (Some(text), Some(other)) if text != other => {
                captured.insert(name.to_owned(), text.to_owned());
                Ok(())
            }
            _ => refuse("another text"),
        });
    }
    let (name, kind) = inner.split_once('=').map_or((None, inner), |(name, kind)| (Some(name), kind));
    let fits = match kind {
        "any" => true,
        "text" => text.is_some_and(|text| !text.is_empty()),
        "jwt" => text.is_some_and(is_jwt),
        "uuid" => text.is_some_and(|text| uuid::Uuid::parse_str(text).is_ok() && text.len() == 36),
        "integer" => matches!(value, Json::Number(number) if number.is_i64() || number.is_u64()),
        "boolean" => matches!(value, Json::Bool(_)),
        variable => match variables.get(variable) {
            Some(own) => text == Some(own),
            None => return Some(Err(format!("the variable {variable} is not known"))),
        },
    };
    if !fits {
        return Some(refuse(kind));
    }
    if let (Some(name), Some(text)) = (name, text) {
        captured.insert(name.to_owned(), text.to_owned());
    }
    Some(Ok(()))
}

fn is_jwt(text: &str) -> bool {
    let base64url = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    text.split('.').count() == 3 && text.split('.').all(base64url)
}

/// `text` with each `{{name}}` replaced.
fn fill(text: &str, variables: &Variables, encode: fn(&str) -> String) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or_else(|| format!("{text:?} opens {{{{ without closing it"))?;
        filled.push_str(before);
        filled.push_str(&encode(&variable(name, variables)?));
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn variable(name: &str, variables: &Variables) -> Result<String, String> {
    let known = |name: &str| variables.get(name).cloned().ok_or_else(|| format!("the variable {name} is not known"));
    match name {
        "basic" => Ok(STANDARD.encode(format!("{}:{}", known("client_id")?, known("client_secret")?))),
        _ => known(name),
    }
}

fn url_encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// As it stands between quotes.
fn json_encode(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
