//! What somebody typed on a command line, held to the same rules as a realm file.

use super::{
    apply::Prepared,
    entry::{ClientEntry, RealmEntry},
    fault::{At, Fault, Faults, Source},
    parse::client,
    secret_source::Process,
    table::word,
    verdict,
};

impl Prepared {
    /// One realm's entry that stands in no file.
    pub fn typed(entry: RealmEntry) -> Self {
        let entries = vec![entry];
        let mut faults = Faults::default();
        let found = verdict::find(&entries, &Process, &[], &mut faults);
        Self { sources: sources(), entries, found, faults }
    }
}

/// Puts typed words into `entry` as what they mean.
pub fn read_words(entry: &mut ClientEntry, auth: Option<&str>, grants: &[String], redirect_uris: &[String]) -> Result<(), Vec<Fault>> {
    let list = |texts: &[String]| At::typed(texts.iter().cloned().map(At::typed).collect::<Vec<_>>());
    let mut faults = Faults::default();
    entry.auth = auth.and_then(|text| word(&At::typed(text.to_owned()), "auth", client::AUTH_METHODS, &mut faults));
    entry.grants = Some(client::grants(&list(grants), &mut faults));
    if !redirect_uris.is_empty() {
        entry.redirect_uris = Some(client::redirect_uris(&list(redirect_uris), &mut faults));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.report(&sources())) }
}

fn sources() -> Vec<Source> {
    vec![Source { name: "the command line".to_owned(), text: String::new() }]
}
