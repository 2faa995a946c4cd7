//! The members of an answer or an error: a name, and a constant or one of a closed set of sources.

use super::table::Word;

/// One member of a JSON object that a dialect writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<S> {
    pub name: String,
    /// `"name":`, as it is written.
    pub(super) key: String,
    pub content: Content<S>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content<S> {
    /// Left out where the source has nothing and no default stands.
    From {
        source: S,
        format: Format,
        default: Option<Json>,
    },
    Value(Json),
}

/// A constant, as its JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(pub(super) String);

impl<S> Member<S> {
    pub(super) fn new(name: &str, content: Content<S>) -> Self {
        let mut key = serde_json::Value::from(name).to_string();
        key.push(':');
        Self { name: name.to_owned(), key, content }
    }

    pub fn source(&self) -> Option<&S> {
        match &self.content {
            Content::From { source, .. } => Some(source),
            Content::Value(_) => None,
        }
    }
}

impl Member<Source> {
    /// A member named as its source.
    pub(super) fn of(source: Source) -> Self {
        let format = source.formats()[0];
        Self::new(&source.to_string(), Content::From { source, format, default: None })
    }
}

/// What an answer's member shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    AccessToken,
    /// `Bearer` (RFC 6750).
    TokenType,
    ExpiresIn,
    RefreshToken,
    RefreshExpiresIn,
    IdToken,
    /// The granted scope as one string.
    Scope,
    /// The granted scope as a list.
    Scopes,
    /// The authorization that the tokens belong to.
    SessionState,
    /// The realm's not-before.
    NotBefore,
    User(UserField),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserField {
    Number,
    Sub,
    Username,
    Name,
    GivenName,
    FamilyName,
    Email,
    EmailVerified,
    Type,
    Status,
    Roles,
    CreatedAt,
    UpdatedAt,
    Attribute(String),
}

impl Source {
    /// RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3.
    pub(super) const STANDARD: &'static [Self] =
        &[Self::AccessToken, Self::TokenType, Self::ExpiresIn, Self::RefreshToken, Self::Scope, Self::IdToken];

    const ALL: &'static [(&'static str, Self)] = &[
        ("access_token", Self::AccessToken),
        ("token_type", Self::TokenType),
        ("expires_in", Self::ExpiresIn),
        ("refresh_token", Self::RefreshToken),
        ("refresh_expires_in", Self::RefreshExpiresIn),
        ("id_token", Self::IdToken),
        ("scope", Self::Scope),
        ("scopes", Self::Scopes),
        ("session_state", Self::SessionState),
        ("not_before", Self::NotBefore),
        ("user.number", Self::User(UserField::Number)),
        ("user.sub", Self::User(UserField::Sub)),
        ("user.username", Self::User(UserField::Username)),
        ("user.name", Self::User(UserField::Name)),
        ("user.given_name", Self::User(UserField::GivenName)),
        ("user.family_name", Self::User(UserField::FamilyName)),
        ("user.email", Self::User(UserField::Email)),
        ("user.email_verified", Self::User(UserField::EmailVerified)),
        ("user.type", Self::User(UserField::Type)),
        ("user.status", Self::User(UserField::Status)),
        ("user.roles", Self::User(UserField::Roles)),
        ("user.created_at", Self::User(UserField::CreatedAt)),
        ("user.updated_at", Self::User(UserField::UpdatedAt)),
    ];

    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("user.attributes.") {
            return (!name.is_empty()).then(|| Self::User(UserField::Attribute(name.to_owned())));
        }
        Self::ALL.iter().find(|(word, _)| *word == text).map(|(_, source)| source.clone())
    }

    pub(super) fn words() -> String {
        let words: Vec<_> = Self::ALL.iter().map(|(word, _)| *word).collect();
        format!("{}, user.attributes.NAME", words.join(", "))
    }

    /// The formats that fit; the first is the usual one.
    pub(super) fn formats(&self) -> &'static [Format] {
        match self {
            Self::TokenType | Self::User(UserField::Type | UserField::Status) => &[Format::AsItIs, Format::Lower, Format::Upper],
            Self::NotBefore => &[Format::UnixSeconds, Format::UnixMilliseconds, Format::Rfc3339, Format::Rfc3339NumericZone],
            Self::User(UserField::CreatedAt | UserField::UpdatedAt) => {
                &[Format::Rfc3339, Format::Rfc3339NumericZone, Format::UnixSeconds, Format::UnixMilliseconds]
            }
            _ => &[Format::AsItIs],
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self, Self::ALL.iter().find(|(_, source)| source == self)) {
            (Self::User(UserField::Attribute(name)), _) => write!(f, "user.attributes.{name}"),
            (_, Some((word, _))) => f.write_str(word),
            (_, None) => Ok(()),
        }
    }
}

/// How a source is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    AsItIs,
    Lower,
    Upper,
    UnixSeconds,
    UnixMilliseconds,
    /// `2016-11-01T22:17:39Z`
    Rfc3339,
    /// `2016-11-01T22:17:39+0000`
    Rfc3339NumericZone,
}

impl Word for Format {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("as_it_is", Self::AsItIs),
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("unix_seconds", Self::UnixSeconds),
        ("unix_milliseconds", Self::UnixMilliseconds),
        ("rfc3339", Self::Rfc3339),
        ("rfc3339_numeric_zone", Self::Rfc3339NumericZone),
    ];
}

/// What an error's member shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorSource {
    /// The registered code.
    Error,
    ErrorDescription,
    /// The HTTP status.
    Status,
    /// From the dialect's table of messages, else the description.
    Message,
    /// From the dialect's table of numbers.
    Code,
    TimestampMs,
}

impl Word for ErrorSource {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("error", Self::Error),
        ("error_description", Self::ErrorDescription),
        ("status", Self::Status),
        ("message", Self::Message),
        ("code", Self::Code),
        ("timestamp_ms", Self::TimestampMs),
    ];
}
