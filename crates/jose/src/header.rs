//! Which protected headers are understood, and which of them a use of tokens expects.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use crate::{Algorithm, VerifyError, json};

/// What a token says about its own signature. RFC 7515 §4.1.
///
/// **Invariant**: keys and places of keys that a token brings along (`jwk`, `jku`,
/// `x5c`, `x5u`) are not here; they are never used. RFC 8725 §3.10.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// How it says it was signed.
    pub alg: Algorithm,
    /// By which key it says it was signed.
    pub kid: Option<String>,
    /// What kind of token it says it is. RFC 8725 §3.11.
    pub typ: Option<String>,
}

impl Header {
    /// Reads the decoded header strictly; an unknown member means nothing.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, VerifyError> {
        json::check(json)?;
        let members: Members = serde_json::from_slice(json).map_err(|_| VerifyError::Malformed)?;
        if members.extension {
            return Err(VerifyError::CriticalHeader);
        }
        let alg = members.alg.ok_or(VerifyError::Malformed)?;
        Ok(Self { alg: alg.parse().map_err(|_| VerifyError::AlgorithmNotAllowed)?, kid: members.kid, typ: members.typ })
    }
}

/// What one use of tokens accepts: its algorithms and its types, pinned.
/// RFC 8725 §3.1, §3.11.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    algorithms: &'a [Algorithm],
    typ: &'a [&'a str],
    absent_typ: bool,
}

impl<'a> Expect<'a> {
    /// `typ` is compared without regard to letter case, and `application/` in front of
    /// it may be left out (RFC 7515 §4.1.9). A token without `typ` is refused.
    pub const fn new(algorithms: &'a [Algorithm], typ: &'a [&'a str]) -> Self {
        Self { algorithms, typ, absent_typ: false }
    }

    /// Also accepts a token that has no `typ`, for specifications older than the
    /// practice of naming one (client assertions, ID tokens).
    pub const fn or_absent_typ(mut self) -> Self {
        self.absent_typ = true;
        self
    }

    pub(crate) fn check(&self, header: &Header) -> Result<(), VerifyError> {
        if !self.algorithms.contains(&header.alg) {
            return Err(VerifyError::AlgorithmNotAllowed);
        }
        let accepted = match header.typ.as_deref().map(short_type) {
            Some(typ) => self.typ.iter().any(|one| short_type(one).eq_ignore_ascii_case(typ)),
            None => self.absent_typ,
        };
        if !accepted {
            return Err(VerifyError::TypeNotAllowed);
        }
        Ok(())
    }
}

/// `application/at+jwt` is `at+jwt`; a second slash keeps the prefix meaningful.
fn short_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

#[derive(Default)]
struct Members {
    alg: Option<String>,
    kid: Option<String>,
    typ: Option<String>,
    /// `crit`, or `b64` (RFC 7797 §6), which has no meaning without `crit`.
    extension: bool,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<Name>()? {
            match name {
                Name::Alg => members.alg = Some(map.next_value()?),
                Name::Kid => members.kid = Some(map.next_value()?),
                Name::Typ => members.typ = Some(map.next_value()?),
                Name::Extension => {
                    map.next_value::<IgnoredAny>()?;
                    members.extension = true;
                }
                Name::Encryption => return Err(A::Error::custom("a JWE")),
                Name::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(members)
    }
}

#[derive(serde::Deserialize)]
enum Name {
    #[serde(rename = "alg")]
    Alg,
    #[serde(rename = "kid")]
    Kid,
    #[serde(rename = "typ")]
    Typ,
    #[serde(rename = "crit", alias = "b64")]
    Extension,
    #[serde(rename = "enc", alias = "zip")]
    Encryption,
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Header, VerifyError> {
        Header::parse(json.as_bytes())
    }

    #[test]
    fn unknown_members_and_keys_from_the_header_mean_nothing() {
        let header = parse(r#"{"alg":"ES256","jwk":{"kty":"EC"},"jku":"https://x","x5c":[],"x5u":1,"own":{"a":[]}}"#);
        assert_eq!(header, Ok(Header { alg: Algorithm::ES256, kid: None, typ: None }));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (json, error) in [
            (r#"{"alg":"ES256","crit":["exp"]}"#, VerifyError::CriticalHeader),
            (r#"{"alg":"ES256","crit":[]}"#, VerifyError::CriticalHeader),
            (r#"{"alg":"ES256","crit":null}"#, VerifyError::CriticalHeader),
            (r#"{"alg":"ES256","b64":false}"#, VerifyError::CriticalHeader),
            (r#"{"alg":"none"}"#, VerifyError::AlgorithmNotAllowed),
            (r#"{"alg":"nOnE"}"#, VerifyError::AlgorithmNotAllowed),
            (r#"{"alg":""}"#, VerifyError::AlgorithmNotAllowed),
            (r#"{"alg":"ES256","alg":"ES256"}"#, VerifyError::DuplicateMember),
            (r#"{"alg":"ES256","jwk":{"a":1,"a":1}}"#, VerifyError::DuplicateMember),
            (r#"{"alg":["ES256"]}"#, VerifyError::Malformed),
            (r#"{"alg":null}"#, VerifyError::Malformed),
            (r#"{"alg":"ES256","kid":1}"#, VerifyError::Malformed),
            (r#"{"alg":"ES256","kid":null}"#, VerifyError::Malformed),
            (r#"{"alg":"ES256","typ":{}}"#, VerifyError::Malformed),
            (r#"{"alg":"ES256","enc":"A128GCM"}"#, VerifyError::Malformed),
            (r#"{"typ":"JWT"}"#, VerifyError::Malformed),
            (r#"["ES256"]"#, VerifyError::Malformed),
            ("", VerifyError::Malformed),
        ] {
            assert_eq!(parse(json), Err(error), "{json}");
        }
    }

    #[test]
    fn types_match_in_any_case_with_or_without_application() {
        let check = |expected: &[&str], typ: Option<&str>| {
            let header = Header { alg: Algorithm::ES256, kid: None, typ: typ.map(str::to_owned) };
            Expect::new(&[Algorithm::ES256], expected).check(&header)
        };
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            assert_eq!(check(&["at+jwt"], Some(typ)), Ok(()), "{typ}");
            assert_eq!(check(&["JWT", "application/at+jwt"], Some(typ)), Ok(()), "{typ}");
        }
        for typ in ["jwt", "", "at+jwt ", "application/", "application/x/at+jwt", "text/at+jwt"] {
            assert_eq!(check(&["at+jwt"], Some(typ)), Err(VerifyError::TypeNotAllowed), "{typ}");
        }
        assert_eq!(check(&["at+jwt"], None), Err(VerifyError::TypeNotAllowed));
        assert_eq!(check(&[], Some("JWT")), Err(VerifyError::TypeNotAllowed));
    }
}
