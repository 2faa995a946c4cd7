//! Where a command works: on a data folder, or on a server that somebody else runs.

use crate::{api::Server, cli::Common, failure::Failure, installation::Installation};

pub enum Place {
    Folder(Box<Installation>),
    Server(Server),
}

impl Place {
    pub fn of(common: &Common) -> Result<Self, Failure> {
        Self::or(common, Installation::open)
    }

    /// As [`Place::of`], but makes the database where there is none.
    pub fn of_or_made(common: &Common) -> Result<Self, Failure> {
        Self::or(common, Installation::open_or_make)
    }

    fn or(common: &Common, open: impl FnOnce(&Common) -> Result<Installation, Failure>) -> Result<Self, Failure> {
        match Server::of(common)? {
            Some(server) => Ok(Self::Server(server)),
            None => Ok(Self::Folder(Box::new(open(common)?))),
        }
    }
}
