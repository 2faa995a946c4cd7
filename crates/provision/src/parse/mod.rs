//! From the text of realm files to what they say: every fault of every file at once.

pub(super) mod client;
pub(super) mod settings;
mod user;

use jeton_oauth::model::Status;
use toml::de::DeTable;

use super::{
    entry::{RealmEntry, ScopeEntry},
    fault::{At, Faults, Place, Source},
    table::Table,
};

pub(super) const STATUSES: &[(&str, Status)] = &[("active", Status::Active), ("disabled", Status::Disabled)];

/// What the sources say, realm by realm; files that name the same realm speak together.
///
/// What could be read is returned even where there are faults, so that the rest is checked too.
pub(super) fn parse(sources: &[Source], faults: &mut Faults) -> Vec<RealmEntry> {
    let mut realms: Vec<RealmEntry> = Vec::new();
    for (source, text) in sources.iter().enumerate() {
        let (table, errors) = DeTable::parse_recoverable(&text.text);
        if !errors.is_empty() {
            for error in errors {
                let start = error.span().map_or(0, |span| span.start);
                faults.add(Place { source, start }, format!("this is not TOML: {}", error.message()), "see https://toml.io");
            }
            continue;
        }
        let root = Table::new(table.get_ref(), Place { source, start: 0 }, "");
        let Some(said) = realm(root, faults) else { continue };
        match realms.iter_mut().find(|known| known.name.value == said.name.value) {
            Some(known) => join(known, said, faults),
            None => realms.push(said),
        }
    }
    realms
}

fn realm(mut root: Table<'_, '_>, faults: &mut Faults) -> Option<RealmEntry> {
    let head = root.table("realm", faults);
    let named = head.as_ref().is_some_and(|head| head.is_string("name"));
    if head.is_none() && !root.has("realm") {
        faults.add(root.at, "this file does not say which realm it is about", "begin it with [realm] and name = \"…\"");
    }
    let mut entry = match head {
        Some(head) => heading(head, faults),
        None => RealmEntry::named(At::new(String::new(), root.at)),
    };
    if let Some(table) = root.table("settings", faults) {
        (entry.settings, entry.settings_at) = settings::read(&table, faults);
    }
    for scope in root.tables("scope", faults).map(|list| list.value).unwrap_or_default() {
        entry.scopes.extend(scope_entry(scope, faults));
    }
    for table in root.tables("client", faults).map(|list| list.value).unwrap_or_default() {
        entry.clients.extend(client::read_client(table, faults));
    }
    for table in root.tables("user", faults).map(|list| list.value).unwrap_or_default() {
        entry.users.extend(user::person(table, faults));
    }
    for table in root.tables("api_user", faults).map(|list| list.value).unwrap_or_default() {
        entry.users.extend(user::api_user(table, faults));
    }
    root.finish(faults);
    named.then_some(entry)
}

fn heading(mut table: Table<'_, '_>, faults: &mut Faults) -> RealmEntry {
    let name = table.string("name", faults);
    if name.is_none() && !table.has("name") {
        faults.add(table.at, "this realm has no name", "write name = \"…\" below [realm]");
    }
    let mut entry = RealmEntry::named(name.unwrap_or_else(|| At::new(String::new(), table.at)));
    entry.title = table.string("title", faults);
    entry.issuer = table.string("issuer", faults);
    entry.dialect = table.string("dialect", faults);
    entry.audience = table.string("audience", faults);
    entry.status = table.word("status", STATUSES, faults);
    entry.relaxes = table.strings("relaxes", faults).map(|list| list.value).unwrap_or_default();
    table.finish(faults);
    entry
}

fn scope_entry(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<ScopeEntry> {
    let name = table.string("name", faults);
    if !table.has("name") {
        faults.add(table.at, "this scope has no name", "write name = \"…\" below [[scope]]");
    }
    let description = table.string("description", faults);
    let optional = table.boolean("optional", faults);
    table.finish(faults);
    Some(ScopeEntry { name: name?, description: description.map(|text| text.value), optional: optional.map(|yes| yes.value) })
}

/// Adds what another file says about the same realm.
fn join(known: &mut RealmEntry, said: RealmEntry, faults: &mut Faults) {
    once(&mut known.title, said.title, "title", faults);
    once(&mut known.issuer, said.issuer, "issuer", faults);
    once(&mut known.dialect, said.dialect, "dialect", faults);
    once(&mut known.audience, said.audience, "audience", faults);
    once(&mut known.status, said.status, "status", faults);
    for setting in &said.settings_at {
        if known.settings_at.iter().any(|other| other.value == setting.value) {
            faults.add(setting.at, format!("another file sets `{}` of this realm too", setting.value), "keep one of the two");
        }
    }
    known.settings = settings::over(&known.settings, &said.settings);
    known.settings_at.extend(said.settings_at);
    known.relaxes.extend(said.relaxes);
    known.scopes.extend(said.scopes);
    known.clients.extend(said.clients);
    known.users.extend(said.users);
}

fn once<T: PartialEq>(known: &mut Option<At<T>>, said: Option<At<T>>, key: &str, faults: &mut Faults) {
    match (known.as_ref(), said) {
        (Some(first), Some(second)) if first.value != second.value => {
            faults.add(second.at, format!("another file says something else about `{key}` of this realm"), "keep one of the two")
        }
        (None, said) => *known = said,
        _ => {}
    }
}
