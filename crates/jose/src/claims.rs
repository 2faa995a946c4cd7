//! Claims whose JSON type RFC 7519 leaves some choice, read strictly.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// Seconds since 1970-01-01T00:00:00Z. RFC 7519 §2.
///
/// Read from a number, never from a string; a fraction is dropped, and what lies
/// before 1970 or after the year 9999 is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumericDate(i64);

impl NumericDate {
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// `None` before 1970 and after the year 9999.
    pub const fn from_second(second: i64) -> Option<Self> {
        if second < 0 || second > Self::MAX.0 { None } else { Some(Self(second)) }
    }

    /// Since 1970-01-01T00:00:00Z.
    pub const fn as_second(self) -> i64 {
        self.0
    }
}

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of seconds from 1970 to 9999")
            }

            fn visit_i64<E: de::Error>(self, second: i64) -> Result<NumericDate, E> {
                NumericDate::from_second(second).ok_or_else(|| E::invalid_value(Unexpected::Signed(second), &self))
            }

            fn visit_u64<E: de::Error>(self, second: u64) -> Result<NumericDate, E> {
                i64::try_from(second)
                    .ok()
                    .and_then(NumericDate::from_second)
                    .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(second), &self))
            }

            fn visit_f64<E: de::Error>(self, second: f64) -> Result<NumericDate, E> {
                // The end of the range is far below 2^53: in it, the floor is exact.
                let in_range = second >= 0.0 && second < (NumericDate::MAX.0 + 1) as f64;
                if !in_range {
                    return Err(E::invalid_value(Unexpected::Float(second), &self));
                }
                Ok(NumericDate(second.floor() as i64))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// Whom a token is meant for: at least one name. RFC 7519 §4.1.3.
///
/// Read from a string or an array of strings; written as a string if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience(Vec<String>);

impl Audience {
    /// Meant for one.
    pub fn one(name: impl Into<String>) -> Self {
        Self(vec![name.into()])
    }

    /// `None` without any name.
    pub fn many(names: Vec<String>) -> Option<Self> {
        if names.is_empty() { None } else { Some(Self(names)) }
    }

    /// Compares exactly, character by character.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|one| one == name)
    }

    /// Meant for this name and for nobody else.
    pub fn is_only(&self, name: &str) -> bool {
        matches!(self.0.as_slice(), [one] if one == name)
    }

    /// At least one.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// At least one.
    pub fn into_names(self) -> Vec<String> {
        self.0
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            names => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Audience;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a non-empty array of strings")
            }

            fn visit_str<E>(self, name: &str) -> Result<Audience, E> {
                Ok(Audience::one(name))
            }

            fn visit_string<E>(self, name: String) -> Result<Audience, E> {
                Ok(Audience::one(name))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Audience, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Audience::many(names).ok_or_else(|| de::Error::invalid_length(0, &"at least one string"))
            }
        }
        deserializer.deserialize_any(Names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_numbers_in_range() {
        for (json, second) in [
            ("0", 0),
            ("1300819380", 1_300_819_380),
            ("1300819380.999", 1_300_819_380),
            ("1.5e9", 1_500_000_000),
            ("253402300799", 253_402_300_799),
            ("253402300799.5", 253_402_300_799),
            ("-0.0", 0),
        ] {
            let date: NumericDate = serde_json::from_str(json).unwrap();
            assert_eq!(date.as_second(), second, "{json}");
        }
        for json in ["\"1300819380\"", "-1", "-0.5", "253402300800", "1e300", "18446744073709551615", "null", "true", "[1]", "{}"] {
            assert!(serde_json::from_str::<NumericDate>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn audiences_are_strings() {
        for (json, names) in [(r#""a""#, vec!["a"]), (r#"["a"]"#, vec!["a"]), (r#"["a","b"]"#, vec!["a", "b"])] {
            let audience: Audience = serde_json::from_str(json).unwrap();
            assert_eq!(audience.names(), names);
        }
        for json in ["[]", "[1]", r#"["a",null]"#, "1", "null", "{}", r#"[["a"]]"#] {
            assert!(serde_json::from_str::<Audience>(json).is_err(), "{json}");
        }
        assert_eq!(serde_json::to_string(&Audience::one("a")).unwrap(), r#""a""#);
        assert!(Audience::one("a").is_only("a"));
        assert!(!Audience::many(vec!["a".into(), "b".into()]).unwrap().is_only("a"));
    }
}
