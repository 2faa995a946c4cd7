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
    /// Grants that it answers; another is `unsupported_grant_type` here.
    pub grants: Vec<GrantType>,
    /// Ways in which a client may prove itself here.
    pub authenticate: Vec<Authenticate>,
    /// Where each parameter of the protocol stands, by [`Parameter`].
    pub(super) places: [Place; Parameter::COUNT],
    /// The answer's members, in order.
    pub answer: Vec<Member<Source>>,
    pub(super) error: Arc<ErrorFormat>,
}

impl TokenRoute {
    /// Where this parameter stands in requests.
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

    /// Whether a client may prove itself so here.
    pub fn admits(&self, authenticate: Authenticate) -> bool {
        self.authenticate.contains(&authenticate)
    }

    /// Whether answers show a person, so that one has to be looked up.
    pub fn answers_with_user(&self) -> bool {
        self.answer.iter().any(|member| matches!(member.source(), Some(Source::User(_))))
    }

    /// Whether the answer has a place for an ID token.
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

/// What a request's body is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`, a flat object.
    Json,
}

impl Body {
    /// As `Content-Type` says it.
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
    /// HTTP Basic (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// Id and secret among the parameters of the body (RFC 6749 §2.3.1).
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
    /// A parameter or member of the body, of this name.
    Body(String),
    /// A parameter of the URL, of this name.
    Query(String),
    /// A header.
    Header(HeaderName),
    /// Nowhere: it always is this.
    Constant(String),
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// The parameters of a token request that a dialect can put elsewhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Parameter { $($(#[$doc])* $variant),* }

        impl Parameter {
            /// Each of them, in the order of the table.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant),*];
            pub(super) const COUNT: usize = [$($name),*].len();

            /// What the standard calls it.
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
    /// Which grant it is; what decides how the rest is read.
    GrantType = "grant_type",
    /// RFC 6749 §2.2.
    ClientId = "client_id",
    /// RFC 6749 §2.3.1.
    ClientSecret = "client_secret",
    /// Of the password grant (RFC 6749 §4.3.2).
    Username = "username",
    /// Of the password grant (RFC 6749 §4.3.2).
    Password = "password",
    /// Of the code grant (RFC 6749 §4.1.3).
    Code = "code",
    /// Of the code grant (RFC 7636 §4.5).
    CodeVerifier = "code_verifier",
    /// Of the code grant (RFC 6749 §4.1.3).
    RedirectUri = "redirect_uri",
    /// Of the refresh grant (RFC 6749 §6).
    RefreshToken = "refresh_token",
    /// What is asked for, tokens apart by spaces (RFC 6749 §3.3).
    Scope = "scope",
    /// Whom the token is to be meant for; may be repeated (RFC 8707 §2).
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
