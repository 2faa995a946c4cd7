//! Clients that register themselves (RFC 7591) and manage their registration (RFC 7592): who may, what
//! they may say of themselves, and what is answered.

mod answer;
mod developers;
mod requested;
mod tokens;
mod verbs;

pub use answer::Registration;
pub use developers::{CHOICES, change_as_developer, register_as_developer, returns_elsewhere, scopes_for_developers};
pub use tokens::{Lifetime, create_token, revoke_token};
pub use verbs::{Facts, Presented, RegisterFacts, Registrant, developer, expire, holder, of_day, prove, read, register, remove, replace};
