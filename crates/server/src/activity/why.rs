//! Reasons in words.

use jeton_oauth::{
    Timestamp,
    activity::{About, Reason},
};

use crate::page_parts::texts::{Text, text};

/// A reason by itself, as it is ranked.
pub fn named(reason: Reason) -> Text {
    text(match reason {
        Reason::UnknownClient => "reason-unknown-client",
        Reason::NoClientAuthentication => "reason-no-client-authentication",
        Reason::SecretMissing => "reason-secret-missing",
        Reason::WrongSecret => "reason-wrong-secret",
        Reason::RemovedSecret => "reason-removed-secret",
        Reason::ExpiredSecret => "reason-expired-secret",
        Reason::OtherAuthMethod => "reason-other-auth-method",
        Reason::ClientDisabled => "reason-client-disabled",
        Reason::TooManyAttempts => "reason-too-many-attempts",
        Reason::GrantNotAllowed => "reason-grant-not-allowed",
        Reason::PublicClient => "reason-public-client",
        Reason::UnknownScope => "reason-unknown-scope",
        Reason::ScopeNotAllowed => "reason-scope-not-allowed",
        Reason::ScopeNotGranted => "reason-scope-not-granted",
        Reason::ResourceNotAllowed => "reason-resource-not-allowed",
        Reason::UnknownCode => "reason-unknown-code",
        Reason::CodeOfAnother => "reason-code-of-another",
        Reason::CodeUsed => "reason-code-used",
        Reason::CodeExpired => "reason-code-expired",
        Reason::CodeEnded => "reason-code-ended",
        Reason::OtherRedirectUri => "reason-other-redirect-uri",
        Reason::VerifierMissing => "reason-verifier-missing",
        Reason::VerifierUnexpected => "reason-verifier-unexpected",
        Reason::VerifierWrong => "reason-verifier-wrong",
        Reason::UnknownRefreshToken => "reason-unknown-refresh-token",
        Reason::RefreshTokenOfAnother => "reason-refresh-token-of-another",
        Reason::RefreshTokenUsed => "reason-refresh-token-used",
        Reason::RefreshTokenExpired => "reason-refresh-token-expired",
        Reason::RefreshTokenRevoked => "reason-refresh-token-revoked",
        Reason::RefreshTokenEnded => "reason-refresh-token-ended",
        Reason::WrongPassword => "reason-wrong-password",
        Reason::SecondStepNeeded => "reason-second-step-needed",
        Reason::WrongSecondStep => "reason-wrong-second-step",
        Reason::RedirectUriNotRegistered => "reason-redirect-uri",
        Reason::ChallengeMissing => "reason-challenge-missing",
        Reason::Denied => "reason-denied",
        Reason::SignInNeeded => "reason-sign-in-needed",
        Reason::ConsentNeeded => "reason-consent-needed",
        Reason::InvalidToken => "reason-invalid-token",
        Reason::InsufficientScope => "reason-insufficient-scope",
        Reason::Malformed => "reason-malformed",
        Reason::Unavailable => "reason-unavailable",
        Reason::Other => "reason-other",
    })
}

/// A sentence that says what happened, with what it speaks of. `day` writes a day.
pub fn told(reason: Reason, about: &About, day: impl Fn(Timestamp) -> String) -> Text {
    let what = || about.what.clone().unwrap_or_default();
    match (reason, about) {
        (Reason::RemovedSecret, About { at: Some(at), .. }) => text("why-removed-secret").with("day", day(*at)),
        (Reason::ExpiredSecret, About { at: Some(at), .. }) => text("why-expired-secret").with("day", day(*at)),
        (Reason::OtherAuthMethod, About { what: Some(_), .. }) => text("why-other-auth-method").with("what", what()),
        (Reason::GrantNotAllowed, About { what: Some(_), .. }) => text("why-grant-not-allowed").with("what", what()),
        (Reason::UnknownScope, About { what: Some(_), .. }) => text("why-unknown-scope").with("what", what()),
        (Reason::ScopeNotAllowed, About { what: Some(_), .. }) => text("why-scope-not-allowed").with("what", what()),
        (Reason::ScopeNotGranted, About { what: Some(_), .. }) => text("why-scope-not-granted").with("what", what()),
        (Reason::RedirectUriNotRegistered, About { difference: Some(how), .. }) => text("why-redirect-uri").with("how", how.as_str()),
        (Reason::OtherRedirectUri, About { difference: Some(how), .. }) => text("why-other-redirect-uri").with("how", how.as_str()),
        (Reason::Malformed | Reason::Other, About { what: Some(_), .. }) => text("why-said").with("what", what()),
        _ => named(reason),
    }
}
