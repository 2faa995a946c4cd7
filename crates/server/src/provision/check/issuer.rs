//! Which issuers a realm may have, and that no two realms share one.

use jeton_oauth::{endpoint::RESERVED, model::RealmConfig};
use url::{Host, Url};

use crate::provision::{current::Current, entry::RealmEntry, fault::Faults};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    #[error("an issuer is an absolute URL; write it like https://auth.example.com/acme")]
    NotAbsolute,
    #[error("an issuer uses https; plain http is for loopback addresses only")]
    Scheme,
    #[error("an issuer has no query and no fragment (RFC 8414 section 2); remove ? and # and what follows")]
    QueryOrFragment,
    #[error("an issuer carries no user name or password; remove what stands before the @")]
    UserInfo,
    #[error("an issuer has no slash at its end; write {0}")]
    TrailingSlash(String),
    #[error("an issuer is compared byte by byte, so it stands in its plain form; write {0}")]
    NotPlain(String),
    #[error("/{0} belongs to the server itself; choose another path")]
    Reserved(&'static str),
}

/// RFC 8414 §2, and what our own routes leave free.
pub fn check_issuer(text: &str) -> Result<(), InvalidIssuer> {
    let url = Url::parse(text).map_err(|_| InvalidIssuer::NotAbsolute)?;
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err(InvalidIssuer::NotAbsolute),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
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

pub(super) fn check(entries: &[RealmEntry], drafts: &[RealmConfig], current: &Current, faults: &mut Faults) {
    for (index, (entry, realm)) in entries.iter().zip(drafts).enumerate() {
        let at = entry.issuer.as_ref().map_or(entry.name.at, |said| said.at);
        let Some(issuer) = &realm.issuer else {
            if RESERVED.contains(&realm.name.as_str()) {
                faults.add(
                    at,
                    format!("a realm named {:?} would take a path of the server itself", realm.name),
                    "choose another name, or write its issuer below [realm]",
                );
            }
            continue;
        };
        if let (Some(said), Err(invalid)) = (&entry.issuer, check_issuer(issuer)) {
            faults.add(said.at, format!("{issuer:?} cannot be an issuer"), invalid.to_string());
            continue;
        }
        let drafted = drafts[..index].iter().filter_map(|other| Some((&other.name, other.issuer.as_ref()?)));
        let stored =
            current.issuers.iter().filter(|(name, _)| !drafts.iter().any(|draft| draft.name == *name)).map(|(name, issuer)| (name, issuer));
        if let Some((other, _)) = drafted.chain(stored).find(|(_, other)| address(other) == address(issuer)) {
            faults.add(at, format!("the realm {other:?} has the issuer {issuer:?} already"), "give each realm a host or a path of its own");
        }
    }
}

/// What requests find a realm by: the scheme does not count, and localhost is 127.0.0.1.
fn address(issuer: &str) -> String {
    let address = issuer.split_once("://").map_or(issuer, |(_, address)| address);
    match address.strip_prefix("localhost") {
        Some(rest) if rest.is_empty() || rest.starts_with([':', '/']) => format!("127.0.0.1{rest}"),
        _ => address.to_owned(),
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
            assert_eq!(check_issuer(fine), Ok(()), "{fine}");
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
            assert_eq!(check_issuer(text), Err(refused), "{text}");
        }
        assert_eq!(check_issuer("https://auth.example.com/healthy"), Ok(()));
    }
}
