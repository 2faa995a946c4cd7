//! Of clients: their rows, how they register themselves, and who owns them.

use crate::{
    ClientKey, ClientSecretId, InitialAccessTokenId, RealmId, Timestamp, UserId,
    model::{Client, ClientInvitation, ClientRegistration, ClientSecret, InitialAccessToken},
    secret::Verifier,
};

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
    /// Whoever has the address may own the client too; an earlier invitation of it goes. Guard: the client is there, its
    /// row names whoever invites, and with this one there are no more than that who own it beside or are invited.
    Invite {
        /// What is written.
        invitation: ClientInvitation,
        /// How many there may be.
        most: u32,
    },
    /// No conflict if it is gone.
    Uninvite {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// The address that was invited, as the invitation has it.
        email: String,
    },
    /// An invitation is accepted. Guard: it is there, by the one whom the client's row names, and has not ended, and the
    /// client is there.
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
    /// Owned the client beside another, and is the one now whom its row is to name. Guard: they did own it beside.
    Promote {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Who.
        user: UserId,
    },
    /// Owns the client no more; API users of it that were theirs are the heir's. Invitations by them go, and those
    /// of their addresses, and so does the registration, whose token they may know. No conflict if they did not own it.
    /// Guard: somebody owns it still.
    Leave {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Who leaves.
        user: UserId,
        /// Another who owns the client; the API users are nobody's by name where that account is gone.
        heir: Option<UserId>,
    },
    /// Those who run the realm name another owner, or none: what lets the one before do anything with the client goes, as
    /// in [`Self::Leave`], and who is named owns it beside no more. API users stay theirs.
    Given {
        /// The realm that the row is in; another's is not touched.
        realm: RealmId,
        /// The client.
        client: ClientKey,
        /// Whom the client's row named; what a stranger registered, who is nobody here, stays the stranger's to manage.
        from: Option<UserId>,
        /// Whom it names.
        to: Option<UserId>,
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
