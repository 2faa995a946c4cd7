//! Every URL of a realm on one screen, each with what guards it. A dialect replaces the endpoints
//! that its vendor has elsewhere.

use http::Method;

/// What answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Metadata,
    Jwks,
    Authorize,
    Token,
    Introspection,
    Revocation,
    UserInfo,
    AccountTokens,
    AccountToken,
    AccountTokenRegenerate,
    SignIn,
    SignOut,
    Consent,
}

/// Who may come in; checked by the endpoint, stated here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Nobody is asked.
    Public,
    /// A client proves itself (RFC 6749 §2.3).
    Client,
    /// An access token (RFC 6750).
    Bearer,
    /// An access token or the browser's session.
    BearerOrSession,
    /// The browser's session, or the page that makes one.
    Page,
}

/// What keeps another site from using a person's browser here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Csrf {
    /// Cookies decide nothing here.
    NoCookie,
    /// Reads only.
    Safe,
    /// `Sec-Fetch-Site`, then the sealed request or a token of the page.
    SameOrigin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// `no-store`: the answer holds a secret or a person.
    NoStore,
    /// Public for some minutes.
    Public,
}

#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// For metrics and logs.
    pub name: &'static str,
    pub path: &'static str,
    pub methods: &'static [Method],
    pub endpoint: Endpoint,
    pub authentication: Authentication,
    pub csrf: Csrf,
    /// Largest body, in bytes.
    pub body_limit: usize,
    pub caching: Caching,
    /// Scripts of other origins may read the answer: no cookie plays a part in it.
    pub cross_origin: bool,
}

const SMALL: usize = 64 * 1024;
const NONE: usize = 0;

macro_rules! route {
    ($name:literal, $path:literal, [$($method:ident),*], $endpoint:ident, $authentication:ident, $csrf:ident, $limit:ident, $caching:ident, $cross:literal) => {
        Route {
            name: $name, path: $path, methods: &[$(Method::$method),*], endpoint: Endpoint::$endpoint,
            authentication: Authentication::$authentication, csrf: Csrf::$csrf, body_limit: $limit,
            caching: Caching::$caching, cross_origin: $cross,
        }
    };
}

/// The standard endpoints. Paths follow the issuer's; `{id}` is one segment.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    route!("metadata",      "/.well-known/openid-configuration",       [GET],       Metadata,               Public,          NoCookie,   NONE,  Public,  true),
    route!("metadata",      "/.well-known/oauth-authorization-server", [GET],       Metadata,               Public,          NoCookie,   NONE,  Public,  true),
    route!("jwks",          "/jwks",                                   [GET],       Jwks,                   Public,          NoCookie,   NONE,  Public,  true),
    route!("authorize",     "/authorize",                              [GET, POST], Authorize,              Page,            Safe,       SMALL, NoStore, false),
    route!("token",         "/token",                                  [POST],      Token,                  Client,          NoCookie,   SMALL, NoStore, true),
    route!("introspection", "/introspect",                             [POST],      Introspection,          Client,          NoCookie,   SMALL, NoStore, false),
    route!("revocation",    "/revoke",                                 [POST],      Revocation,             Client,          NoCookie,   SMALL, NoStore, true),
    route!("userinfo",      "/userinfo",                               [GET, POST], UserInfo,               Bearer,          NoCookie,   SMALL, NoStore, true),
    route!("account_tokens","/account/tokens",                         [GET, POST], AccountTokens,          BearerOrSession, SameOrigin, SMALL, NoStore, false),
    route!("account_token", "/account/tokens/{id}",                    [DELETE],    AccountToken,           BearerOrSession, SameOrigin, SMALL, NoStore, false),
    route!("account_token", "/account/tokens/{id}/regenerate",         [POST],      AccountTokenRegenerate, BearerOrSession, SameOrigin, SMALL, NoStore, false),
    route!("sign_in",       "/sign-in",                                [GET, POST], SignIn,                 Page,            SameOrigin, SMALL, NoStore, false),
    route!("sign_out",      "/sign-out",                               [GET, POST], SignOut,                Page,            SameOrigin, SMALL, NoStore, false),
    route!("consent",       "/consent",                                [GET, POST], Consent,                Page,            SameOrigin, SMALL, NoStore, false),
];

/// A route of the table, and the `{id}` in the path.
pub struct Matched<'p> {
    pub route: &'static Route,
    pub id: Option<&'p str>,
}

/// Routes whose path fits, whatever their method.
pub fn matching(path: &str) -> impl Iterator<Item = Matched<'_>> {
    ROUTES.iter().filter_map(move |route| match_path(route.path, path).map(|id| Matched { route, id }))
}

/// `Some(id)` when `path` fits `pattern`; the id is empty-handed where the pattern has none.
fn match_path<'p>(pattern: &str, path: &'p str) -> Option<Option<&'p str>> {
    let Some((before, after)) = pattern.split_once("{id}") else { return (pattern == path).then_some(None) };
    let id = path.strip_prefix(before)?.strip_suffix(after)?;
    (!id.is_empty() && !id.contains('/')).then_some(Some(id))
}

/// The path of an endpoint where no dialect moves it.
pub fn standard_path(endpoint: Endpoint) -> &'static str {
    ROUTES.iter().find(|route| route.endpoint == endpoint).map_or("", |route| route.path)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Authentication, Caching, Csrf, ROUTES, match_path};

    #[test]
    fn what_a_cookie_can_change_is_guarded_against_other_sites() {
        for route in ROUTES {
            let writes = route.methods.iter().any(|method| *method != Method::GET);
            let by_cookie = matches!(route.authentication, Authentication::Page | Authentication::BearerOrSession);
            // The authorization endpoint takes POST as a longer GET: it grants nothing by itself.
            if writes && by_cookie && route.path != "/authorize" {
                assert_eq!(route.csrf, Csrf::SameOrigin, "{}", route.path);
            }
        }
    }

    #[test]
    fn only_public_endpoints_are_cached_and_no_cookie_endpoint_is_cross_origin() {
        for route in ROUTES {
            assert_eq!(route.caching == Caching::Public, route.authentication == Authentication::Public, "{}", route.path);
            assert!(!route.cross_origin || route.csrf == Csrf::NoCookie, "{}", route.path);
        }
    }

    #[test]
    fn an_id_is_one_segment() {
        assert_eq!(match_path("/account/tokens/{id}", "/account/tokens/a"), Some(Some("a")));
        assert_eq!(match_path("/account/tokens/{id}", "/account/tokens/a/b"), None);
        assert_eq!(match_path("/account/tokens/{id}/regenerate", "/account/tokens/a/regenerate"), Some(Some("a")));
        assert_eq!(match_path("/account/tokens/{id}", "/account/tokens/"), None);
    }
}
