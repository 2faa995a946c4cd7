//! Whether what the files say can be: every document by its own faults, and clashes between them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use jeton_oauth::{
    RealmId, Timestamp,
    dialect::Dialect,
    endpoint::RESERVED,
    login_name::LoginName,
    manage::{
        Fault, RealmDocument, ScopeDocument, administrator,
        client::{client_id_fault, secret_faults},
        did_you_mean,
        issuer::{clash, place},
        read,
        realm::reserved,
        user::{Taken, fixed_faults},
    },
    model::{AccountKind, Realm, RealmConfig, Status, User},
    scope::is_scope_token,
};

use crate::{
    apply::Options,
    current::{Current, Held},
    draft,
    entry::{ClientEntry, RealmEntry, Said, UserEntry},
    source::Faults,
};

/// The dialects that realms may name.
pub type Dialects = BTreeMap<String, Arc<Dialect>>;

/// What the checks of one realm's clients and people look at.
struct Scene<'a> {
    entry: &'a RealmEntry,
    held: &'a Held,
    /// With its dialect, where that is known.
    realm: Option<Realm>,
    options: Options,
    now: Timestamp,
    names: Names<'a>,
}

pub(crate) fn check(entries: &[RealmEntry], current: &Current, dialects: &Dialects, options: Options, now: Timestamp, faults: &mut Faults) {
    let drafts: Vec<RealmDocument> =
        entries.iter().map(|entry| draft::realm(entry, current.realm(&entry.name), options.prune, dialects)).collect();
    for (entry, document) in entries.iter().zip(&drafts) {
        let nothing = Held::default();
        let held = current.held(&entry.name).unwrap_or(&nothing);
        if let (None, Some(fault)) = (current.realm(&entry.name), reserved(&entry.name)) {
            entry.tell(fault, faults);
        }
        if (options.prune.people || options.prune.api_users)
            && current.realm(&entry.name).is_some_and(|realm| realm.id == administrator::REALM_ID)
        {
            let what = "accounts of the realm of the administrators are not removed by files";
            entry.tell(
                Fault::new("name", what, "leave --prune=people and --prune=api_users out; `jeton administrator disable` keeps one out"),
                faults,
            );
        }
        let realm = realm(entry, document, dialects, options, faults);
        let scene = Scene { entry, held, realm, options, now, names: Names::of(entry) };
        for (index, client) in entry.clients.iter().enumerate() {
            scene.client(index, client, faults);
        }
        for (index, user) in entry.users.iter().enumerate() {
            scene.user(index, user, faults);
        }
    }
    issuers(entries, &drafts, current, faults);
}

/// The realm with its settings complete, as far as it can be.
fn realm(entry: &RealmEntry, document: &RealmDocument, dialects: &Dialects, options: Options, faults: &mut Faults) -> Option<Realm> {
    scopes(&entry.scopes, faults);
    let name = document.dialect.as_deref().unwrap_or("standard");
    let Some(dialect) = dialects.get(name) else {
        let names: Vec<&str> = dialects.keys().map(String::as_str).collect();
        entry.tell(Fault::new("dialect", format!("there is no dialect {name:?}"), did_you_mean(name, &names)), faults);
        return None;
    };
    // Those of scopes are told where each is written.
    let of_document = document.faults(&entry.name, dialect, options.plain_http).into_iter().filter(|fault| !fault.rests_on(&["scopes"]));
    of_document.for_each(|fault| entry.tell(fault, faults));
    let config = RealmConfig {
        id: RealmId(uuid::Uuid::nil()),
        name: entry.name.clone(),
        title: None,
        issuer: document.issuer.clone(),
        dialect: name.to_owned(),
        audience: document.audience.clone(),
        scopes: document.scopes.iter().filter(|scope| is_scope_token(&scope.name)).cloned().collect(),
        settings: document.settings.clone(),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: Timestamp::default(),
        version: 0,
    };
    Some(Realm::new(config, document.issuer.clone().unwrap_or_default(), Arc::clone(dialect)))
}

