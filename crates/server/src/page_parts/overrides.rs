//! The operator's own templates, texts and assets: folders of the data folder, read at the start.

use std::path::Path;

/// The text files below a folder that end in `.extension`, by their paths in it. What cannot be
/// read is said in `faults`.
pub(super) fn files(folder: &Path, extension: &str, faults: &mut Vec<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, bytes) in everything(folder, faults) {
        if name.rsplit_once('.').is_none_or(|(_, own)| own != extension) {
            faults.push(format!("{}: only files that end in .{extension} are read here", shown(folder, &name)));
            continue;
        }
        match String::from_utf8(bytes) {
            Ok(text) => found.push((name, text)),
            Err(_) => faults.push(format!("{}: not UTF-8", shown(folder, &name))),
        }
    }
    found
}

/// Every file below a folder, by its path in it, in order; hidden ones are left alone.
pub(super) fn everything(folder: &Path, faults: &mut Vec<String>) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    walk(folder, "", &mut found, faults);
    found.sort();
    found
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>, faults: &mut Vec<String>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return faults.push(format!("{}: {error}", folder.display())),
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        let own = format!("{prefix}{name}");
        if path.is_dir() {
            walk(&path, &format!("{own}/"), found, faults);
            continue;
        }
        match std::fs::read(&path) {
            Ok(bytes) => found.push((own, bytes)),
            Err(error) => faults.push(format!("{}: {error}", path.display())),
        }
    }
}

fn shown(folder: &Path, name: &str) -> String {
    let kind = folder.file_name().map(|kind| kind.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{kind}/{name}")
}
