//! Where requests go: one host and port, plain HTTP.

use std::net::{SocketAddr, ToSocketAddrs};

use anyhow::{Context, Result, bail};
use url::Url;

/// A server's address, resolved once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub address: SocketAddr,
    /// The `Host` header: host, and the port when it is not 80.
    pub host: String,
}

impl Target {
    pub fn of(url: &Url) -> Result<Self> {
        if url.scheme() != "http" {
            bail!("{url}: only http:// is spoken here; measure TLS through a proxy of your own, or give the server's plain listener");
        }
        let host = url.host_str().with_context(|| format!("{url} has no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let bare = host.trim_matches(['[', ']']);
        // IPv4 first: "localhost" means ::1 to the resolver, where few servers listen.
        let mut addresses: Vec<_> = (bare, port).to_socket_addrs().with_context(|| format!("{host} cannot be resolved"))?.collect();
        addresses.sort_by_key(SocketAddr::is_ipv6);
        let address = *addresses.first().with_context(|| format!("{host} has no address"))?;
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Self { address, host })
    }

    /// Whether `url` leads to this same server.
    pub fn serves(&self, url: &Url) -> bool {
        Self::of(url).is_ok_and(|other| other.address == self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_address_and_its_port_become_the_host_header() {
        let target = Target::of(&"http://127.0.0.1:8080/acme".parse().unwrap()).unwrap();
        assert_eq!(target.host, "127.0.0.1:8080");
        assert_eq!(target.address.port(), 8080);
    }

    #[test]
    fn https_is_refused_with_a_way_out() {
        let refusal = Target::of(&"https://auth.example/".parse().unwrap()).unwrap_err();
        assert!(refusal.to_string().contains("plain listener"));
    }
}
