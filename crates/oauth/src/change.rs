//! Every write that the system can make: one variant each, nothing that updates "anything".
//!
//! A unit of work is a `Vec<Change>`: all of it is written or none. A guard that no longer holds
//! makes the unit a conflict, and the shell looks again.
//!
//! **Invariant**: no variant holds a secret in the clear.

use std::{borrow::Cow, net::IpAddr, sync::Arc};

use crate::{
    AccessTokenId, AuditId, AuthorizationId, ClientKey, ClientSecretId, CodeId, FactorId, FailureId, InitialAccessTokenId, KeyId, MailId,
    OneTimeLinkId, PendingRequestId, PersonalAccessTokenId, RealmId, Seconds, SessionId, Timestamp, UserId,
    activity::{Count, Failed, Level},
    dialect::DialectFile,
    manage::{ActorKind, Administrator, administrator::Invitation},
    model::{
        Authorization, AuthorizationCode, Client, ClientInvitation, ClientRegistration, ClientSecret, Consent, Factor, FactorKind,
        InitialAccessToken, Key, LinkPurpose, Mail, OneTimeLink, OpaqueAccessToken, PasswordHash, PendingRequest, PersonalAccessToken,
        RealmConfig, RefreshVerifier, RevocationReason, Session, User,
    },
    secret::Verifier,
};

/// One write. A unit of them is written whole, in its order, or not at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Of a realm.
    Realm(RealmChange),
    /// Of a client and its secrets.
    Client(ClientChange),
    /// Of what lets clients register, and of those that did.
    Registration(RegistrationChange),
    /// Of who owns a client or an API user.
    Developer(DeveloperChange),
    /// Of a person or an API user.
    User(UserChange),
    /// Of what a client was granted.
    Authorization(AuthorizationChange),
    /// Of an authorization code.
    Code(CodeChange),
    /// Of an opaque access token, or a mark that revokes a JWT.
    AccessToken(AccessTokenChange),
    /// Of a token that a person made.
    PersonalAccessToken(PersonalAccessTokenChange),
    /// Of a browser's session.
    Session(SessionChange),
    /// Of an authorization request that waits.
    PendingRequest(PendingRequestChange),
    /// Of a link that is mailed.
    Link(LinkChange),
    /// Of what people prove themselves with besides a password.
    Factor(FactorChange),
    /// Of the outbox.
    Mail(MailChange),
    /// Of what people have approved.
    Consent(ConsentChange),
    /// Of a counter of guesses.
    Attempt(AttemptChange),
    /// Of a key, wrapped.
    Key(KeyChange),
    /// Of a dialect that an operator wrote.
    Dialect(DialectChange),
    /// Of who runs the servers, and of links that make them.
    Administrator(AdministratorChange),
    /// The answer to a request that named itself is remembered.
    Answer(RememberedAnswer),
    /// An event is written down.
    Audit(AuditEvent),
    /// An event happened again.
    AuditRepeat(AuditRepeat),
    /// What happened, in numbers.
    Activity(ActivityChange),
}

/// What happened, in numbers. Marks, not facts: may be lost.
#[derive(Clone, Debug, PartialEq)]
pub enum ActivityChange {
    /// So many more; nothing happens where the realm or the client is gone.
    Count(Count),
    /// A refusal of an application; the same again from the same address is a number. Of those that strangers bring
    /// about and of the others the last [`Self::KEPT_FAILURES`] are kept each.
    Failed {
        /// Names the row.
        id: FailureId,
        /// What it says.
        failed: Failed,
    },
    /// From where a secret was used, and when last.
    SecretUsedFrom {
        /// Where the client is.
        realm: RealmId,
        /// Whose secret it is.
        client: ClientKey,
        /// Which one.
        secret: ClientSecretId,
        /// Where the request came from.
        address: IpAddr,
        /// When last.
        at: Timestamp,
    },
    /// What was measured in the hour, and in the day, that `at` is in: the last one counts.
    Level {
        /// Of which realm; `None`: of all together.
        realm: Option<RealmId>,
        /// What was measured.
        level: Level,
        /// When.
        at: Timestamp,
        /// In the level's unit.
        value: u64,
    },
}

