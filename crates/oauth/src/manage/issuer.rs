//! Which issuers a realm may have, and where requests find them: no two are the same, and none lies in
//! another.

use url::{Host, Url};

use super::{Fault, administrator};
use crate::endpoint::RESERVED;

/// Where issuers may be served without TLS. Their cookies have neither `Secure` nor `__Host-`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// On addresses that no other machine reaches.
    #[default]
    Loopback,
    /// Everywhere: for development on a network of one's own.
    Anywhere,
}

/// Why a text cannot be an issuer (RFC 8414 §2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// It is no URL with a host.
    #[error("an issuer is an absolute URL; write it like https://auth.example.com/acme")]
    NotAbsolute,
    /// It is neither `https`, nor `http` where that is allowed.
    #[error("an issuer uses https; plain http is for loopback addresses, or with --allow-plain-http for a network of your own")]
    Scheme,
    /// It has a query or a fragment.
    #[error("an issuer has no query and no fragment (RFC 8414 section 2); remove ? and # and what follows")]
    QueryOrFragment,
    /// It has user name or password before the host.
    #[error("an issuer carries no user name or password; remove what stands before the @")]
    UserInfo,
    /// It ends with a slash; holds it without.
    #[error("an issuer has no slash at its end; write {0}")]
    TrailingSlash(String),
    /// It could be written in more than one way; holds the one to use.
    #[error("an issuer is compared byte by byte, so it stands in its plain form; write {0}")]
    NotPlain(String),
    /// Its path begins with what is the server's own; holds that.
    #[error("/{0} belongs to the server itself; choose another path")]
    Reserved(&'static str),
}

/// RFC 8414 §2, and what our own routes leave free.
pub fn check_issuer(text: &str, plain_http: PlainHttp) -> Result<(), InvalidIssuer> {
    let url = Url::parse(text).map_err(|_| InvalidIssuer::NotAbsolute)?;
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err(InvalidIssuer::NotAbsolute),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && (loopback || plain_http == PlainHttp::Anywhere)) {
        return Err(InvalidIssuer::Scheme);
    }
    if text.contains(['?', '#']) {
        return Err(InvalidIssuer::QueryOrFragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidIssuer::UserInfo);
    }
    let plain = url.as_str().trim_end_matches('/');
    if text.ends_with('/') {
        return Err(InvalidIssuer::TrailingSlash(plain.to_owned()));
    }
    if text != plain || url.path().contains("//") {
        return Err(InvalidIssuer::NotPlain(plain.replace("//", "/").replacen(":/", "://", 1)));
    }
    let first = url.path().split('/').nth(1);
    if let Some(reserved) = RESERVED.iter().find(|segment| first == Some(**segment)) {
        return Err(InvalidIssuer::Reserved(reserved));
    }
    Ok(())
}

/// How two places of issuers are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// They are one place.
    Same,
    /// The first takes requests out of the second's.
    Inside,
    /// The second takes requests out of the first's.
    Around,
}

/// What requests find a realm by, `host[:port]/path`: the scheme and its own port do not count, and
/// `localhost` is `127.0.0.1`. `None` for what is no URL.
pub fn place(issuer: &str) -> Option<String> {
    let url = Url::parse(issuer).ok()?;
    let host = url.host_str()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{}", normal_host(&format!("{host}{port}")), url.path().trim_end_matches('/')))
}

/// Lower case, without a scheme's own port; `localhost` is `127.0.0.1`.
pub fn normal_host(host: &str) -> String {
    let lower = host.to_ascii_lowercase();
    let bare = lower.strip_suffix(":80").or_else(|| lower.strip_suffix(":443")).unwrap_or(&lower);
    match bare.strip_prefix("localhost") {
        Some(port) if port.is_empty() || port.starts_with(':') => format!("127.0.0.1{port}"),
        _ => bare.to_owned(),
    }
}

/// Whether requests of one place would reach the other.
pub fn nesting(one: &str, other: &str) -> Option<Nesting> {
    let inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    match () {
        () if one == other => Some(Nesting::Same),
        () if inside(one, other) => Some(Nesting::Inside),
        () if inside(other, one) => Some(Nesting::Around),
        () => None,
    }
}

/// As [`nesting`], of two realms by their names and places. The realm of the administrators may lie inside
/// another: the first segment of its path is the server's own on every host, so it takes no request of theirs.
pub fn clash((one, place): (&str, &str), (other, others_place): (&str, &str)) -> Option<Nesting> {
    let found = nesting(place, others_place)?;
    let ours_inside = found == Nesting::Inside && one == administrator::REALM || found == Nesting::Around && other == administrator::REALM;
    (!ours_inside).then_some(found)
}

