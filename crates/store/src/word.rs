//! Closed sets of names as they stand in text columns.

use jeton_oauth::{
    change::AuditKind,
    manage::{ActorKind, AdministratorRole},
    model::{AccountKind, ClientAuthMethod, FactorKind, KeyPurpose, LinkPurpose, RegisteredBy, RevocationReason, Status},
    settings::TokenFormat,
};

pub(crate) trait Word: Sized {
    fn read(text: &str) -> Option<Self>;
}

/// Enums whose names are the column's own.
macro_rules! words {
    ($($kind:ident { $($name:ident = $text:literal),* })*) => {$(
        impl Word for $kind {
            fn read(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }

        impl From<$kind> for crate::statement::Value<'_> {
            fn from(word: $kind) -> Self {
                match word { $($kind::$name => $text.into()),* }
            }
        }
    )*};
}

words! {
    LinkPurpose { VerifyEmail = "verify_email", ChangeEmail = "change_email", ResetPassword = "reset_password" }
    RegisteredBy { Stranger = "stranger", Token = "token", Developer = "developer" }
    FactorKind { Totp = "totp", Recovery = "recovery", Passkey = "passkey" }
    Status { Active = "active", Disabled = "disabled" }
    AccountKind { Person = "person", ApiUser = "api_user" }
    TokenFormat { Jwt = "jwt", Opaque = "opaque" }
    ClientAuthMethod { ClientSecretBasic = "client_secret_basic", ClientSecretPost = "client_secret_post", Header = "header", None = "none" }
    RevocationReason { Client = "client", Person = "person", Operator = "operator", RefreshReplay = "refresh_replay", CodeReplay = "code_replay" }
}

impl Word for AuditKind {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Word for ActorKind {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Word for KeyPurpose {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Word for AdministratorRole {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}
