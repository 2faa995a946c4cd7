//! JSON whose members keep their order, and whether one is as another says.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    fn names(members: &[(String, Json)]) -> Vec<&str> {
        members.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// What a string of the expected JSON says about a value, where it is a pattern.
pub type Pattern<'p> = dyn FnMut(&str, &Json) -> Option<Result<(), String>> + 'p;

/// Compares member by member, in order; a string of `expected` that `pattern` takes for a pattern is
/// compared by it.
pub fn matches_json(at: &str, expected: &Json, got: &Json, pattern: &mut Pattern<'_>) -> Result<(), String> {
    match (expected, got) {
        (Json::Text(text), _) => match pattern(text, got) {
            Some(outcome) => outcome.map_err(|wrong| format!("{at}: {wrong}")),
            None if expected == got => Ok(()),
            None => Err(format!("{at}: {expected} expected, not {got}")),
        },
        (Json::Object(members), Json::Object(sent)) => {
            let (names, sent_names) = (Json::names(members), Json::names(sent));
            if names != sent_names {
                return Err(format!("{at}: the members {names:?} expected, in this order, not {sent_names:?}"));
            }
            members
                .iter()
                .zip(sent)
                .try_for_each(|((name, expected), (_, got))| matches_json(&format!("{at}.{name}"), expected, got, pattern))
        }
        (Json::List(items), Json::List(sent)) if items.len() == sent.len() => items
            .iter()
            .zip(sent)
            .enumerate()
            .try_for_each(|(index, (expected, got))| matches_json(&format!("{at}[{index}]"), expected, got, pattern)),
        _ if expected == got => Ok(()),
        _ => Err(format!("{at}: {expected} expected, not {got}")),
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => fmt::Debug::fmt(text, f),
            Self::List(items) => write!(f, "a list of {}", items.len()),
            Self::Object(members) => write!(f, "an object of {:?}", Self::names(members)),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("not a number of JSON"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = entries.next_entry::<String, Json>()? {
            if members.iter().any(|(own, _)| *own == name) {
                return Err(A::Error::custom(format_args!("{name:?} is named twice")));
            }
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}
