//! Wire formats as data: which routes exist, how a request becomes one of the protocol's own, and
//! how answers and errors are written.
//!
//! A dialect renames, picks from closed sets and sets constants. It has no conditions and no code:
//! where logic is needed, the core gains a named variant.

mod check;
mod client_answer;
mod client_request;
mod credentials;
mod date;
mod decode;
mod encode;
mod error_format;
mod fault;
mod json_text;
mod member;
mod read;
mod read_members;
mod read_route;
mod relaxes;
mod table;
mod token_route;

use std::sync::{Arc, LazyLock};

use http::{HeaderName, Method};

pub use client_answer::{DecodedAnswer, DecodedError, Unreadable};
pub use client_request::NotCarried;
pub use error_format::{ErrorFormat, ErrorKey};
pub use fault::Fault;
pub use member::{Content, ErrorSource, Format, Json, Member, Source, UserField};
pub use relaxes::Relaxation;
pub use token_route::{Authenticate, Body, Parameter, Place, TokenRoute};

use crate::settings::SettingsPatch;

/// A wire format, checked.
#[derive(Clone, Debug)]
pub struct Dialect {
    pub name: String,
    /// What people see.
    pub title: String,
    /// One sentence: whose format it is and what stands out.
    pub summary: String,
    pub settings: SettingsPatch,
    /// Everything that it loosens against the standard.
    pub relaxes: Vec<Relaxation>,
    pub authentication: ClientAuthentication,
    pub resource: Option<ResourceFormat>,
    /// Every route: its own, then the standard's for endpoints that it does not name.
    pub routes: Vec<Route>,
    pub error: Arc<ErrorFormat>,
}

/// Where clients put their id and secret, besides the body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientAuthentication {
    pub basic: BasicDecoding,
    pub header: Option<CredentialHeaders>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BasicDecoding {
    /// Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
    #[default]
    Form,
    /// Id and secret stand as they are (RFC 7617 §2).
    Raw,
}

/// The headers that carry a client's id and secret.
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialHeaders {
    pub id: HeaderName,
    pub secret: HeaderName,
}

/// How an API of this dialect is called; its errors are written as the dialect's are.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceFormat {
    /// Carries the access token as it is, besides `Authorization: Bearer`.
    pub header: HeaderName,
    error: Arc<ErrorFormat>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub methods: Vec<Method>,
    /// Below the realm's issuer.
    pub path: String,
    pub operation: Operation,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    Authorize,
    Token(Box<TokenRoute>),
    Introspection,
    Revocation,
    UserInfo,
    Jwks,
    Metadata,
}

/// The endpoints of a realm, named as in RFC 8414 §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Authorization,
    Token,
    Introspection,
    Revocation,
    UserInfo,
    Jwks,
    Metadata,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found<'d> {
    Route(&'d Route),
    /// The path exists for other methods; [`Dialect::allowed`] names them.
    OtherMethod,
    Nothing,
}

