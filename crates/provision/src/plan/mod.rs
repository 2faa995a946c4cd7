//! From what files say and what is stored to the writes that make them agree. Pure.

mod client;
mod user;

use std::collections::HashMap;

use jeton_oauth::{
    Change, ClientKey, RealmId, Timestamp, UserId,
    change::{AuditEvent, AuditKind, RealmChange},
    login_name::LoginName,
    manage::{Actor, end_of_realm},
    model::{RealmConfig, Status},
};
use rand_core::CryptoRng;

use super::{
    current::{Current, Held},
    difference::{Action, Difference, Noun, compare},
    draft::{self, Prune},
    entry::RealmEntry,
    fault::At,
    verdict::Verdicts,
};

/// The writes, and what they amount to.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub changes: Vec<Change>,
    pub differences: Vec<Difference>,
}

/// What plans are made with besides entries and facts.
pub struct Planning<'a> {
    pub by: &'a Actor,
    pub verdicts: &'a Verdicts,
    pub prune: Prune,
    pub now: Timestamp,
    pub rng: &'a mut dyn CryptoRng,
}

/// One realm being planned.
struct Work<'a, 'p> {
    plan: &'a mut Plan,
    with: &'a mut Planning<'p>,
    entry: &'a RealmEntry,
    held: &'a Held,
    realm: RealmId,
    /// People of the files and of the store, those about to be made included.
    people: HashMap<LoginName, UserId>,
}

pub fn plan(entries: &[RealmEntry], current: &Current, with: &mut Planning<'_>) -> Plan {
    let mut plan = Plan::default();
    for entry in entries {
        let nothing = Held::default();
        let held = current.held(&entry.name.value).unwrap_or(&nothing);
        let realm = plan_realm(entry, current.realm(&entry.name.value), with, &mut plan);
        let mut work = Work { plan: &mut plan, with, entry, held, realm, people: HashMap::new() };
        user::plan(&mut work);
        client::plan(&mut work);
        if work.with.prune.clients {
            client::remove_rest(&mut work);
        }
        user::remove_rest(&mut work);
    }
    plan
}

fn plan_realm(entry: &RealmEntry, stored: Option<&RealmConfig>, with: &mut Planning<'_>, plan: &mut Plan) -> RealmId {
    let id = stored.map_or_else(|| RealmId::new(with.now, with.rng), |stored| stored.id);
    let config = draft::realm(entry, stored, with.prune, id, with.now);
    let name = config.name.clone();
    let (action, what) = match stored {
        None => (Action::Create, vec![format!("dialect {}", config.dialect)]),
        Some(stored) => match compare(stored, &config, &["scopes", "settings"])
            .into_iter()
            .chain(compare(&stored.settings, &config.settings, &[]))
            .collect::<Vec<_>>()
        {
            what if what.is_empty() && stored.scopes == config.scopes => (Action::Unchanged, what),
            what => (Action::Update, what),
        },
    };
    let scopes = scope_differences(stored, &config);
    match action {
        Action::Create => plan.changes.push(Change::Realm(RealmChange::Create(config))),
        Action::Update => {
            let disabled = config.status == Status::Disabled && stored.is_some_and(|stored| stored.status == Status::Active);
            plan.changes.push(Change::Realm(RealmChange::Update(config)));
            if disabled {
                plan.changes.extend(end_of_realm(id, with.now));
            }
        }
        Action::Remove | Action::Unchanged => {}
    }
    if action != Action::Unchanged {
        let event = audit(with, id, AuditKind::RealmChanged, format!("{} by {}", done(action), with.by.who.words()));
        plan.changes.push(Change::Audit(event));
    }
    // A realm of which only scopes differ is told by its scopes.
    let action = if action == Action::Update && what.is_empty() { Action::Unchanged } else { action };
    plan.differences.push(Difference { realm: name.clone(), kind: Noun::Realm, name, action, what });
    plan.differences.extend(scopes);
    id
}

fn scope_differences(stored: Option<&RealmConfig>, config: &RealmConfig) -> Vec<Difference> {
    let before = stored.map(|stored| stored.scopes.as_slice()).unwrap_or_default();
    let tell = |name: &str, action, what| Difference { realm: config.name.clone(), kind: Noun::Scope, name: name.to_owned(), action, what };
    let mut differences = Vec::new();
    for scope in &config.scopes {
        match before.iter().find(|old| old.name == scope.name) {
            None => differences.push(tell(&scope.name, Action::Create, Vec::new())),
            Some(old) if old == scope => differences.push(tell(&scope.name, Action::Unchanged, Vec::new())),
            Some(old) => differences.push(tell(&scope.name, Action::Update, compare(old, scope, &[]))),
        }
    }
    for gone in before.iter().filter(|old| !config.scopes.iter().any(|scope| scope.name == old.name)) {
        differences.push(tell(&gone.name, Action::Remove, Vec::new()));
    }
    differences
}

impl Work<'_, '_> {
    fn tell(&mut self, kind: Noun, name: &str, action: Action, what: Vec<String>) {
        let realm = self.entry.name.value.clone();
        self.plan.differences.push(Difference { realm, kind, name: name.to_owned(), action, what });
    }

    fn push(&mut self, change: Change) {
        self.plan.changes.push(change);
    }

    fn extend(&mut self, changes: Vec<Change>) {
        self.plan.changes.extend(changes);
    }

    fn audit_user(&mut self, kind: AuditKind, user: UserId, detail: String) {
        let event = audit(self.with, self.realm, kind, detail).user(user);
        self.push(event.into());
    }

    fn audit_client(&mut self, kind: AuditKind, client: ClientKey, detail: String) {
        let event = audit(self.with, self.realm, kind, detail).client(client);
        self.push(event.into());
    }

    /// The id of somebody whom a file names as an owner.
    fn person(&self, said: Option<&At<String>>) -> Option<UserId> {
        let name = LoginName::fold(&said?.value)?;
        self.people.get(&name).copied().or_else(|| self.held.user_named(&name).map(|user| user.id()))
    }
}

fn audit(with: &mut Planning<'_>, realm: RealmId, kind: AuditKind, detail: String) -> AuditEvent {
    AuditEvent::new(kind, with.by, realm, with.now, with.rng).detail(detail)
}

const fn done(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "changed",
        Action::Remove => "removed",
        Action::Unchanged => "unchanged",
    }
}
