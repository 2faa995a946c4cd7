//! What happens, as it is counted: which call, how it ended, and for the last refusals the true reason.
//!
//! Nothing here is told to who was refused: it is for those who own the application, and for operators.

mod difference;
mod failure;
mod reason;

pub use difference::{Difference, difference};
pub use failure::{About, Failed};
pub use reason::Reason;

use crate::{ClientKey, Endpoint, RealmId, Timestamp, settings::GrantType};

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What was asked for. Words are the RFCs' where they have one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Call { $($(#[$doc])* $name),* }

        impl Call {
            /// Every one, in this order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

calls! {
    /// RFC 6749 §4.4.
    ClientCredentials = "client_credentials",
    /// RFC 6749 §4.1.3.
    AuthorizationCode = "authorization_code",
    /// RFC 6749 §6.
    RefreshToken = "refresh_token",
    /// RFC 6749 §4.3.
    Password = "password",
    /// A token request that does not say which grant it is.
    Token = "token",
    /// An authorization request, once it is answered to the application.
    Authorization = "authorize",
    /// RFC 7662.
    Introspection = "introspection",
    /// RFC 7009.
    Revocation = "revocation",
    /// OpenID Connect Core §5.3.
    UserInfo = "userinfo",
    /// A person on the page.
    SignIn = "sign_in",
}

impl Call {
    /// Reads what [`Self::as_str`] writes; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|call| call.as_str() == text)
    }

    /// Those whose answer is a token.
    pub fn gives_tokens(self) -> bool {
        matches!(self, Self::ClientCredentials | Self::AuthorizationCode | Self::RefreshToken | Self::Password)
    }

    /// Where applications ask; `None` for what is not counted.
    pub fn at(endpoint: Endpoint) -> Option<Self> {
        match endpoint {
            Endpoint::Token => Some(Self::Token),
            Endpoint::Authorization | Endpoint::Consent => Some(Self::Authorization),
            Endpoint::Introspection => Some(Self::Introspection),
            Endpoint::Revocation => Some(Self::Revocation),
            Endpoint::UserInfo => Some(Self::UserInfo),
            _ => None,
        }
    }
}

impl From<GrantType> for Call {
    fn from(grant: GrantType) -> Self {
        match grant {
            GrantType::ClientCredentials => Self::ClientCredentials,
            GrantType::AuthorizationCode => Self::AuthorizationCode,
            GrantType::RefreshToken => Self::RefreshToken,
            GrantType::Password => Self::Password,
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The caller got what it asked for.
    Answered,
    /// It did not.
    Refused(Reason),
}

impl Outcome {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused(reason) => reason.as_str(),
        }
    }

    /// Reads what [`Self::as_str`] writes; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "answered" { Some(Self::Answered) } else { Reason::parse(text).map(Self::Refused) }
    }

    /// Why it was refused, if it was.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Answered => None,
            Self::Refused(reason) => Some(reason),
        }
    }
}

/// How long the time is that one number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grain {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// Of UTC.
    Day,
}

impl Grain {
    /// The finest first.
    pub const ALL: [Self; 3] = [Self::Minute, Self::Hour, Self::Day];

    /// Its length in milliseconds.
    pub const fn millis(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    /// Numbers of this length are kept for so many milliseconds.
    pub const fn kept(self) -> i64 {
        match self {
            Self::Minute => Self::Day.millis(),
            Self::Hour => 14 * Self::Day.millis(),
            Self::Day => 366 * Self::Day.millis(),
        }
    }

    /// When the minute, hour or day began that `at` is in.
    pub const fn begin(self, at: Timestamp) -> Timestamp {
        let millis = at.as_millis();
        Timestamp::from_millis(millis - millis.rem_euclid(self.millis()))
    }
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// A call that ended so.
    Call(Call, Outcome),
    /// Token requests that took at most so many microseconds, and more than the next lower bound.
    Within(u64),
}

/// Of whom a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Whose {
    /// Of all realms together.
    Everybody,
    /// Of all that was asked of a realm.
    Realm(RealmId),
    /// Of what a client asked for.
    Client(RealmId, ClientKey),
}

/// So many more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Of whom it is.
    pub whose: Whose,
    /// How long the time is that it counts.
    pub grain: Grain,
    /// When that time began.
    pub began_at: Timestamp,
    /// What it counts.
    pub what: What,
    /// How many more.
    pub times: u64,
}

macro_rules! levels {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What is measured now and then.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Level { $($(#[$doc])* $name),* }

        impl Level {
            /// Every one, in this order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

levels! {
    /// Authorizations that are there.
    Authorizations = "authorizations",
    /// Bytes of the database.
    DatabaseSize = "database_size",
}

impl Level {
    /// Reads what [`Self::as_str`] writes; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for call in Call::ALL {
            assert_eq!(Call::parse(call.as_str()), Some(*call));
        }
        for reason in Reason::ALL {
            assert_eq!(Outcome::parse(reason.as_str()), Some(Outcome::Refused(*reason)));
        }
        assert_eq!(Outcome::parse("answered"), Some(Outcome::Answered));
        assert_eq!(Outcome::parse("something"), None);
    }

    #[test]
    fn a_time_is_in_the_hour_and_the_day_that_began_before_it() {
        let at = Timestamp::from_millis(90_061_001);
        assert_eq!(Grain::Minute.begin(at).as_millis(), 90_060_000);
        assert_eq!(Grain::Hour.begin(at).as_millis(), 90_000_000);
        assert_eq!(Grain::Day.begin(at).as_millis(), 86_400_000);
    }
}
