//! Which host a request is for (RFC 9112 §3.2, RFC 9110 §7.2): said once, and as a host is written.

use http::{HeaderMap, Uri, Version, header};
use jeton_oauth::OAuthError;

/// `host[:port]` as it was sent; `None` where HTTP/1.0 says nothing.
///
/// # Errors
/// None where there must be one, two, two that differ, or what is no host.
pub fn of<'r>(version: Version, uri: &'r Uri, headers: &'r HeaderMap) -> Result<Option<&'r str>, OAuthError> {
    let mut values = headers.get_all(header::HOST).iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(OAuthError::invalid_request("the request has more than one Host header; send one"));
    }
    let host = value.map(|value| value.to_str().ok().filter(|host| is_host(host)).ok_or_else(malformed)).transpose()?;
    let Some(authority) = uri.authority().map(|authority| authority.as_str()) else {
        return match host {
            None if version > Version::HTTP_10 => Err(OAuthError::invalid_request("the request has no Host header; send one")),
            host => Ok(host),
        };
    };
    if !is_host(authority) {
        return Err(malformed());
    }
    // RFC 9113 §8.3.1: both say the same. HTTP/1.1 goes by the address (RFC 9112 §3.2.2).
    if version >= Version::HTTP_2 && host.is_some_and(|host| !host.eq_ignore_ascii_case(authority)) {
        return Err(OAuthError::invalid_request("the Host header and the address name two hosts; send one of them"));
    }
    Ok(Some(authority))
}

fn malformed() -> OAuthError {
    OAuthError::invalid_request("the Host header is no host; send a name or an IP address and, if you want, a colon and a port")
}

/// RFC 3986 §3.2.2, without what nobody's host has: user information and percent-encodings.
fn is_host(text: &str) -> bool {
    let (host, rest) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => (address.parse::<std::net::Ipv6Addr>().is_ok(), rest),
        None => {
            let end = text.find(':').unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')), rest)
        }
    };
    let port = rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.is_empty() || is_port(port));
    host && port
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for host in ["a", "auth.example.com", "AUTH.example.com.", "my_host:8080", "127.0.0.1", "[::1]:443", "[2001:db8::7]", "a:"] {
            assert!(is_host(host), "{host}");
        }
        for text in [
            "",
            ":80",
            "host:1:2",
            "host:x",
            "host:+1",
            "host:65536",
            "127.0.0.1:8080/acme",
            "a/b",
            "ann@host",
            "a b",
            "a,b",
            "a?b",
            "a#b",
            "::1",
            "[::1",
            "[::1]x",
            "[host]",
            "%61",
            "a;b",
        ] {
            assert!(!is_host(text), "{text}");
        }
    }
}
