//! Endpoints for machines, named as in RFC 8414: extract, settle, render.

mod account_tokens;
mod authentication;
pub mod health;
mod introspection;
mod metadata;
mod presented_token;
mod revocation;
mod sign;
mod token;
mod userinfo;

pub use account_tokens::{
    create as create_account_token, list as list_account_tokens, regenerate as regenerate_account_token, revoke as revoke_account_token,
};
pub use introspection::introspection;
pub use metadata::{jwks, metadata};
pub use revocation::revocation;
pub use token::token;
pub use userinfo::userinfo;
