//! What can go wrong for a request: it was refused, or something is broken here.

use jeton_oauth::{ErrorCode, OAuthError, Seconds, error::Asked, manage::readable};
use jeton_store::StoreError;

use crate::{keys::KeyRingError, password::Busy};

/// Why a request has no answer of its own.
#[derive(Debug)]
pub enum Failure {
    /// The rules said no; the client can do something about it.
    Refused(OAuthError),
    /// Something is broken here, and nothing was written, unless the store says [`StoreError::Unknown`].
    Broken(Broken),
}

#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    #[error("three looks met three conflicts")]
    Contended,
    #[error("a key is not to be had: {0}")]
    Keys(#[from] KeyRingError),
    #[error("a token could not be signed: {0}")]
    Sign(#[from] jeton_jose::SignError),
    #[error("a page could not be rendered: {0}")]
    Page(#[from] minijinja::Error),
    #[error("changes of other processes could not be read for 5 seconds")]
    Stale,
    #[error("a handler wanted a caller that the policy of its endpoint does not ask for")]
    Unproven,
    #[error("the realm has no key for refresh tokens")]
    NoRefreshKey,
}

impl Failure {
    /// What else is known of who was refused.
    #[must_use]
    pub fn asked(self, asked: impl FnOnce() -> Asked) -> Self {
        match self {
            Self::Refused(error) => Self::Refused(error.asked(asked)),
            other => other,
        }
    }

    /// A refusal of what this client asked, unless more is known of who was refused.
    #[must_use]
    pub fn of_client(self, client_id: Option<&str>) -> Self {
        match (self, client_id) {
            (Self::Refused(error), Some(id)) => Self::Refused(error.asked(|| Asked { client_id: Some(readable(id)), ..Asked::default() })),
            (other, _) => other,
        }
    }

    /// The refusal that a client is told: a broken server says so, and when to come back, not why.
    pub fn into_error(self) -> OAuthError {
        match self {
            Self::Refused(error) => error,
            Self::Broken(Broken::Store(StoreError::Unknown)) => OAuthError::new(
                ErrorCode::TemporarilyUnavailable,
                "the server lost its database while it wrote this down; it may have been done",
            )
            .retry_after(Seconds(1)),
            Self::Broken(Broken::Store(_) | Broken::Stale | Broken::Keys(KeyRingError::Store(_) | KeyRingError::Contended)) => {
                OAuthError::new(ErrorCode::TemporarilyUnavailable, "the server cannot answer right now; nothing was changed")
                    .retry_after(Seconds(1))
            }
            Self::Broken(Broken::Contended) => {
                OAuthError::new(ErrorCode::Conflict, "somebody else changes the same thing right now; nothing was changed; try again")
                    .retry_after(Seconds(1))
            }
            Self::Broken(_) => OAuthError::new(ErrorCode::ServerError, "the server failed; nothing was changed"),
        }
    }
}

impl From<OAuthError> for Failure {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

macro_rules! broken_by {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Broken(error.into())
            }
        }
    )*};
}

broken_by!(Broken, StoreError, KeyRingError, jeton_jose::SignError, minijinja::Error);

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        Self::Refused(
            OAuthError::new(ErrorCode::TooManyRequests, "too many passwords are being checked; try again").retry_after(busy.retry_after),
        )
    }
}

#[cfg(test)]
mod tests {
    use jeton_store::StoreError;

    use super::{Broken, Failure};
    use crate::keys::KeyRingError;

    #[test]
    fn what_may_pass_by_itself_asks_to_come_back() {
        let passing = [
            Broken::Store(StoreError::Busy),
            Broken::Stale,
            Broken::Keys(KeyRingError::Store(StoreError::NoSpace)),
            Broken::Keys(KeyRingError::Contended),
        ];
        for broken in passing {
            let said = broken.to_string();
            let error = Failure::from(broken).into_error();
            assert_eq!((error.code.status(), error.retry_after.is_some()), (503, true), "{said}");
        }
        let error = Failure::from(Broken::Contended).into_error();
        assert_eq!((error.code.status(), error.retry_after.is_some()), (409, true));
        let error = Failure::from(Broken::Keys(KeyRingError::Generation)).into_error();
        assert_eq!((error.code.status(), error.retry_after), (500, None));
    }
}