impl From<ActivityChange> for Change {
    fn from(change: ActivityChange) -> Self {
        Self::Activity(change)
    }
}

impl ActivityChange {
    /// Different refusals of one client, of each of the two kinds.
    pub const KEPT_FAILURES: u32 = 25;
}

/// Writes of realms. Names and issuers are unique in the installation.
#[derive(Clone, Debug, PartialEq)]
pub enum RealmChange {
    /// Conflict if the id, the name or the issuer is taken, or the issuer lies inside another's or around it.
    Create(RealmConfig),
    /// Guard: the stored version is `version`; it becomes one more. The issuer as in `Create`.
    Update(RealmConfig),
    /// Never lowers it.
    RaiseNotBefore {
        /// The realm.
        realm: RealmId,
        /// Tokens born before this are dead.
        to: Timestamp,
    },
    /// Where realms that name no issuer are served.
    ServeAt {
        /// The servers' own address, without a slash at its end.
        public_url: String,
    },
    /// With everything in it: nobody finds it any more, its name and its issuer are free, and its rows
    /// leave in small steps. Guard: it exists.
    Delete {
        /// The realm.
        realm: RealmId,
    },
}

/// Writes of who runs the servers.
#[derive(Clone, Debug, PartialEq)]
pub enum AdministratorChange {
    /// Makes an account an administrator, or gives it another role. Guard: the account is there.
    Appoint {
        /// Whose account, with which role, for which realms.
        administrator: Administrator,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Writes nothing. Guard: where this person owns everything, another does too, who can sign in.
    RequireAnotherOwner {
        /// Who is about to own less, or to go.
        but: UserId,
    },
    /// Writes nothing. Guard: no person owns everything.
    RequireNoOwner,
    /// A link that makes whoever follows it an administrator.
    Invite(Invitation),
    /// It is accepted or withdrawn. Guard: it is there, and has not ended: whoever comes second finds nothing.
    UseInvitation {
        /// The link's selector.
        id: OneTimeLinkId,
        /// When: the time of the decision.
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
    /// What is answered again, as whoever answered wrote it down.
    pub answer: String,
    /// When it was answered first.
    pub at: Timestamp,
    /// Until then a repetition is known as one.
    pub expires_at: Timestamp,
}

/// Writes of clients.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientChange {
    /// With its secrets. Conflict if `client_id` is taken in the realm, or is a user's `sub`.
    Create(Client),
    /// Everything but secrets and not-before. Guard: the stored version is `version`; it becomes one more.
    Update(Client),
    /// One more secret. Guard: the client is there, and in this realm.
    AddSecret {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Its hash, and when it ends.
        secret: ClientSecret,
    },
    /// Guard: the secret exists.
    RemoveSecret {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Which of its secrets.
        secret: ClientSecretId,
    },
    /// Guard: the stored hash is still `from`, so that a secret changed meanwhile is not overwritten.
    UpgradeSecret {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Which of its secrets.
        secret: ClientSecretId,
        /// The hash that was verified.
        from: crate::model::SecretHash,
        /// A hash of the same secret.
        to: crate::model::SecretHash,
    },
    /// Never lowers it.
    RaiseNotBefore {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// The client's tokens born before this are dead.
        to: Timestamp,
    },
    /// A mark, not a fact: may be lost.
    SecretUsed {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Which of its secrets proved it.
        secret: ClientSecretId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Nobody finds it any more, and its id is free. Its codes, authorizations, consents and opaque tokens
    /// are dead with it, and leave in small steps. Deleting twice is deleting once.
    Delete {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
    },
}

/// Clients that registered themselves, and what lets them.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistrationChange {
    /// An initial access token.
    CreateToken(InitialAccessToken),
    /// Guard: it is there, has not ended, and was used less often than it may be.
    UseToken {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The token's row.
        id: InitialAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// It is gone. Guard: it is there.
    RevokeToken {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The token's row.
        id: InitialAccessTokenId,
    },
    /// In the unit that creates the client, after it.
    Create(ClientRegistration),
    /// Another registration access token. Guard: the client is there, and `from` is still what proves it.
    Rotate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Of the token that was presented.
        from: Verifier,
        /// Of the token that is answered.
        to: Verifier,
    },
    /// Somebody used the client. A mark, not a fact: may be lost.
    Seen {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Writes nothing. Guard: nobody used the client since: it was seen before that, nothing was granted
    /// to it, and none of its secrets proved it.
    RequireUnused {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// When it was looked at.
        since: Timestamp,
    },
}

/// Who owns a client, and what developers do with their API users.
#[derive(Clone, Debug, PartialEq)]
pub enum DeveloperChange {
    /// Writes nothing. Guard: the client is there, and this person owns it, alone or with others.
    Require {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Who asks.
        user: UserId,
    },
    /// Writes nothing. Guard: this person is active, and owns fewer clients than that.
    RequireRoomForClient {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who is to own one more.
        user: UserId,
        /// How many they may own at most; those of others that they joined do not count.
        limit: u32,
    },
    /// Writes nothing. Guard: this person is active, and owns fewer API users than that.
    RequireRoomForApiUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who is to own one more.
        user: UserId,
        /// How many they may own at most.
        limit: u32,
    },
    /// Whoever has the address may own the client too; an earlier invitation of it goes.
    Invite(ClientInvitation),
    /// No conflict if it is gone.
    Uninvite {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// The address that was invited, as the invitation has it.
        email: String,
    },
    /// An invitation is accepted. Guard: it is there and has not ended, and so is the client.
    Join {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Who accepts, and owns the client too from then on.
        user: UserId,
        /// The address that was invited, as the invitation has it.
        email: String,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Owns the client no more with others; API users of it that were theirs are the heir's. No conflict if they
    /// did not own it.
    Leave {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Who leaves.
        user: UserId,
        /// Another who owns the client.
        heir: UserId,
    },
    /// An API user belongs to the client. Guard: both are there.
    Attach {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The API user.
        user: UserId,
        /// The client.
        client: ClientKey,
    },
    /// Since when a developer has an API user disabled; `None` where it is enabled, or others disabled it.
    Pause {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The API user.
        user: UserId,
        /// Since when; `None` ends it.
        at: Option<Timestamp>,
    },
}

/// Writes of accounts, and of the names that sign them in.
#[derive(Clone, Debug, PartialEq)]
pub enum UserChange {
    /// `account.number` 0 takes the realm's next. Conflict if login name, verified e-mail, `sub` or
    /// number is taken in the realm, or `sub` is a client's id.
    Create(User),
    /// Everything but sub, number, kind, password and not-before. Guard: the stored version is `version`; it becomes one more.
    Update(User),
    /// Another password; links to choose one go. Guard: the account is there.
    SetPassword {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// The hash of the new one.
        to: PasswordHash,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Writes nothing. Guard: the account is active and its password is still `is`, so that one that
    /// was changed while it was being compared signs nobody in.
    RequirePassword {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// The hash that was compared.
        is: PasswordHash,
    },
    /// The same password under a better hash. No conflict when `from` is no longer the hash: nothing happens.
    UpgradePassword {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// The hash that was verified.
        from: PasswordHash,
        /// A hash of the same password.
        to: PasswordHash,
    },
    /// Never lowers it.
    RaiseNotBefore {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// The account's tokens born before this are dead.
        to: Timestamp,
    },
    /// Nobody finds it any more, and its names are free. Sessions, authorizations, consents and personal
    /// access tokens are dead with it, and leave in small steps. Deleting twice is deleting once.
    Delete {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
    },
}

/// Writes of what clients were granted.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthorizationChange {
    /// Before its first tokens, in the same unit.
    Create(Authorization),
    /// The next generation; or the present one once more, so that an answer waits until it is durable
    /// everywhere. Guard: `generation` is current, nobody revoked it, and no status or not-before of its
    /// realm, client or user has killed it.
    Rotate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: AuthorizationId,
        /// That of the token that was presented, or of the one that is current.
        generation: u32,
        /// What is current from now on.
        to: RefreshVerifier,
    },
    /// Guard-free: revoking twice is revoking once, and the first reason stays.
    Revoke {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: AuthorizationId,
        /// When: the time of the decision.
        at: Timestamp,
        /// The reason that is kept.
        why: RevocationReason,
    },
    /// The ones that were used least lately go, revoked ones first, until `keep` are left; but not before there are a
    /// sixteenth more than that, so that an account that is full is not sorted each time.
    Trim {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// How many an account may have.
        keep: u32,
    },
    /// It is gone, if its refresh token ended before `ended_before` and no personal access token rests on it.
    Leave {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: AuthorizationId,
        /// What ended before this has no token left that lives.
        ended_before: Timestamp,
    },
    /// All that this person granted, or all that they granted to one client.
    RevokeOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who granted them.
        user: UserId,
        /// `None` for all clients.
        client: Option<ClientKey>,
        /// When: the time of the decision.
        at: Timestamp,
        /// The reason that is kept.
        why: RevocationReason,
    },
}

