//! Endpoints for machines, named as in RFC 8414: extract, settle, render.

pub mod account_tokens;
pub mod authentication;
pub mod health;
mod introspection;
mod metadata;
pub mod presented_token;
pub mod registration;
mod revocation;
mod sign;
mod token;
mod userinfo;

pub use introspection::introspection;
pub use metadata::{jwks, metadata};
pub use presented_token::read_id_token;
pub use revocation::revocation;
pub use token::token;
pub use userinfo::userinfo;
