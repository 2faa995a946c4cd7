//! What realm files say, parsed and not yet compared with anything: an absent key says nothing.

use std::collections::HashMap;

use jeton_oauth::{
    Timestamp,
    manage::Fault,
    model::{AccountKind, Profile, Role, Status},
    settings::SettingsPatch,
};
use serde_json::{Map, Value};

use super::{
    fault::{At, Faults, Place},
    secret_source::SecretSource,
};

/// One realm, as all the files that name it say together.
#[derive(Debug)]
pub struct RealmEntry {
    pub name: At<String>,
    pub title: Option<At<String>>,
    pub issuer: Option<At<String>>,
    pub dialect: Option<At<String>>,
    pub audience: Option<At<String>>,
    pub status: Option<At<Status>>,
    /// What the settings loosen, by name.
    pub relaxes: Vec<At<String>>,
    pub settings: SettingsPatch,
    /// Which settings are said, and where.
    pub settings_at: Vec<At<String>>,
    pub scopes: Vec<ScopeEntry>,
    pub clients: Vec<ClientEntry>,
    pub users: Vec<UserEntry>,
}

#[derive(Debug)]
pub struct ScopeEntry {
    pub name: At<String>,
    pub description: Option<String>,
    pub optional: Option<bool>,
}

#[derive(Debug)]
pub struct ClientEntry {
    pub id: At<String>,
    /// Members of its document, by their own names, and where each is written.
    pub said: Said,
    pub secrets: Option<At<Vec<SecretEntry>>>,
    pub owner: Option<At<String>>,
    pub status: Option<At<Status>>,
}

/// What is said in a document, and where.
#[derive(Debug, Default)]
pub struct Said {
    pub members: Map<String, Value>,
    pub(super) places: HashMap<String, Place>,
    /// Short names that were written in place of the document's own.
    pub(super) aliases: Vec<(&'static str, &'static str)>,
    /// Members that could not be understood; what rests on them cannot be judged.
    pub(super) unread: Vec<String>,
}

impl Said {
    /// Members that stand in no file.
    pub fn typed(members: Map<String, Value>) -> Self {
        Self { members, ..Self::default() }
    }

    /// Adds a fault where the member is written, or else at `at`, in the words that were written.
    pub(super) fn tell(&self, fault: Fault, at: Place, faults: &mut Faults) {
        let exact = self.places.get(&fault.path.to_string());
        let place = exact.or_else(|| fault.path.first_key().and_then(|key| self.places.get(key)));
        let words =
            |text: String| self.aliases.iter().fold(text, |text, (short, name)| text.replace(&format!("`{name}`"), &format!("`{short}`")));
        faults.add(place.copied().unwrap_or(at), words(fault.what), words(fault.instead));
    }

    /// Whether a file speaks of what the fault is about.
    pub(super) fn speaks_of(&self, fault: &Fault) -> bool {
        self.members.keys().any(|key| fault.rests_on(&[key]))
    }
}

#[derive(Debug)]
pub struct SecretEntry {
    pub source: At<SecretSource>,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug)]
pub struct UserEntry {
    /// Whether everything in it could be read; what could not is refused already.
    pub sound: bool,
    pub kind: AccountKind,
    pub username: At<String>,
    pub email: Option<At<String>>,
    pub email_verified: Option<At<bool>>,
    pub password: Option<At<SecretSource>>,
    /// Whether the password is put back whenever the file is applied; else it is the first one only.
    pub password_always: bool,
    pub sub: Option<At<String>>,
    pub number: Option<At<i64>>,
    pub user_type: Option<At<String>>,
    pub status: Option<At<Status>>,
    pub roles: Option<At<Vec<Role>>>,
    pub attributes: Option<At<Map<String, Value>>>,
    pub profile: Option<At<Profile>>,
    pub owner: Option<At<String>>,
    /// When the account was made elsewhere; heeded when it is made here.
    pub created_at: Option<At<Timestamp>>,
}

impl RealmEntry {
    /// A realm of which nothing is said but its name.
    pub fn named(name: At<String>) -> Self {
        Self {
            name,
            title: None,
            issuer: None,
            dialect: None,
            audience: None,
            status: None,
            relaxes: Vec::new(),
            settings: SettingsPatch::default(),
            settings_at: Vec::new(),
            scopes: Vec::new(),
            clients: Vec::new(),
            users: Vec::new(),
        }
    }

    /// Where a setting is said, or else the realm's name.
    pub fn setting_place(&self, name: &str) -> Place {
        self.settings_at.iter().find(|said| said.value == name).map_or(self.name.at, |said| said.at)
    }
}

impl ClientEntry {
    pub fn named(id: At<String>) -> Self {
        Self { id, said: Said::default(), secrets: None, owner: None, status: None }
    }
}

impl UserEntry {
    pub fn named(kind: AccountKind, username: At<String>) -> Self {
        Self {
            sound: true,
            kind,
            username,
            email: None,
            email_verified: None,
            password: None,
            password_always: false,
            sub: None,
            number: None,
            user_type: None,
            status: None,
            roles: None,
            attributes: None,
            profile: None,
            owner: None,
            created_at: None,
        }
    }
}
