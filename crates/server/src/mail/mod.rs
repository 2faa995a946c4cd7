//! Letters to people: how one is written, kept in the outbox, and handed to a mail server or a folder.
//! Knows of no request; `deliver` sends what is due.

mod folder;
mod letter;
mod outbox;
mod smtp;

pub use folder::{Kept, kept, leave, write};
pub use letter::{Letter, Words};
pub use outbox::{Outbox, Posted};
pub(crate) use smtp::without_addresses;
pub use smtp::{Smtp, SmtpFault};

use std::path::{Path, PathBuf};

/// How letters leave.
#[derive(Clone, Debug)]
pub enum Transport {
    Smtp(Box<Smtp>),
    /// One file each, in this folder: where nobody said how to send.
    Folder(PathBuf),
}

impl Transport {
    /// Without a mail server: the folder `mail` in the data folder.
    pub fn folder_in(data: &Path) -> Self {
        Self::Folder(data.join(FOLDER))
    }
}

/// Below the data folder.
pub const FOLDER: &str = "mail";
