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
mod file;
mod json_text;
mod member;
mod read;
mod read_members;
mod read_route;
mod relaxes;
mod route_map;
mod table;
mod token_route;

use std::sync::{Arc, LazyLock};

use http::{HeaderName, Method};

pub use client_answer::{DecodedAnswer, DecodedError, Unreadable};
pub use client_request::NotCarried;
pub use error_format::{ErrorFormat, ErrorKey};
pub use fault::Fault;
pub use file::DialectFile;
pub use member::{Content, ErrorSource, Format, Json, Member, Source, UserField};
pub use relaxes::Relaxation;
pub use route_map::{Found, OtherMethod, RouteMap, Standing, path_parameter};
pub use token_route::{Authenticate, Body, Parameter, Place, TokenRoute};

use crate::{endpoint::Endpoint, settings::SettingsPatch};

/// A wire format, checked.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// What realms call it; unique in the installation.
    pub name: String,
    /// What people see.
    pub title: String,
    /// One sentence: whose format it is and what stands out.
    pub summary: String,
    /// Settings of a realm that it sets; the realm may set them otherwise.
    pub settings: SettingsPatch,
    /// Everything that it loosens against the standard.
    pub relaxes: Vec<Relaxation>,
    /// Where id and secret may stand.
    pub authentication: ClientAuthentication,
    /// A header of its own for access tokens, where it has one.
    pub resource: Option<ResourceFormat>,
    /// Every route: its own, then the standard's for operations that it does not name.
    pub routes: Vec<Route>,
    /// Everything that stands below an issuer: these routes, and what no dialect puts elsewhere.
    pub map: RouteMap,
    /// How its errors look: those of tokens, and of its resources.
    pub error: Arc<ErrorFormat>,
}

/// Where clients put their id and secret, besides the body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientAuthentication {
    /// How HTTP Basic is read.
    pub basic: BasicDecoding,
    /// A pair of headers of its own; `None` where clients use Basic or the body.
    pub header: Option<CredentialHeaders>,
}

/// What stands before and after the colon of HTTP Basic.
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
    /// Carries the `client_id`.
    pub id: HeaderName,
    /// Carries the secret.
    pub secret: HeaderName,
}

/// How an API of this dialect is called; its errors are written as the dialect's are.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceFormat {
    /// Carries the access token as it is, besides `Authorization: Bearer`.
    pub header: HeaderName,
    error: Arc<ErrorFormat>,
}

/// Where an operation is, and for which methods.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Those that it answers; HEAD goes with GET.
    pub methods: Vec<Method>,
    /// Below the realm's issuer.
    pub path: String,
    /// One that [`Endpoint::is_operation`].
    pub endpoint: Endpoint,
    /// How token requests are read and answered; for [`Endpoint::Token`] alone.
    pub token: Option<Box<TokenRoute>>,
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

    /// Where an operation is, as metadata shows it; for tokens where a general client can use it.
    pub fn path_of(&self, endpoint: Endpoint) -> &str {
        let route = match endpoint {
            Endpoint::Token => self.general_token_route().map(|(route, _)| route),
            _ => self.routes.iter().find(|route| route.endpoint == endpoint),
        };
        route.map_or_else(|| endpoint.path(), |route| &route.path)
    }

    /// How token requests are read and answered that found this.
    pub fn token_route(&self, standing: Standing) -> Option<&TokenRoute> {
        self.routes.get(standing.route?)?.token.as_deref()
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
        self.routes.iter().filter_map(|route| Some((route, route.token.as_deref()?)))
    }

    /// Whether some answer shows the person, so that one has to be looked up.
    pub fn answers_with_user(&self) -> bool {
        self.token_routes().any(|(_, token)| token.answers_with_user())
    }

    /// What a realm of this dialect loosens by settings of its own, and which of them does; not what the
    /// dialect loosens already.
    pub fn loosened_by(&self, settings: &SettingsPatch) -> Vec<(Relaxation, &'static str)> {
        let mut loosened = Relaxation::of_settings(settings);
        if settings.refresh_token_rotation == Some(false) && check::refreshes_unproven(&self.routes) {
            loosened.push((Relaxation::NonRotatingRefreshForPublicClients, "refresh_token_rotation"));
        }
        loosened.retain(|(relaxation, _)| !self.relaxes(*relaxation));
        loosened
    }

    /// Whether it says that it loosens this.
    pub fn relaxes(&self, relaxation: Relaxation) -> bool {
        self.relaxes.contains(&relaxation)
    }
}

impl Endpoint {
    /// What dialects can put elsewhere, in the order in which a file's reader meets them.
    pub const OPERATIONS: [Self; 7] =
        [Self::Authorization, Self::Token, Self::Introspection, Self::Revocation, Self::UserInfo, Self::Jwks, Self::Metadata];

    /// Whether a dialect can put it elsewhere.
    pub fn is_operation(self) -> bool {
        Self::OPERATIONS.contains(&self)
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
