//! Realm files against a store: what they write, what they leave, what is refused and where.

mod applied;
mod reference;
mod refused;

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use jeton_oauth::{
    Timestamp,
    dialect::Dialect,
    login_name::LoginName,
    manage::Actor,
    model::{Client, User},
};
use jeton_provision::*;
use jeton_server::{
    password::{PasswordPool, PoolOptions},
    randomness::SystemRng,
};
use jeton_store::{Location, Role, Store};

const WHOLE: &str = include_str!("acme.toml");

/// A store of its own, and an environment that a test decides on.
struct Desk {
    store: Store,
    pool: PasswordPool,
    environment: Environment,
    _folder: tempfile::TempDir,
}

#[derive(Clone, Default)]
struct Environment(HashMap<&'static str, &'static str>);

impl Outside for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|text| (*text).to_owned())
    }

    fn file(&self, path: &Path) -> io::Result<String> {
        match path.to_str() {
            Some("realms/secret") => Ok("from a file, and not very long\n".to_owned()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite { folder: folder.path().to_owned() }, Role::Command { create: true }).unwrap();
        let pool = PasswordPool::new(PoolOptions { threads: 2, queue: 8 }).unwrap();
        let environment = [
            ("WEB_SECRET", "a secret of little entropy"),
            ("STRONG_SECRET", "pL9vR2xWq7ZkT4nB8mYc3HsJ6dFgA1eU"),
            ("ANN", "correct horse"),
            ("ROBOT", "beep beep boop"),
            ("SHORT", "no"),
        ];
        Self { store, pool, environment: Environment(environment.into()), _folder: folder }
    }

    async fn apply(&self, files: &[&str], options: Options) -> Result<Plan, Vec<Fault>> {
        let sources = files
            .iter()
            .enumerate()
            .map(|(index, text)| Source { name: format!("{}.toml", ["a", "b", "c"][index]), text: (*text).to_owned() })
            .collect();
        let files = Files { sources, folders: vec![PathBuf::from("realms"); files.len()] };
        let prepared = prepare(files, &self.environment);
        let dialects: Dialects = Dialect::BUILT_IN.iter().map(|name| ((*name).to_owned(), Dialect::built_in(name).unwrap())).collect();
        let mut means = Means {
            by: &Actor::REALM_FILE,
            store: Some(&self.store),
            dialects: &dialects,
            pool: &self.pool,
            rng: &mut SystemRng,
            now: &|| Timestamp::from_seconds(1_900_000_000),
            progress: &|_, _| {},
        };
        match apply(&prepared, options, &mut means).await {
            Ok(plan) => Ok(plan),
            Err(ApplyError::Refused(faults)) => Err(faults),
            Err(other) => panic!("{other}"),
        }
    }

    async fn applied(&self, file: &str) -> Plan {
        self.apply(&[file], Options::default()).await.unwrap_or_else(|faults| panic!("{}", faults[0]))
    }

    async fn pruned(&self, file: &str) -> Plan {
        let prune = Prune { settings: true, scopes: true, clients: true, secrets: true, people: true, api_users: true };
        self.apply(&[file], Options { prune, ..Options::default() }).await.unwrap_or_else(|faults| panic!("{}", faults[0]))
    }

    async fn client(&self, id: &str) -> Option<Client> {
        let realm = self.store.realm_by_name("acme").await.unwrap()?;
        self.store.in_realm(realm.id).client(id).await.unwrap().map(|client| (*client).clone())
    }

    async fn user(&self, name: &str) -> Option<User> {
        let realm = self.store.realm_by_name("acme").await.unwrap()?;
        self.store.in_realm(realm.id).user_by_login(&LoginName::fold(name).unwrap()).await.unwrap()
    }
}

fn actions(plan: &Plan) -> Vec<(Action, &str)> {
    plan.differences
        .iter()
        .filter(|difference| difference.action != Action::Unchanged)
        .map(|difference| (difference.action, difference.name.as_str()))
        .collect()
}
