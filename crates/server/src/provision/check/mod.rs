//! Whether what the files say can be: impossible values, combinations and clashes.

mod client;
mod issuers;
mod user;

use std::{collections::BTreeMap, sync::Arc};

use jeton_oauth::{
    RealmId, Scope, Timestamp, UserId,
    dialect::Dialect,
    model::RealmConfig,
    scope::is_scope_token,
    settings::{Settings, built_in_scopes},
};

use super::{
    apply::Options,
    current::{Current, Held},
    draft::{self, Rest},
    entry::RealmEntry,
    fault::{At, Faults},
    table::did_you_mean,
};

/// The dialects that realms may name.
pub type Dialects = BTreeMap<String, Arc<Dialect>>;

/// What the checks of one realm's clients and people look at.
struct Scene<'a> {
    entry: &'a RealmEntry,
    held: &'a Held,
    realm: &'a RealmConfig,
    dialect: Option<&'a Dialect>,
    scopes: Scope,
    rest: Rest,
}

pub(super) fn check(
    entries: &[RealmEntry],
    current: &Current,
    dialects: &Dialects,
    Options { rest, plain_http, .. }: Options,
    faults: &mut Faults,
) {
    let drafts: Vec<RealmConfig> = entries.iter().map(|entry| draft_realm(entry, current, rest)).collect();
    for (entry, realm) in entries.iter().zip(&drafts) {
        name(&entry.name, faults);
        texts(entry, faults);
        let dialect = find_dialect(entry, realm, dialects, faults);
        settings(entry, realm, dialect, faults);
        let scopes = scopes(entry, realm, faults);
        let held = current.held(&realm.name);
        let scene = Scene { entry, held: &held, realm, dialect, scopes, rest };
        client::check(&scene, faults);
        user::check(&scene, faults);
    }
    issuers::check(entries, &drafts, current, plain_http, faults);
}

fn draft_realm(entry: &RealmEntry, current: &Current, rest: Rest) -> RealmConfig {
    let stored = current.realm(&entry.name.value);
    let id = stored.map_or(RealmId(uuid::Uuid::nil()), |stored| stored.id);
    draft::realm(entry, stored, rest, id, Timestamp::from_millis(0))
}

/// The name is the end of the issuer's path and a word of commands.
fn name(name: &At<String>, faults: &mut Faults) {
    let text = &name.value;
    let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    if text.len() > 63 || !letters || !text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        faults.add(
            name.at,
            format!("{text:?} cannot be a realm's name"),
            "write 1 to 63 of a-z, 0-9, - _ and . with a letter or digit first",
        );
    }
}

fn texts(entry: &RealmEntry, faults: &mut Faults) {
    for (key, said) in [("title", &entry.title), ("audience", &entry.audience)] {
        if let Some(text) = said
            && !is_line(&text.value)
        {
            faults.add(text.at, format!("`{key}` cannot be {:?}", text.value), "write one line of 1 to 255 bytes");
        }
    }
}

fn find_dialect<'a>(entry: &RealmEntry, realm: &RealmConfig, dialects: &'a Dialects, faults: &mut Faults) -> Option<&'a Dialect> {
    let found = dialects.get(&realm.dialect);
    if found.is_none() {
        let names: Vec<&str> = dialects.keys().map(String::as_str).collect();
        let at = entry.dialect.as_ref().map_or(entry.name.at, |said| said.at);
        faults.add(at, format!("there is no dialect {:?}", realm.dialect), did_you_mean(&realm.dialect, &names));
    }
    found.map(Arc::as_ref)
}

fn settings(entry: &RealmEntry, realm: &RealmConfig, dialect: Option<&Dialect>, faults: &mut Faults) {
    let Some(dialect) = dialect else { return };
    let complete = Settings::default().with(&dialect.settings).with(&realm.settings);
    for (setting, instead) in complete.faults() {
        faults.add(entry.setting_place(setting), format!("the setting `{setting}` cannot be so"), instead);
    }
}

/// Every scope that the realm will know.
fn scopes(entry: &RealmEntry, realm: &RealmConfig, faults: &mut Faults) -> Scope {
    let built_in = built_in_scopes();
    for (index, scope) in entry.scopes.iter().enumerate() {
        let name = &scope.name.value;
        if !is_scope_token(name) || name.len() > Scope::MAX_TOKEN_BYTES {
            faults.add(
                scope.name.at,
                format!("{name:?} cannot be a scope"),
                "write printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3)",
            );
        }
        if entry.scopes[..index].iter().any(|other| other.name.value == *name) {
            faults.add(scope.name.at, format!("the scope {name:?} is defined twice"), "keep one of the two");
        }
        if name.starts_with("jeton:") && !built_in.contains(name) {
            faults.add(scope.name.at, format!("{name:?} cannot be a scope of yours"), "names that begin with jeton: are the server's own");
        }
    }
    let fitting = realm.scopes.iter().map(|scope| scope.name.as_str()).filter(|name| is_scope_token(name));
    Scope::from_tokens(fitting).unwrap_or_default().union(&built_in)
}

/// The owner that `said` names: an account of this realm, in the files or stored.
fn owner(scene: &Scene<'_>, said: Option<&At<String>>, faults: &mut Faults) {
    use jeton_oauth::{login_name::LoginName, model::AccountKind};
    let Some(said) = said else { return };
    let folded = LoginName::fold(&said.value);
    let in_files = scene.entry.users.iter().find(|user| LoginName::fold(&user.username.value) == folded).map(|user| user.kind);
    let kind = in_files.or_else(|| folded.and_then(|name| scene.held.user_named(&name).map(|user| user.account.kind)));
    match kind {
        None => faults.add(
            said.at,
            format!("there is no {:?} in this realm who could own it", said.value),
            "write the user name of a [[user]] of this realm",
        ),
        Some(AccountKind::ApiUser) => {
            faults.add(said.at, format!("{:?} is an API user, which owns nothing", said.value), "write the user name of a person")
        }
        Some(AccountKind::Person) => {}
    }
}

/// Stands for an id where only the rest of a draft matters.
const NOBODY: UserId = UserId(uuid::Uuid::nil());

/// One line of text that a page or a table can show.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 255 && !text.chars().any(char::is_control)
}
