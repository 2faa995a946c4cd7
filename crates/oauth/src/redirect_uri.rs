//! Where an authorization response may go: decided by exact comparison alone (RFC 9700 §4.1.3).

use serde::{Deserialize, Serialize};
use url::Url;

/// A redirect URI as it was registered, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a redirect URI cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// It has no scheme, or cannot be read as a URI (RFC 6749 §3.1.2).
    #[error("a redirect URI is an absolute URI; write it with its scheme and host, such as https://app.example/callback")]
    NotAbsolute,
    /// `http` or `https` without `//`, which browsers mend each in its own way.
    #[error("two slashes stand between scheme and host; write it like https://app.example/callback")]
    NoSlashes,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("a redirect URI has no fragment; remove the # and what follows it")]
    Fragment,
    /// `http` to another machine than the person's own (RFC 8252 §7.3).
    #[error("plain http is for loopback addresses only; use https")]
    PlainHttp,
    /// This scheme is not an application's to have.
    #[error("the scheme {0:?} runs code or reads local files in a browser; use https, or a private-use scheme such as com.example.app")]
    Scheme(String),
    /// It has user name or password before the host.
    #[error("a redirect URI carries no user name or password; remove what stands before the @")]
    UserInfo,
    /// It is too long, or has blanks or characters beyond ASCII.
    #[error("a redirect URI is at most 2048 bytes of printable ASCII")]
    Text,
    /// This character is none of a URI.
    #[error("{0:?} cannot stand in a URI (RFC 3986); write it as % and two hexadecimal digits, or leave it out")]
    Character(char),
    /// A percent sign stands alone (RFC 3986 §2.1).
    #[error("a % is followed by two hexadecimal digits (RFC 3986 section 2.1)")]
    Percent,
    /// It has an asterisk: there are no patterns (RFC 9700 §4.1.3).
    #[error("redirect URIs are compared to the letter, so a * stands for nothing else; register every address by itself")]
    Wildcard,
    /// Its query has this parameter, which the response brings itself (RFC 6749 §4.1.2).
    #[error("{0:?} is what the answer itself brings; remove it from the query")]
    ResponseParameter(String),
    /// A host that is read otherwise than it is written.
    #[error("{0:?} cannot be a host; write a name such as app.example, or an address in its plain form")]
    Host(String),
    /// The port is no port.
    #[error("the port is a number from 1 to 65535; write one, or leave it out")]
    Port,
}

