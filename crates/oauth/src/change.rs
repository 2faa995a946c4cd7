//! Every write that the system can make: one variant each, nothing that updates "anything".
//!
//! A unit of work is a `Vec<Change>`: all of it is written or none. A guard that no longer holds
//! makes the unit a conflict, and the shell looks again.
//!
//! **Invariant**: no variant holds a secret in the clear.

use std::{borrow::Cow, net::IpAddr, sync::Arc};

use crate::{
    AccessTokenId, AuditId, AuthorizationId, ClientKey, ClientSecretId, CodeId, FactorId, InitialAccessTokenId, KeyId, MailId,
    OneTimeLinkId, PendingRequestId, PersonalAccessTokenId, RealmId, Seconds, SessionId, Timestamp, UserId,
    dialect::DialectFile,
    manage::{ActorKind, Administrator, administrator::Invitation},
    model::{
        Authorization, AuthorizationCode, Client, ClientInvitation, ClientRegistration, ClientSecret, Consent, Factor, FactorKind,
        InitialAccessToken, Key, LinkPurpose, Mail, OneTimeLink, OpaqueAccessToken, PasswordHash, PendingRequest, PersonalAccessToken,
        RealmConfig, RefreshVerifier, RevocationReason, Session, User,
    },
    secret::Verifier,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Realm(RealmChange),
    Client(ClientChange),
    Registration(RegistrationChange),
    Developer(DeveloperChange),
    User(UserChange),
    Authorization(AuthorizationChange),
    Code(CodeChange),
    AccessToken(AccessTokenChange),
    PersonalAccessToken(PersonalAccessTokenChange),
    Session(SessionChange),
    PendingRequest(PendingRequestChange),
    Link(LinkChange),
    Factor(FactorChange),
    Mail(MailChange),
    Consent(ConsentChange),
    Attempt(AttemptChange),
    Key(KeyChange),
    Dialect(DialectChange),
    Administrator(AdministratorChange),
    Answer(RememberedAnswer),
    Audit(AuditEvent),
    AuditRepeat(AuditRepeat),
}

#[derive(Clone, Debug, PartialEq)]
pub enum RealmChange {
    /// Conflict if the id, the name or the issuer is taken, or the issuer lies inside another's or around it.
    Create(RealmConfig),
    /// Guard: the stored version is `version`; it becomes one more. The issuer as in `Create`.
    Update(RealmConfig),
    /// Never lowers it.
    RaiseNotBefore { realm: RealmId, to: Timestamp },
    /// Where realms that name no issuer are served.
    ServeAt { public_url: String },
    /// With everything in it: nobody finds it any more, its name and its issuer are free, and its rows
    /// leave in small steps. Guard: it exists.
    Delete { realm: RealmId },
}

#[derive(Clone, Debug, PartialEq)]
pub enum AdministratorChange {
    /// Makes an account an administrator, or gives it another role. Guard: the account is there.
    Appoint {
        administrator: Administrator,
        at: Timestamp,
    },
    /// Writes nothing. Guard: where this person owns everything, another does too, who can sign in.
    RequireAnotherOwner {
        but: UserId,
    },
    /// Writes nothing. Guard: no person owns everything.
    RequireNoOwner,
    Invite(Invitation),
    /// It is accepted or withdrawn. Guard: it is there, and has not ended: whoever comes second finds nothing.
    UseInvitation {
        id: OneTimeLinkId,
        at: Timestamp,
    },
    /// Links for the first owner go, once there is one.
    EndFirst,
}

