//! A statement as a value: its text, what it binds, and whether it must touch a row. Engines run
//! them; nothing else knows SQL from its results.

use std::borrow::Cow;

use jeton_oauth::{
    AccessTokenId, AuditId, AuthorizationId, ClientKey, ClientSecretId, CodeId, FactorId, FailureId, InitialAccessTokenId, KeyId, MailId,
    OneTimeLinkId, PendingRequestId, PersonalAccessTokenId, RealmId, Scope, Seconds, SessionId, Timestamp, UserId,
};
use serde::Serialize;
use uuid::Uuid;

use crate::StoreError;

/// One statement of a unit. Its text has parameters `?1`, `?2`…; an engine that writes them
/// otherwise translates.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    pub sql: &'static str,
    pub guard: Guard,
    pub values: Vec<Value<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Fine whether or not it touches a row.
    Free,
    /// Touching no row makes the unit a conflict.
    Touches,
}

/// What a parameter is bound to.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
    Id(Uuid),
}

impl<'a> Statement<'a> {
    pub fn free(sql: &'static str, values: Vec<Value<'a>>) -> Self {
        Self { sql, guard: Guard::Free, values }
    }

    pub fn guarded(sql: &'static str, values: Vec<Value<'a>>) -> Self {
        Self { sql, guard: Guard::Touches, values }
    }
}

/// `values![a, b]`: each by its own conversion.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::statement::Value::from($value)),*] };
}
pub(crate) use values;

/// What is stored as JSON. Our own types are maps with string keys and lists: they always serialise.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Value<'static>, StoreError> {
    serde_json::to_string(value)
        .map(|text| Value::Text(Cow::Owned(text)))
        .map_err(|_| StoreError::Unstorable("a value that JSON cannot hold"))
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl From<$id> for Value<'_> {
            fn from(id: $id) -> Self { Self::Id(id.0) }
        }
    )*};
}
ids!(
    RealmId,
    ClientKey,
    ClientSecretId,
    UserId,
    SessionId,
    AuthorizationId,
    CodeId,
    AccessTokenId,
    PersonalAccessTokenId,
    KeyId,
    AuditId,
    PendingRequestId,
    OneTimeLinkId,
    FactorId,
    MailId,
    InitialAccessTokenId,
    FailureId
);

impl From<Uuid> for Value<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<Seconds> for Value<'_> {
    fn from(seconds: Seconds) -> Self {
        seconds.0.into()
    }
}

impl From<bool> for Value<'_> {
    fn from(yes: bool) -> Self {
        Self::Int(yes.into())
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.as_millis())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<&Scope> for Value<'_> {
    fn from(scope: &Scope) -> Self {
        Self::Text(Cow::Owned(scope.to_string()))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
