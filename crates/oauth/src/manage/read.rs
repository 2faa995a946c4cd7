//! From a document as it was written to a document that is understood: every fault at once, each
//! with its path.

use std::{collections::HashSet, fmt};

use serde::{
    de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Unexpected, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

use super::{Fault, Path, did_you_mean};

/// More than this is no slip of the pen.
const MAX_FAULTS: usize = 100;

/// The document, without what could not be understood; that is told.
pub fn read<T: DeserializeOwned + Default>(document: &Map<String, Value>) -> (T, Vec<Fault>) {
    let mut skipped = HashSet::new();
    let mut faults = Vec::new();
    loop {
        let error = match T::deserialize(Object { members: document, at: Link::TOP, skipped: &skipped }) {
            Ok(read) => return (read, faults),
            Err(error) => error,
        };
        let path = error.path.clone().unwrap_or_default();
        faults.push(error.into_fault());
        if path == Path::default() || faults.len() == MAX_FAULTS || !skipped.insert(path) {
            return (T::default(), faults);
        }
    }
}

/// Why reading stopped.
#[derive(Debug)]
struct Stopped {
    path: Option<Path>,
    /// `{}` stands for the key.
    what: String,
    instead: String,
    unknown: bool,
}

impl Stopped {
    fn new(what: String, instead: String) -> Self {
        Self { path: None, what, instead, unknown: false }
    }

    /// Only the innermost place is the fault's.
    fn at(mut self, link: Link<'_>) -> Self {
        self.path.get_or_insert_with(|| link.path());
        self
    }

    fn into_fault(self) -> Fault {
        let path = self.path.unwrap_or_default();
        let what = match path.last_key() {
            Some(key) => self.what.replace("{}", &format!("`{key}`")),
            None => self.what.replace("{}", "this"),
        };
        Fault { unknown: self.unknown, ..Fault::new(path, what, self.instead) }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.instead)
    }
}

impl std::error::Error for Stopped {}

impl de::Error for Stopped {
    /// Words of a type's own: what is wrong, a semicolon, what to write instead.
    fn custom<T: fmt::Display>(words: T) -> Self {
        let words = words.to_string();
        let (what, instead) = words.split_once("; ").unwrap_or((&words, ""));
        Self::new(what.to_owned(), instead.to_owned())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("{{}} is {}", kind(&found)), format!("write {}", plain(&expected.to_string())))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let value = match found {
            Unexpected::Str(text) => format!("{text:?}"),
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Signed(number) => number.to_string(),
            other => kind(&other).to_owned(),
        };
        Self::new(format!("{{}} cannot be {value}"), format!("write {}", plain(&expected.to_string())))
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("{{}} cannot be {word:?}"), did_you_mean(word, expected))
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Self { unknown: true, ..Self::new("{} is not known here".to_owned(), did_you_mean(name, expected)) }
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(format!("{{}} lacks `{name}`"), format!("write `{name}` too"))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(format!("`{name}` stands here twice"), "keep one of the two".to_owned())
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a text",
        Unexpected::Unit | Unexpected::Option => "nothing",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a table",
        _ => "something else",
    }
}

/// Words that a type expects, in those of somebody who writes documents.
fn plain(expected: &str) -> &str {
    match expected {
        "a string" => "text in quotes",
        "a boolean" => "true or false, without quotes",
        "a sequence" => "a list",
        "a map" => "a table",
        "u16" | "u32" | "u64" | "usize" => "a whole number, without quotes",
        "i64" | "i32" => "a whole number, without quotes",
        words if words.starts_with("struct ") => "a table",
        words if words.starts_with("variant identifier") || words.starts_with("string or map") => "one word in quotes",
        words => words,
    }
}

/// Where the reader is.
#[derive(Clone, Copy)]
struct Link<'a> {
    parent: Option<&'a Link<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Top,
    Key(&'a str),
    Index(usize),
}

impl Link<'_> {
    const TOP: Link<'static> = Link { parent: None, step: Step::Top };

    fn path(&self) -> Path {
        let above = self.parent.map(Link::path).unwrap_or_default();
        match self.step {
            Step::Top => above,
            Step::Key(key) => above.key(key),
            Step::Index(index) => above.index(index),
        }
    }
}

