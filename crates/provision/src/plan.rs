//! From what files say and what is stored to the writes that make them agree: the verbs of each noun.

use std::collections::{HashMap, HashSet};

use jeton_oauth::{
    Change, Effect, Timestamp, UserId,
    login_name::LoginName,
    manage::{
        Actor, Desk, Noun, Refusal, Verdict,
        client::{self, FirstSecret, OldSecrets, Registration},
        issuer::PlainHttp,
        realm::{self, Founding},
        user::{self, NewUser, Taken},
    },
    model::{AccountKind, Client, Realm, RealmConfig, Status, User},
};
use rand_core::CryptoRng;

use crate::{
    check::Dialects,
    current::{Current, Held},
    difference::{Action, Difference, compare},
    draft::{self, Prune},
    entry::{ClientEntry, RealmEntry, UserEntry},
    verdict::{SecretVerdict, Verdicts},
};

/// The writes, and what they amount to.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub changes: Vec<Change>,
    pub differences: Vec<Difference>,
    /// Where in `changes` a noun's own end: they are written together.
    pub(crate) ends: Vec<usize>,
}

/// What plans are made with besides entries and facts.
pub(crate) struct Planning<'a> {
    pub by: &'a Actor,
    pub verdicts: &'a Verdicts,
    pub dialects: &'a Dialects,
    pub prune: Prune,
    pub plain_http: PlainHttp,
    pub now: Timestamp,
    pub rng: &'a mut dyn CryptoRng,
}

/// One realm being planned.
struct Work<'a> {
    plan: &'a mut Plan,
    desk: Desk<'a>,
    verdicts: &'a Verdicts,
    prune: Prune,
    number: usize,
    entry: &'a RealmEntry,
    held: &'a Held,
    /// Those that are about to be made.
    people: HashMap<LoginName, UserId>,
}

pub(crate) fn plan(entries: &[RealmEntry], current: &Current, with: &mut Planning<'_>) -> Result<Plan, Refusal> {
    let mut plan = Plan::default();
    for (number, entry) in entries.iter().enumerate() {
        let nothing = Held::default();
        let held = current.held(&entry.name).unwrap_or(&nothing);
        let realm = plan_realm(entry, current.realm(&entry.name), with, &mut plan)?;
        let desk = Desk { realm: &realm, by: with.by, now: with.now, rng: &mut *with.rng };
        let people = HashMap::new();
        let (verdicts, prune) = (with.verdicts, with.prune);
        let mut work = Work { plan: &mut plan, desk, verdicts, prune, number, entry, held, people };
        // Owners first: a row can only name one that exists.
        for kind in [AccountKind::Person, AccountKind::ApiUser] {
            for (index, user) in entry.users.iter().enumerate().filter(|(_, user)| user.kind == kind) {
                work.user(index, user)?;
            }
        }
        for (index, client) in entry.clients.iter().enumerate() {
            work.client(index, client)?;
        }
        work.remove_rest()?;
    }
    Ok(plan)
}

fn plan_realm(entry: &RealmEntry, stored: Option<&RealmConfig>, with: &mut Planning<'_>, plan: &mut Plan) -> Result<Realm, Refusal> {
    let document = draft::realm(entry, stored, with.prune, with.dialects);
    let mut founding = Founding { by: with.by, now: with.now, rng: &mut *with.rng, dialects: with.dialects, plain_http: with.plain_http };
    // Issuers were compared with each other already.
    let verdict = match stored {
        None => realm::create(&entry.name, document, None, &mut founding),
        Some(stored) => realm::change(stored, document, None, &mut founding),
    };
    let config = plan.take(verdict)?;
    let dialect = with.dialects.get(&config.dialect).cloned().ok_or_else(|| Refusal::NotFound(config.dialect.clone()))?;
    let mut realm = Realm::new(config.clone(), config.issuer.clone().unwrap_or_default(), dialect);
    if let Some(status) = entry.status.filter(|status| *status != realm.config.status) {
        let verb = if status == Status::Active { realm::enable } else { realm::disable };
        let mut desk = Desk { realm: &realm, by: with.by, now: with.now, rng: &mut *with.rng };
        let config = plan.take(verb(&mut desk))?;
        realm = Realm { config, ..realm };
    }
    plan.end();
    let config = &realm.config;
    let (action, what) = match stored {
        None => (Action::Create, vec![format!("dialect {}", config.dialect)]),
        Some(stored) => {
            let mut what = compare(stored, config, &["scopes", "settings", "version"]);
            what.extend(compare(&stored.settings, &config.settings, &[]));
            (changed(&what), what)
        }
    };
    plan.tell(&entry.name, Noun::Realm, &entry.name, action, what);
    let before = stored.map(|stored| stored.scopes.as_slice()).unwrap_or_default();
    for scope in &config.scopes {
        let (action, what) = match before.iter().find(|old| old.name == scope.name) {
            None => (Action::Create, Vec::new()),
            Some(old) => (if old == scope { Action::Unchanged } else { Action::Update }, compare(old, scope, &[])),
        };
        plan.tell(&entry.name, Noun::Scope, &scope.name, action, what);
    }
    for gone in before.iter().filter(|old| !config.scopes.iter().any(|scope| scope.name == old.name)) {
        plan.tell(&entry.name, Noun::Scope, &gone.name, Action::Remove, Vec::new());
    }
    Ok(realm)
}

