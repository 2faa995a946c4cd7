//! Programs of different schemas on one database: what expands leaves older ones working, what
//! contracts does not. The newer program's part is done as it would: by SQL, in one transaction.

use jeton_oauth::{Change, change::AuditKind};
use jeton_store::{OpenError, Role};

use crate::{
    engine::{Engine, Home, cases},
    world::{World, audit, realm, rotate},
};

cases![
    older_program_works_while_and_after_a_newer_one_expands_and_may_restart,
    older_program_is_refused_after_a_contracting_migration,
    rows_of_the_first_schema_are_kept,
];

impl Home {
    /// Runs SQL as another program would.
    pub fn execute(&self, sql: &str) {
        match self.location() {
            jeton_store::Location::Postgres { .. } => self.place().execute(sql),
            jeton_store::Location::Sqlite { folder } => {
                rusqlite::Connection::open(folder.join("jeton.db")).unwrap().execute_batch(sql).unwrap();
            }
        }
    }

    /// What a program with one migration more does: `sql`, and a note of it.
    fn migrate_further(&self, schema: u32, oldest: u32, sql: &str) {
        self.execute(&format!(
            "BEGIN; {sql}; INSERT INTO migrations (version, name, applied_at) VALUES ({schema}, 'of tomorrow', 0); \
             UPDATE installation SET oldest_schema = {oldest}; COMMIT"
        ));
    }
}

const EXPAND: &str = "ALTER TABLE authorizations ADD COLUMN tomorrow TEXT; ALTER TABLE clients ADD COLUMN tomorrow TEXT; \
    ALTER TABLE realms ADD COLUMN tomorrow TEXT; CREATE TABLE tomorrow (x TEXT)";

async fn older_program_works_while_and_after_a_newer_one_expands_and_may_restart(engine: Engine) {
    let world = World::new(engine).await;
    let known = world.store.diagnose().await.unwrap().schema;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    let row = world.authorization(&web, &ann).await;
    let work = async |from: u32| {
        for generation in from..from + 20 {
            world.commit(rotate(&row, generation)).await.unwrap();
            world.commit(Change::Audit(audit(world.realm, AuditKind::SignedIn))).await.unwrap();
            assert!(world.rows().authorization(row.id).await.unwrap().is_some());
            assert!(world.rows().user(ann.id()).await.unwrap().is_some());
        }
    };
    work(0).await;
    std::thread::scope(|scope| {
        scope.spawn(|| world.home.migrate_further(known + 1, known, EXPAND));
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work(20)));
    });
    work(40).await;

    let World { home, store, realm: acme } = world;
    store.close().await;
    let again = home.open(Role::Server).unwrap();
    again.commit(vec![Change::Realm(jeton_oauth::change::RealmChange::Create(realm("second")))]).await.unwrap();
    assert!(again.in_realm(acme).client("web").await.unwrap().is_some());
    assert_eq!(home.command().diagnose().await.unwrap().schema, known + 1);
}

async fn older_program_is_refused_after_a_contracting_migration(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    let known = store.diagnose().await.unwrap().schema;
    store.close().await;
    home.migrate_further(known + 1, known, EXPAND);
    home.migrate_further(known + 2, known + 1, "ALTER TABLE realms DROP COLUMN title");
    for role in [Role::Server, Role::Command { create: false }] {
        let error = home.open(role).unwrap_err();
        assert!(matches!(error, OpenError::TooNew { .. }), "{error}");
        assert!(error.to_string().contains("use the newer program"), "{error}");
    }
}

async fn rows_of_the_first_schema_are_kept(engine: Engine) {
    let World { home, store, realm } = World::new(engine).await;
    let installation = store.installation().await.unwrap();
    store.close().await;
    home.back_to_the_first_schema();
    let error = home.open(Role::Command { create: false });
    // A command migrates a folder that no server has, but never what nodes share.
    assert_eq!(matches!(error, Err(OpenError::NeedsMigration { found: 1, .. })), engine == Engine::Postgres);
    drop(error);
    let store = home.server();
    assert_eq!(store.installation().await.unwrap(), installation);
    assert!(store.realm(realm).await.unwrap().is_some());
}

impl Home {
    pub fn back_to_the_first_schema(&self) {
        let schema = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema"));
        let mut files: Vec<_> = std::fs::read_dir(schema).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let later = files[1..].iter().map(|file| std::fs::read_to_string(file).unwrap()).collect::<String>();
        let lines: Vec<_> = later.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        let mut undo = vec!["DELETE FROM migrations WHERE version > 1".to_owned()];
        for statement in lines.join("\n").split(';').rev() {
            match statement.split_whitespace().collect::<Vec<_>>().as_slice() {
                [] => {}
                ["CREATE", "TABLE", name, ..] => undo.push(format!("DROP TABLE {name}")),
                ["CREATE", "INDEX", name, ..] | ["CREATE", "UNIQUE", "INDEX", name, ..] => undo.push(format!("DROP INDEX {name}")),
                ["ALTER", "TABLE", table, "ADD", "COLUMN", column, ..] => undo.push(format!("ALTER TABLE {table} DROP COLUMN {column}")),
                _ => panic!("no way back from {statement}"),
            }
        }
        self.execute(&undo.join("; "));
    }
}