/// Writes of authorization codes.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a unit holds a handful of changes for microseconds; a box each would cost more than the room"
)]
pub enum CodeChange {
    /// Made when a request is approved.
    Create(AuthorizationCode),
    /// Guard: nobody redeemed it, and no status or not-before of its realm, client or user has killed
    /// it. Its record is kept until `keep_until`.
    Redeem {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: CodeId,
        /// When: the time of the decision.
        at: Timestamp,
        /// The end of its authorization: until then its use a second time is noticed.
        keep_until: Timestamp,
    },
    /// Codes of this person that nobody redeemed are gone: all, or those for one client.
    EndOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// `None` for all clients.
        client: Option<ClientKey>,
        /// When: the time of the decision.
        at: Timestamp,
    },
}

/// Writes of single access tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessTokenChange {
    /// An opaque one.
    Create(OpaqueAccessToken),
    /// An opaque one; no conflict if it is gone.
    Delete {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The token's row.
        id: AccessTokenId,
    },
    /// A JWT without an authorization: its `jti` is kept until `expires_at`.
    RevokeJti {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Its name (RFC 7519 §4.1.7).
        jti: uuid::Uuid,
        /// When the token ends by itself.
        expires_at: Timestamp,
    },
}

/// Writes of tokens that people make.
#[derive(Clone, Debug, PartialEq)]
pub enum PersonalAccessTokenChange {
    /// Guard: nothing killed what asked for it, which was born at `since`: realm and person are active,
    /// the authorization that the token rests on and its client too, and no not-before is later; and
    /// fewer than `limit` tokens of that person live.
    Create {
        /// The row.
        token: PersonalAccessToken,
        /// When the session or access token was born that asks.
        since: Timestamp,
        /// How many may live at once.
        limit: u32,
    },
    /// Guard: the stored version is `version`, it is not revoked, and otherwise as in `Create`.
    Regenerate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PersonalAccessTokenId,
        /// The one that was looked at.
        version: u32,
        /// Of the new secret half.
        verifier: Verifier,
        /// The first characters of the new text.
        prefix: String,
        /// When: the time of the decision.
        at: Timestamp,
        /// When the session or access token was born that asks.
        since: Timestamp,
    },
    /// Guard: it is `user`'s and not revoked.
    Revoke {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Whose it has to be.
        user: UserId,
        /// The row.
        id: PersonalAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Its person is told that it ends soon. Guard: they were not told before.
    Remind {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PersonalAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// A mark, not a fact: may be lost.
    Used {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PersonalAccessTokenId,
        /// When: the time of the decision.
        at: Timestamp,
        /// The address that it came from; `None` leaves the last that is known.
        from: Option<IpAddr>,
    },
}

/// Writes of browser sessions.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionChange {
    /// Somebody signed in.
    Create(Session),
    /// Writes nothing. Guard: it is there, so that nothing is approved in a session that just ended.
    Require {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
    },
    /// No conflict if it is gone.
    End {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
    },
    /// All of a person.
    EndOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
    },
    /// The ones that were used least lately end, until `keep` are left.
    Trim {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// How many an account may have.
        keep: u32,
    },
    /// All of a person but the one that asks.
    EndOthersOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// The one that stays.
        but: SessionId,
    },
    /// More was proven in it. Guard: it is there.
    Proven {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
        /// What the sign-in is made of by now, apart by spaces (RFC 8176).
        amr: String,
    },
    /// A mark, not a fact: may be lost.
    Seen {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: SessionId,
        /// When: the time of the decision.
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
    Answer {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: PendingRequestId,
        /// The session of whoever answers.
        session: SessionId,
    },
    /// The same person signed in again with the same browser: what waited goes along.
    Follow {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Whose requests; others' stay behind.
        user: UserId,
        /// The session that ends.
        from: SessionId,
        /// The session that begins.
        to: SessionId,
    },
}