impl Nesting {
    /// What is wrong with an issuer that stands so to that of the realm `other`.
    pub fn fault(self, issuer: &str, other: &str) -> Fault {
        let what = match self {
            Self::Same => format!("the realm {other:?} has the issuer {issuer:?} already"),
            Self::Inside => format!("the issuer {issuer:?} lies inside that of the realm {other:?}, and would take its requests"),
            Self::Around => format!("the issuer {issuer:?} lies around that of the realm {other:?}, whose requests it would take"),
        };
        Fault::new("issuer", what, "give each realm a host or a path of its own, beside the others")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_http_are_issuers() {
        for fine in [
            "https://auth.example.com",
            "https://auth.example.com/acme",
            "http://127.0.0.1:8080/acme",
            "http://[::1]:8080",
            "http://localhost:1/a/b",
        ] {
            assert_eq!(check_issuer(fine, PlainHttp::Loopback), Ok(()), "{fine}");
        }
    }

    #[test]
    fn plain_http_elsewhere_is_for_those_who_ask_for_it() {
        for (text, plain_http, fine) in [
            ("http://10.0.0.7:8080/acme", PlainHttp::Anywhere, true),
            ("http://auth.internal", PlainHttp::Anywhere, true),
            ("http://10.0.0.7:8080/acme", PlainHttp::Loopback, false),
            ("ftp://10.0.0.7/acme", PlainHttp::Anywhere, false),
        ] {
            assert_eq!(check_issuer(text, plain_http).is_ok(), fine, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_its_own_name() {
        use InvalidIssuer::*;
        let cases = [
            ("auth.example.com", NotAbsolute),
            ("http://auth.example.com", Scheme),
            ("ftp://127.0.0.1", Scheme),
            ("https://auth.example.com/a?b", QueryOrFragment),
            ("https://auth.example.com/a#", QueryOrFragment),
            ("https://ann@auth.example.com", UserInfo),
            ("https://auth.example.com/a/", TrailingSlash("https://auth.example.com/a".to_owned())),
            ("https://auth.example.com/", TrailingSlash("https://auth.example.com".to_owned())),
            ("https://AUTH.example.com/a", NotPlain("https://auth.example.com/a".to_owned())),
            ("https://auth.example.com:443/a", NotPlain("https://auth.example.com/a".to_owned())),
            ("https://auth.example.com/b/../a", NotPlain("https://auth.example.com/a".to_owned())),
            ("https://auth.example.com/a//b", NotPlain("https://auth.example.com/a/b".to_owned())),
            ("https://auth.example.com/health/x", Reserved("health")),
            ("https://auth.example.com/assets", Reserved("assets")),
            ("https://auth.example.com/docs", Reserved("docs")),
        ];
        for (text, refused) in cases {
            assert_eq!(check_issuer(text, PlainHttp::Loopback), Err(refused), "{text}");
        }
        assert_eq!(check_issuer("https://auth.example.com/healthy", PlainHttp::Loopback), Ok(()));
    }

    #[test]
    fn issuers_are_compared_as_they_are_served() {
        let of = |one: &str, other: &str| nesting(&place(one).unwrap(), &place(other).unwrap());
        assert_eq!(of("http://localhost:8080/x", "https://127.0.0.1:8080/x"), Some(Nesting::Same));
        assert_eq!(of("https://a.example/acme/oauth", "https://a.example/acme"), Some(Nesting::Inside));
        assert_eq!(of("https://a.example", "https://a.example/acme"), Some(Nesting::Around));
        assert_eq!(of("https://a.example/acmes", "https://a.example/acme"), None);
        assert_eq!(of("https://a.example/acme", "https://b.example/acme"), None);
    }

    #[test]
    fn administrators_lie_inside_a_realm_that_has_a_whole_host() {
        assert_eq!(clash(("admin", "a.example/admin"), ("acme", "a.example")), None);
        assert_eq!(clash(("acme", "a.example"), ("admin", "a.example/admin")), None);
        assert_eq!(clash(("acme", "a.example/x"), ("main", "a.example")), Some(Nesting::Inside));
        assert_eq!(clash(("acme", "a.example/admin/x"), ("admin", "a.example/admin")), Some(Nesting::Inside));
        assert_eq!(clash(("acme", "a.example/admin"), ("admin", "a.example/admin")), Some(Nesting::Same));
    }
}
