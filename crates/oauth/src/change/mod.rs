//! Every write that the system can make: one variant each, nothing that updates "anything".
//!
//! A unit of work is a `Vec<Change>`: all of it is written or none. A guard that no longer holds
//! makes the unit a conflict, and the shell looks again.
//!
//! **Invariant**: no variant holds a secret in the clear.

mod activity;
mod administrator;
mod attempt;
mod audit;
mod authorization;
mod client;
mod mail;
mod realm;
mod session;
mod token;
mod user;

pub use activity::ActivityChange;
pub use administrator::{AdministratorChange, RememberedAnswer};
pub use attempt::AttemptChange;
pub use audit::{AuditEvent, AuditKind, AuditRepeat};
pub use authorization::{AuthorizationChange, CodeChange, ConsentChange};
pub use client::{ClientChange, DeveloperChange, RegistrationChange};
pub use mail::{LinkChange, MailChange};
pub use realm::{DialectChange, KeyChange, RealmChange};
pub use session::{PendingRequestChange, SessionChange};
pub use token::{AccessTokenChange, PersonalAccessTokenChange};
pub use user::{FactorChange, UserChange};

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
