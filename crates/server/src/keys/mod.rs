//! Which keys exist, which of them is used, and how they are kept from whoever reads the database.

mod master_key;
mod master_key_file;

pub use master_key::{MasterKey, UnwrapError, WrapContext};
pub use master_key_file::{MASTER_KEY_FILE, MASTER_KEY_VARIABLE, MasterKeyError};
