//! Where an authorization response may go: decided by exact comparison alone (RFC 9700 §4.1.3).

use serde::{Deserialize, Serialize};
use url::Url;

/// A redirect URI as it was registered, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    #[error("a redirect URI is an absolute URI; write it with its scheme and host, such as https://app.example/callback")]
    NotAbsolute,
    #[error("a redirect URI has no fragment; remove the # and what follows it")]
    Fragment,
    #[error("plain http is for loopback addresses only; use https")]
    PlainHttp,
    #[error("the scheme {0:?} runs code or reads local files in a browser; use https, or a private-use scheme such as com.example.app")]
    Scheme(String),
    #[error("a redirect URI carries no user name or password")]
    UserInfo,
    #[error("a redirect URI is at most 2048 bytes of printable ASCII")]
    Text,
}

impl RedirectUri {
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
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri::NotAbsolute)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidRedirectUri::UserInfo);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(InvalidRedirectUri::PlainHttp),
            // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a dot.
            scheme if scheme.contains('.') => {}
            scheme => return Err(InvalidRedirectUri::Scheme(scheme.to_owned())),
        }
        Ok(())
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

    /// Whether programs of schema 7 and older, which refuse more, read a row with it.
    pub fn is_read_by_older_programs(&self) -> bool {
        let uri = Url::parse(&self.0).ok().filter(|_| !self.0.contains('#'));
        uri.is_some_and(|url| match url.scheme() {
            "https" => url.username().is_empty() && url.password().is_none(),
            "http" => is_loopback(&url) && url.username().is_empty() && url.password().is_none(),
            scheme => scheme.contains('.'),
        })
    }

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
    let host = ["http://127.0.0.1", "http://[::1]"].into_iter().find(|host| uri.starts_with(host))?;
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
        registered("com.example.app:/cb");
    }
}
