//! From the text of realm files to the documents in them: every fault of every file at once.

use std::collections::HashMap;

use jeton_oauth::{
    Timestamp,
    manage::{ClientMetadata, Fault, Path, RealmDocument, ScopeDocument, UserDocument, did_you_mean, read},
    model::{AccountKind, Profile, Status},
    settings::SettingsPatch,
};
use serde::{Deserialize, de};
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use crate::{
    entry::{ClientEntry, PasswordEntry, RealmEntry, Said, SecretEntry, UserEntry},
    secret_source::{CLEAR, Finding, INSTEAD, Line},
    source::{Faults, Source, Spot},
};

/// The tables of a realm file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The file itself.
    File,
    Realm,
    Settings,
    Scope,
    Client,
    User,
    ApiUser,
}

/// Short names of a client's members, and those that they stand for.
pub const CLIENT_ALIASES: &[(&str, &str)] = &[
    ("name", "client_name"),
    ("auth", "token_endpoint_auth_method"),
    ("grants", "grant_types"),
    ("scopes", "scope"),
    ("default_scopes", "default_scope"),
    ("id", "client_id"),
    ("secrets", "client_secrets"),
];

impl Kind {
    const ALL: [Self; 6] = [Self::Realm, Self::Settings, Self::Scope, Self::Client, Self::User, Self::ApiUser];

    pub const fn key(self) -> &'static str {
        match self {
            Self::File => "",
            Self::Realm => "realm",
            Self::Settings => "settings",
            Self::Scope => "scope",
            Self::Client => "client",
            Self::User => "user",
            Self::ApiUser => "api_user",
        }
    }

    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether there may be many of them.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Scope | Self::Client | Self::User | Self::ApiUser)
    }

    pub const fn aliases(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Client => CLIENT_ALIASES,
            Self::User | Self::ApiUser => &[("type", "user_type")],
            _ => &[],
        }
    }

    /// The member that names one of them.
    pub const fn identity(self) -> &'static str {
        match self {
            Self::Client => "client_id",
            Self::User | Self::ApiUser => "username",
            _ => "name",
        }
    }

    /// As messages call a key that is none of its own.
    fn stranger(self, key: &str) -> String {
        match self {
            Self::File => format!("`{key}` is no key of a realm file"),
            Self::Settings => format!("`{key}` is no setting"),
            _ if self.is_list() => format!("`{key}` is no key of [[{}]]", self.key()),
            _ => format!("`{key}` is no key of [{}]", self.key()),
        }
    }
}

/// What the sources say, realm by realm; files that name the same realm speak together.
///
/// What could be read is returned even where there are faults, so that the rest is checked too.
pub(crate) fn parse(sources: &[Source], finding: &Finding<'_>, faults: &mut Faults) -> Vec<RealmEntry> {
    let mut realms: Vec<RealmEntry> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for (source, text) in sources.iter().enumerate() {
        let (file, errors) = DeTable::parse_recoverable(&text.text);
        for error in &errors {
            let what = format!("this is not TOML: {}", error.message());
            faults.at_byte(source, error.span().map_or(0, |span| span.start), Fault::new(Path::default(), what, "see https://toml.io"));
        }
        let file = if errors.is_empty() { Reader { source, finding, faults: &mut *faults }.file(file.get_ref()) } else { None };
        let Some(said) = file else { continue };
        match numbers.get(&said.name) {
            Some(number) => join(&mut realms[*number], said, faults),
            None => {
                numbers.insert(said.name.clone(), realms.len());
                realms.push(said);
            }
        }
    }
    realms
}

/// A file being read.
struct Reader<'a> {
    source: usize,
    finding: &'a Finding<'a>,
    faults: &'a mut Faults,
}

/// What stands in `[realm]` beside the document.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Heading {
    name: String,
    status: Option<Status>,
}

/// What stands in `[[client]]` beside the document.
#[derive(Default, Deserialize)]
#[serde(default)]
struct BesideClient {
    client_id: String,
    owner: Option<String>,
    status: Option<Status>,
}