fn scopes(said: &[Said], faults: &mut Faults) {
    let mut first = HashSet::new();
    for scope in said {
        let Some(name) = scope.members.get("name").and_then(serde_json::Value::as_str) else { continue };
        if !first.insert(name) {
            scope.tell(Fault::new("name", format!("the scope {name:?} is defined twice"), "keep one of the two"), faults);
        }
        let (document, _) = read::<ScopeDocument>(&scope.members);
        scope.tell_own(document.faults(), true, faults);
    }
}

impl Scene<'_> {
    fn client(&self, index: usize, entry: &ClientEntry, faults: &mut Faults) {
        let (id, said) = (&entry.id, &entry.said);
        let stored = self.held.client(id);
        if let Some(fault) = client_id_fault(id) {
            said.tell(fault, faults);
        }
        if self.names.clients.get(id.as_str()).is_some_and(|first| *first < index) {
            let what = format!("the client {id:?} stands here twice");
            said.tell(Fault::new("client_id", what, "keep one of the two, or give one another id"), faults);
        }
        if self.names.subs.contains_key(id.as_str()) || self.held.user_with_sub(id).is_some() {
            let what = format!("the client {id:?} has the same name as the `sub` of a person");
            let instead = "give the client another id: a token's subject must not be taken for another";
            said.tell(Fault::new("client_id", what, instead), faults);
        }
        let metadata = draft::client(entry, stored, self.options.prune.clients);
        let ends = entry.secrets.iter().flatten().map(|secret| secret.expires_at);
        secret_faults(&metadata, ends, self.now).into_iter().for_each(|fault| said.tell(fault, faults));
        if let Some(realm) = &self.realm {
            // What was accepted before, and is not spoken of, is not judged again.
            said.tell_own(metadata.faults(realm), stored.is_none(), faults);
        }
        self.owner(said, entry.owner.as_deref(), faults);
    }

    fn user(&self, index: usize, entry: &UserEntry, faults: &mut Faults) {
        let said = &entry.said;
        let login = LoginName::fold(&entry.username);
        let stored = login.as_ref().and_then(|login| self.held.user_named(login));
        let document = draft::user(entry, stored, self.options.prune.of_users(entry.kind));
        said.tell_own(document.faults(), stored.is_none(), faults);
        fixed_faults(entry.sub.as_deref(), entry.number).into_iter().for_each(|fault| said.tell(fault, faults));
        if let Some(login) = &login {
            said.tell_own(self.taken(index, entry, login).faults(&document), true, faults);
        }
        if let Some(stored) = stored {
            self.fixed(entry, stored, faults);
        }
        self.owner(said, entry.owner.as_deref(), faults);
    }

    /// Whose names the entry claims: of somebody earlier in the files, or of somebody stored.
    fn taken(&self, index: usize, entry: &UserEntry, login: &LoginName) -> Taken {
        let (names, held) = (&self.names, self.held);
        let earlier = |first: Option<&usize>| first.filter(|first| **first < index).map(|first| self.entry.users[*first].username.clone());
        let other = |user: &&User| LoginName::fold(&user.username).as_ref() != Some(login);
        let address = entry.email().filter(|_| entry.verifies()).and_then(LoginName::fold);
        // Somebody whom the files name too may be giving the address up in the same unit.
        let gives_up = |user: &&User| {
            let named = LoginName::fold(&user.username).and_then(|name| names.usernames.get(&name));
            named.is_some_and(|index| self.entry.users[*index].email().is_some())
        };
        let email = address.and_then(|address| {
            let stored = [held.user_with_address(&address), held.user_named(&address)].into_iter().flatten();
            let stored = stored.filter(other).find(|user| !gives_up(user)).map(|user| user.username.clone());
            earlier(names.usernames.get(&address)).or_else(|| earlier(names.addresses.get(&address))).or(stored)
        });
        Taken {
            username: earlier(names.usernames.get(login))
                .or_else(|| held.user_with_address(login).filter(other).map(|user| user.username.clone())),
            email,
            sub: entry.sub.as_deref().and_then(|sub| {
                let client = names.clients.contains_key(sub) || held.client(sub).is_some();
                let user = || held.user_with_sub(sub).filter(other).map(|user| user.username.clone());
                earlier(names.subs.get(sub)).or_else(user).or_else(|| client.then(|| sub.to_owned()))
            }),
            number: entry.number.and_then(|number| {
                let user = || held.user_with_number(number).filter(other).map(|user| user.username.clone());
                earlier(names.numbers.get(&number)).or_else(user)
            }),
        }
    }

    /// What never changes once an account is made.
    fn fixed(&self, entry: &UserEntry, stored: &User, faults: &mut Faults) {
        let (account, username, said) = (&stored.account, &entry.username, &entry.said);
        if account.kind != entry.kind {
            let (is, instead) = match account.kind {
                AccountKind::Person => ("a person", "write [[user]]"),
                AccountKind::ApiUser => ("an API user", "write [[api_user]]"),
            };
            let instead = format!("{instead}, or choose another user name");
            said.tell(Fault::new("username", format!("{username:?} is {is} already"), instead), faults);
        }
        if entry.sub.as_ref().is_some_and(|sub| account.sub != *sub) {
            let what = format!("{username:?} has the `sub` {:?} and keeps it", account.sub);
            let instead = "remove the line: tokens and other people's databases know the account by it";
            said.tell(Fault::new("sub", what, instead), faults);
        }
        if entry.number.is_some_and(|number| account.number != number) {
            let what = format!("{username:?} has the number {} and keeps it", account.number);
            said.tell(Fault::new("number", what, format!("write number = {}, or remove the line", account.number)), faults);
        }
    }

    /// The owner that `owner` names: a person of this realm, in the files or stored.
    fn owner(&self, said: &Said, owner: Option<&str>, faults: &mut Faults) {
        let Some(name) = owner else { return };
        let folded = LoginName::fold(name);
        let in_files = folded.as_ref().and_then(|name| self.names.usernames.get(name)).map(|index| self.entry.users[*index].kind);
        let kind = in_files.or_else(|| Some(self.held.user_named(folded.as_ref()?)?.account.kind));
        let (what, instead) = match kind {
            Some(AccountKind::Person) => return,
            Some(AccountKind::ApiUser) => (format!("{name:?} is an API user, which owns nothing"), "write the user name of a person"),
            None => (format!("there is no {name:?} in this realm who could own it"), "write the user name of a [[user]] of this realm"),
        };
        said.tell(Fault::new("owner", what, instead), faults);
    }
}