/// Writes of links that are mailed.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkChange {
    /// Before its mail is posted, in the same unit.
    Create(OneTimeLink),
    /// It is accepted or withdrawn. Guard: it is there, and has not ended: whoever comes second finds nothing.
    Use {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: OneTimeLinkId,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Those of one purpose that somebody was sent before.
    EndOfUser {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// Which of them.
        purpose: LinkPurpose,
    },
}

/// What people prove themselves with besides a password.
#[derive(Clone, Debug, PartialEq)]
pub enum FactorChange {
    /// An app, one recovery code, or a passkey. Guard of a passkey: nobody in the realm has one that is called the same.
    Create(Factor),
    /// A code of an app was right. Guard: it is there, and took no code of this step or a later one.
    Used {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: FactorId,
        /// When the code was made, in steps of 30 seconds since the epoch.
        step: i64,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// A passkey signed for the `count`th time. Guard: it is there, and its count went up, or it counts nothing.
    Counted {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: FactorId,
        /// How many signatures it made, as it says; 0 where it does not count.
        count: i64,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Another name for a passkey. Guard: it is there, and this person's.
    Rename {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Whose it is.
        user: UserId,
        /// The row.
        id: FactorId,
        /// What its person calls it from now on.
        name: String,
    },
    /// One of them goes. Guard: it is there, and this person's.
    Remove {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Whose it is.
        user: UserId,
        /// The row.
        id: FactorId,
    },
    /// A code that is good once was right. Guard: it is there.
    Spend {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: FactorId,
    },
    /// All of one kind.
    RemoveAll {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// Apps, recovery codes, or passkeys.
        kind: FactorKind,
    },
}

/// Writes of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub enum MailChange {
    /// A letter is to be sent.
    Post(Mail),
    /// One server tries to send it, until `until`. Guard: it was tried `attempts` times, so nobody else does.
    Take {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
        /// How often it was tried before this time.
        attempts: u32,
        /// Before that no other server tries.
        until: Timestamp,
    },
    /// One that was given up is tried again, as often as a new one. Guard: it was given up.
    Again {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
        /// From when on.
        at: Timestamp,
    },
    /// It was handed over, and is gone.
    Sent {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
    },
    /// It was not handed over.
    Failed {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The row.
        id: MailId,
        /// Why, in words.
        fault: String,
        /// When it is tried again.
        next_at: Timestamp,
        /// Since when it is not tried any more; `None` as long as it is.
        given_up_at: Option<Timestamp>,
    },
}

/// Writes of what people have approved.
#[derive(Clone, Debug, PartialEq)]
pub enum ConsentChange {
    /// Replaces what was remembered; the caller has made the union.
    Grant(Consent),
    /// Writes nothing. Guard: it is remembered, so that a code is not made beside its withdrawal.
    Require {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who approved.
        user: UserId,
        /// The client.
        client: ClientKey,
    },
    /// It is forgotten; no conflict if it was before. What was granted is revoked by another change.
    Withdraw {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who approved.
        user: UserId,
        /// The client.
        client: ClientKey,
    },
    /// Whatever this person approved.
    WithdrawAll {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// Who approved.
        user: UserId,
    },
}

/// Guesses at passwords and the like, counted before they are checked.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptChange {
    /// Guard: fewer than `limit` in the window that began at most `window_ms` ago. The last of them
    /// closes the bucket until `closed_until`.
    Reserve {
        /// The counter's name.
        bucket: [u8; 32],
        /// Whose locks it is among; `None` for what nobody looks at.
        realm: Option<RealmId>,
        /// How many may be counted in a window.
        limit: u32,
        /// The length of a window, in milliseconds.
        window_ms: i64,
        /// Until when the last one closes it.
        closed_until: Timestamp,
        /// When the guess is made.
        at: Timestamp,
        /// For those who look at locks: whose account is guessed at, through which client or at whose secret,
        /// and words for where from. All are `None` for names that nobody has.
        user: Option<UserId>,
        /// See `user`.
        client: Option<ClientKey>,
        /// See `user`.
        network: Option<String>,
    },
    /// A reservation that turned out right; never below zero.
    GiveBack {
        /// The counter's name.
        bucket: [u8; 32],
    },
    /// Who is counted here was right, and is known until then. Nothing happens where nobody guessed.
    Remember {
        /// The counter's name.
        bucket: [u8; 32],
        /// When they are strangers again.
        until: Timestamp,
    },
    /// Opens all that is closed for an account, and forgets what was guessed at it.
    Forget {
        /// The account.
        user: UserId,
    },
    /// Opens the networks, and what is closed for a network and a client, from which an account was guessed at.
    OpenNetworksOf {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The account.
        user: UserId,
    },
    /// Opens what is closed for a network, for a client, or for both together, and forgets what was guessed there.
    Open {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The network, in the words that its lock has; `None` for any.
        network: Option<String>,
        /// `None` for any, and for none.
        client: Option<ClientKey>,
    },
}