impl Dialect {
    /// The names of the dialects that are compiled in.
    pub const BUILT_IN: &'static [&'static str] = &["standard", "volt", "volt-time", "voipex", "violet", "depotfinity"];

    /// A dialect that is compiled in.
    pub fn built_in(name: &str) -> Option<Arc<Self>> {
        PARSED.iter().find(|dialect| dialect.name == name).cloned()
    }

    /// The text of a dialect that is compiled in, to copy and change.
    pub fn source(name: &str) -> Option<&'static str> {
        let at = Self::BUILT_IN.iter().position(|own| *own == name)?;
        FILES.get(at).copied()
    }

    /// Reads a dialect's file; all faults that can be found in one go.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        read::read(text)
    }

    /// Whether `path`, below the issuer, has a route for `method`.
    pub fn route(&self, method: &Method, path: &str) -> Found<'_> {
        let mut found = Found::Nothing;
        for route in self.routes.iter().filter(|route| route.path == path) {
            if route.methods.contains(method) {
                return Found::Route(route);
            }
            found = Found::OtherMethod;
        }
        found
    }

    /// The methods that `path` has routes for, for the `Allow` header.
    pub fn allowed<'d>(&'d self, path: &'d str) -> impl Iterator<Item = &'d Method> {
        self.routes.iter().filter(move |route| route.path == path).flat_map(|route| &route.methods)
    }

    /// Where the first route for such an operation is, as metadata shows it; for tokens the first that
    /// a general client can use.
    pub fn path_of(&self, wanted: impl Fn(&Operation) -> bool) -> Option<&str> {
        let first = self.routes.iter().find(|route| wanted(&route.operation))?;
        match first.operation {
            Operation::Token(_) => self.general_token_route().map(|(route, _)| route.path.as_str()),
            _ => Some(&first.path),
        }
    }

    /// The path that gives tokens to general clients, as metadata shows it; the first if none does.
    pub fn general_token_route(&self) -> Option<(&Route, &TokenRoute)> {
        self.token_routes().find(|(_, token)| token.is_general()).or_else(|| self.token_routes().next())
    }

    /// Every header of its own that a request may carry.
    pub fn header_names(&self) -> Vec<&HeaderName> {
        let credentials = self.authentication.header.iter().flat_map(|names| [&names.id, &names.secret]);
        let placed = self.token_routes().flat_map(|(_, token)| token.header_names());
        let mut names: Vec<_> = credentials.chain(placed).chain(self.resource.as_ref().map(|format| &format.header)).collect();
        names.sort_unstable_by_key(|name| name.as_str());
        names.dedup();
        names
    }

    /// Every path that gives tokens.
    pub fn token_routes(&self) -> impl Iterator<Item = (&Route, &TokenRoute)> {
        self.routes.iter().filter_map(|route| match &route.operation {
            Operation::Token(token) => Some((route, &**token)),
            _ => None,
        })
    }

    /// Whether some answer shows the person, so that one has to be looked up.
    pub fn answers_with_user(&self) -> bool {
        self.token_routes().any(|(_, token)| token.answers_with_user())
    }

    pub fn relaxes(&self, relaxation: Relaxation) -> bool {
        self.relaxes.contains(&relaxation)
    }
}

impl Operation {
    pub const fn endpoint(&self) -> Endpoint {
        match self {
            Self::Authorize => Endpoint::Authorization,
            Self::Token(_) => Endpoint::Token,
            Self::Introspection => Endpoint::Introspection,
            Self::Revocation => Endpoint::Revocation,
            Self::UserInfo => Endpoint::UserInfo,
            Self::Jwks => Endpoint::Jwks,
            Self::Metadata => Endpoint::Metadata,
        }
    }
}

impl Endpoint {
    pub const ALL: [Self; 7] =
        [Self::Authorization, Self::Token, Self::Introspection, Self::Revocation, Self::UserInfo, Self::Jwks, Self::Metadata];

    pub const fn standard_path(self) -> &'static str {
        match self {
            Self::Authorization => "/authorize",
            Self::Token => "/token",
            Self::Introspection => "/introspect",
            Self::Revocation => "/revoke",
            Self::UserInfo => "/userinfo",
            Self::Jwks => "/jwks",
            Self::Metadata => "/.well-known/openid-configuration",
        }
    }

    fn standard_methods(self) -> Vec<Method> {
        match self {
            Self::Authorization | Self::UserInfo => vec![Method::GET, Method::POST],
            Self::Token | Self::Introspection | Self::Revocation => vec![Method::POST],
            Self::Jwks | Self::Metadata => vec![Method::GET],
        }
    }

    fn standard_operation(self, error: &Arc<ErrorFormat>) -> Operation {
        match self {
            Self::Authorization => Operation::Authorize,
            Self::Token => Operation::Token(Box::new(TokenRoute::standard(error))),
            Self::Introspection => Operation::Introspection,
            Self::Revocation => Operation::Revocation,
            Self::UserInfo => Operation::UserInfo,
            Self::Jwks => Operation::Jwks,
            Self::Metadata => Operation::Metadata,
        }
    }
}

/// In the order of [`Dialect::BUILT_IN`].
const FILES: &[&str] = &[
    include_str!("../../../../dialects/standard.toml"),
    include_str!("../../../../dialects/volt.toml"),
    include_str!("../../../../dialects/volt-time.toml"),
    include_str!("../../../../dialects/voipex.toml"),
    include_str!("../../../../dialects/violet.toml"),
    include_str!("../../../../dialects/depotfinity.toml"),
];

/// A test proves that every file parses.
static PARSED: LazyLock<Vec<Arc<Dialect>>> =
    LazyLock::new(|| FILES.iter().filter_map(|text| Dialect::parse(text).ok()).map(Arc::new).collect());

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vendor_tests;
#[cfg(test)]
mod wire_tests;
