//! The rules of OAuth 2.0 and OpenID Connect as pure functions over values.
//!
//! Nothing here does I/O, waits, reads a clock or asks the system for randomness: `now` and `rng`
//! come in through [`Context`]. A rule looks at facts, and returns what to say and what to write.

#![warn(missing_docs)]

pub mod activity;
pub mod attempts;
pub mod authorize;
pub mod bearer;
pub mod change;
pub mod client_auth;
pub mod decision;
pub mod dialect;
pub mod email_change;
pub mod endpoint;
pub mod error;
pub mod factor;
pub mod grant;
pub mod ids;
pub mod introspection;
pub mod issue;
pub mod login_name;
pub mod manage;
pub mod media;
pub mod model;
pub mod one_time_link;
pub mod parameters;
pub mod password_hash;
pub mod password_reset;
pub mod password_rules;
pub mod personal_access_token;
pub mod redirect_uri;
pub mod refresh_secret;
pub mod request;
pub mod revocation;
pub mod samples;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod time;
pub mod userinfo;

pub use change::Change;
pub use decision::{Context, Decision, Effect};
pub use endpoint::Endpoint;
pub use error::{ErrorCode, OAuthError};
pub use ids::*;
pub use scope::Scope;
pub use time::{Seconds, Timestamp};