/// That no two realms share an issuer, and that none lies inside another's: compared as they are served.
fn issuers(entries: &[RealmEntry], drafts: &[RealmDocument], current: &Current, faults: &mut Faults) {
    let drafted: HashSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    // Whoever is there keeps its place, so that the fault is told of who comes later.
    let stored = current.issuers.iter().filter(|(name, _)| !drafted.contains(name.as_str()));
    let mut places: Vec<(&str, String)> =
        stored.filter_map(|(name, issuer)| Some((name.as_str(), place(&current.served(name, issuer.as_deref())?)?))).collect();
    let is_new = |(entry, document): &(&RealmEntry, &RealmDocument)| {
        current.realm(&entry.name).is_none_or(|stored| stored.issuer != document.issuer)
    };
    let (later, earlier): (Vec<_>, Vec<_>) = entries.iter().zip(drafts).partition(is_new);
    for (entry, document) in earlier.into_iter().chain(later) {
        let Some(issuer) = current.served(&entry.name, document.issuer.as_deref()) else { continue };
        let fits = document.issuer.is_some() || entry.name == administrator::REALM || !RESERVED.contains(&entry.name.as_str());
        let Some(own) = place(&issuer).filter(|_| fits) else { continue };
        let found = places.iter().find_map(|(name, other)| Some((name, clash((&entry.name, &own), (name, other))?)));
        if let Some((other, nesting)) = found.filter(|_| is_new(&(entry, document))) {
            entry.tell(nesting.fault(&issuer, other), faults);
        }
        places.push((&entry.name, own));
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
            names.clients.entry(&client.id).or_insert(index);
        }
        for (index, user) in entry.users.iter().enumerate() {
            if let Some(name) = LoginName::fold(&user.username) {
                names.usernames.entry(name).or_insert(index);
            }
            if let Some(address) = user.email().filter(|_| user.verifies()).and_then(LoginName::fold) {
                names.addresses.entry(address).or_insert(index);
            }
            if let Some(sub) = &user.sub {
                names.subs.entry(sub).or_insert(index);
            }
            if let Some(number) = user.number {
                names.numbers.entry(number).or_insert(index);
            }
        }
        names
    }
}
