//! The nouns: what a realm holds, as values. A row becomes one of these or is refused.

mod authorization;
mod client;
mod code;
mod developer;
mod dialect;
mod factor;
mod key;
mod mail;
mod one_time_link;
mod pending_request;
mod personal_access_token;
mod realm;
mod registration;
mod session;
mod user;

pub use authorization::{
    Authorization, AuthorizationState, OpaqueAccessToken, RefreshProof, RefreshVerifier, RevocationReason, Subject, outlived_before,
};
pub use client::{AuthMethods, Client, ClientAuthMethod, ClientSecret, SecretHash};
pub use code::{AuthorizationCode, CodeState};
pub use developer::ClientInvitation;
pub use dialect::StoredDialect;
pub use factor::{Factor, FactorKind, Passkey};
pub use key::{Key, KeyPurpose};
pub use mail::Mail;
pub use one_time_link::{LinkPurpose, OneTimeLink};
pub use pending_request::PendingRequest;
pub use personal_access_token::PersonalAccessToken;
pub use realm::{Realm, RealmConfig};
pub use registration::{ClientRegistration, InitialAccessToken, RegisteredBy};
pub use session::{Consent, Session};
pub use user::{Account, AccountKind, Email, PasswordHash, Profile, Role, User};

use serde::{Deserialize, Serialize};

/// Whether a realm, client or account may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It may.
    #[default]
    Active,
    /// It stays, and nothing works with it; can be undone.
    Disabled,
}

impl Status {
    /// As rows and answers write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}
