//! Whose word counts for where a request came from.
//!
//! A proxy in front of the server hides the peers; it tells them in `X-Forwarded-For`. Anybody can
//! write that header, so it is read only from a trusted proxy, and from its end: what stands to the
//! left of the first address that no trusted proxy has was written by that address.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use http::HeaderMap;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks of the proxies in front of this server; none unless somebody names them.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Where the request came from: `peer`, or what trusted proxies say of it.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let values: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let hops = values.iter().rev().flat_map(|value| value.to_str().unwrap_or("?").rsplit(','));
        for hop in hops {
            // What cannot be read is as good as the end: the last proxy is then all that is known.
            let Some(address) = read(hop.trim()) else { break };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// An address, or all that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// What one customer of a network has: an IPv4 address, an IPv6 /64.
    pub fn around(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(own) => Self { address: IpAddr::V4(own), bits: 32 },
            IpAddr::V6(own) => Self { address: IpAddr::V6(Ipv6Addr::from_bits(own.to_bits() & !(u128::MAX >> 64))), bits: 64 },
        }
    }

    /// The bits that its addresses share, in whole bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let shared = usize::from(self.bits.div_ceil(8));
        match self.address {
            IpAddr::V4(own) => own.octets()[..shared].to_vec(),
            IpAddr::V6(own) => own.octets()[..shared].to_vec(),
        }
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => own.to_bits() ^ other.to_bits() <= u32::MAX.checked_shr(self.bits.into()).unwrap_or(0),
            (IpAddr::V6(own), IpAddr::V6(other)) => own.to_bits() ^ other.to_bits() <= u128::MAX.checked_shr(self.bits.into()).unwrap_or(0),
            _ => false,
        }
    }
}

/// As it is read: one address without its length.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.address, self.bits) {
            (IpAddr::V4(_), 32) | (IpAddr::V6(_), 128) => write!(f, "{}", self.address),
            (address, bits) => write!(f, "{address}/{bits}"),
        }
    }
}

/// `10.0.0.0/8`, `fd00::/8`, or one address. Bits of the address after the prefix must be zero: who
/// writes `10.1.2.3/8` may not mean the ten million others.
impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let odd = || NetworkError::Malformed(text.to_owned());
        let address = address.parse::<IpAddr>().map_err(|_| odd())?.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse::<u8>().ok().filter(|bits| *bits <= most).ok_or_else(odd))?;
        let first = match address {
            IpAddr::V4(own) => IpAddr::V4(Ipv4Addr::from_bits(own.to_bits() & !u32::MAX.checked_shr(bits.into()).unwrap_or(0))),
            IpAddr::V6(own) => IpAddr::V6(Ipv6Addr::from_bits(own.to_bits() & !u128::MAX.checked_shr(bits.into()).unwrap_or(0))),
        };
        if first == address { Ok(Self { address, bits }) } else { Err(NetworkError::Inside { text: text.to_owned(), first, bits }) }
    }
}

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    #[error("{0:?} is no network; write an address, such as 10.0.0.7, or the beginning of many, such as 10.0.0.0/8 or fd00::/8")]
    Malformed(String),
    #[error("{text:?} is an address inside a network; write {first}/{bits} for all of it, or leave /{bits} out")]
    Inside { text: String, first: IpAddr, bits: u8 },
}

/// An address, with or without a port.
fn read(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()));
    let address = address.or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::{HeaderMap, HeaderValue};

    use super::{FORWARDED_FOR, Network, NetworkError, TrustedProxies};

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::new(trusted.iter().map(|text| text.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        proxies.client(peer.parse::<IpAddr>().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(client(&[], "198.51.100.9", &["203.0.113.5"]), "198.51.100.9");
        assert_eq!(client(&["10.0.0.0/8"], "198.51.100.9", &["203.0.113.5"]), "198.51.100.9");
        assert_eq!(client(&["10.0.0.0/8"], "::ffff:10.1.2.3", &["203.0.113.5"]), "203.0.113.5");
    }

    #[test]
    fn the_header_is_read_from_its_end_to_the_first_stranger() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(client(&trusted, "10.0.0.1", &["192.0.2.66, 203.0.113.5"]), "203.0.113.5");
        assert_eq!(client(&trusted, "10.0.0.1", &["192.0.2.66, 203.0.113.5, 10.9.9.9"]), "203.0.113.5");
        assert_eq!(client(&trusted, "fd00::1", &["192.0.2.66", "203.0.113.5"]), "203.0.113.5");
        assert_eq!(client(&trusted, "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(client(&trusted, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn ports_and_brackets_are_read_and_nonsense_ends_the_chain() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(client(&trusted, "10.0.0.1", &["203.0.113.5:4711"]), "203.0.113.5");
        assert_eq!(client(&trusted, "10.0.0.1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client(&trusted, "10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(client(&trusted, "10.0.0.1", &["192.0.2.66, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client(&trusted, "10.0.0.1", &["203.0.113.5, \u{fe}"]), "10.0.0.1");
        assert_eq!(client(&trusted, "10.0.0.1", &["203.0.113.5,"]), "10.0.0.1");
    }

    #[test]
    fn a_network_holds_what_begins_with_its_bits() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().contains(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("0.0.0.0/0", "203.0.113.5") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "2001:db8::1"));
    }

    #[test]
    fn an_address_stands_for_what_one_customer_has() {
        let around = |address: &str| Network::around(address.parse().unwrap());
        assert_eq!(around("2001:db8:0:1:2:3:4:5"), around("2001:db8:0:1::9"));
        assert_eq!(around("::ffff:203.0.113.5"), around("203.0.113.5"));
        let shown = ["203.0.113.5", "2001:db8:0:1::9"].map(|address| (around(address).to_string(), around(address).bytes().len()));
        assert_eq!(shown, [("203.0.113.5".into(), 4), ("2001:db8:0:1::/64".into(), 8)]);
    }

    #[test]
    fn a_network_that_may_mean_another_is_refused() {
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1"] {
            assert!(matches!(text.parse::<Network>(), Err(NetworkError::Malformed(_))), "{text}");
        }
        let error = "10.1.2.3/8".parse::<Network>().unwrap_err().to_string();
        assert!(error.contains("10.0.0.0/8"), "{error}");
    }
}
