//! One path that gives tokens: what it reads, where each parameter stands, what it answers.

use std::sync::Arc;

use http::HeaderName;

use super::{
    ErrorFormat,
    member::{Member, Source},
    table::Word,
};
use crate::settings::GrantType;

/// How one path reads token requests and writes their answers.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRoute {
    /// Media types that it reads; none for requests without a body.
    pub bodies: Vec<Body>,
    pub grants: Vec<GrantType>,
    pub authenticate: Vec<Authenticate>,
    /// Where each parameter of the protocol stands, by [`Parameter`].
    pub(super) places: [Place; Parameter::COUNT],
    /// The answer's members, in order.
    pub answer: Vec<Member<Source>>,
    pub(super) error: Arc<ErrorFormat>,
}

impl TokenRoute {
    pub fn place(&self, parameter: Parameter) -> &Place {
        &self.places[parameter as usize]
    }

    /// Headers that carry a parameter.
    pub(super) fn header_names(&self) -> impl Iterator<Item = &HeaderName> {
        self.places.iter().filter_map(|place| match place {
            Place::Header(name) => Some(name),
            _ => None,
        })
    }

    pub fn admits(&self, authenticate: Authenticate) -> bool {
        self.authenticate.contains(&authenticate)
    }

    /// Whether answers show a person, so that one has to be looked up.
    pub fn answers_with_user(&self) -> bool {
        self.answer.iter().any(|member| matches!(member.source(), Some(Source::User(_))))
    }

    pub fn answers_with_id_token(&self) -> bool {
        self.answer.iter().any(|member| member.source() == Some(&Source::IdToken))
    }

    /// Whether a general OAuth client can use it: form in, `grant_type` in its usual place.
    pub fn is_general(&self) -> bool {
        self.bodies.contains(&Body::Form) && *self.place(Parameter::GrantType) == Place::Body("grant_type".to_owned())
    }
}

impl TokenRoute {
    /// RFC 6749 §3.2 as written, but for its errors.
    pub(super) fn standard(error: &Arc<ErrorFormat>) -> Self {
        Self {
            error: Arc::clone(error),
            bodies: vec![Body::Form],
            grants: GrantType::ALL.to_vec(),
            authenticate: vec![Authenticate::ClientSecretBasic, Authenticate::ClientSecretPost, Authenticate::None],
            places: Parameter::ALL.map(|parameter| Place::Body(parameter.as_str().to_owned())),
            answer: Source::STANDARD.iter().map(|source| Member::of(source.clone())).collect(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`, a flat object.
    Json,
}

impl Body {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Form => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }
}

/// How a client may prove itself on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authenticate {
    ClientSecretBasic,
    ClientSecretPost,
    /// The headers that the dialect names.
    Header,
    /// A public client says its id only.
    None,
    /// A refresh token says whose it is.
    FromToken,
}

/// Where a parameter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Body(String),
    Query(String),
    Header(HeaderName),
    Constant(String),
}

macro_rules! parameters {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// The parameters of a token request that a dialect can put elsewhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Parameter { $($variant),* }

        impl Parameter {
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant),*];
            pub(super) const COUNT: usize = [$($name),*].len();

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl Word for Parameter {
            const WORDS: &'static [(&'static str, Self)] = &[$(($name, Self::$variant)),*];
        }
    };
}

parameters! {
    GrantType = "grant_type",
    ClientId = "client_id",
    ClientSecret = "client_secret",
    Username = "username",
    Password = "password",
    Code = "code",
    CodeVerifier = "code_verifier",
    RedirectUri = "redirect_uri",
    RefreshToken = "refresh_token",
    Scope = "scope",
    Resource = "resource",
}

impl Parameter {
    /// Whether it must never stand in a URL or in a file.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::Password | Self::Code | Self::CodeVerifier | Self::RefreshToken)
    }
}

impl Word for Body {
    const WORDS: &'static [(&'static str, Self)] = &[("form", Self::Form), ("json", Self::Json)];
}

impl Word for Authenticate {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("client_secret_basic", Self::ClientSecretBasic),
        ("client_secret_post", Self::ClientSecretPost),
        ("header", Self::Header),
        ("none", Self::None),
        ("from_token", Self::FromToken),
    ];
}

impl Word for GrantType {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("authorization_code", Self::AuthorizationCode),
        ("refresh_token", Self::RefreshToken),
        ("client_credentials", Self::ClientCredentials),
        ("password", Self::Password),
    ];
}