/// What a request that named itself was answered, so that its repetition does nothing again. Conflict if
/// its name is taken and has not ended at `at`. Holds no secret: that was shown once.
#[derive(Clone, Debug, PartialEq)]
pub struct RememberedAnswer {
    /// A hash of who asked what under which name.
    pub id: [u8; 32],
    /// A keyed hash of the request's body, which may hold a password.
    pub request: [u8; 32],
    pub answer: String,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ClientChange {
    /// With its secrets. Conflict if `client_id` is taken in the realm, or is a user's `sub`.
    Create(Client),
    /// Everything but secrets and not-before. Guard: the stored version is `version`; it becomes one more.
    Update(Client),
    AddSecret {
        realm: RealmId,
        client: ClientKey,
        secret: ClientSecret,
    },
    /// Guard: the secret exists.
    RemoveSecret {
        realm: RealmId,
        client: ClientKey,
        secret: ClientSecretId,
    },
    /// Guard: the stored hash is still `from`, so that a secret changed meanwhile is not overwritten.
    UpgradeSecret {
        realm: RealmId,
        client: ClientKey,
        secret: ClientSecretId,
        from: crate::model::SecretHash,
        to: crate::model::SecretHash,
    },
    RaiseNotBefore {
        realm: RealmId,
        client: ClientKey,
        to: Timestamp,
    },
    /// A mark, not a fact: may be lost.
    SecretUsed {
        realm: RealmId,
        client: ClientKey,
        secret: ClientSecretId,
        at: Timestamp,
    },
    /// Nobody finds it any more, and its id is free. Its codes, authorizations, consents and opaque tokens
    /// are dead with it, and leave in small steps. Deleting twice is deleting once.
    Delete {
        realm: RealmId,
        client: ClientKey,
    },
}

/// Clients that registered themselves, and what lets them.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistrationChange {
    /// An initial access token.
    CreateToken(InitialAccessToken),
    /// Guard: it is there, has not ended, and was used less often than it may be.
    UseToken { realm: RealmId, id: InitialAccessTokenId, at: Timestamp },
    /// It is gone. Guard: it is there.
    RevokeToken { realm: RealmId, id: InitialAccessTokenId },
    /// In the unit that creates the client, after it.
    Create(ClientRegistration),
    /// Another registration access token. Guard: the client is there, and `from` is still what proves it.
    Rotate { realm: RealmId, client: ClientKey, from: Verifier, to: Verifier },
    /// Somebody used the client. A mark, not a fact: may be lost.
    Seen { realm: RealmId, client: ClientKey, at: Timestamp },
    /// Writes nothing. Guard: nobody used the client since: it was seen before that, nothing was granted
    /// to it, and none of its secrets proved it.
    RequireUnused { realm: RealmId, client: ClientKey, since: Timestamp },
}

/// Who owns a client, and what developers do with their API users.
#[derive(Clone, Debug, PartialEq)]
pub enum DeveloperChange {
    /// Writes nothing. Guard: the client is there, and this person owns it, alone or with others.
    Require { realm: RealmId, client: ClientKey, user: UserId },
    /// Writes nothing. Guard: this person is active, and owns fewer clients than that.
    RequireRoomForClient { realm: RealmId, user: UserId, limit: u32 },
    /// Writes nothing. Guard: this person is active, and owns fewer API users than that.
    RequireRoomForApiUser { realm: RealmId, user: UserId, limit: u32 },
    /// Whoever has the address may own the client too; an earlier invitation of it goes.
    Invite(ClientInvitation),
    /// No conflict if it is gone.
    Uninvite { realm: RealmId, client: ClientKey, email: String },
    /// An invitation is accepted. Guard: it is there and has not ended, and so is the client.
    Join { realm: RealmId, client: ClientKey, user: UserId, email: String, at: Timestamp },
    /// Owns the client no more with others; API users of it that were theirs are the heir's. No conflict if they
    /// did not own it.
    Leave { realm: RealmId, client: ClientKey, user: UserId, heir: UserId },
    /// An API user belongs to the client. Guard: both are there.
    Attach { realm: RealmId, user: UserId, client: ClientKey },
    /// Since when a developer has an API user disabled; `None` where it is enabled, or others disabled it.
    Pause { realm: RealmId, user: UserId, at: Option<Timestamp> },
}

