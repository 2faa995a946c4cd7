//! All dialects that an installation has, for those who look at every realm.

use std::{path::Path, sync::Arc};

use jeton_oauth::dialect::Dialect;
use jeton_provision::Dialects;
use jeton_store::{Store, StoreError};

use super::read_dialect;

/// Those that every installation has.
pub fn built_in_dialects() -> Dialects {
    Dialect::BUILT_IN.iter().filter_map(|name| Some(((*name).to_owned(), Dialect::built_in(name)?))).collect()
}

/// Those that are built in, stored, or files in the data folder. A broken one is as good as none here; `jeton dialect
/// check` and `jeton doctor` tell why. What comes first counts.
///
/// # Errors
/// When rows cannot be read.
pub async fn all_dialects(store: &Store, folder: &Path) -> Result<Dialects, StoreError> {
    let stored = store.dialects().await?.into_iter();
    let mut dialects: Dialects = stored.filter_map(|row| Some((row.name, Arc::new(Dialect::parse(&row.toml).ok()?)))).collect();
    dialects.extend(built_in_dialects());
    for name in dialect_files(folder) {
        if let Ok(dialect) = read_dialect(&folder.join("dialects"), &name) {
            dialects.entry(name).or_insert_with(|| Arc::new(dialect));
        }
    }
    Ok(dialects)
}

/// Names of the dialect files in a data folder, in order.
pub fn dialect_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder.join("dialects")) else { return Vec::new() };
    let files = entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mut names: Vec<String> = files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}
