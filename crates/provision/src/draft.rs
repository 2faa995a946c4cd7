//! What a thing will be: what the files say, over what is stored, over what is usual.
//!
//! What a file leaves out stays as it is stored; when the rest is to be removed it goes back to
//! what is usual, but for the status: leaving that out never enables what somebody disabled.

use jeton_oauth::{
    ClientKey, RealmId, Timestamp, UserId,
    manage::{ClientMetadata, read},
    model::{Account, AccountKind, Client, Email, RealmConfig, Status, User},
    settings::ScopeDefinition,
};

use jeton_oauth::manage::did_you_mean;
use serde_json::Map;

use super::{
    entry::{ClientEntry, RealmEntry, UserEntry},
    fault::At,
    parse::settings,
};

/// Whether what no file names is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Stays,
    Goes,
}

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
    pub(super) fn needs_everything(self) -> bool {
        self.clients || self.people || self.api_users
    }

    pub(super) fn of_users(self, kind: AccountKind) -> Rest {
        rest(match kind {
            AccountKind::Person => self.people,
            AccountKind::ApiUser => self.api_users,
        })
    }
}

pub(super) const fn rest(goes: bool) -> Rest {
    if goes { Rest::Goes } else { Rest::Stays }
}

impl Rest {
    /// What is said, or else what is stored if that stays, or else `usual`.
    fn pick<T: Clone>(self, said: Option<T>, stored: Option<T>, usual: T) -> T {
        match self {
            Self::Stays => said.or(stored).unwrap_or(usual),
            Self::Goes => said.unwrap_or(usual),
        }
    }
}

pub(super) fn realm(entry: &RealmEntry, stored: Option<&RealmConfig>, prune: Prune, id: RealmId, now: Timestamp) -> RealmConfig {
    let rest = rest(prune.settings);
    let settings = match (rest, stored) {
        (Rest::Stays, Some(stored)) => settings::over(&stored.settings, &entry.settings),
        _ => entry.settings.clone(),
    };
    RealmConfig {
        id,
        name: entry.name.value.clone(),
        title: rest.pick(said(&entry.title).map(Some), stored.map(|stored| stored.title.clone()), None),
        issuer: rest.pick(said(&entry.issuer).map(Some), stored.map(|stored| stored.issuer.clone()), None),
        dialect: rest.pick(said(&entry.dialect), stored.map(|stored| stored.dialect.clone()), "standard".to_owned()),
        audience: rest.pick(said(&entry.audience).map(Some), stored.map(|stored| stored.audience.clone()), None),
        scopes: scopes(entry, stored, self::rest(prune.scopes)),
        settings,
        status: Rest::Stays.pick(said(&entry.status), stored.map(|stored| stored.status), Status::Active),
        not_before: stored.map_or(Timestamp::from_millis(0), |stored| stored.not_before),
        created_at: stored.map_or(now, |stored| stored.created_at),
        version: stored.map_or(0, |stored| stored.version),
    }
}

fn scopes(entry: &RealmEntry, stored: Option<&RealmConfig>, rest: Rest) -> Vec<ScopeDefinition> {
    let stored = stored.map(|stored| stored.scopes.as_slice()).unwrap_or_default();
    let known = |name: &str| stored.iter().find(|scope| scope.name == name);
    let description = |name: &str| known(name).map(|scope| scope.description.clone());
    let mut scopes: Vec<ScopeDefinition> = match rest {
        Rest::Stays => stored.to_vec(),
        Rest::Goes => Vec::new(),
    };
    for scope in &entry.scopes {
        let name = &scope.name.value;
        let definition = ScopeDefinition {
            name: name.clone(),
            description: rest.pick(scope.description.clone(), description(name), String::new()),
            optional: rest.pick(scope.optional, known(name).map(|scope| scope.optional), false),
        };
        match scopes.iter_mut().find(|known| known.name == *name) {
            Some(known) => *known = definition,
            None => scopes.push(definition),
        }
    }
    scopes
}