/// What stands in `[[user]]` beside the document.
#[derive(Default, Deserialize)]
#[serde(default)]
struct BesideUser {
    sub: Option<String>,
    number: Option<i64>,
    owner: Option<String>,
    status: Option<Status>,
    created_at: Option<Instant>,
}

impl Reader<'_> {
    fn file(&mut self, file: &DeTable<'_>) -> Option<RealmEntry> {
        let top = Spot::new(self.source, Kind::File, 0);
        let names = Kind::ALL.map(Kind::key);
        for (key, value) in file {
            let key = key.get_ref().as_ref();
            match (Kind::named(key), value.get_ref()) {
                (None, _) => self.faults.at_key(top, Fault::new(key, Kind::File.stranger(key), did_you_mean(key, &names))),
                (Some(kind), DeValue::Array(items)) if kind.is_list() && items.iter().all(|item| item.get_ref().is_table()) => {}
                (Some(kind), DeValue::Table(_)) if !kind.is_list() => {}
                (Some(kind), value) => {
                    let wanted = if kind.is_list() { format!("[[{key}]], with two brackets") } else { format!("[{key}]") };
                    self.faults.tell(top, Fault::new(key, format!("`{key}` is {}", kind_of(value)), format!("write {wanted}")));
                }
            }
        }
        let Some(head) = file.get("realm") else {
            let fault =
                Fault::new(Path::default(), "this file does not say which realm it is about", "begin it with [realm] and name = \"…\"");
            self.faults.at_byte(self.source, 0, fault);
            return None;
        };
        let mut entry = self.heading(head.get_ref().as_table()?, file.get("settings").and_then(|table| table.get_ref().as_table()))?;
        for (index, table) in tables(file, Kind::Scope) {
            entry.scopes.extend(self.scope(Spot::new(self.source, Kind::Scope, index), table));
        }
        for (index, table) in tables(file, Kind::Client) {
            entry.clients.extend(self.client(Spot::new(self.source, Kind::Client, index), table));
        }
        for kind in [Kind::User, Kind::ApiUser] {
            for (index, table) in tables(file, kind) {
                entry.users.extend(self.user(Spot::new(self.source, kind, index), table));
            }
        }
        Some(entry)
    }

    fn heading(&mut self, head: &DeTable<'_>, settings: Option<&DeTable<'_>>) -> Option<RealmEntry> {
        let spot = Spot::new(self.source, Kind::Realm, 0);
        let own = RealmDocument::MEMBERS.iter().map(|member| member.name).filter(|name| !matches!(*name, "scopes" | "settings"));
        let mut members = self.table(spot, head, own.chain(["name", "status"]));
        let beside = self.beside::<Heading>(spot, &mut members, &["name", "status"]);
        if !head.contains_key("name") {
            self.faults.tell(spot, Fault::new(Path::default(), "this realm has no name", "write name = \"…\" below [realm]"));
        }
        let of_settings = settings
            .map(|table| self.table(Spot::new(self.source, Kind::Settings, 0), table, SettingsPatch::NAMES.iter().copied()))
            .unwrap_or_default();
        for fault in read::<RealmDocument>(&members).1 {
            self.faults.tell(spot, fault);
        }
        let settings: Map<String, Value> = [("settings".to_owned(), Value::Object(of_settings))].into_iter().collect();
        let (_, unread) = read::<RealmDocument>(&settings);
        let mut places: HashMap<String, usize> = members.keys().map(|key| (key.clone(), self.source)).collect();
        places.insert("name".to_owned(), self.source);
        if let Some(Value::Object(settings)) = settings.get("settings") {
            places.extend(settings.keys().map(|setting| (format!(".{setting}"), self.source)));
        }
        for fault in unread {
            self.faults.tell(Spot::new(self.source, Kind::File, 0), fault);
        }
        members.extend(settings);
        let named = head.get("name").is_some_and(|name| name.get_ref().is_str());
        named.then(|| RealmEntry {
            name: beside.name,
            spot,
            members,
            places,
            status: beside.status,
            scopes: Vec::new(),
            clients: Vec::new(),
            users: Vec::new(),
        })
    }

    fn scope(&mut self, spot: Spot, table: &DeTable<'_>) -> Option<Said> {
        let members = self.table(spot, table, ScopeDocument::MEMBERS.iter().map(|member| member.name));
        if !table.contains_key("name") {
            self.faults.tell(spot, Fault::new(Path::default(), "this scope has no name", "write name = \"…\" below [[scope]]"));
            return None;
        }
        let said = self.said::<ScopeDocument>(spot, members);
        said.members.get("name")?.is_string().then_some(said)
    }

    fn client(&mut self, spot: Spot, table: &DeTable<'_>) -> Option<ClientEntry> {
        const BESIDE: &[&str] = &["client_id", "owner", "status"];
        let own = ClientMetadata::MEMBERS.iter().map(|member| member.name);
        let mut members = self.table(spot, table, own.chain(BESIDE.iter().copied()).chain(["client_secrets"]));
        let is_named = members.get("client_id").is_some_and(Value::is_string);
        if !members.contains_key("client_id") {
            self.faults.tell(spot, Fault::new(Path::default(), "this client has no id", "write id = \"…\" below [[client]]"));
        }
        let beside = self.beside::<BesideClient>(spot, &mut members, BESIDE);
        let secrets = members.remove("client_secrets").and_then(|list| self.secrets(spot, list));
        let said = self.said::<ClientMetadata>(spot, members);
        is_named.then_some(ClientEntry { id: beside.client_id, said, secrets, owner: beside.owner, status: beside.status })
    }

    fn secrets(&mut self, spot: Spot, list: Value) -> Option<Vec<SecretEntry>> {
        let Value::Array(items) = list else {
            self.faults.tell(spot, Fault::new("client_secrets", "`client_secrets` is no list", format!("write a list: [{INSTEAD}]")));
            return None;
        };
        let mut secrets = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            if let Some((found, line)) = self.secret(spot, &("client_secrets", index).into(), item, &["expires_at"]) {
                secrets.push(SecretEntry { found, expires_at: line.expires_at.map(|at| at.0) });
            }
        }
        Some(secrets)
    }

    /// A secret that stands at `path`, which besides its source may say what `more` lists.
    fn secret(&mut self, spot: Spot, path: &Path, line: Value, more: &[&str]) -> Option<(crate::entry::Found, Line)> {
        let Value::Object(mut line) = line else {
            self.faults.at_key(spot, Fault::new(path.clone(), "a secret does not stand in a realm file", INSTEAD));
            return None;
        };
        let clear: Vec<&str> = CLEAR.iter().copied().filter(|key| line.remove(*key).is_some()).collect();
        for key in &clear {
            self.faults.at_key(spot, Fault::new(path.clone().key(*key), "a secret does not stand in a realm file", INSTEAD));
        }
        let own = |key: &str| matches!(key, "env" | "file" | "hash") || more.contains(&key);
        let foreign: Vec<String> = line.keys().filter(|key| !own(key)).cloned().collect();
        for key in foreign {
            let known: Vec<&str> = ["env", "file", "hash"].iter().chain(more).copied().collect();
            let fault = Fault::new(path.clone().key(&key), format!("`{key}` is no key of a secret"), did_you_mean(&key, &known));
            self.faults.at_key(spot, fault);
            line.remove(&key);
        }
        let (line, unread) = read::<Line>(&line);
        let sound = clear.is_empty() && unread.is_empty();
        for fault in unread {
            self.faults.tell(spot, fault.under(path.clone()));
        }
        let found = sound.then(|| self.finding.find(&line, spot.source))?;
        match found {
            Ok(found) => Some((found, line)),
            Err((what, instead)) => {
                let fault = Fault::new(path.clone(), what, instead);
                if path.first_key() == Some("password") {
                    self.faults.at_key(spot, fault)
                } else {
                    self.faults.tell(spot, fault)
                }
                None
            }
        }
    }

    fn user(&mut self, spot: Spot, table: &DeTable<'_>) -> Option<UserEntry> {
        const BESIDE: &[&str] = &["sub", "number", "owner", "status", "created_at"];
        let own = UserDocument::members().map(|member| member.name);
        let mut members = self.table(spot, table, own.chain(BESIDE.iter().copied()).chain(["password"]));
        let kind = if spot.kind == Kind::User { AccountKind::Person } else { AccountKind::ApiUser };
        if !members.contains_key("username") {
            self.faults.tell(spot, Fault::new(Path::default(), "this account has no user name", "write username = \"…\""));
        }
        if kind == AccountKind::Person && members.remove("owner").is_some() {
            let instead = "write [[api_user]] for a machine's login, or remove this line";
            self.faults.at_key(spot, Fault::new("owner", "a person has no owner", instead));
        }
        let password = match members.remove("password") {
            Some(Value::Object(line)) => {
                let found = self.secret(spot, &"password".into(), Value::Object(line), &["always"]);
                found.map(|(found, line)| PasswordEntry { found, always: line.always })
            }
            Some(_) => {
                self.faults.at_key(spot, Fault::new("password", "a password does not stand in a realm file", INSTEAD));
                None
            }
            None => None,
        };
        let whole_profile = members.get("profile").is_some_and(Value::is_object);
        if whole_profile && let Some(Value::Object(claims)) = members.remove("profile") {
            self.claims(spot, claims, &mut members);
        }
        let beside = self.beside::<BesideUser>(spot, &mut members, BESIDE);
        let unread = UserDocument::read(&members).1;
        let said = self.unread(spot, members, unread);
        let username = said.members.get("username")?.as_str()?.to_owned();
        Some(UserEntry {
            kind,
            username,
            said,
            whole_profile,
            password,
            sub: beside.sub,
            number: beside.number,
            owner: beside.owner,
            status: beside.status,
            created_at: beside.created_at.map(|at| at.0),
        })
    }

    /// Claims that stand in a table of their own become members beside the others.
    fn claims(&mut self, spot: Spot, claims: Map<String, Value>, members: &mut Map<String, Value>) {
        let known: Vec<&str> = Profile::MEMBERS.iter().map(|member| member.name).collect();
        for (name, value) in claims {
            let path = Path::from("profile").key(&name);
            if matches!(name.as_str(), "email" | "email_verified" | "sub") {
                let instead = "write it one level up, beside username";
                self.faults.at_key(spot, Fault::new(path, format!("`{name}` does not stand in the profile"), instead));
            } else if !known.contains(&name.as_str()) {
                let instead = format!("{}; what is your own goes into attributes", did_you_mean(&name, &known));
                self.faults.at_key(spot, Fault::new(path, format!("`{name}` is no standard claim"), instead));
            } else if members.insert(name.clone(), value).is_some() {
                self.faults.at_key(spot, Fault::new(path, format!("`{name}` stands beside the profile, too"), "keep one of the two"));
            }
        }
    }

    /// A table's entries, by their own names. Keys that are none of `known` are refused.
    fn table(&mut self, spot: Spot, table: &DeTable<'_>, known: impl Iterator<Item = &'static str>) -> Map<String, Value> {
        let known: Vec<&str> = known.collect();
        let aliases = spot.kind.aliases();
        let mut members = Map::new();
        for (key, value) in table {
            let written = key.get_ref().as_ref();
            let name = aliases.iter().find(|(short, _)| *short == written && !known.contains(short)).map_or(written, |(_, name)| *name);
            if !known.contains(&name) {
                let mut words = known.clone();
                words.extend(aliases.iter().map(|(short, _)| *short));
                self.faults.at_key(spot, Fault::new(written, spot.kind.stranger(written), did_you_mean(written, &words)));
            } else if name != written && table.contains_key(name) {
                let what = format!("`{name}` and `{written}` are one and the same");
                self.faults.at_key(spot, Fault::new(name, what, "keep one of the two"));
            } else {
                members.insert(name.to_owned(), json(value.get_ref()));
            }
        }
        members
    }

    /// What stands beside the document's members, taken away from them.
    fn beside<T: de::DeserializeOwned + Default>(&mut self, spot: Spot, members: &mut Map<String, Value>, names: &[&str]) -> T {
        let own: Map<String, Value> = names.iter().filter_map(|name| members.remove_entry(*name)).collect();
        let (read, unread) = read(&own);
        for fault in unread {
            self.faults.tell(spot, fault);
        }
        read
    }

    fn said<T: de::DeserializeOwned + Default>(&mut self, spot: Spot, members: Map<String, Value>) -> Said {
        let unread = read::<T>(&members).1;
        self.unread(spot, members, unread)
    }

    fn unread(&mut self, spot: Spot, members: Map<String, Value>, unread: Vec<Fault>) -> Said {
        let said = Said { spot, members, unread: unread.iter().filter_map(|fault| fault.path.first_key().map(str::to_owned)).collect() };
        for fault in unread {
            self.faults.tell(spot, fault);
        }
        said
    }
}

