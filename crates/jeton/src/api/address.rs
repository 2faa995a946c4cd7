//! Where a server is, as somebody types it.

use std::net::IpAddr;

use url::{Host, Url};

use crate::failure::Failure;

/// A server's address: https, or plain http on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
    pub is_tls: bool,
    /// Where its paths begin; without a slash at its end.
    pub prefix: String,
}

impl Address {
    /// # Errors
    /// Usage: what cannot be an address, or one that a token must not be sent to.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |words: &str| Failure::Usage(format!("--server {text}: {words}"));
        let url = Url::parse(text).map_err(|_| wrong("this is no address; write https://auth.example.com"))?;
        let is_tls = match url.scheme() {
            "https" => true,
            "http" if is_loopback(&url) => false,
            "http" => {
                return Err(wrong("a token goes over plain http to this machine only, such as http://127.0.0.1:8080; write https://"));
            }
            _ => return Err(wrong("write an address that begins with https://")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("leave user name and password out; who asks is said by --token-file or JETON_TOKEN"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("leave out what begins with ? or #"));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return Err(wrong("it names no host")) };
        let prefix = url.path().trim_end_matches('/').trim_end_matches("/admin/api/v1").trim_end_matches("/admin").to_owned();
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port, is_tls, prefix })
    }

    /// As the `Host` header says it.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == if self.is_tls { 443 } else { 80 } { host } else { format!("{host}:{}", self.port) }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}{}", if self.is_tls { "https" } else { "http" }, self.authority(), self.prefix)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Names below it are asked of others by some systems.
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_https_and_to_this_machine() {
        for (text, shown) in [
            ("https://auth.example.com/", "https://auth.example.com"),
            ("https://auth.example.com:8443/sso", "https://auth.example.com:8443/sso"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/admin/api/v1/", "http://[::1]:8080"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), shown);
        }
        for (text, words) in [
            ("http://auth.example.com", "plain http"),
            ("http://auth.localhost", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
            ("ftp://auth.example.com", "https://"),
            ("auth.example.com", "no address"),
            ("https://ann:secret@auth.example.com", "user name"),
            ("https://auth.example.com/?x=1", "leave out"),
        ] {
            let told = Address::parse(text).unwrap_err().to_string();
            assert!(told.contains(words), "{told}");
        }
    }
}
