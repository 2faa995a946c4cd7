//! Strict JSON: an object that names a member twice, or nests too deep, is refused.
//!
//! Two parsers that disagree about which duplicate counts are how a token means one
//! thing to its checker and another to its user (RFC 7515 §5.2, RFC 8725 §2.4).

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Arrays and objects may nest this deep.
pub const MAX_DEPTH: usize = 32;

/// Why the text was refused. Positions only: the text may hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON. RFC 8259.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1; in bytes.
        column: usize,
    },
    /// Which of the two counts, parsers disagree on.
    #[error("a member is named twice in one object at line {line}, column {column}; name it once")]
    DuplicateMember {
        /// From 1.
        line: usize,
        /// From 1; in bytes.
        column: usize,
    },
    /// A text of nothing but brackets would take all of the stack.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// JSON, but another shape than was asked for.
    #[error("JSON, but not of the expected members and types, at line {line}, column {column}")]
    Unexpected {
        /// From 1.
        line: usize,
        /// From 1; in bytes.
        column: usize,
    },
}

/// Reads one JSON text, refusing duplicate members at any depth, unknown ones included.
pub fn from_slice_strict<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    check(text)?;
    serde_json::from_slice(text).map_err(|error| JsonError::Unexpected { line: error.line(), column: error.column() })
}

/// Only the check, for a caller that then reads `text` in its own way.
pub fn check(text: &[u8]) -> Result<(), JsonError> {
    let mut state = State { names: Vec::new(), fault: None };
    let mut parser = serde_json::Deserializer::from_slice(text);
    let outcome = Walk { state: &mut state, depth: 0 }.deserialize(&mut parser).and_then(|()| parser.end());
    let Err(error) = outcome else { return Ok(()) };
    let (line, column) = (error.line(), error.column());
    Err(match state.fault {
        Some(Fault::Duplicate) => JsonError::DuplicateMember { line, column },
        Some(Fault::Depth) => JsonError::TooDeep,
        None => JsonError::Syntax { line, column },
    })
}

/// Small objects are compared name by name; larger ones get a set, so that the work
/// stays linear in the text.
const SMALL: usize = 16;

enum Fault {
    Duplicate,
    Depth,
}

/// One stack of names for the whole text: each object owns its top.
struct State<'de> {
    names: Vec<Cow<'de, str>>,
    fault: Option<Fault>,
}

struct Walk<'s, 'de> {
    state: &'s mut State<'de>,
    depth: usize,
}

impl<'de> Walk<'_, 'de> {
    fn fault<E: de::Error>(&mut self, fault: Fault) -> E {
        self.state.fault = Some(fault);
        E::custom("refused")
    }

    fn descend<E: de::Error>(&mut self) -> Result<usize, E> {
        match self.depth + 1 {
            depth if depth > MAX_DEPTH => Err(self.fault(Fault::Depth)),
            depth => Ok(depth),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let depth = self.descend()?;
        while items.next_element_seed(Walk { state: self.state, depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let depth = self.descend()?;
        let bottom = self.state.names.len();
        let mut many: Option<HashSet<Cow<'de, str>>> = None;
        while let Some(Name(name)) = members.next_key()? {
            let own = &self.state.names[bottom..];
            let seen = match &mut many {
                Some(set) => !set.insert(name.clone()),
                None => own.contains(&name),
            };
            if seen {
                return Err(self.fault(Fault::Duplicate));
            }
            if many.is_none() {
                self.state.names.push(name);
                if self.state.names.len() - bottom > SMALL {
                    many = Some(self.state.names.drain(bottom..).collect());
                }
            }
            members.next_value_seed(Walk { state: self.state, depth })?;
        }
        self.state.names.truncate(bottom);
        Ok(())
    }
}

/// A member's name, borrowed from the text unless it is escaped there.
struct Name<'de>(Cow<'de, str>);

impl<'de> de::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn read(text: &str) -> Result<Value, JsonError> {
        from_slice_strict(text.as_bytes())
    }

    #[test]
    fn duplicates_are_refused_at_any_depth_and_under_any_spelling() {
        for text in
            [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":{"a":1,"b":{"c":[{"d":1,"d":2}]}}}"#, r#"[{"a":1},{"b":1,"b":2}]"#]
        {
            assert!(matches!(read(text), Err(JsonError::DuplicateMember { .. })), "{text}");
        }
        assert!(read(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}],"A":1}"#).is_ok());
    }

    #[test]
    fn duplicates_are_found_in_large_objects_too() {
        for twice in [0, 5, 15, 16, 17, 18, 40, 98] {
            let mut members: Vec<_> = (0..99).map(|i| format!(r#""m{i}":{{"m{i}":0}}"#)).collect();
            assert!(read(&format!("{{{}}}", members.join(","))).is_ok());
            members.push(format!(r#""m{twice}":1"#));
            let text = format!("{{{}}}", members.join(","));
            assert!(matches!(read(&text), Err(JsonError::DuplicateMember { .. })), "{twice}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(JsonError::TooDeep));
        assert_eq!(read(&"[{\"a\":".repeat(50_000)), Err(JsonError::TooDeep));
    }

    #[test]
    fn broken_text_is_refused_without_being_repeated() {
        for text in ["", "{", "{\"a\":1}x", "{} {}", "{'a':1}", "\"\\ud800\"", "01", "[1e999]"] {
            assert!(matches!(read(text), Err(JsonError::Syntax { .. })), "{text}");
        }
        assert!(matches!(check(b"\"\xff\""), Err(JsonError::Syntax { .. })));
        let error = from_slice_strict::<u8>(b"\"hush\"").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"));
    }
}
