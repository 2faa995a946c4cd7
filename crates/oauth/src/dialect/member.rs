//! The members of an answer or an error: a name, and a constant or one of a closed set of sources.

use super::table::Word;

/// One member of a JSON object that a dialect writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<S> {
    /// As it stands in JSON; unique in its object.
    pub name: String,
    /// `"name":`, as it is written.
    pub(super) key: String,
    /// What its value is.
    pub content: Content<S>,
}

/// What stands behind a member's name.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<S> {
    /// Left out where the source has nothing and no default stands.
    From {
        /// What is shown.
        source: S,
        /// How it is written; one of those that fit the source.
        format: Format,
        /// Written where the source has nothing.
        default: Option<Json>,
    },
    /// Always the same.
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

    /// What it shows; `None` for a constant.
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
    /// The access token, signed where it is a JWT.
    AccessToken,
    /// `Bearer` (RFC 6750).
    TokenType,
    /// Seconds that the access token lives from now.
    ExpiresIn,
    /// The refresh token, where there is one.
    RefreshToken,
    /// Seconds that the refresh token lives from now, where there is one.
    RefreshExpiresIn,
    /// The ID token, where `openid` was granted.
    IdToken,
    /// The granted scope as one string.
    Scope,
    /// The granted scope as a list.
    Scopes,
    /// The authorization that the tokens belong to.
    SessionState,
    /// The realm's not-before.
    NotBefore,
    /// Something of the person; nothing where the tokens are the client's own.
    User(UserField),
}

/// What of a person an answer can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserField {
    /// The account's small number.
    Number,
    /// What tokens call them (OpenID Connect Core §2).
    Sub,
    /// What they sign in with, as it is written.
    Username,
    /// Their full name, where it is known.
    Name,
    /// First name or names, where they are known.
    GivenName,
    /// Last name or names, where they are known.
    FamilyName,
    /// Their address, where it is known.
    Email,
    /// `true` where the address is known to be theirs, else `false`.
    EmailVerified,
    /// The free text of the account's type, where it has one.
    Type,
    /// `active` or `disabled`.
    Status,
    /// A list of objects with `name` and `permissions`.
    Roles,
    /// When the account was made.
    CreatedAt,
    /// When the account was changed last.
    UpdatedAt,
    /// The attribute of this name, as the JSON that it is.
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
    /// Unchanged.
    AsItIs,
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
    /// A number: seconds since the epoch, rounded down.
    UnixSeconds,
    /// A number: milliseconds since the epoch.
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
    /// For the developer who reads it.
    ErrorDescription,
    /// The HTTP status.
    Status,
    /// From the dialect's table of messages, else the description.
    Message,
    /// From the dialect's table of numbers.
    Code,
    /// When the error was written: milliseconds since the epoch.
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
