//! Pages for who is not signed in yet, and for the one decision that is asked of who is.

mod authorize;
mod consent;
mod error;
mod home;
mod sign_in;
mod sign_out;

pub use authorize::authorize;
pub use consent::{consent, decide, describe};
pub use error::{Asked, error_page};
pub use home::{Demo, DemoPerson, DemoRealm, home};
pub use sign_in::{ask, sign_in, sign_in_page};
pub use sign_out::{sign_out, sign_out_page};
