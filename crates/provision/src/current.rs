//! What is stored now, as far as the files concern it.

use std::collections::HashMap;

use jeton_oauth::{
    RealmId,
    login_name::LoginName,
    model::{Client, RealmConfig, User},
};

/// The realms that the files name, with their clients and people, and the issuers of all others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Current {
    /// By their names.
    pub realms: HashMap<String, RealmConfig>,
    /// Every stored realm, and its issuer where it has one of its own.
    pub issuers: Vec<(String, Option<String>)>,
    /// The server's own address, where a server said it.
    pub public_url: Option<String>,
    pub held: HashMap<RealmId, Held>,
}

/// What one realm holds of what the files name; all of it when the rest is to be removed. Found by
/// every name without going through all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    clients: Vec<Client>,
    users: Vec<User>,
    client_ids: HashMap<String, usize>,
    usernames: HashMap<LoginName, usize>,
    addresses: HashMap<LoginName, usize>,
    subs: HashMap<String, usize>,
    numbers: HashMap<i64, usize>,
}

impl Current {
    pub fn realm(&self, name: &str) -> Option<&RealmConfig> {
        self.realms.get(name)
    }

    /// A realm's issuer as it is served, as far as that is known.
    pub fn served(&self, name: &str, own: Option<&str>) -> Option<String> {
        own.map(str::to_owned).or_else(|| self.public_url.as_ref().map(|url| format!("{url}/{name}")))
    }

    /// What the realm of this name holds; `None` for a new one.
    pub fn held(&self, name: &str) -> Option<&Held> {
        self.realm(name).and_then(|realm| self.held.get(&realm.id))
    }
}

impl Held {
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    pub fn users(&self) -> &[User] {
        &self.users
    }

    pub fn add_client(&mut self, client: Client) {
        if !self.client_ids.contains_key(&client.id) {
            self.client_ids.insert(client.id.clone(), self.clients.len());
            self.clients.push(client);
        }
    }

    pub fn add_user(&mut self, user: User) {
        if self.subs.contains_key(&user.account.sub) {
            return;
        }
        let index = self.users.len();
        if let Some(name) = LoginName::fold(&user.username) {
            self.usernames.insert(name, index);
        }
        if let Some(address) = user.email.as_ref().filter(|email| email.verified).and_then(|email| LoginName::fold(&email.address)) {
            self.addresses.insert(address, index);
        }
        self.subs.insert(user.account.sub.clone(), index);
        self.numbers.insert(user.account.number, index);
        self.users.push(user);
    }

    pub fn client(&self, id: &str) -> Option<&Client> {
        self.client_ids.get(id).map(|index| &self.clients[*index])
    }

    /// The account with this user name.
    pub fn user_named(&self, username: &LoginName) -> Option<&User> {
        self.usernames.get(username).map(|index| &self.users[*index])
    }

    /// The account that signs in with this address because it is verified.
    pub fn user_with_address(&self, address: &LoginName) -> Option<&User> {
        self.addresses.get(address).map(|index| &self.users[*index])
    }

    pub fn user_with_sub(&self, sub: &str) -> Option<&User> {
        self.subs.get(sub).map(|index| &self.users[*index])
    }

    pub fn user_with_number(&self, number: i64) -> Option<&User> {
        self.numbers.get(&number).map(|index| &self.users[*index])
    }
}
