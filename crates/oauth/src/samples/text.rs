//! Texts in which the reader's own values are marked, and how languages quote them.

use std::fmt::Write as _;

use super::who::is_variable;

/// Around what is the reader's own. Private-use characters, which no value may bring along.
const FROM: char = '\u{e000}';
const TO: char = '\u{e001}';

/// A part of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As it is read.
    pub text: String,
    /// The reader's own: a placeholder, or their application's value.
    pub own: bool,
}

impl Piece {
    /// What a shell puts a value in place of. **Invariant**: nothing that an application or its users are called, but
    /// what [`is_variable`] knows.
    pub(super) fn is_variable(&self) -> bool {
        self.own && is_variable(&self.text)
    }
}

/// Marks a value as the reader's own.
pub(super) fn own(value: &str) -> String {
    format!("{FROM}{}{TO}", plain(value))
}

/// Without marks.
pub fn plain(text: &str) -> String {
    text.replace([FROM, TO], "")
}

pub(super) fn has_own(text: &str) -> bool {
    text.contains(FROM)
}

/// What is the reader's own, and what is not, in order.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |text: &str, own| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), own });
        }
    };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(FROM) {
        push(before, false);
        let (inside, after) = after.split_once(TO).unwrap_or((after, ""));
        push(inside, true);
        rest = after;
    }
    push(rest, false);
    pieces
}

/// A string of JavaScript, Python, Go and JSON alike.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    for letter in serde_json::Value::from(text).to_string().chars() {
        if is_hidden(letter) {
            // All of them have four digits; writing to a string does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    out
}

/// What editors do not show as it stands, so that a program would say other than it seems.
pub(super) fn is_hidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The members of a flat object, one a line.
pub(super) fn lines<'p>(pairs: &'p [(String, String)], indent: &str, line: impl Fn(&'p str, &'p str) -> String) -> String {
    pairs.iter().map(|(name, value)| format!("{indent}{}\n", line(name, value))).collect()
}

/// A flat JSON object in one line.
pub(super) fn json_line(pairs: &[(String, String)]) -> String {
    let members: Vec<_> = pairs.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
    format!("{{{}}}", members.join(", "))
}

/// JSON in one line as people read it: indented by two spaces, members in their order.
pub fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if in_text {
            out.push(letter);
            (in_text, escaped) = (escaped || letter != '"', !escaped && letter == '\\');
            continue;
        }
        match letter {
            '"' => {
                in_text = true;
                out.push('"');
            }
            '{' | '[' => {
                out.push(letter);
                match letters.peek() {
                    Some('}' | ']') => out.extend(letters.next()),
                    _ => {
                        depth += 1;
                        line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push(letter),
        }
    }
    out
}
