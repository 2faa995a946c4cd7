//! What a thing will be: what the files say, over what is stored.
//!
//! What a file leaves out stays as it is stored; when the rest is to be removed it goes back to
//! what is usual, but for the status: leaving that out never enables what somebody disabled.

use jeton_oauth::{
    manage::{ClientMetadata, RealmDocument, ScopeDocument, UserDocument, did_you_mean, read},
    model::{AccountKind, Client, Profile, RealmConfig, User},
    settings::SettingsPatch,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    check::Dialects,
    entry::{ClientEntry, RealmEntry, Said, UserEntry},
};

/// The kinds of which everything goes that no file names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prune {
    /// What realms and their settings leave out goes back to what is usual.
    pub settings: bool,
    pub scopes: bool,
    /// What clients leave out goes back to what is usual.
    pub clients: bool,
    /// Secrets of clients that are named.
    pub secrets: bool,
    /// What people leave out goes back to what is usual.
    pub people: bool,
    pub api_users: bool,
}

impl Prune {
    /// The names of the kinds, for `--prune=`.
    pub const KINDS: &'static [&'static str] = &["clients", "secrets", "scopes", "settings", "people", "api_users"];

    /// # Errors
    /// The word that is no kind, and what was meant.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut prune = Self::default();
        for word in words {
            match word {
                "clients" => prune.clients = true,
                "secrets" => prune.secrets = true,
                "scopes" => prune.scopes = true,
                "settings" => prune.settings = true,
                "people" | "users" => prune.people = true,
                "api_users" => prune.api_users = true,
                other => return Err(format!("{other:?} is no kind; {}", did_you_mean(other, Self::KINDS))),
            }
        }
        Ok(prune)
    }

    /// Whether whole realms have to be looked through.
    pub(crate) fn needs_everything(self) -> bool {
        self.clients || self.people || self.api_users
    }

    pub(crate) fn of_users(self, kind: AccountKind) -> bool {
        match kind {
            AccountKind::Person => self.people,
            AccountKind::ApiUser => self.api_users,
        }
    }
}

pub(crate) fn realm(entry: &RealmEntry, stored: Option<&RealmConfig>, prune: Prune, dialects: &Dialects) -> RealmDocument {
    let before = stored.filter(|_| !prune.settings).map(|stored| RealmDocument {
        title: stored.title.clone(),
        issuer: stored.issuer.clone(),
        dialect: Some(stored.dialect.clone()),
        audience: stored.audience.clone(),
        settings: stored.settings.clone(),
        ..RealmDocument::default()
    });
    let mut document = before.as_ref().map(RealmDocument::to_document).unwrap_or_default();
    let mut members = entry.members.clone();
    let of_settings = |document: &mut Map<String, Value>| match document.remove("settings") {
        Some(Value::Object(settings)) => settings,
        _ => Map::new(),
    };
    let (mut settings, said) = (of_settings(&mut document), of_settings(&mut members));
    let unsaid: Map<String, Value> =
        settings.iter().filter(|(name, _)| !said.contains_key(*name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    settings.extend(said);
    document.extend(members);
    document.insert("settings".to_owned(), Value::Object(settings));
    let (mut document, _) = read::<RealmDocument>(&document);
    document.scopes = scopes(&entry.scopes, stored.map(|stored| stored.scopes.as_slice()).unwrap_or_default(), prune.scopes);
    // What was listed when it was set need not be listed again.
    let dialect = document.dialect.as_deref().unwrap_or("standard");
    if let (Some(dialect), (unsaid, _)) = (dialects.get(dialect), read::<SettingsPatch>(&unsaid)) {
        document.relaxes.extend(dialect.loosened_by(&unsaid).into_iter().map(|(relaxation, _)| relaxation));
    }
    document
}

/// The scopes that files define, over those that are stored.
fn scopes(said: &[Said], stored: &[ScopeDocument], goes: bool) -> Vec<ScopeDocument> {
    let mut scopes = if goes { Vec::new() } else { stored.to_vec() };
    for said in said {
        let name = said.members.get("name").and_then(Value::as_str).unwrap_or_default();
        let known = stored.iter().find(|scope| scope.name == name).filter(|_| !goes);
        let definition: ScopeDocument = over(known, &said.members);
        match scopes.iter_mut().find(|known| known.name == name) {
            Some(known) => *known = definition,
            None => scopes.push(definition),
        }
    }
    scopes
}

pub(crate) fn client(entry: &ClientEntry, stored: Option<&Client>, goes: bool) -> ClientMetadata {
    over(stored.filter(|_| !goes).map(|stored| &stored.metadata), &entry.said.members)
}

pub(crate) fn user(entry: &UserEntry, stored: Option<&User>, goes: bool) -> UserDocument {
    let said = &entry.said.members;
    let mut document = stored.filter(|_| !goes).map(|stored| UserDocument::of(stored).to_document()).unwrap_or_default();
    if entry.whole_profile {
        document.retain(|name, _| !Profile::MEMBERS.iter().any(|member| member.name == name));
    }
    if said.contains_key("email") {
        // What was verified was another address.
        document.remove("email_verified");
    }
    document.extend(said.clone());
    UserDocument::read(&document).0
}

/// A document as it is stored, with what is said put over it.
fn over<T: Serialize + DeserializeOwned + Default>(stored: Option<&T>, said: &Map<String, Value>) -> T {
    let mut document = match stored.map(serde_json::to_value) {
        Some(Ok(Value::Object(document))) => document,
        _ => Map::new(),
    };
    document.extend(said.clone());
    read(&document).0
}
