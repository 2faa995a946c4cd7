//! What a person proves themselves with after the password.

pub mod recovery;
pub mod totp;
