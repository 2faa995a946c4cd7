//! A form over a document, as a template shows it: its rows, what was wrong, and what others changed meanwhile.

use http::StatusCode;
use jeton_oauth::{OAuthError, parameters::Parameters};
use serde_json::{Map, Value, json};

use super::{ask::is_stale, fields::Fields};

/// What a form was refused for.
pub struct Refused<'a> {
    pub typed: &'a Parameters,
    pub error: &'a OAuthError,
}

/// What somebody filled in, and what the form had shown them.
pub struct Filled<'a> {
    pub typed: &'a Parameters,
    pub seen: Map<String, Value>,
}

/// What the form had shown that is sent; what is said now, where it does not tell.
pub fn seen(sent: &Parameters, said: &Map<String, Value>) -> Map<String, Value> {
    sent.get("said").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| said.clone())
}

/// The form of a document: `said` is what it says now, `usual` what holds where it says nothing.
pub fn form(fields: &Fields, said: &Map<String, Value>, usual: &Map<String, Value>, refused: Option<&Refused<'_>>) -> Value {
    let faults = refused.map(|refused| refused.error.faults.as_slice()).unwrap_or_default();
    let filled = refused.map(|refused| Filled { typed: refused.typed, seen: seen(refused.typed, said) });
    let mut form = notes(said, refused, fields.others(faults));
    form["rows"] = json!(fields.rows(said, usual, filled.as_ref(), faults));
    form
}

/// What stands above a form: why it was refused, `others` among that, and what others changed meanwhile.
pub fn notes(said: &Map<String, Value>, refused: Option<&Refused<'_>>, mut others: Vec<String>) -> Value {
    let mut meanwhile = Vec::new();
    if let Some(refused) = refused {
        if is_stale(refused.error) {
            meanwhile = differing(&seen(refused.typed, said), said);
        } else if refused.error.faults.is_empty() {
            others.push(refused.error.description.to_string());
        }
    }
    json!({
        "others": others,
        "stale": refused.is_some_and(|refused| is_stale(refused.error)),
        "meanwhile": meanwhile,
        "refused": refused.is_some(),
        "said": Value::Object(said.clone()).to_string(),
    })
}

/// A form that others overtook is a conflict; one that cannot be as it was sent says why.
pub fn status(refused: Option<&Refused<'_>>) -> StatusCode {
    match refused {
        None => StatusCode::OK,
        Some(refused) if is_stale(refused.error) => StatusCode::CONFLICT,
        Some(refused) if refused.error.code.status() == 400 => StatusCode::UNPROCESSABLE_ENTITY,
        Some(refused) => StatusCode::from_u16(refused.error.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// What of a document is not what it was: its name, what it was, what it is.
pub fn differing(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Value> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let shown = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let differs =
        |name: &&&String| before.get(**name).filter(|value| !value.is_null()) != after.get(**name).filter(|value| !value.is_null());
    names
        .iter()
        .filter(differs)
        .map(|name| json!({ "name": name, "was": shown(before.get(*name)), "is": shown(after.get(*name)) }))
        .collect()
}

/// The members of a document that a form is about.
pub fn only(document: &Value, names: impl Fn(&str) -> bool) -> Map<String, Value> {
    let members = document.as_object().into_iter().flatten();
    members.filter(|(name, value)| names(name) && !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect()
}
