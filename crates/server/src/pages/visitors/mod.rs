//! Pages for who is not signed in yet, and for the one decision that is asked of who is.

mod authorize;
mod choose;
mod consent;
mod error;
mod home;
mod sign_in;
mod sign_out;

pub use authorize::authorize;
pub use choose::choose;
pub use consent::{consent, decide, describe};
pub use error::{Asked, error_page};
pub use home::home;
pub use sign_in::{sign_in, sign_in_page};
pub use sign_out::{sign_out, sign_out_page};