#[derive(Clone, Debug, PartialEq)]
pub enum UserChange {
    /// `account.number` 0 takes the realm's next. Conflict if login name, verified e-mail, `sub` or
    /// number is taken in the realm, or `sub` is a client's id.
    Create(User),
    /// Everything but sub, number, kind, password and not-before. Guard: the stored version is `version`; it becomes one more.
    Update(User),
    SetPassword {
        realm: RealmId,
        user: UserId,
        to: PasswordHash,
        at: Timestamp,
    },
    /// Writes nothing. Guard: the account is active and its password is still `is`, so that one that
    /// was changed while it was being compared signs nobody in.
    RequirePassword {
        realm: RealmId,
        user: UserId,
        is: PasswordHash,
    },
    /// The same password under a better hash. No conflict when `from` is no longer the hash: nothing happens.
    UpgradePassword {
        realm: RealmId,
        user: UserId,
        from: PasswordHash,
        to: PasswordHash,
    },
    RaiseNotBefore {
        realm: RealmId,
        user: UserId,
        to: Timestamp,
    },
    /// Nobody finds it any more, and its names are free. Sessions, authorizations, consents and personal
    /// access tokens are dead with it, and leave in small steps. Deleting twice is deleting once.
    Delete {
        realm: RealmId,
        user: UserId,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum AuthorizationChange {
    Create(Authorization),
    /// The next generation; or the present one once more, so that an answer waits until it is durable
    /// everywhere. Guard: `generation` is current, nobody revoked it, and no status or not-before of its
    /// realm, client or user has killed it.
    Rotate {
        realm: RealmId,
        id: AuthorizationId,
        generation: u32,
        to: RefreshVerifier,
    },
    /// Guard-free: revoking twice is revoking once, and the first reason stays.
    Revoke {
        realm: RealmId,
        id: AuthorizationId,
        at: Timestamp,
        why: RevocationReason,
    },
    /// The ones that were used least lately go, revoked ones first, until `keep` are left; but not before there are a
    /// sixteenth more than that, so that an account that is full is not sorted each time.
    Trim {
        realm: RealmId,
        user: UserId,
        keep: u32,
    },
    /// It is gone, if its refresh token ended before `ended_before` and no personal access token rests on it.
    Leave {
        realm: RealmId,
        id: AuthorizationId,
        ended_before: Timestamp,
    },
    /// All that this person granted, or all that they granted to one client.
    RevokeOfUser {
        realm: RealmId,
        user: UserId,
        client: Option<ClientKey>,
        at: Timestamp,
        why: RevocationReason,
    },
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a unit holds a handful of changes for microseconds; a box each would cost more than the room"
)]
pub enum CodeChange {
    Create(AuthorizationCode),
    /// Guard: nobody redeemed it, and no status or not-before of its realm, client or user has killed
    /// it. Its record is kept until `keep_until`.
    Redeem {
        realm: RealmId,
        id: CodeId,
        at: Timestamp,
        keep_until: Timestamp,
    },
    /// Codes of this person that nobody redeemed are gone: all, or those for one client.
    EndOfUser {
        realm: RealmId,
        user: UserId,
        client: Option<ClientKey>,
        at: Timestamp,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum AccessTokenChange {
    /// An opaque one.
    Create(OpaqueAccessToken),
    /// An opaque one; no conflict if it is gone.
    Delete { realm: RealmId, id: AccessTokenId },
    /// A JWT without an authorization: its `jti` is kept until `expires_at`.
    RevokeJti { realm: RealmId, jti: uuid::Uuid, expires_at: Timestamp },
}

#[derive(Clone, Debug, PartialEq)]
pub enum PersonalAccessTokenChange {
    /// Guard: nothing killed what asked for it, which was born at `since`: realm and person are active,
    /// the authorization that the token rests on and its client too, and no not-before is later; and
    /// fewer than `limit` tokens of that person live.
    Create { token: PersonalAccessToken, since: Timestamp, limit: u32 },
    /// Guard: the stored version is `version`, it is not revoked, and otherwise as in `Create`.
    Regenerate {
        realm: RealmId,
        id: PersonalAccessTokenId,
        version: u32,
        verifier: Verifier,
        prefix: String,
        at: Timestamp,
        since: Timestamp,
    },
    /// Guard: it is `user`'s and not revoked.
    Revoke { realm: RealmId, user: UserId, id: PersonalAccessTokenId, at: Timestamp },
    /// Its person is told that it ends soon. Guard: they were not told before.
    Remind { realm: RealmId, id: PersonalAccessTokenId, at: Timestamp },
    /// A mark, not a fact: may be lost.
    Used { realm: RealmId, id: PersonalAccessTokenId, at: Timestamp, from: Option<IpAddr> },
}

#[derive(Clone, Debug, PartialEq)]
pub enum SessionChange {
    Create(Session),
    /// Writes nothing. Guard: it is there, so that nothing is approved in a session that just ended.
    Require {
        realm: RealmId,
        id: SessionId,
    },
    /// No conflict if it is gone.
    End {
        realm: RealmId,
        id: SessionId,
    },
    EndOfUser {
        realm: RealmId,
        user: UserId,
    },
    /// The ones that were used least lately end, until `keep` are left.
    Trim {
        realm: RealmId,
        user: UserId,
        keep: u32,
    },
    /// All of a person but the one that asks.
    EndOthersOfUser {
        realm: RealmId,
        user: UserId,
        but: SessionId,
    },
    /// More was proven in it. Guard: it is there.
    Proven {
        realm: RealmId,
        id: SessionId,
        amr: String,
    },
    /// A mark, not a fact: may be lost.
    Seen {
        realm: RealmId,
        id: SessionId,
        at: Timestamp,
    },
}

/// Authorization requests that wait for a person who is signed in.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a unit holds a handful of changes for microseconds; a box each would cost more than the room"
)]
pub enum PendingRequestChange {
    /// A session keeps its 20 newest; the oldest leaves.
    Create(PendingRequest),
    /// It is used up. Guard: it is there, and waits in this session.
    Answer { realm: RealmId, id: PendingRequestId, session: SessionId },
    /// The same person signed in again with the same browser: what waited goes along.
    Follow { realm: RealmId, user: UserId, from: SessionId, to: SessionId },
}

#[derive(Clone, Debug, PartialEq)]
pub enum LinkChange {
    Create(OneTimeLink),
    /// It is accepted or withdrawn. Guard: it is there, and has not ended: whoever comes second finds nothing.
    Use {
        realm: RealmId,
        id: OneTimeLinkId,
        at: Timestamp,
    },
    /// Those of one purpose that somebody was sent before.
    EndOfUser {
        realm: RealmId,
        user: UserId,
        purpose: LinkPurpose,
    },
}

/// What people prove themselves with besides a password.
#[derive(Clone, Debug, PartialEq)]
pub enum FactorChange {
    Create(Factor),
    /// A code of an app was right. Guard: it is there, and took no code of this step or a later one.
    Used {
        realm: RealmId,
        id: FactorId,
        step: i64,
        at: Timestamp,
    },
    /// A code that is good once was right. Guard: it is there.
    Spend {
        realm: RealmId,
        id: FactorId,
    },
    /// All of one kind.
    RemoveAll {
        realm: RealmId,
        user: UserId,
        kind: FactorKind,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum MailChange {
    Post(Mail),
    /// One server tries to send it, until `until`. Guard: it was tried `attempts` times, so nobody else does.
    Take {
        realm: RealmId,
        id: MailId,
        attempts: u32,
        until: Timestamp,
    },
    Sent {
        realm: RealmId,
        id: MailId,
    },
    Failed {
        realm: RealmId,
        id: MailId,
        fault: String,
        next_at: Timestamp,
        given_up_at: Option<Timestamp>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum ConsentChange {
    /// Replaces what was remembered; the caller has made the union.
    Grant(Consent),
    /// Writes nothing. Guard: it is remembered, so that a code is not made beside its withdrawal.
    Require {
        realm: RealmId,
        user: UserId,
        client: ClientKey,
    },
    Withdraw {
        realm: RealmId,
        user: UserId,
        client: ClientKey,
    },
    /// Whatever this person approved.
    WithdrawAll {
        realm: RealmId,
        user: UserId,
    },
}

/// Guesses at passwords and the like, counted before they are checked.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptChange {
    /// Guard: fewer than `limit` in the window that began at most `window_ms` ago. The last of them
    /// closes the bucket until `closed_until`.
    Reserve {
        bucket: [u8; 32],
        /// Whose locks it is among; `None` for what nobody looks at.
        realm: Option<RealmId>,
        limit: u32,
        window_ms: i64,
        closed_until: Timestamp,
        at: Timestamp,
        /// For those who look at locks: whose account is guessed at, through which client or at whose secret,
        /// and words for where from. All are `None` for names that nobody has.
        user: Option<UserId>,
        client: Option<ClientKey>,
        network: Option<String>,
    },
    /// A reservation that turned out right; never below zero.
    GiveBack { bucket: [u8; 32] },
    /// Who is counted here was right, and is known until then. Nothing happens where nobody guessed.
    Remember { bucket: [u8; 32], until: Timestamp },
    /// Opens all that is closed for an account, and forgets what was guessed at it.
    Forget { user: UserId },
    /// Opens the networks, and what is closed for a network and a client, from which an account was guessed at.
    OpenNetworksOf { realm: RealmId, user: UserId },
    /// Opens what is closed for a network, for a client, or for both together, and forgets what was guessed there.
    Open { realm: RealmId, network: Option<String>, client: Option<ClientKey> },
}

#[derive(Clone, Debug, PartialEq)]
pub enum KeyChange {
    /// Conflict if this realm and purpose have that ordinal already.
    Create(Key),
    /// The old key stops signing when this one starts; brings a start forward. Guard: it exists.
    Activate { realm: RealmId, key: KeyId, at: Timestamp },
    /// Gone from the JWKS at once. Guard: it exists.
    Revoke { realm: RealmId, key: KeyId, at: Timestamp },
    /// Before a key signs tokens that live for longer than any that it signed. Never lowers it.
    Promise { realm: RealmId, key: KeyId, longest_token: Seconds },
    /// Nothing that it signed can live any more. Deleting twice is deleting once.
    Delete { realm: RealmId, key: KeyId },
    /// The same key under another wrapping key.
    Rewrap { realm: RealmId, key: KeyId, wrapped: Vec<u8>, wrapping_key: String },
}

#[derive(Clone, Debug, PartialEq)]
pub enum DialectChange {
    /// Guard: the stored version is `version` (0: there is none of this name); it becomes one more.
    Store { file: DialectFile, version: u32, at: Timestamp },
    /// Guard: it is there in this version, and no realm speaks it.
    Remove { name: String, version: u32 },
}

/// What was done, by whom, to what. Written in the unit that did it; made by `manage::event` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEvent {
    pub id: AuditId,
    pub realm: RealmId,
    pub at: Timestamp,
    pub kind: AuditKind,
    /// `None` only for what was written before actors were kept.
    pub actor: Option<ActorKind>,
    /// The row of who did it: a person's (an administrator's in the realm `admin`) or a client's.
    pub actor_id: Option<uuid::Uuid>,
    pub address: Option<IpAddr>,
    /// What the log calls the request.
    pub request: Option<Arc<str>>,
    /// To whom it was done.
    pub user: Option<UserId>,
    pub client: Option<ClientKey>,
    /// As it was sent, or as the client was called: read where there is no such row any more.
    pub client_id: Option<String>,
    pub authorization: Option<AuthorizationId>,
    /// Where it was asked, by the name that logs and metrics have.
    pub endpoint: Option<Cow<'static, str>>,
    /// One that was refused, as it was sent.
    pub redirect_uri: Option<String>,
    /// How often it happened in a row, and when last where that was more than once.
    pub times: u32,
    pub last_at: Option<Timestamp>,
    /// Words for the reader; no secret, nothing that was typed into a password field.
    pub detail: Option<String>,
}

/// The same was refused again: the event's number rises. A mark, not a fact: may be lost.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRepeat {
    pub realm: RealmId,
    pub id: AuditId,
    pub more: u32,
    pub last_at: Timestamp,
}

macro_rules! audit_kinds {
    ($($name:ident = $text:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditKind { $($name),* }
        impl AuditKind {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

audit_kinds! {
    SignedIn = "signed_in",
    SignedOut = "signed_out",
    PasswordRefused = "password_refused",
    AttemptsExceeded = "attempts_exceeded",
    AttemptsForgotten = "attempts_forgotten",
    ClientRefused = "client_refused",
    RedirectUriRefused = "redirect_uri_refused",
    ConsentGranted = "consent_granted",
    ConsentDenied = "consent_denied",
    ConsentWithdrawn = "consent_withdrawn",
    CodeReplayed = "code_replayed",
    RefreshReplayed = "refresh_replayed",
    AuthorizationRevoked = "authorization_revoked",
    AccessTokenRevoked = "access_token_revoked",
    PersonalAccessTokenCreated = "personal_access_token_created",
    PersonalAccessTokenRegenerated = "personal_access_token_regenerated",
    PersonalAccessTokenRevoked = "personal_access_token_revoked",
    RealmChanged = "realm_changed",
    ClientChanged = "client_changed",
    ClientSecretAdded = "client_secret_added",
    ClientSecretRemoved = "client_secret_removed",
    InitialAccessTokenCreated = "initial_access_token_created",
    InitialAccessTokenRevoked = "initial_access_token_revoked",
    UserChanged = "user_changed",
    PasswordChanged = "password_changed",
    LinkMailed = "link_mailed",
    NotBeforeRaised = "not_before_raised",
    KeyCreated = "key_created",
    KeyActivated = "key_activated",
    KeyRevoked = "key_revoked",
    AdministratorInvited = "administrator_invited",
    AdministratorChanged = "administrator_changed",
}

impl AuditKind {
    /// Whether strangers cause it as often as they like: such events are told by aggregates.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::PasswordRefused | Self::AttemptsExceeded | Self::ClientRefused | Self::RedirectUriRefused)
    }
}
