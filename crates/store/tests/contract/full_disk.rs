//! A PostgreSQL whose disk is full: what was acknowledged is there and nothing else, and it goes on
//! by itself once there is space again.

use jeton_oauth::{
    Change,
    change::{AuditEvent, AuditKind, RealmChange},
};
use jeton_postgres_test::{Cluster, Settings};
use jeton_store::{CommitError, Location, PostgresUrl, Role, Store, StoreError};

use crate::{
    engine::{Case, Engine},
    world::{audit, realm},
};

/// Apart from the others, as they need more than a PostgreSQL.
pub fn cases() -> Vec<Case> {
    let run = |engine| crate::engine::block_on(full_disk_refuses_and_keeps_its_word(engine));
    vec![Case {
        name: "full_disk_refuses_and_keeps_its_word",
        engines: &[Engine::Postgres],
        needs: jeton_postgres_test::missing_small_disk,
        run,
    }]
}

async fn full_disk_refuses_and_keeps_its_word(_: Engine) {
    let cluster = Cluster::start(Settings { careless: true, small_disk: Some(48), more: "autovacuum=off\n", ..Settings::default() });
    let place = cluster.small_database();
    let store = Store::open(&Location::Postgres { url: PostgresUrl::parse(&place.url()).unwrap() }, Role::Server).unwrap();
    let acme = realm("acme");
    let rows = store.in_realm(acme.id);
    let write = async || {
        let event = |part: u32| AuditEvent { detail: Some(format!("{part}{}", "x".repeat(1500))), ..audit(acme.id, AuditKind::SignedIn) };
        store.commit(vec![Change::Audit(event(1)), Change::Audit(event(2))]).await
    };
    store.commit(vec![Change::Realm(RealmChange::Create(acme.clone()))]).await.unwrap();
    // Somebody else's file.
    let other = |lines: u32| {
        let folder = cluster.folder().display();
        place.attempt(&format!("COPY (SELECT repeat('x', 1000) FROM generate_series(1, {lines})) TO '{folder}/small/other'"));
    };
    let full = CommitError::Failed(StoreError::NoSpace);
    let mut acknowledged = 0;
    let mut refused = 0;
    while refused < 5 {
        match write().await {
            Ok(()) => acknowledged += 2,
            Err(error) => {
                assert_eq!(error, full);
                refused += 1;
            }
        }
        if acknowledged == 20 {
            other(100_000);
        }
    }
    assert!(store.check().await.is_err());
    assert_eq!(rows.audit(None, 100_000).await.unwrap().len(), acknowledged);
    other(0);
    store.check().await.unwrap();
    write().await.unwrap();
    assert_eq!(rows.audit(None, 100_000).await.unwrap().len(), acknowledged + 2);
}
