//! What a plan would change, in words.

use jeton_oauth::manage::Noun;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub realm: String,
    #[serde(serialize_with = "word", deserialize_with = "noun")]
    pub kind: Noun,
    pub name: String,
    pub action: Action,
    /// One phrase for each thing that changes.
    pub what: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Create,
    Update,
    Remove,
    Unchanged,
}

impl Action {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Remove => "remove",
            Self::Unchanged => "unchanged",
        }
    }
}

/// One phrase for each member that differs. `hidden` ones are told in other ways, or are secret.
pub(crate) fn compare(before: &impl Serialize, after: &impl Serialize, hidden: &[&str]) -> Vec<String> {
    let (Ok(Value::Object(before)), Ok(Value::Object(after))) = (serde_json::to_value(before), serde_json::to_value(after)) else {
        return Vec::new();
    };
    let mut phrases = Vec::new();
    for (name, new) in &after {
        let old = before.get(name).unwrap_or(&Value::Null);
        if old != new && !hidden.contains(&name.as_str()) {
            phrases.push(format!("{name}: {} → {}", brief(old), brief(new)));
        }
    }
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name) && !hidden.contains(&name.as_str())) {
        phrases.push(format!("{name}: {} → none", brief(old)));
    }
    phrases
}

fn word<S: Serializer>(noun: &Noun, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(noun.as_str())
}

fn noun<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Noun, D::Error> {
    let word = String::deserialize(deserializer)?;
    Noun::ALL.into_iter().find(|noun| noun.as_str() == word).ok_or_else(|| D::Error::custom(format!("{word:?} is no noun")))
}

fn brief(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