/// Schemes that browsers execute or open by themselves, or that no application receives.
const REFUSED_SCHEMES: &[&str] = &[
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "mailto",
    "resource",
    "tel",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// What an authorization response may bring (RFC 6749 §4.1.2, RFC 9207, OpenID Connect, JARM).
const RESPONSE_PARAMETERS: &[&str] = &[
    "access_token",
    "code",
    "error",
    "error_description",
    "error_uri",
    "expires_in",
    "id_token",
    "iss",
    "response",
    "session_state",
    "state",
    "token_type",
];

impl RedirectUri {
    /// Takes it as it is, as from a row; nothing is checked.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As [`RedirectUri::new`], but only what may be registered.
    pub fn register(text: &str) -> Result<Self, InvalidRedirectUri> {
        let uri = Self::new(text);
        uri.check()?;
        Ok(uri)
    }

    /// Whether it may be registered (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §4.1.1).
    pub fn check(&self) -> Result<(), InvalidRedirectUri> {
        let text = self.0.as_str();
        if text.len() > 2048 || !text.bytes().all(|b| matches!(b, 0x21..=0x7e)) {
            return Err(InvalidRedirectUri::Text);
        }
        if text.contains('#') {
            return Err(InvalidRedirectUri::Fragment);
        }
        if text.contains('*') {
            return Err(InvalidRedirectUri::Wildcard);
        }
        if let Some(odd) = text.chars().find(|c| matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')) {
            return Err(InvalidRedirectUri::Character(odd));
        }
        if !percent_signs_are_whole(text) {
            return Err(InvalidRedirectUri::Percent);
        }
        let (scheme, rest) = text.split_once(':').ok_or(InvalidRedirectUri::NotAbsolute)?;
        let scheme = scheme.to_ascii_lowercase();
        if REFUSED_SCHEMES.contains(&scheme.as_str()) {
            return Err(InvalidRedirectUri::Scheme(scheme));
        }
        let is_web = matches!(scheme.as_str(), "https" | "http");
        if is_web && !rest.starts_with("//") {
            return Err(InvalidRedirectUri::NoSlashes);
        }
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::InvalidPort => InvalidRedirectUri::Port,
            _ => InvalidRedirectUri::NotAbsolute,
        })?;
        if !url.username().is_empty() || url.password().is_some() || authority(rest).is_some_and(|authority| authority.contains('@')) {
            return Err(InvalidRedirectUri::UserInfo);
        }
        if url.port() == Some(0) {
            return Err(InvalidRedirectUri::Port);
        }
        if is_web {
            check_host(rest, &url)?;
        }
        if scheme == "http" && !is_loopback(&url) {
            return Err(InvalidRedirectUri::PlainHttp);
        }
        match url.query_pairs().find(|(name, _)| RESPONSE_PARAMETERS.contains(&name.as_ref())) {
            Some((name, _)) => Err(InvalidRedirectUri::ResponseParameter(name.into_owned())),
            None => Ok(()),
        }
    }

    /// Whether `presented` is this URI: the same bytes, but for the port of a loopback IP
    /// literal, which an application picks when it starts (RFC 8252 §7.3).
    pub fn matches(&self, presented: &str) -> bool {
        self.0 == presented
            || match (loopback_parts(&self.0), loopback_parts(presented)) {
                (Some(own), Some(other)) => own == other,
                _ => false,
            }
    }

    /// As [`RedirectUri::matches`]; where a client says so, a loopback *name* without a port matches any
    /// port as well (RFC 8252 §8.3 advises against names).
    pub fn matches_any_port(&self, presented: &str) -> bool {
        let path = |uri| loopback_parts_of(uri, &["http://localhost"]);
        self.matches(presented) || (self.is_loopback_name_without_port() && path(&self.0).is_some() && path(&self.0) == path(presented))
    }

    /// `http://localhost/…`: served on port 80, where hardly any application listens.
    pub fn is_loopback_name_without_port(&self) -> bool {
        Url::parse(&self.0)
            .is_ok_and(|url| url.scheme() == "http" && url.port().is_none() && matches!(url.host(), Some(url::Host::Domain("localhost"))))
            && !self.0.starts_with("http://localhost:")
    }

    /// Whether programs of schema 7 and older, which refuse more, read a row with it.
    pub fn is_read_by_older_programs(&self) -> bool {
        let uri = Url::parse(&self.0).ok().filter(|_| !self.0.contains('#'));
        uri.is_some_and(|url| match url.scheme() {
            "https" => url.username().is_empty() && url.password().is_none(),
            "http" => is_loopback(&url) && url.username().is_empty() && url.password().is_none(),
            scheme => scheme.contains('.'),
        })
    }

    /// To the letter, as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Scheme, host and port of a proven URI, as a browser compares them; a private-use scheme stands
/// for itself.
pub fn origin(uri: &str) -> String {
    Url::parse(uri).map_or_else(
        |_| String::new(),
        |url| match url.origin() {
            url::Origin::Opaque(_) => format!("{}:", url.scheme()),
            tuple => tuple.ascii_serialization(),
        },
    )
}

/// Where a proven URI leads, as people read it: the host, or the whole origin where that is not a website.
pub fn destination(uri: &str) -> String {
    let origin = origin(uri);
    origin.strip_prefix("https://").map_or_else(|| origin.clone(), str::to_owned)
}

