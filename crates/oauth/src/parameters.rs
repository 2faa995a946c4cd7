//! The parameters of one request, flat and strictly read: what is ambiguous is refused.
//!
//! Two readers that disagree about a repeated or half-decoded parameter are how a request means one
//! thing to its checker and another to its user. So a parameter stands once (RFC 6749 §3.1), decodes
//! completely, and has a bounded size; only `resource` may repeat (RFC 8707 §2).

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::{OAuthError, secret::SecretText};

/// A request may carry this many parameters.
pub const MAX_PARAMETERS: usize = 64;
/// Bytes of a parameter's name, decoded.
pub const MAX_NAME: usize = 128;
/// Bytes of a parameter's value, decoded.
pub const MAX_VALUE: usize = 8 * 1024;

/// Items of a list in a JSON body.
const MAX_LIST: usize = 128;

/// The one parameter that may be named more than once.
const REPEATABLE: &[&str] = &["resource"];

/// What a source of parameters may hold.
#[derive(Clone, Copy)]
struct Limits {
    count: usize,
    value: usize,
    repeatable: &'static [&'static str],
}

const OF_REQUESTS: Limits = Limits { count: MAX_PARAMETERS, value: MAX_VALUE, repeatable: REPEATABLE };

/// A form of ours takes a whole sealed request along, which was bounded when it came; boxes that
/// are ticked share a name, as do lines of a list; and a realm has many settings.
const OF_PAGES: Limits = Limits { count: 256, value: 128 * 1024, repeatable: &["scope", "redirect_uri"] };

/// What a client sent, by name, in the order in which it was sent.
#[derive(Default)]
pub struct Parameters {
    entries: Vec<(String, SecretText)>,
}

impl Parameters {
    /// Reads the query component of a URL, without its `?`.
    pub fn from_query(query: &str) -> Result<Self, OAuthError> {
        Self::from_form(query.as_bytes())
    }

    /// Reads `application/x-www-form-urlencoded` (RFC 6749 appendix B).
    pub fn from_form(body: &[u8]) -> Result<Self, OAuthError> {
        Self::read_form(body, OF_REQUESTS)
    }

    /// Reads a form of one of our own pages: a value may be 128 KiB long, and `scope` and `redirect_uri` stand repeatedly.
    pub fn from_page(body: &[u8]) -> Result<Self, OAuthError> {
        Self::read_form(body, OF_PAGES)
    }

    fn read_form(body: &[u8], limits: Limits) -> Result<Self, OAuthError> {
        let mut parameters = Self { entries: Vec::with_capacity(8) };
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            let position = parameters.entries.len() + 1;
            let name = form_decode(name).map_err(|wrong| refuse(format_args!("the name of parameter {position}"), wrong))?;
            let value = form_decode(value).map_err(|wrong| refuse(Shown(&name, position), wrong))?;
            parameters.push(name, value, limits)?;
        }
        Ok(parameters)
    }

    /// Reads a flat JSON object: strings, whole numbers, booleans; lists of strings for `scope`
    /// (joined by spaces) and `resource`.
    pub fn from_json(body: &[u8]) -> Result<Self, OAuthError> {
        let mut reader = JsonReader { parameters: Self::default(), refused: None };
        let mut json = serde_json::Deserializer::from_slice(body);
        let outcome = json.deserialize_map(&mut reader).and_then(|()| json.end());
        match (reader.refused, outcome) {
            (Some(refused), _) => Err(refused),
            (None, Ok(())) => Ok(reader.parameters),
            (None, Err(error)) => Err(OAuthError::invalid_request(format!(
                "the body is not a JSON object, at line {}, column {}",
                error.line(),
                error.column()
            ))),
        }
    }

    /// The value of `name`; an empty one counts as left out (RFC 6749 §3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// Every value of `name`, in order.
    pub fn get_all<'p, 'n>(&'p self, name: &'n str) -> impl Iterator<Item = &'p str> + use<'p, 'n> {
        self.entries.iter().filter(move |(own, value)| own == name && !value.expose().is_empty()).map(|(_, value)| value.expose())
    }

    /// Moves the value of `name` out, as what must not be shown.
    pub fn take_secret(&mut self, name: &str) -> Option<SecretText> {
        let at = self.entries.iter().position(|(own, value)| own == name && !value.expose().is_empty())?;
        Some(self.entries.remove(at).1)
    }

    /// Moves the value of `name` out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.take_secret(name).map(|value| value.expose().to_owned())
    }

    /// The names of those that are left, in the order in which they were sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    fn push(&mut self, name: String, value: String, limits: Limits) -> Result<(), OAuthError> {
        let value = SecretText::new(value);
        let position = self.entries.len() + 1;
        let shown = Shown(&name, position);
        if position > limits.count {
            return Err(OAuthError::invalid_request(format!("more than {} parameters", limits.count)));
        }
        if name.is_empty() {
            return Err(refuse(shown, "has no name"));
        }
        if name.len() > MAX_NAME {
            return Err(refuse(shown, "has a name longer than 128 bytes"));
        }
        if value.expose().len() > limits.value {
            return Err(refuse(shown, format_args!("is longer than {} bytes", limits.value)));
        }
        if name.contains('\0') || value.expose().contains('\0') {
            return Err(refuse(shown, "contains NUL"));
        }
        if !limits.repeatable.contains(&name.as_str()) && self.entries.iter().any(|(own, _)| *own == name) {
            return Err(refuse(shown, "stands more than once"));
        }
        self.entries.push((name, value));
        Ok(())
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Decodes `application/x-www-form-urlencoded`; the error completes a sentence.
pub(crate) fn form_decode(text: &[u8]) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let [high, low, tail @ ..] = rest else { return Err("has an incomplete percent-encoding") };
                let (Some(high), Some(low)) = (hex(*high), hex(*low)) else { return Err("has a bad percent-encoding") };
                rest = tail;
                high << 4 | low
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8")
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// A parameter as a refusal may call it: by name where the name is registered, else by its place, as
/// what stands where a name should may be a secret.
struct Shown<'a>(&'a str, usize);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match REGISTERED.contains(&self.0) {
            true => write!(f, "parameter {}", self.0),
            false => write!(f, "parameter {}", self.1),
        }
    }
}

