//! What realm files say, read and not yet compared with anything: what is left out says nothing.

use std::collections::HashMap;

use jeton_oauth::{
    Timestamp,
    manage::{Fault, Path},
    model::{AccountKind, Status},
    secret::SecretText,
};
use serde_json::{Map, Value};

use crate::{
    file::Kind,
    source::{Faults, Spot},
};

/// One realm, as all the files that name it say together.
#[derive(Debug)]
pub(crate) struct RealmEntry {
    pub name: String,
    pub spot: Spot,
    /// Members of its document, `settings` among them, scopes not.
    pub members: Map<String, Value>,
    /// Which file says each member and each setting; settings begin with a dot.
    pub places: HashMap<String, usize>,
    pub status: Option<Status>,
    pub scopes: Vec<Said>,
    pub clients: Vec<ClientEntry>,
    pub users: Vec<UserEntry>,
}

/// Members of a document, by their own names, and the table that says them.
#[derive(Debug)]
pub(crate) struct Said {
    pub spot: Spot,
    pub members: Map<String, Value>,
    /// Members that could not be understood; what rests on them cannot be judged.
    pub unread: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct ClientEntry {
    pub id: String,
    pub said: Said,
    pub secrets: Option<Vec<SecretEntry>>,
    pub owner: Option<String>,
    pub status: Option<Status>,
}

#[derive(Debug)]
pub(crate) struct SecretEntry {
    pub found: Found,
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug)]
pub(crate) struct UserEntry {
    pub kind: AccountKind,
    pub username: String,
    pub said: Said,
    /// Whether claims are said as a whole: then those that are left out go.
    pub whole_profile: bool,
    pub password: Option<PasswordEntry>,
    pub sub: Option<String>,
    pub number: Option<i64>,
    pub owner: Option<String>,
    pub status: Option<Status>,
    /// When the account was made elsewhere; heeded when it is made here.
    pub created_at: Option<Timestamp>,
}

#[derive(Debug)]
pub(crate) struct PasswordEntry {
    pub found: Found,
    /// Whether the password is put back whenever the file is applied; else it is the first one only.
    pub always: bool,
}

/// A secret, as it was found at its source.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Text(SecretText),
    Hash(String),
}

impl RealmEntry {
    /// Tells a fault of the realm's document where it is said, or else where the realm is named.
    pub fn tell(&self, fault: Fault, faults: &mut Faults) {
        let mut steps = fault.path.steps().iter();
        let (first, second) = (fault.path.first_key().unwrap_or("name"), steps.nth(1));
        let (kind, key) = match (first, second) {
            ("settings", Some(jeton_oauth::manage::Step::Key(setting))) => (Kind::File, format!(".{setting}")),
            _ => (Kind::Realm, first.to_owned()),
        };
        match self.places.get(&key) {
            Some(source) if kind == Kind::File => faults.at_key(Spot::new(*source, kind, 0), fault),
            Some(source) => faults.tell(Spot::new(*source, kind, 0), fault),
            None => faults.tell(self.spot, Fault { path: Path::from("name"), ..fault }),
        }
    }
}

impl Said {
    pub fn tell(&self, fault: Fault, faults: &mut Faults) {
        faults.tell(self.spot, fault);
    }

    /// Those of a document's faults that the table can be blamed for: it says something that they rest on, or
    /// what it is about is new. What could not be read was told already.
    pub fn tell_own(&self, document: Vec<Fault>, is_new: bool, faults: &mut Faults) {
        let unread: Vec<&str> = self.unread.iter().map(String::as_str).collect();
        for fault in document {
            let spoken = is_new || self.members.keys().any(|key| fault.rests_on(&[key]));
            if spoken && !fault.rests_on(&unread) {
                self.tell(fault, faults);
            }
        }
    }
}

impl UserEntry {
    /// The address that is said, if it is text.
    pub fn email(&self) -> Option<&str> {
        self.said.members.get("email")?.as_str()
    }

    /// Whether the address that is said signs them in.
    pub fn verifies(&self) -> bool {
        self.said.members.get("email_verified") == Some(&Value::Bool(true))
    }
}
