//! Why a call was refused: the true cause, as a closed list.

use crate::{ErrorCode, model::RevocationReason};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// Closer than the code that is answered, which is one for many causes. Which of a user name and a
        /// password was wrong is not told apart: it would say who has an account.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $name),* }

        impl Reason {
            /// Every one, in this order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

reasons! {
    /// No client has the id that was sent.
    UnknownClient = "unknown_client",
    /// Nobody says who asks.
    NoClientAuthentication = "no_client_authentication",
    /// A confidential client said who it is and did not prove it.
    SecretMissing = "secret_missing",
    /// None of the client's secrets.
    WrongSecret = "wrong_secret",
    /// About: when.
    RemovedSecret = "removed_secret",
    /// About: when it ended.
    ExpiredSecret = "expired_secret",
    /// The secret is right. About: the registered methods.
    OtherAuthMethod = "other_auth_method",
    /// An operator or its developer disabled it.
    ClientDisabled = "client_disabled",
    /// Too many wrong guesses before.
    TooManyAttempts = "too_many_attempts",
    /// RFC 6749 §5.2 `unauthorized_client`. About: the grant.
    GrantNotAllowed = "grant_not_allowed",
    /// A public client asked where one proves itself (RFC 6749 §4.4.2).
    PublicClient = "public_client",
    /// About: the scope.
    UnknownScope = "unknown_scope",
    /// About: the scope.
    ScopeNotAllowed = "scope_not_allowed",
    /// Wider than what was granted. About: the scope.
    ScopeNotGranted = "scope_not_granted",
    /// RFC 8707.
    ResourceNotAllowed = "resource_not_allowed",
    /// A code that was never made, or whose secret is wrong.
    UnknownCode = "unknown_code",
    /// A code that another client was given.
    CodeOfAnother = "code_of_another",
    /// It was redeemed before: what it gave was revoked (RFC 9700 §4.5).
    CodeUsed = "code_used",
    /// It is older than codes may be.
    CodeExpired = "code_expired",
    /// The account was disabled, or all that was issued before was ended.
    CodeEnded = "code_ended",
    /// Another redirect URI than that of the authorization request. About: what differs.
    OtherRedirectUri = "other_redirect_uri",
    /// RFC 7636: the code was asked for with a challenge.
    VerifierMissing = "verifier_missing",
    /// RFC 7636: the code was asked for without a challenge.
    VerifierUnexpected = "verifier_unexpected",
    /// RFC 7636 §4.6.
    VerifierWrong = "verifier_wrong",
    /// One that was never made, or whose secret is wrong.
    UnknownRefreshToken = "unknown_refresh_token",
    /// One that another client was given.
    RefreshTokenOfAnother = "refresh_token_of_another",
    /// It was used before: its authorization was revoked (RFC 9700 §4.14.2).
    RefreshTokenUsed = "refresh_token_used",
    /// It ended by its own lifetime.
    RefreshTokenExpired = "refresh_token_expired",
    /// Somebody revoked it.
    RefreshTokenRevoked = "refresh_token_revoked",
    /// The account was disabled, or all that was issued before was ended.
    RefreshTokenEnded = "refresh_token_ended",
    /// User name and password do not fit, or the account may not sign in.
    WrongPassword = "wrong_password",
    /// The password is right, and is not enough: the person has a second step, or needs one here.
    SecondStepNeeded = "second_step_needed",
    /// A code of a second factor, or a passkey, that proved nobody.
    WrongSecondStep = "wrong_second_step",
    /// About: what differs.
    RedirectUriNotRegistered = "redirect_uri_not_registered",
    /// RFC 7636: the client has to use PKCE.
    ChallengeMissing = "challenge_missing",
    /// The person said no.
    Denied = "denied",
    /// `prompt=none`, and somebody would have to sign in.
    SignInNeeded = "sign_in_needed",
    /// `prompt=none`, and somebody would have to approve.
    ConsentNeeded = "consent_needed",
    /// An access token that is no live one.
    InvalidToken = "invalid_token",
    /// RFC 6750 §3.1.
    InsufficientScope = "insufficient_scope",
    /// About: the answer's own words.
    Malformed = "malformed",
    /// The server could not.
    Unavailable = "unavailable",
    /// About: the answer's own words.
    Other = "other",
}

impl Reason {
    /// Reads what [`Self::as_str`] writes; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == text)
    }

    /// What a code says by itself.
    pub fn of(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidRequest
            | ErrorCode::UnsupportedGrantType
            | ErrorCode::UnsupportedResponseType
            // One that cannot be read: who may not have one says so.
            | ErrorCode::InvalidScope
            | ErrorCode::RequestNotSupported
            | ErrorCode::RequestUriNotSupported
            | ErrorCode::MethodNotAllowed
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::TooLarge
            | ErrorCode::ExpectationFailed => Self::Malformed,
            ErrorCode::UnauthorizedClient => Self::GrantNotAllowed,
            ErrorCode::InvalidTarget => Self::ResourceNotAllowed,
            ErrorCode::AccessDenied => Self::Denied,
            ErrorCode::LoginRequired | ErrorCode::AccountSelectionRequired => Self::SignInNeeded,
            ErrorCode::ConsentRequired | ErrorCode::InteractionRequired => Self::ConsentNeeded,
            ErrorCode::InvalidToken => Self::InvalidToken,
            ErrorCode::InsufficientScope => Self::InsufficientScope,
            ErrorCode::TooManyRequests => Self::TooManyAttempts,
            ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable | ErrorCode::Conflict => Self::Unavailable,
            _ => Self::Other,
        }
    }
}

impl From<RevocationReason> for Reason {
    fn from(why: RevocationReason) -> Self {
        match why {
            RevocationReason::CodeReplay => Self::CodeUsed,
            RevocationReason::RefreshReplay => Self::RefreshTokenUsed,
            _ => Self::RefreshTokenRevoked,
        }
    }
}
