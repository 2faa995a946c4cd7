//! Pages for people: plain HTML that needs no script, each with a policy that allows none.

mod asset;
mod authorize;
mod consent;
mod pending;
mod sign_in;
mod sign_out;

pub use asset::asset;
pub use authorize::authorize;
pub use consent::{consent, decide};
pub use sign_in::{sign_in, sign_in_page};
pub use sign_out::{sign_out, sign_out_page};