impl Plan {
    /// A verb's changes, and its answer.
    fn take<T>(&mut self, verdict: Verdict<T>) -> Result<T, Refusal> {
        let Effect { answer, changes } = verdict.map_err(|refused| refused.answer)?;
        self.changes.extend(changes);
        Ok(answer)
    }

    fn end(&mut self) {
        if self.ends.last().copied().unwrap_or_default() != self.changes.len() {
            self.ends.push(self.changes.len());
        }
    }

    fn tell(&mut self, realm: &str, kind: Noun, name: &str, action: Action, what: Vec<String>) {
        self.differences.push(Difference { realm: realm.to_owned(), kind, name: name.to_owned(), action, what });
    }
}

impl Work<'_> {
    fn user(&mut self, index: usize, entry: &UserEntry) -> Result<(), Refusal> {
        let Some(login) = LoginName::fold(&entry.username) else { return Ok(()) };
        let stored = self.held.user_named(&login);
        let document = draft::user(entry, stored, self.prune.of_users(entry.kind));
        let password = self.verdicts.password(self.number, index);
        let owner = self.owner(entry.owner.as_deref());
        let goes = self.prune.of_users(entry.kind);
        let (action, what) = match stored {
            None => {
                let what = if password.is_none() { vec!["cannot sign in yet: has no password".to_owned()] } else { Vec::new() };
                let new = NewUser {
                    document,
                    kind: entry.kind,
                    sub: entry.sub.clone(),
                    number: entry.number,
                    owner,
                    status: entry.status.unwrap_or(Status::Active),
                    password,
                    created_at: entry.created_at,
                };
                let user = self.plan.take(user::create(new, &Taken::default(), &mut self.desk))?;
                self.people.insert(login, user.id());
                (Action::Create, what)
            }
            Some(stored) => {
                let owner = owner.or(stored.owner.filter(|_| !goes));
                let mut user = self.plan.take(user::change(stored, document, owner, &Taken::default(), &mut self.desk))?;
                if let Some(status) = entry.status {
                    let verb = if status == Status::Active { user::enable } else { user::disable };
                    user = self.plan.take(verb(&user, &mut self.desk))?;
                }
                let mut what = difference(stored, &user, &["account", "password", "updated_at", "version"]);
                what.extend(difference(&stored.account, &user.account, &[]));
                if let Some(to) = password {
                    self.plan.take(user::set_password(&user, to, &mut self.desk))?;
                    what.push("password".to_owned());
                }
                (changed(&what), what)
            }
        };
        self.tell(noun(entry.kind), &entry.username, action, what);
        Ok(())
    }

    fn client(&mut self, index: usize, entry: &ClientEntry) -> Result<(), Refusal> {
        let stored = self.held.client(&entry.id);
        let metadata = draft::client(entry, stored, self.prune.clients);
        let owner = self.owner(entry.owner.as_deref());
        let (action, what) = match stored {
            None => {
                let said = entry.secrets.iter().flatten().enumerate();
                let secrets = said.filter_map(|(which, said)| match self.verdicts.secret(self.number, index, which)? {
                    SecretVerdict::New(hash) => Some((hash.clone(), said.expires_at)),
                    SecretVerdict::Known(_) => None,
                });
                let secret = FirstSecret::Given(secrets.collect());
                let status = entry.status.unwrap_or(Status::Active);
                let registration = Registration { client_id: entry.id.clone(), metadata, owner, status, secret };
                let client = self.plan.take(client::register(registration, false, &mut self.desk))?.client;
                let what = if client.secrets.is_empty() && !client.is_public() {
                    format!("has no secret yet: jeton client rotate-secret {} --realm {}", client.id, self.entry.name)
                } else {
                    client.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>().join(", ")
                };
                (Action::Create, vec![what])
            }
            Some(stored) => {
                let owner = owner.or(stored.owner.filter(|_| !self.prune.clients));
                let what = self.change_client(index, entry, stored, metadata, owner)?;
                (changed(&what), what)
            }
        };
        self.tell(Noun::Client, &entry.id, action, what);
        Ok(())
    }

    fn change_client(
        &mut self,
        index: usize,
        entry: &ClientEntry,
        stored: &Client,
        metadata: jeton_oauth::manage::ClientMetadata,
        owner: Option<UserId>,
    ) -> Result<Vec<String>, Refusal> {
        let mut client = self.plan.take(client::change(stored, metadata, owner, &mut self.desk))?;
        if let Some(status) = entry.status {
            let verb = if status == Status::Active { client::enable } else { client::disable };
            client = self.plan.take(verb(&client, &mut self.desk))?;
        }
        let mut what = difference(&stored.metadata, &client.metadata, &[]);
        what.extend(difference(stored, &client, &["secrets", "metadata", "version"]));
        what.extend((client.secrets.len()..stored.secrets.len()).map(|_| "one secret less".to_owned()));
        let Some(said) = entry.secrets.as_ref().filter(|_| !client.is_public()) else { return Ok(what) };
        let mut kept = HashSet::new();
        for (which, said) in said.iter().enumerate() {
            match self.verdicts.secret(self.number, index, which) {
                Some(SecretVerdict::Known(id)) => {
                    kept.insert(*id);
                    if client.secrets.iter().any(|own| own.id == *id && own.expires_at != said.expires_at) {
                        what.push("the end of a secret".to_owned());
                        client = self.plan.take(client::replace_secret_end(&client, *id, said.expires_at, &mut self.desk))?;
                    }
                }
                Some(SecretVerdict::New(hash)) => {
                    what.push("one secret more".to_owned());
                    let given = Some((hash.clone(), said.expires_at));
                    client = self.plan.take(client::add_secret(&client, given, OldSecrets::Stay, &mut self.desk))?.client;
                }
                None => {}
            }
        }
        let others: Vec<_> = stored.secrets.iter().map(|secret| secret.id).filter(|id| !kept.contains(id)).collect();
        if !self.prune.secrets && !others.is_empty() && !what.is_empty() {
            what.push(format!("{} older secret(s) stay until --prune=secrets", others.len()));
        }
        for secret in others.into_iter().filter(|_| self.prune.secrets) {
            what.push("one secret less".to_owned());
            client = self.plan.take(client::remove_secret(&client, secret, &mut self.desk))?;
        }
        Ok(what)
    }

    /// What no file names goes, of the kinds that were named. What is owned goes before its owner.
    fn remove_rest(&mut self) -> Result<(), Refusal> {
        let (held, prune) = (self.held, self.prune);
        let named: HashSet<&str> = self.entry.clients.iter().map(|entry| entry.id.as_str()).collect();
        for client in held.clients().iter().filter(|client| prune.clients && !named.contains(client.id.as_str())) {
            self.plan.take(client::remove(client, &mut self.desk))?;
            self.tell(Noun::Client, &client.id, Action::Remove, Vec::new());
        }
        let logins: HashSet<LoginName> = self.entry.users.iter().filter_map(|entry| LoginName::fold(&entry.username)).collect();
        for kind in [AccountKind::ApiUser, AccountKind::Person].into_iter().filter(|kind| prune.of_users(*kind)) {
            let goes =
                |user: &&User| user.account.kind == kind && LoginName::fold(&user.username).is_none_or(|name| !logins.contains(&name));
            for user in held.users().iter().filter(goes) {
                self.plan.take(user::remove(user, &mut self.desk))?;
                self.tell(noun(kind), &user.username, Action::Remove, Vec::new());
            }
        }
        Ok(())
    }

    /// The id of somebody whom a file names as an owner.
    fn owner(&self, said: Option<&str>) -> Option<UserId> {
        let name = LoginName::fold(said?)?;
        self.people.get(&name).copied().or_else(|| self.held.user_named(&name).map(|user| user.id()))
    }

    fn tell(&mut self, kind: Noun, name: &str, action: Action, what: Vec<String>) {
        self.plan.end();
        self.plan.tell(&self.entry.name, kind, name, action, what);
    }
}

/// As [`compare`]; most rows are as they were.
fn difference<T: PartialEq + serde::Serialize>(before: &T, after: &T, hidden: &[&str]) -> Vec<String> {
    if before == after { Vec::new() } else { compare(before, after, hidden) }
}

const fn changed(what: &[String]) -> Action {
    if what.is_empty() { Action::Unchanged } else { Action::Update }
}

const fn noun(kind: AccountKind) -> Noun {
    match kind {
        AccountKind::Person => Noun::User,
        AccountKind::ApiUser => Noun::ApiUser,
    }
}
