//! What is written down of what happened.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use crate::{AuditId, AuthorizationId, ClientKey, RealmId, Timestamp, UserId, manage::ActorKind};

/// What was done, by whom, to what. Written in the unit that did it; made by `manage::event` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEvent {
    /// Its order is that of time.
    pub id: AuditId,
    /// Where it happened.
    pub realm: RealmId,
    /// When it happened first.
    pub at: Timestamp,
    /// What happened.
    pub kind: AuditKind,
    /// `None` only for what was written before actors were kept.
    pub actor: Option<ActorKind>,
    /// The row of who did it: a person's (an administrator's in the realm `admin`) or a client's.
    pub actor_id: Option<uuid::Uuid>,
    /// Where the request came from, as far as that is known.
    pub address: Option<IpAddr>,
    /// What the log calls the request.
    pub request: Option<Arc<str>>,
    /// To whom it was done.
    pub user: Option<UserId>,
    /// The client's row, where one is there.
    pub client: Option<ClientKey>,
    /// As it was sent, or as the client was called: read where there is no such row any more.
    pub client_id: Option<String>,
    /// What was granted or revoked, or what a token rested on.
    pub authorization: Option<AuthorizationId>,
    /// Where it was asked, by the name that logs and metrics have.
    pub endpoint: Option<Cow<'static, str>>,
    /// One that was refused, as it was sent.
    pub redirect_uri: Option<String>,
    /// How often it happened in a row, and when last where that was more than once.
    pub times: u32,
    /// `None` where it happened once.
    pub last_at: Option<Timestamp>,
    /// Words for the reader; no secret, nothing that was typed into a password field.
    pub detail: Option<String>,
}

/// The same was refused again: the event's number rises. A mark, not a fact: may be lost.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRepeat {
    /// Where it happened.
    pub realm: RealmId,
    /// The event's row.
    pub id: AuditId,
    /// How often it happened since it was written.
    pub more: u32,
    /// When last.
    pub last_at: Timestamp,
}

macro_rules! audit_kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What an event tells of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditKind { $($(#[$doc])* $name),* }
        impl AuditKind {
            /// Every kind, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// As rows and answers write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
            /// As [`as_str`](Self::as_str) writes it; `None` for anything else.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

audit_kinds! {
    /// A person signed in with a browser, or an API user or person by the password grant.
    SignedIn = "signed_in",
    /// A browser's session, or all of a person, ended before its time.
    SignedOut = "signed_out",
    /// A name and a password did not let anybody in.
    PasswordRefused = "password_refused",
    /// A code of a second factor or a passkey did not let anybody in, or a right password came where two steps are needed.
    SecondStepRefused = "second_step_refused",
    /// Too many guesses: something is locked for a while.
    AttemptsExceeded = "attempts_exceeded",
    /// Somebody opened what was locked.
    AttemptsForgotten = "attempts_forgotten",
    /// A client did not prove itself, or is unknown or disabled.
    ClientRefused = "client_refused",
    /// A request named a redirect URI that its client did not register.
    RedirectUriRefused = "redirect_uri_refused",
    /// A person approved what a client asked for.
    ConsentGranted = "consent_granted",
    /// A person did not approve it.
    ConsentDenied = "consent_denied",
    /// What was approved was taken back.
    ConsentWithdrawn = "consent_withdrawn",
    /// A code came a second time (RFC 6749 §4.1.2).
    CodeReplayed = "code_replayed",
    /// A refresh token came again that was used before (RFC 9700 §4.14.2).
    RefreshReplayed = "refresh_replayed",
    /// What a client was granted ended before its time.
    AuthorizationRevoked = "authorization_revoked",
    /// A client gave an access token back (RFC 7009).
    AccessTokenRevoked = "access_token_revoked",
    /// A personal access token was made.
    PersonalAccessTokenCreated = "personal_access_token_created",
    /// A personal access token got a new secret.
    PersonalAccessTokenRegenerated = "personal_access_token_regenerated",
    /// A personal access token was ended.
    PersonalAccessTokenRevoked = "personal_access_token_revoked",
    /// A realm was made, changed or removed.
    RealmChanged = "realm_changed",
    /// A client was made, changed or removed, or others may own it.
    ClientChanged = "client_changed",
    /// A client got one more secret.
    ClientSecretAdded = "client_secret_added",
    /// A client lost one of its secrets.
    ClientSecretRemoved = "client_secret_removed",
    /// What lets programs register clients was made.
    InitialAccessTokenCreated = "initial_access_token_created",
    /// What lets programs register clients was ended.
    InitialAccessTokenRevoked = "initial_access_token_revoked",
    /// An account was made, changed or removed.
    UserChanged = "user_changed",
    /// An account got another password.
    PasswordChanged = "password_changed",
    /// A link was mailed that proves an address, or lets a password be chosen.
    LinkMailed = "link_mailed",
    /// A letter that was given up is sent again.
    MailTriedAgain = "mail_tried_again",
    /// All tokens of a realm, client or account that there were are dead.
    NotBeforeRaised = "not_before_raised",
    /// A realm got a key.
    KeyCreated = "key_created",
    /// A key signs from then on.
    KeyActivated = "key_activated",
    /// A key is not believed any more.
    KeyRevoked = "key_revoked",
    /// A dialect was written or removed; told in the realm of the administrators.
    DialectChanged = "dialect_changed",
    /// Somebody was sent a link that makes them an administrator.
    AdministratorInvited = "administrator_invited",
    /// Somebody became an administrator, got another role, or is none any more.
    AdministratorChanged = "administrator_changed",
}

impl AuditKind {
    /// Whether strangers cause it as often as they like: such events are told by aggregates.
    pub const fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::PasswordRefused | Self::SecondStepRefused | Self::AttemptsExceeded | Self::ClientRefused | Self::RedirectUriRefused
        )
    }
}