/// What stands in files for which ids are needed, found already.
pub(super) struct Ids<K> {
    pub realm: RealmId,
    pub own: K,
    pub owner: Option<UserId>,
}

/// The client without its secrets' changes: those have changes of their own.
pub(super) fn client(entry: &ClientEntry, stored: Option<&Client>, rest: Rest, ids: &Ids<ClientKey>, now: Timestamp) -> Client {
    let mut document = match (rest, stored) {
        (Rest::Stays, Some(stored)) => stored.metadata.to_document(),
        _ => Map::new(),
    };
    document.extend(entry.said.members.clone());
    let (metadata, _) = read::<ClientMetadata>(&document);
    Client {
        key: ids.own,
        realm: ids.realm,
        id: entry.id.value.clone(),
        metadata,
        secrets: stored.map(|stored| stored.secrets.clone()).unwrap_or_default(),
        owner: rest.pick(ids.owner.map(Some), stored.map(|stored| stored.owner), None),
        status: Rest::Stays.pick(said(&entry.status), stored.map(|stored| stored.status), Status::Active),
        not_before: stored.map_or(Timestamp::from_millis(0), |stored| stored.not_before),
        created_at: stored.map_or(now, |stored| stored.created_at),
        version: stored.map_or(0, |stored| stored.version),
    }
}

/// The account without its password's change: that has a change of its own.
pub(super) fn user(entry: &UserEntry, stored: Option<&User>, rest: Rest, ids: &Ids<UserId>, now: Timestamp) -> User {
    let account = stored.map(|stored| &stored.account);
    let created_at = stored.map_or_else(|| said(&entry.created_at).unwrap_or(now), |stored| stored.created_at);
    User {
        account: Account {
            id: ids.own,
            sub: account.map(|account| account.sub.clone()).or_else(|| said(&entry.sub)).unwrap_or_else(|| ids.own.to_string()),
            number: account.map(|account| account.number).or_else(|| said(&entry.number)).unwrap_or(0),
            kind: account.map_or(entry.kind, |account| account.kind),
            status: Rest::Stays.pick(said(&entry.status), account.map(|account| account.status), Status::Active),
            not_before: account.map_or(Timestamp::from_millis(0), |account| account.not_before),
        },
        realm: ids.realm,
        username: entry.username.value.clone(),
        email: email(entry, stored, rest),
        profile: rest.pick(said(&entry.profile), stored.map(|stored| stored.profile.clone()), Default::default()),
        user_type: rest.pick(said(&entry.user_type).map(Some), stored.map(|stored| stored.user_type.clone()), None),
        roles: rest.pick(said(&entry.roles), stored.map(|stored| stored.roles.clone()), Vec::new()),
        attributes: rest.pick(said(&entry.attributes), stored.map(|stored| stored.attributes.clone()), Default::default()),
        password: stored.and_then(|stored| stored.password.clone()),
        owner: match entry.kind {
            AccountKind::ApiUser => rest.pick(ids.owner.map(Some), stored.map(|stored| stored.owner), None),
            AccountKind::Person => None,
        },
        created_at,
        updated_at: stored.map_or(created_at, |stored| stored.updated_at),
        version: stored.map_or(0, |stored| stored.version),
    }
}

/// A changed address is unverified unless the file says that it is.
fn email(entry: &UserEntry, stored: Option<&User>, rest: Rest) -> Option<Email> {
    let stored = stored.and_then(|stored| stored.email.clone());
    let address = rest.pick(said(&entry.email).map(Some), stored.as_ref().map(|email| Some(email.address.clone())), None)?;
    let was_verified = stored.is_some_and(|email| email.address == address && email.verified);
    Some(Email { verified: said(&entry.email_verified).unwrap_or(was_verified), address })
}

fn said<T: Clone>(said: &Option<At<T>>) -> Option<T> {
    said.as_ref().map(|said| said.value.clone())
}