/// Names that are safe to repeat: the registry of RFC 6749 §11.2, as far as this server reads it.
const REGISTERED: &[&str] = &[
    "acr_values",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "claims",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "display",
    "email",
    "grant_type",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "password",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "ui_locales",
    "username",
    "access_token",
];

fn refuse(what: impl fmt::Display, wrong: impl fmt::Display) -> OAuthError {
    OAuthError::invalid_request(format!("{what} {wrong}"))
}

/// Fills `parameters` from an object, and keeps our own words for what it refuses.
struct JsonReader {
    parameters: Parameters,
    refused: Option<OAuthError>,
}

impl<'de> Visitor<'de> for &mut JsonReader {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let mut wrong = None;
            let list = name == "scope" || REPEATABLE.contains(&name.as_str());
            let read = members.next_value_seed(JsonValue { list, wrong: &mut wrong });
            if let Some(wrong) = wrong {
                self.refused = Some(refuse(Shown(&name, self.parameters.entries.len() + 1), wrong));
            }
            let mut values = read?;
            if name == "scope" {
                values = vec![values.join(" ")];
            }
            for value in values {
                self.parameters.push(name.clone(), value, OF_REQUESTS).map_err(|refused| {
                    self.refused = Some(refused);
                    de::Error::custom("refused")
                })?;
            }
        }
        Ok(())
    }
}

/// One member's value as text, or as several where a list may stand. Nothing nests any deeper.
struct JsonValue<'w> {
    list: bool,
    wrong: &'w mut Option<&'static str>,
}

impl JsonValue<'_> {
    fn refuse<T, E: de::Error>(self, wrong: &'static str) -> Result<T, E> {
        *self.wrong = Some(wrong);
        Err(E::custom("refused"))
    }
}

impl<'de> DeserializeSeed<'de> for JsonValue<'_> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonValue<'_> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a whole number or a boolean")
    }

    fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_bool<E>(self, value: bool) -> Result<Vec<String>, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_u64<E>(self, value: u64) -> Result<Vec<String>, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_i64<E>(self, value: i64) -> Result<Vec<String>, E> {
        Ok(vec![value.to_string()])
    }

    /// Its text cannot be had back exactly.
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Vec<String>, E> {
        self.refuse("is a number that is not whole or too large; send it as a string")
    }

    /// `null` counts as left out, as an empty value does.
    fn visit_unit<E>(self) -> Result<Vec<String>, E> {
        Ok(vec![String::new()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
        if !self.list {
            return self.refuse("is a list; send one string");
        }
        let mut values = Vec::new();
        while let Some(item) = items.next_element_seed(JsonValue { list: false, wrong: &mut *self.wrong })? {
            values.extend(item);
            if values.len() > MAX_LIST {
                return self.refuse("is too long a list");
            }
        }
        Ok(values)
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Vec<String>, A::Error> {
        self.refuse("is an object; send one string")
    }
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