/// Adds what another file says about the same realm.
fn join(known: &mut RealmEntry, said: RealmEntry, faults: &mut Faults) {
    let fault = |name: &str, what: String| Fault::new(name, what, "keep one of the two");
    for (name, value) in said.members {
        match (known.members.get_mut(&name), value) {
            (Some(Value::Object(settings)), Value::Object(more)) => {
                for (setting, value) in more {
                    if settings.contains_key(&setting) {
                        let what = format!("another file sets `{setting}` of this realm too");
                        faults.at_key(Spot::new(said.spot.source, Kind::Settings, 0), fault(&setting, what));
                    }
                    settings.insert(setting, value);
                }
            }
            (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
            (Some(first), value) if *first != value => {
                faults.tell(said.spot, fault(&name, format!("another file says something else about `{name}` of this realm")));
            }
            (Some(_), _) => {}
            (None, value) => drop(known.members.insert(name, value)),
        }
    }
    match (known.status, said.status) {
        (Some(first), Some(second)) if first != second => {
            faults.tell(said.spot, fault("status", "another file says something else about `status` of this realm".to_owned()))
        }
        (first, second) => known.status = first.or(second),
    }
    for (name, source) in said.places {
        known.places.entry(name).or_insert(source);
    }
    known.scopes.extend(said.scopes);
    known.clients.extend(said.clients);
    known.users.extend(said.users);
}

fn tables<'a, 'i>(file: &'a DeTable<'i>, kind: Kind) -> impl Iterator<Item = (usize, &'a DeTable<'i>)> {
    let items = file.get(kind.key()).and_then(|value| value.get_ref().as_array());
    items.into_iter().flat_map(|items| items.iter()).enumerate().filter_map(|(index, item)| Some((index, item.get_ref().as_table()?)))
}

/// An RFC 3339 instant, such as `2030-01-31T12:00:00Z`.
#[derive(Clone, Copy)]
pub(crate) struct Instant(pub Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = text.parse::<jiff::Timestamp>();
        let wrong = "this is a date or time without its offset; write a date and time with its offset, such as 2030-01-31T12:00:00Z";
        read.map(|at| Self(Timestamp::from_millis(at.as_millisecond()))).map_err(|_| de::Error::custom(wrong))
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A number that JSON does not have stays text, and is refused for it.
fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or_else(|_| number.as_str().into(), Value::from)
        }
        DeValue::Float(number) => match number.as_str().replace('_', "").parse::<f64>() {
            Ok(number) if number.is_finite() => number.into(),
            _ => number.as_str().into(),
        },
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Datetime(when) => Value::from(when.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => table.iter().map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref()))).collect(),
    }
}
