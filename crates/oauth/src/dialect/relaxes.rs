//! What a dialect may loosen against the standard: a closed list, and what each means.

use super::table::Word;
use crate::{
    Seconds,
    manage::did_you_mean,
    settings::{AccessTokenTyp, RequirePkce, SettingsPatch},
};

/// A loosening; a dialect's file must name each that it makes, under `relaxes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relaxation {
    /// A refresh token says whose it is: the client's secret is checked only if it is sent (RFC 6749 §6).
    RefreshWithoutClientAuthentication,
    /// Clients with a secret may leave PKCE out (RFC 9700 §2.1.1).
    ConfidentialClientsWithoutPkce,
    /// A public client's refresh token stays valid after use (RFC 9700 §2.2.2).
    NonRotatingRefreshForPublicClients,
    /// A used refresh token works again for some seconds (RFC 9700 §4.14.2).
    RefreshTokenGrace,
    /// HTTP Basic carries id and secret as they are, not form-encoded (RFC 6749 §2.3.1).
    RawBasicCredentials,
    /// Tokens are given to GET requests too (RFC 6749 §3.2).
    TokenRequestsByGet,
    /// Access tokens have the type `JWT` in place of `at+jwt` (RFC 9068 §4).
    UntypedAccessTokens,
    /// OAuth errors have another HTTP status than the standard's (RFC 6749 §5.2).
    OauthErrorsWithOtherStatus,
}

impl Relaxation {
    /// Every loosening that there is.
    pub const ALL: &'static [Self] = &[
        Self::RefreshWithoutClientAuthentication,
        Self::ConfidentialClientsWithoutPkce,
        Self::NonRotatingRefreshForPublicClients,
        Self::RefreshTokenGrace,
        Self::RawBasicCredentials,
        Self::TokenRequestsByGet,
        Self::UntypedAccessTokens,
        Self::OauthErrorsWithOtherStatus,
    ];

    /// As it stands in a dialect's file.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, own)| *own == self).map_or("", |(word, _)| word)
    }

    /// As [`as_str`](Self::as_str) writes it; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, own)| *own)
    }

    /// What these settings loosen by themselves, and which of them does.
    pub fn of_settings(patch: &SettingsPatch) -> Vec<(Self, &'static str)> {
        let pkce = patch.require_pkce == Some(RequirePkce::Public);
        let grace = patch.refresh_token_grace.is_some_and(|grace| grace > Seconds(0));
        let typ = patch.access_token_typ == Some(AccessTokenTyp::Jwt);
        [
            (pkce, Self::ConfidentialClientsWithoutPkce, "require_pkce"),
            (grace, Self::RefreshTokenGrace, "refresh_token_grace"),
            (typ, Self::UntypedAccessTokens, "access_token_typ"),
        ]
        .into_iter()
        .filter_map(|(loosens, relaxation, setting)| loosens.then_some((relaxation, setting)))
        .collect()
    }

    /// For the operator: what is given up.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::RefreshWithoutClientAuthentication => {
                "Whoever holds a refresh token can use it: the application's secret is checked only if it is sent (RFC 6749 §6 demands it)."
            }
            Self::ConfidentialClientsWithoutPkce => {
                "An application with a secret may leave out PKCE, so a code put into its own user's hands is not noticed (RFC 9700 §2.1.1)."
            }
            Self::NonRotatingRefreshForPublicClients => {
                "A refresh token of an application without a secret stays valid after use, so a stolen copy is not noticed (RFC 9700 §2.2.2)."
            }
            Self::RefreshTokenGrace => {
                "A refresh token that was used works again for a few seconds, so a thief who is as fast is not noticed (RFC 9700 §4.14.2)."
            }
            Self::RawBasicCredentials => {
                "HTTP Basic carries id and secret as they are, not form-encoded first, so an id cannot contain a colon (RFC 6749 §2.3.1)."
            }
            Self::TokenRequestsByGet => {
                "Tokens are also given to GET requests, which clients, proxies and prefetchers repeat more freely than POST (RFC 6749 §3.2)."
            }
            Self::UntypedAccessTokens => {
                "Access tokens say that they are any JWT instead of at+jwt, so a careless reader may take another kind of JWT for one (RFC 9068 §4)."
            }
            Self::OauthErrorsWithOtherStatus => {
                "OAuth errors have another HTTP status than the standard gives them, so general clients may not understand them (RFC 6749 §5.2)."
            }
        }
    }
}

impl Word for Relaxation {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("refresh_without_client_authentication", Self::RefreshWithoutClientAuthentication),
        ("confidential_clients_without_pkce", Self::ConfidentialClientsWithoutPkce),
        ("non_rotating_refresh_for_public_clients", Self::NonRotatingRefreshForPublicClients),
        ("refresh_token_grace", Self::RefreshTokenGrace),
        ("raw_basic_credentials", Self::RawBasicCredentials),
        ("token_requests_by_get", Self::TokenRequestsByGet),
        ("untyped_access_tokens", Self::UntypedAccessTokens),
        ("oauth_errors_with_other_status", Self::OauthErrorsWithOtherStatus),
    ];
}

impl serde::Serialize for Relaxation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Relaxation {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let words = || Self::ALL.iter().map(|own| own.as_str()).collect::<Vec<_>>();
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("`relaxes` cannot be {text:?}; {}", did_you_mean(&text, &words()))))
    }
}

impl std::fmt::Display for Relaxation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
