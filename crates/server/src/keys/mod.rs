//! Which keys exist, which of them is used, and how they are kept from whoever reads the database.

mod allowance;
mod cipher;
mod error;
mod lifecycle;
mod looks;
mod make;
mod master_key;
mod master_key_file;
mod plan;
mod realm_keys;
mod ring;
mod unlock;

pub use cipher::Cipher;
pub use error::KeyRingError;
pub use lifecycle::{Rotation, Successor};
pub use master_key::{MasterKey, UnwrapError, WrapContext};
pub use master_key_file::{MASTER_KEY_FILE, MASTER_KEY_VARIABLE, MasterKeyError};
pub use realm_keys::RealmKeys;
pub use ring::{JwkSetDocument, KeyRing};
pub use unlock::{UnlockError, unlock};
