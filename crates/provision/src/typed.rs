//! What somebody typed on a command line, held to the same rules as a realm file.

use jeton_oauth::manage::{ClientMetadata, read};

use super::{
    apply::Prepared,
    entry::RealmEntry,
    fault::{Faults, Place, Source},
    secret_source::Process,
    verdict,
};

impl Prepared {
    /// One realm's entry that stands in no file.
    pub fn typed(entry: RealmEntry) -> Self {
        let entries = vec![entry];
        let mut faults = Faults::default();
        for client in &entries[0].clients {
            for fault in read::<ClientMetadata>(&client.said.members).1 {
                client.said.tell(fault, Place::default(), &mut faults);
            }
        }
        let found = verdict::find(&entries, &Process, &[], &mut faults);
        Self { sources: sources(), entries, found, faults }
    }
}

fn sources() -> Vec<Source> {
    vec![Source { name: "the command line".to_owned(), text: String::new() }]
}
