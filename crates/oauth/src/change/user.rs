//! Of people and API users, and of what they prove themselves with.

use crate::{
    FactorId, RealmId, Timestamp, UserId,
    model::{Factor, FactorKind, PasswordHash, User},
};

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

/// What people prove themselves with besides a password.
#[derive(Clone, Debug, PartialEq)]
pub enum FactorChange {
    /// Nothing by itself. Guard: the account is there, and its second factors are still those that were looked at. Whoever
    /// changes the same account's takes turns, so it stands first.
    RequireSame {
        /// The realm that the rows are in.
        realm: RealmId,
        /// The account.
        user: UserId,
        /// How many it has, without recovery codes.
        count: u32,
        /// When the newest of them was set up; 0 where there is none.
        newest: Timestamp,
    },
    /// Nothing by itself. Guard: the account has no second factor; behind [`UserChange::RequirePassword`], which takes the turn.
    RequireNone {
        /// The realm that the rows are in.
        realm: RealmId,
        /// The account.
        user: UserId,
    },
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
