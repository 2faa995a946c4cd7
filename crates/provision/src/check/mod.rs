//! Whether what the files say can be: impossible values, combinations and clashes.

mod client;
mod issuers;
mod user;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jeton_oauth::{
    RealmId, Scope, Timestamp, UserId,
    dialect::{Dialect, Relaxation},
    login_name::LoginName,
    manage::realm::unlisted,
    model::{Realm, RealmConfig},
    scope::is_scope_token,
    settings::{Settings, built_in_scopes},
};

use super::{
    apply::Options,
    current::{Current, Held},
    draft::{self, Prune},
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
    /// With its dialect, where that is known.
    resolved: Option<Realm>,
    realm: RealmId,
    prune: Prune,
    now: Timestamp,
    names: Names<'a>,
}

pub(super) fn check(
    entries: &[RealmEntry],
    current: &Current,
    dialects: &Dialects,
    Options { prune, plain_http, .. }: Options,
    now: Timestamp,
    faults: &mut Faults,
) {
    let drafts: Vec<RealmConfig> = entries.iter().map(|entry| draft_realm(entry, current, prune)).collect();
    for (entry, realm) in entries.iter().zip(&drafts) {
        name(&entry.name, faults);
        texts(entry, faults);
        let dialect = find_dialect(entry, realm, dialects, faults);
        scopes(entry, faults);
        let resolved = dialect.map(|dialect| resolve(realm, dialect));
        let dialect = dialect.map(Arc::as_ref);
        settings(entry, realm, dialect, faults);
        let nothing = Held::default();
        let held = current.held(&realm.name).unwrap_or(&nothing);
        let scene = Scene { entry, held, resolved, realm: realm.id, prune, now, names: Names::of(entry) };
        client::check(&scene, faults);
        user::check(&scene, faults);
    }
    issuers::check(entries, &drafts, current, plain_http, faults);
}

fn draft_realm(entry: &RealmEntry, current: &Current, prune: Prune) -> RealmConfig {
    let stored = current.realm(&entry.name.value);
    let id = stored.map_or(RealmId(uuid::Uuid::nil()), |stored| stored.id);
    draft::realm(entry, stored, prune, id, Timestamp::from_millis(0))
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

fn find_dialect<'a>(entry: &RealmEntry, realm: &RealmConfig, dialects: &'a Dialects, faults: &mut Faults) -> Option<&'a Arc<Dialect>> {
    let found = dialects.get(&realm.dialect);
    if found.is_none() {
        let names: Vec<&str> = dialects.keys().map(String::as_str).collect();
        let at = entry.dialect.as_ref().map_or(entry.name.at, |said| said.at);
        faults.add(at, format!("there is no dialect {:?}", realm.dialect), did_you_mean(&realm.dialect, &names));
    }
    found
}

fn settings(entry: &RealmEntry, realm: &RealmConfig, dialect: Option<&Dialect>, faults: &mut Faults) {
    let Some(dialect) = dialect else { return };
    for relaxation in &entry.relaxes {
        if Relaxation::parse(&relaxation.value).is_none() {
            let known: Vec<&str> = Relaxation::ALL.iter().map(|own| own.as_str()).collect();
            faults.add(relaxation.at, format!("`relaxes` cannot be {:?}", relaxation.value), did_you_mean(&relaxation.value, &known));
        }
    }
    let listed: Vec<Relaxation> = entry.relaxes.iter().filter_map(|relaxation| Relaxation::parse(&relaxation.value)).collect();
    for fault in unlisted(&entry.settings, &listed, dialect) {
        faults.add(entry.setting_place(fault.path.last_key().unwrap_or_default()), fault.what, fault.instead);
    }
    let complete = Settings::default().with(&dialect.settings).with(&realm.settings);
    for (setting, instead) in complete.faults() {
        faults.add(entry.setting_place(setting), format!("the setting `{setting}` cannot be so"), instead);
    }
}

/// The realm with its settings complete, as far as its scopes can be.
fn resolve(realm: &RealmConfig, dialect: &Arc<Dialect>) -> Realm {
    let mut config = realm.clone();
    config.scopes.retain(|scope| is_scope_token(&scope.name));
    Realm::new(config, realm.issuer.clone().unwrap_or_default(), Arc::clone(dialect))
}

fn scopes(entry: &RealmEntry, faults: &mut Faults) {
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
}

/// The owner that `said` names: an account of this realm, in the files or stored.
fn owner(scene: &Scene<'_>, said: Option<&At<String>>, faults: &mut Faults) {
    use jeton_oauth::model::AccountKind;
    let Some(said) = said else { return };
    let folded = LoginName::fold(&said.value);
    let in_files = folded.as_ref().and_then(|name| scene.names.usernames.get(name)).map(|index| scene.entry.users[*index].kind);
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

/// Who in the files has a name, by that name: the first of each.
#[derive(Default)]
struct Names<'a> {
    usernames: HashMap<LoginName, usize>,
    addresses: HashMap<LoginName, usize>,
    subs: HashMap<&'a str, usize>,
    numbers: HashMap<i64, usize>,
    clients: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn of(entry: &'a RealmEntry) -> Self {
        let mut names = Self::default();
        for (index, client) in entry.clients.iter().enumerate() {
            names.clients.entry(&client.id.value).or_insert(index);
        }
        for (index, user) in entry.users.iter().enumerate() {
            if let Some(name) = LoginName::fold(&user.username.value) {
                names.usernames.entry(name).or_insert(index);
            }
            let verified = user.email_verified.as_ref().is_some_and(|verified| verified.value);
            if let Some(address) = user.email.as_ref().filter(|_| verified).and_then(|email| LoginName::fold(&email.value)) {
                names.addresses.entry(address).or_insert(index);
            }
            if let Some(sub) = &user.sub {
                names.subs.entry(&sub.value).or_insert(index);
            }
            if let Some(number) = &user.number {
                names.numbers.entry(number.value).or_insert(index);
            }
        }
        names
    }
}

/// Stands for an id where only the rest of a draft matters.
const NOBODY: UserId = UserId(uuid::Uuid::nil());

/// One line of text that a page or a table can show.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 255 && !text.chars().any(char::is_control)
}
