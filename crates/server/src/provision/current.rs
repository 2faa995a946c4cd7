//! What is stored now, as far as the files concern it.

use std::collections::HashMap;

use jeton_oauth::{
    RealmId, UserId,
    login_name::LoginName,
    model::{Client, RealmConfig, User},
};

/// The realms that the files name, with their clients and people, and the issuers of all others.
#[derive(Clone, Debug, Default)]
pub struct Current {
    pub realms: Vec<RealmConfig>,
    /// Every stored realm, and its issuer where it has one of its own.
    pub issuers: Vec<(String, Option<String>)>,
    /// The server's own address, where a server said it.
    pub public_url: Option<String>,
    pub held: HashMap<RealmId, Held>,
}

/// What one realm holds of what the files name; all of it when the rest is to be removed.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub clients: Vec<Client>,
    pub users: Vec<User>,
}

impl Current {
    pub fn realm(&self, name: &str) -> Option<&RealmConfig> {
        self.realms.iter().find(|realm| realm.name == name)
    }

    /// A realm's issuer as it is served, as far as that is known.
    pub fn served(&self, name: &str, own: Option<&str>) -> Option<String> {
        own.map(str::to_owned).or_else(|| self.public_url.as_ref().map(|url| format!("{url}/{name}")))
    }

    /// What the realm of this name holds; nothing for a new one.
    pub fn held(&self, name: &str) -> Held {
        self.realm(name).and_then(|realm| self.held.get(&realm.id)).cloned().unwrap_or_default()
    }
}

impl Held {
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id() == id)
    }

    /// The account with this user name.
    pub fn user_named(&self, username: &LoginName) -> Option<&User> {
        self.users.iter().find(|user| LoginName::fold(&user.username).as_ref() == Some(username))
    }

    /// The account that signs in with this address because it is verified.
    pub fn user_with_address(&self, address: &LoginName) -> Option<&User> {
        self.users.iter().find(|user| {
            user.email.as_ref().is_some_and(|email| email.verified && LoginName::fold(&email.address).as_ref() == Some(address))
        })
    }
}
