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

/// The form of a document: `said` is what it says now, `usual` what holds where it says nothing.
pub fn form(fields: &Fields, said: &Map<String, Value>, usual: &Map<String, Value>, refused: Option<&Refused<'_>>) -> Value {
    let (typed, faults) = match refused {
        Some(refused) => (Some(refused.typed), refused.error.faults.as_slice()),
        None => (None, [].as_slice()),
    };
    let mut others = fields.others(faults);
    let mut meanwhile = Vec::new();
    if let Some(refused) = refused {
        if is_stale(refused.error) {
            let before = refused.typed.get("said").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            meanwhile = differing(&before, said);
        } else if faults.is_empty() {
            others.push(refused.error.description.to_string());
        }
    }
    json!({
        "rows": fields.rows(said, usual, typed, faults),
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
