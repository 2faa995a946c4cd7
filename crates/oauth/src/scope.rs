//! What a token may be used for: an ordered set of scope tokens (RFC 6749 §3.3).

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

/// Scope tokens without repetition, in the order in which they were first named.
///
/// Written as one string with single spaces; read from a string or a list of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// What is wrong with a scope string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is made of printable ASCII tokens without quotes or backslashes, at most 128 of them, 256 bytes each")]
pub struct InvalidScope;

impl Scope {
    /// More tokens than this are refused.
    const MAX_TOKENS: usize = 128;
    /// A longer token is refused.
    pub(crate) const MAX_TOKEN_BYTES: usize = 256;

    /// Reads `token *( SP token )`; repeated tokens count once, empty text is the empty scope.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        Self::from_tokens(text.split(' ').filter(|token| !token.is_empty()))
    }

    /// Each by itself; repeated ones count once. Refuses what is no token, and too many.
    pub fn from_tokens<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidScope> {
        let mut scope = Self::default();
        for token in tokens {
            if !is_scope_token(token) || token.len() > Self::MAX_TOKEN_BYTES {
                return Err(InvalidScope);
            }
            if !scope.contains(token) {
                if scope.0.len() == Self::MAX_TOKENS {
                    return Err(InvalidScope);
                }
                scope.0.push(token.to_owned());
            }
        }
        Ok(scope)
    }

    /// Whether this very token is among them; case matters.
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|own| own == token)
    }

    /// Whether `other` has every token; of the empty scope always.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.0.iter().all(|token| other.contains(token))
    }

    /// The tokens of `self` that `allowed` has too, in the order of `self`.
    pub fn intersection(&self, allowed: &Self) -> Self {
        Self(self.0.iter().filter(|token| allowed.contains(token)).cloned().collect())
    }

    /// `self`, then what `other` adds to it.
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for token in &other.0 {
            if !all.contains(token) {
                all.0.push(token.clone());
            }
        }
        all
    }

    /// Whether it has no tokens: it allows nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order in which they were first named.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The same as a list.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }
}

/// `1*( %x21 / %x23-5B / %x5D-7E )`, RFC 6749 §3.3.
pub fn is_scope_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token)?;
        }
        Ok(())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tokens;
        impl<'de> Visitor<'de> for Tokens {
            type Value = Scope;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("scopes as one text with spaces, or as a list")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scope, E> {
                Scope::parse(text).map_err(|error| E::custom(format_args!("{text:?} cannot be a scope; {error}")))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Scope, A::Error> {
                let mut scope = Scope::default();
                while let Some(Token(token)) = list.next_element()? {
                    if !scope.contains(&token) {
                        scope.0.push(token);
                    }
                }
                if scope.0.len() > Scope::MAX_TOKENS {
                    return Err(de::Error::custom("this is more than 128 scopes; list fewer"));
                }
                Ok(scope)
            }
        }
        deserializer.deserialize_any(Tokens)
    }
}

/// One token, refused by itself.
struct Token(String);

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = String::deserialize(deserializer)?;
        if is_scope_token(&token) && token.len() <= Scope::MAX_TOKEN_BYTES {
            return Ok(Self(token));
        }
        Err(de::Error::custom(format_args!(
            "{token:?} cannot be a scope; write printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3)"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn order_is_kept_and_repetition_is_not() {
        assert_eq!(Scope::parse("profile email profile").unwrap().to_string(), "profile email");
    }

    #[test]
    fn quotes_backslashes_and_controls_are_refused() {
        for bad in ["a\"b", "a\\b", "a\tb", "é", "a\nb"] {
            assert!(Scope::parse(bad).is_err(), "{bad:?}");
        }
    }
}
