//! Guards the order of this crate's rooms: who may import whom.

use std::{collections::BTreeMap, fs, path::Path};

/// What a room may not know of, and why.
const RULES: &[(&str, &[&str], &str)] = &[
    ("app", &["pages", "endpoints", "handlers", "dispatch", "faces", "session", "incoming"], "everything stands on it"),
    ("page_parts", &["app", "pages", "incoming"], "App holds it"),
    ("keys", &["app", "pages", "endpoints"], "App holds it"),
    ("password", &["app", "pages", "endpoints"], "App holds it"),
    ("mail", &["app", "pages", "endpoints"], "App holds it"),
    ("realms", &["app", "pages", "endpoints"], "App holds it"),
    ("cookies", &["app", "pages", "session", "incoming"], "form tokens and sessions read them"),
    ("csrf", &["app", "pages", "session", "incoming"], "sessions and pages both ask it"),
    ("incoming", &["pages", "endpoints", "dispatch"], "every handler is given one"),
    ("pages", &["handlers", "dispatch", "faces"], "they call it"),
    ("endpoints", &["handlers", "dispatch", "faces"], "they call it"),
];

#[test]
fn no_room_imports_what_stands_on_it() {
    let mut rooms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), None, &mut rooms);
    let mut faults = Vec::new();
    for (room, forbidden, why) in RULES {
        let imports = &rooms[*room];
        let found = forbidden.iter().filter(|other| imports.iter().any(|own| own == *other));
        faults.extend(found.map(|other| format!("{room} imports {other}, and must not: {why}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The first segments of what the files of each room take from `crate`, tests aside.
fn read(folder: &Path, room: Option<&str>, rooms: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let own = room.unwrap_or(&name);
        if path.is_dir() {
            read(&path, Some(own), rooms);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let source = source.split("#[cfg(test)]\nmod").next().unwrap();
            rooms.entry(own.to_owned()).or_default().extend(imports(source));
        }
    }
}

fn imports(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.extend(first_word(rest)),
            Some(list) => {
                // The names that stand at the outermost level of the list.
                let mut depth = 0_usize;
                for (place, byte) in list.bytes().enumerate() {
                    match byte {
                        b'{' => depth += 1,
                        b'}' if depth == 0 => break,
                        b'}' => depth -= 1,
                        _ if depth > 0 => {}
                        _ => {
                            let before = list[..place].bytes().next_back();
                            if before.is_none_or(|before| matches!(before, b' ' | b',' | b'\n')) {
                                found.extend(first_word(&list[place..]));
                            }
                        }
                    }
                }
            }
        }
    }
    found
}

fn first_word(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

#[test]
fn imports_are_read_from_paths_and_lists() {
    let source = "use crate::{\n    app::{App, Scene},\n    pages::frame,\n    respond,\n};\nfn x() { crate::cookies::session() }";
    assert_eq!(imports(source), ["app", "pages", "respond", "cookies"]);
}
