//! Pages for who is not signed in yet, and for the one decision that is asked of who is.

mod authorize;
mod carried;
mod choose;
mod consent;
mod demo_mail;
mod error;
mod forgot;
mod home;
mod invitation;
pub mod mailed;
mod passkey;
mod second_factor;
mod sign_in;
mod sign_out;
mod sign_up;

pub use authorize::authorize;
pub use choose::choose;
pub use consent::{consent, decide, describe};
pub use demo_mail::demo_mail;
pub use error::{Asked, error_page};
pub use forgot::{forgot, letters_of_reset, reset};
pub use home::home;
pub use invitation::{accept_invitation, invitation_page};
pub use passkey::passkey;
pub use second_factor::second_factor;
pub use sign_in::{logo_of, sign_in, sign_in_page};
pub use sign_out::{sign_out, sign_out_page};
pub use sign_up::{letters_of_sign_up, sign_up, verify_email};