/// A value and its place.
#[derive(Clone, Copy)]
struct Node<'de, 'p> {
    value: &'de Value,
    at: Link<'p>,
    skipped: &'p HashSet<Path>,
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Stopped;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(List { items: items.iter(), next: 0, at: self.at, skipped: self.skipped }),
            Value::Object(members) => Object { members, at: self.at, skipped: self.skipped }.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Stopped> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stopped> {
        match self.value {
            Value::String(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            other => Err(de::Error::invalid_type(unexpected(other), &"one word in quotes")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(_) => Unexpected::Unsigned(0),
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}

/// A table and its place.
struct Object<'de, 'p> {
    members: &'de Map<String, Value>,
    at: Link<'p>,
    skipped: &'p HashSet<Path>,
}

impl<'de> Deserializer<'de> for Object<'de, '_> {
    type Error = Stopped;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stopped> {
        visitor.visit_map(Members { rest: self.members.iter(), value: None, at: self.at, skipped: self.skipped })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Members<'de, 'p> {
    rest: serde_json::map::Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
    at: Link<'p>,
    skipped: &'p HashSet<Path>,
}

impl<'de> de::MapAccess<'de> for Members<'de, '_> {
    type Error = Stopped;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stopped> {
        for (key, value) in self.rest.by_ref() {
            let at = Link { parent: Some(&self.at), step: Step::Key(key) };
            if !self.skipped.is_empty() && self.skipped.contains(&at.path()) {
                continue;
            }
            self.value = Some((key, value));
            let key = de::value::BorrowedStrDeserializer::<Stopped>::new(key);
            return seed.deserialize(key).map(Some).map_err(|error| error.at(at));
        }
        Ok(None)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stopped> {
        let (key, value) = self.value.take().ok_or_else(|| Stopped::new("{} has no value".to_owned(), String::new()))?;
        within(self.at, Step::Key(key), value, self.skipped, seed)
    }
}

struct List<'de, 'p> {
    items: std::slice::Iter<'de, Value>,
    next: usize,
    at: Link<'p>,
    skipped: &'p HashSet<Path>,
}

impl<'de> de::SeqAccess<'de> for List<'de, '_> {
    type Error = Stopped;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Stopped> {
        for value in self.items.by_ref() {
            let index = self.next;
            self.next += 1;
            let at = Link { parent: Some(&self.at), step: Step::Index(index) };
            if !self.skipped.is_empty() && self.skipped.contains(&at.path()) {
                continue;
            }
            return within(self.at, Step::Index(index), value, self.skipped, seed).map(Some);
        }
        Ok(None)
    }
}

/// Reads what stands one step further in, and says where if it cannot be read.
fn within<'de, T: de::DeserializeSeed<'de>>(
    parent: Link<'_>,
    step: Step<'_>,
    value: &'de Value,
    skipped: &HashSet<Path>,
    seed: T,
) -> Result<T::Value, Stopped> {
    let at = Link { parent: Some(&parent), step };
    seed.deserialize(Node { value, at, skipped }).map_err(|error| error.at(at))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::{
        Seconds,
        settings::{ExtraClaim, GrantType, TokenFormat},
    };

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Document {
        name: Option<String>,
        grants: Vec<GrantType>,
        format: Option<TokenFormat>,
        claims: Vec<ExtraClaim>,
        lifetime: Option<Seconds>,
        rest: Map<String, Value>,
    }

    fn of(value: Value) -> (Document, Vec<String>) {
        let Value::Object(members) = value else { panic!("no table") };
        let (read, faults) = read::<Document>(&members);
        (read, faults.iter().map(|fault| format!("{}: {}; {}", fault.path, fault.what, fault.instead)).collect())
    }

    #[test]
    fn what_fits_is_read() {
        let (read, faults) =
            of(json!({ "name": "x", "grants": ["password"], "format": "jwt", "lifetime": 5, "rest": { "a": [1, -1, 0.5, null] } }));
        assert_eq!(faults, [""; 0]);
        assert_eq!((read.name.as_deref(), read.grants, read.lifetime), (Some("x"), vec![GrantType::Password], Some(Seconds(5))));
        assert_eq!(read.rest["a"], json!([1, -1, 0.5, null]));
    }

    #[test]
    fn every_fault_is_told_with_its_path_and_the_rest_is_read() {
        let (read, faults) = of(json!({
            "nmae": "x", "name": 3, "grants": ["pasword", "password", 5], "format": "jwtt",
            "claims": [{ "name": "a", "value": 1 }, { "nam": "b" }, { "name": "c", "form": 2 }],
        }));
        assert_eq!(
            faults,
            [
                "claims[1].nam: `nam` is not known here; did you mean `name`?",
                "claims[1]: `claims` lacks `name`; write `name` too",
                "claims[2].form: `form` is not known here; did you mean `from`?",
                "format: `format` cannot be \"jwtt\"; did you mean `jwt`?",
                "grants[0]: `grants` cannot be \"pasword\"; did you mean `password`?",
                "grants[2]: `grants` is a whole number; write one word in quotes",
                "name: `name` is a whole number; write text in quotes",
                "nmae: `nmae` is not known here; did you mean `name`?",
            ]
        );
        assert_eq!((read.grants, read.claims.len()), (vec![GrantType::Password], 2));
    }
}