/// Whether any program on the person's device may receive what is sent there: a loopback address, or a
/// private-use scheme (RFC 8252 §8.6).
pub fn is_on_device(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| is_loopback(&url) || !matches!(url.scheme(), "https" | "http"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Splits `http://127.0.0.1:PORT/rest` or `http://[::1]:PORT/rest` into what stands before and
/// after the port, without parsing anything else.
fn loopback_parts(uri: &str) -> Option<(&str, &str)> {
    loopback_parts_of(uri, &["http://127.0.0.1", "http://[::1]"])
}

fn loopback_parts_of<'u>(uri: &'u str, hosts: &[&'static str]) -> Option<(&'static str, &'u str)> {
    let host = *hosts.iter().find(|host| uri.starts_with(**host))?;
    let rest = &uri[host.len()..];
    let rest = match rest.strip_prefix(':') {
        Some(port_and_rest) => {
            let digits = port_and_rest.bytes().take_while(u8::is_ascii_digit).count();
            let port: u16 = port_and_rest[..digits].parse().ok()?;
            if port == 0 {
                return None;
            }
            &port_and_rest[digits..]
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

/// What stands between `//` and the path.
fn authority(rest: &str) -> Option<&str> {
    Some(rest.strip_prefix("//")?.split(['/', '?']).next().unwrap_or_default())
}

/// A browser must find the host that is written, and no other one.
fn check_host(rest: &str, url: &Url) -> Result<(), InvalidRedirectUri> {
    let written = authority(rest).unwrap_or_default();
    let host = match written.rfind(':').filter(|colon| !written[*colon..].contains(']')) {
        Some(colon) => &written[..colon],
        None => written,
    };
    let found = url.host_str().unwrap_or_default();
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let plain = found.starts_with('[') || (host.bytes().all(letters) && !host.starts_with('.') && !host.contains(".."));
    if !host.is_empty() && plain && host.eq_ignore_ascii_case(found) { Ok(()) } else { Err(InvalidRedirectUri::Host(host.to_owned())) }
}

fn percent_signs_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::RedirectUri;

    fn registered(text: &str) -> RedirectUri {
        RedirectUri::register(text).unwrap()
    }

    #[test]
    fn only_the_same_bytes_match() {
        let uri = registered("https://app.example/cb?x=1");
        assert!(uri.matches("https://app.example/cb?x=1"));
        for other in [
            "https://app.example/cb",
            "https://app.example/cb?x=1&y=2",
            "https://APP.example/cb?x=1",
            "https://app.example:443/cb?x=1",
            "https://app.example/cb/../cb?x=1",
        ] {
            assert!(!uri.matches(other), "{other}");
        }
    }

    #[test]
    fn a_loopback_literal_may_choose_its_port() {
        let uri = registered("http://127.0.0.1/cb");
        assert!(uri.matches("http://127.0.0.1:51004/cb"));
        for other in [
            "http://127.0.0.1:51004/other",
            "http://127.0.0.1:1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:0/cb",
            "http://localhost:5/cb",
            "http://127.0.0.1:99999/cb",
        ] {
            assert!(!uri.matches(other), "{other}");
        }
    }

    #[test]
    fn what_could_never_work_is_refused_by_its_own_name() {
        use super::InvalidRedirectUri::*;
        let cases = [
            ("https://*.app.example/cb", Wildcard),
            ("https://app.example/cb/*", Wildcard),
            ("https:app.test/cb", NoSlashes),
            ("https://app.example\\@evil.example/cb", Character('\\')),
            ("https://app.example/<cb>", Character('<')),
            ("https://app.example/%zz", Percent),
            ("https://app.example/cb?code=1", ResponseParameter("code".to_owned())),
            ("https://app.example/cb?a=1&state=x", ResponseParameter("state".to_owned())),
            ("https://app.example/cb?i%73s=x", ResponseParameter("iss".to_owned())),
            ("https://app;example/cb", Host("app;example".to_owned())),
            ("https://app.example;a.example/cb", Host("app.example;a.example".to_owned())),
            ("http://127.1/cb", Host("127.1".to_owned())),
            ("http://0x7f000001/cb", Host("0x7f000001".to_owned())),
            ("https://@app.example/cb", UserInfo),
            ("https://app.example:0/cb", Port),
            ("https://app.example:99999/cb", Port),
            ("view-source:https://app.example/", Scheme("view-source".to_owned())),
            ("JavaScript:alert(1)", Scheme("javascript".to_owned())),
        ];
        for (text, refused) in cases {
            assert_eq!(RedirectUri::register(text), Err(refused), "{text}");
        }
    }

    #[test]
    fn a_loopback_name_matches_any_port_only_where_that_is_asked_for() {
        let uri = registered("http://localhost/cb");
        assert!(!uri.matches("http://localhost:5000/cb"));
        assert!(uri.matches_any_port("http://localhost:5000/cb") && uri.matches_any_port("http://localhost/cb"));
        for other in ["http://localhost:5000/other", "http://localhost.evil.example/cb", "http://localhost:1@evil.example/cb"] {
            assert!(!uri.matches_any_port(other), "{other}");
        }
        assert!(!registered("http://localhost:80/cb").matches_any_port("http://localhost:5000/cb"));
    }

    #[test]
    fn schemes_that_run_code_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "http://app.example/cb",
            "//app.example/cb",
            "https://a@app.example/",
            "https://app.example/#x",
        ] {
            assert!(RedirectUri::register(bad).is_err(), "{bad}");
        }
        for fine in
            ["com.example.app:/cb", "myapp:/cb", "vscode://publisher.extension/cb", "http://[::1]:8080/cb", "https://app.example:8443/"]
        {
            registered(fine);
        }
    }
}