/// Writes of keys; the private halves are encrypted already.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyChange {
    /// Conflict if this realm and purpose have that ordinal already.
    Create(Key),
    /// The old key stops signing when this one starts; brings a start forward. Guard: it exists.
    Activate {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// From then on it signs; a start that was earlier stays.
        at: Timestamp,
    },
    /// Gone from the JWKS at once. Guard: it exists.
    Revoke {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// Since when; the first time stays.
        at: Timestamp,
    },
    /// Before a key signs tokens that live for longer than any that it signed. Never lowers it.
    Promise {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// Seconds that such a token lives.
        longest_token: Seconds,
    },
    /// Nothing that it signed can live any more. Deleting twice is deleting once.
    Delete {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
    },
    /// The same key under another wrapping key.
    Rewrap {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The key.
        key: KeyId,
        /// The private key, encrypted anew.
        wrapped: Vec<u8>,
        /// Names the key that it is encrypted under now.
        wrapping_key: String,
    },
}

/// Writes of dialects that operators wrote.
#[derive(Clone, Debug, PartialEq)]
pub enum DialectChange {
    /// Guard: the stored version is `version` (0: there is none of this name); it becomes one more.
    Store {
        /// The text, checked.
        file: DialectFile,
        /// The one that was looked at.
        version: u32,
        /// When: the time of the decision.
        at: Timestamp,
    },
    /// Guard: it is there in this version, and no realm speaks it.
    Remove {
        /// What realms call it.
        name: String,
        /// The one that was looked at.
        version: u32,
    },
}

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
    /// A name and a password, a code of a second factor, or a passkey did not let anybody in.
    PasswordRefused = "password_refused",
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
        matches!(self, Self::PasswordRefused | Self::AttemptsExceeded | Self::ClientRefused | Self::RedirectUriRefused)
    }
}
