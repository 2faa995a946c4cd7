//! A copy is whole and compared, goes on where it stopped, and touches nothing that it did not write.

use std::ops::ControlFlow;

use jeton_oauth::{
    Change, Seconds, UserId,
    change::{AccessTokenChange, AttemptChange, AuditKind, SessionChange, UserChange},
};
use jeton_store::{
    Location, NodeKind, OpenError, Role, Store,
    copy::{Begin, Bulk, Cell, CopyError, Options, Report, Step, copy, table, tables},
};

use crate::{
    engine::{Engine, Home, cases},
    world::{NOW, World, audit, id, user},
};

cases![
    every_row_of_every_table_arrives_on_every_engine,
    a_copy_that_stops_anywhere_goes_on_behind_its_last_page,
    half_a_copy_is_opened_by_nothing_but_the_copy,
    half_a_copy_is_not_continued_from_another_source,
    a_destination_with_rows_of_its_own_is_left_alone,
    what_changed_between_two_runs_is_found_by_comparing,
    a_source_in_use_is_refused,
    a_server_does_not_start_beside_a_copy,
    a_destination_in_use_is_refused,
    an_older_schema_is_refused_and_left_as_it_is,
    a_source_that_is_not_there_makes_no_destination,
    a_newer_schema_is_refused,
    bulk_rows_are_checked_and_whole,
];

/// An installation with rows in every table, and nobody serving it.
async fn full(engine: Engine) -> Home {
    let world = World::new(engine).await;
    let (web, ann) = (world.client("web").await, world.user("ann").await);
    world.store.adopt_master_key(b"a check value").await.unwrap();
    for name in ["bob", "Zoë", "Ærøskøbing"] {
        let user = world.user(name).await;
        world.authorization(&web, &user).await;
    }
    let authorization = world.authorization(&web, &ann).await;
    world.code(&web, &ann).await;
    world.session(&ann).await;
    world.consent(&web, &ann).await;
    world.personal_access_token(&ann).await;
    world.access_token(&web, Some(&authorization)).await;
    world.access_token(&web, None).await;
    world.key(1).await;
    let others = vec![
        Change::AccessToken(AccessTokenChange::RevokeJti { realm: world.realm, jti: id(), expires_at: NOW + Seconds(60) }),
        Change::Attempt(AttemptChange::Reserve {
            bucket: [1; 32],
            realm: Some(world.realm),
            limit: 5,
            window_ms: 60_000,
            closed_until: NOW,
            at: NOW,
            user: None,
            client: None,
            network: None,
        }),
        Change::Audit(audit(world.realm, AuditKind::SignedIn)),
    ];
    world.store.commit(others).await.unwrap();
    let World { home, store, .. } = world;
    store.close().await;
    // What is on its way, of anybody.
    home.execute(
        "INSERT INTO pending_requests SELECT s.id, s.realm_id, c.key, c.client_id, s.id, s.user_id, '{}', 1, 1 FROM sessions s, clients c; \
         INSERT INTO leaving SELECT key, realm_id, 'client', 1 FROM clients; \
         INSERT INTO one_time_links SELECT id, realm_id, user_id, 'reset_password', verifier, 'ann@example.com', 1, 1 FROM sessions; \
         INSERT INTO factors SELECT id, realm_id, user_id, 'passkey', verifier, 7, 1, 1, verifier, 'Key', 1 FROM sessions; \
         INSERT INTO mails SELECT id, realm_id, verifier, 1, 0, 1, NULL, NULL FROM sessions; \
         INSERT INTO administrators SELECT user_id, 'owner', NULL, 1 FROM sessions; \
         INSERT INTO administrator_invitations SELECT id, verifier, NULL, 'owner', '[]', 1, 1 FROM sessions; \
         INSERT INTO remembered_answers SELECT verifier, verifier, '{}', 1 FROM sessions; \
         INSERT INTO dialects VALUES ('ours', 'name = \"ours\"', 1, 1); \
         INSERT INTO initial_access_tokens SELECT id, realm_id, 'ci', verifier, 1, NULL, 5, 0, NULL FROM sessions; \
         INSERT INTO registrations SELECT c.key, c.realm_id, s.verifier, 'stranger', 1 FROM clients c, sessions s; \
         INSERT INTO client_developers SELECT c.key, s.user_id, c.realm_id, 1 FROM clients c, sessions s; \
         INSERT INTO client_invitations SELECT c.key, 'bob@example.com', c.realm_id, s.user_id, 1, 1 FROM clients c, sessions s; \
         INSERT INTO developer_api_users SELECT s.user_id, s.realm_id, c.key, 1 FROM clients c, sessions s; \
         INSERT INTO activity SELECT realm_id, key, 3600000, 0, 'password', 'answered', 5 FROM clients; \
         INSERT INTO client_failures SELECT s.id, c.realm_id, c.key, 0, 'password', 'wrong_password', 'invalid_grant', '{}', '192.0.2.7', 1, 2, 3 \
         FROM clients c, sessions s; \
         INSERT INTO secret_addresses SELECT c.key, s.id, '192.0.2.7', c.realm_id, 1 FROM clients c, sessions s; \
         INSERT INTO removed_secrets SELECT c.key, s.id, c.realm_id, s.verifier, 1 FROM clients c, sessions s; \
         INSERT INTO levels SELECT id, 'authorizations', 3600000, 0, 5 FROM realms",
    );
    home
}

/// Empty places, one of each engine that is installed.
fn destinations() -> Vec<Home> {
    Engine::ALL.iter().filter(|engine| engine.missing().is_none()).map(|engine| engine.home()).collect()
}

pub async fn whole(from: &Home, to: &Home) -> Result<Report, CopyError> {
    copy(&from.location(), &to.location(), Options::default(), &mut |_| ControlFlow::Continue(())).await
}

/// Stops after so many pages of two rows.
async fn part(from: &Home, to: &Home, pages: usize) -> Result<Report, CopyError> {
    let mut left = pages;
    let options = Options { page: 2, ..Options::default() };
    let mut watch = |_: Step| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    copy(&from.location(), &to.location(), options, &mut watch).await
}

async fn rows(home: &Home) -> Vec<(String, u64)> {
    let store = home.command();
    let rows = store.diagnose().await.unwrap().rows;
    store.close().await;
    rows.into_iter().filter(|(name, _)| table(name).is_some()).collect()
}

async fn every_row_of_every_table_arrives_on_every_engine(engine: Engine) {
    let source = full(engine).await;
    let before = rows(&source).await;
    assert!(before.iter().all(|(_, rows)| *rows > 0), "{before:?}");
    for destination in destinations() {
        let report = whole(&source, &destination).await.unwrap();
        assert!(!report.resumed);
        assert_eq!(report.tables.len(), tables().len());
        assert!(report.tables.iter().all(|table| table.now == table.rows), "{report:?}");
        assert_eq!(rows(&destination).await, before);
        assert_eq!(rows(&source).await, before);
        let (there, here) = (destination.server(), source.server());
        assert_eq!(there.installation().await.unwrap(), here.installation().await.unwrap());
        assert_eq!(there.realms().await.unwrap(), here.realms().await.unwrap());
        let realm = there.realms().await.unwrap()[0].id;
        // It goes on living: numbers go on, names stay taken.
        there.commit(vec![Change::User(UserChange::Create(user(realm, "new")))]).await.unwrap();
        there.commit(vec![Change::User(UserChange::Create(user(realm, "bob")))]).await.unwrap_err();
        there.close().await;
        here.close().await;
    }
}

async fn a_copy_that_stops_anywhere_goes_on_behind_its_last_page(engine: Engine) {
    let source = full(engine).await;
    for destination in destinations() {
        let (mut runs, mut stopped) = (0, true);
        while stopped {
            runs += 1;
            stopped = match part(&source, &destination, runs).await {
                Err(CopyError::Stopped) => true,
                Err(error) => panic!("{error}"),
                Ok(report) => {
                    assert!(report.resumed && report.tables.iter().any(|table| table.now < table.rows), "{report:?}");
                    false
                }
            };
        }
        assert!(runs > 5, "{runs}");
        assert_eq!(rows(&destination).await, rows(&source).await);
        assert!(matches!(whole(&source, &destination).await, Err(CopyError::Complete { .. })));
    }
}

async fn half_a_copy_is_opened_by_nothing_but_the_copy(engine: Engine) {
    let source = full(Engine::Sqlite).await;
    let destination = engine.home();
    assert!(matches!(part(&source, &destination, 3).await, Err(CopyError::Stopped)));
    for role in [Role::Server, Role::Command { create: false }, Role::Command { create: true }] {
        let error = destination.open(role).unwrap_err();
        assert!(matches!(error, OpenError::HalfCopied { .. }), "{error}");
        assert!(error.to_string().contains("run the same `jeton copy` again"), "{error}");
    }
    let filled = Bulk::open(&destination.location()).await.unwrap_err();
    assert!(matches!(filled, OpenError::HalfCopied { .. }), "{filled}");
    let copied = whole(&destination, &Engine::Sqlite.home()).await.unwrap_err();
    assert!(matches!(copied, CopyError::Source(OpenError::HalfCopied { .. })), "{copied}");
    whole(&source, &destination).await.unwrap();
    destination.server();
}

async fn half_a_copy_is_not_continued_from_another_source(engine: Engine) {
    let (source, other) = (full(Engine::Sqlite).await, full(Engine::Sqlite).await);
    let destination = engine.home();
    assert!(matches!(part(&source, &destination, 3).await, Err(CopyError::Stopped)));
    let error = whole(&other, &destination).await.unwrap_err();
    assert!(matches!(error, CopyError::OtherSource { .. }), "{error}");
    assert!(error.to_string().contains(&source.location().to_string()), "{error}");
    let anew = Options { begin: Begin::Anew, ..Options::default() };
    let report = copy(&other.location(), &destination.location(), anew, &mut |_| ControlFlow::Continue(())).await.unwrap();
    assert!(!report.resumed);
    assert_eq!(rows(&destination).await, rows(&other).await);
}

async fn a_destination_with_rows_of_its_own_is_left_alone(engine: Engine) {
    let source = full(Engine::Sqlite).await;
    let occupied = full(engine).await;
    let before = rows(&occupied).await;
    let anew = Options { begin: Begin::Anew, ..Options::default() };
    for options in [Options::default(), anew] {
        let refused = copy(&source.location(), &occupied.location(), options, &mut |_| ControlFlow::Continue(())).await.unwrap_err();
        assert!(matches!(refused, CopyError::Occupied { .. }), "{refused}");
    }
    let same = whole(&occupied, &occupied).await.unwrap_err();
    assert!(matches!(same, CopyError::SamePlace { .. }), "{same}");
    assert_eq!(rows(&occupied).await, before);
    // A server was there and left nothing: that is as good as nothing.
    let empty = engine.home();
    empty.server().close().await;
    whole(&source, &empty).await.unwrap();
}

async fn what_changed_between_two_runs_is_found_by_comparing(engine: Engine) {
    let source = full(engine).await;
    let destination = Engine::Sqlite.home();
    let copied_users = |step: &Step| matches!(step, Step::Copying { table: "login_names", .. });
    let mut watch = |step: Step| if copied_users(&step) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let stopped = copy(&source.location(), &destination.location(), Options::default(), &mut watch).await;
    assert!(matches!(stopped, Err(CopyError::Stopped)));
    let store = source.server();
    let realm = store.realms().await.unwrap()[0].id;
    let user = store.in_realm(realm).user_by_login(&crate::world::fold("bob")).await.unwrap().unwrap();
    store.commit(vec![Change::User(UserChange::RaiseNotBefore { realm, user: user.id(), to: NOW + Seconds(5) })]).await.unwrap();
    store.close().await;
    match whole(&source, &destination).await.unwrap_err() {
        CopyError::Differs { tables } => assert_eq!(tables, ["users"]),
        other => panic!("{other}"),
    }
    assert!(matches!(destination.open(Role::Server), Err(OpenError::HalfCopied { .. })));
    let anew = Options { begin: Begin::Anew, ..Options::default() };
    copy(&source.location(), &destination.location(), anew, &mut |_| ControlFlow::Continue(())).await.unwrap();
    destination.server();
}

async fn a_source_in_use_is_refused(engine: Engine) {
    let source = full(engine).await;
    let destination = Engine::Sqlite.home();
    // Another copy has it, or on SQLite a server.
    let mut second = None;
    let mut watch = |_: Step| {
        second.get_or_insert_with(|| whole_aside(&source, &Engine::Sqlite.home()));
        ControlFlow::Continue(())
    };
    copy(&source.location(), &destination.location(), Options::default(), &mut watch).await.unwrap();
    let second = second.unwrap().unwrap_err();
    assert!(matches!(second, CopyError::Source(OpenError::InUse { .. })), "{second}");
    let server = source.server();
    let membership = server.join(NodeKind::Server, "1.0.0", "the server on one").await.unwrap();
    let refused = whole(&source, &Engine::Sqlite.home()).await.unwrap_err();
    assert!(matches!(refused, CopyError::Source(OpenError::InUse { .. })), "{refused}");
    assert!(engine == Engine::Sqlite || refused.to_string().contains("the server on one (version 1.0.0)"), "{refused}");
    membership.leave().await.unwrap();
    server.close().await;
    whole(&source, &Engine::Sqlite.home()).await.unwrap();
}

async fn a_server_does_not_start_beside_a_copy(engine: Engine) {
    let source = full(engine).await;
    let mut refused = None;
    let mut watch = |_: Step| {
        let start = || -> Result<(), String> {
            let server = source.open(Role::Server).map_err(|error| error.to_string())?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(server.join(NodeKind::Server, "1.0.0", "one")).map(drop).map_err(|error| error.to_string())
        };
        refused.get_or_insert_with(|| std::thread::scope(|scope| scope.spawn(start).join().unwrap()));
        ControlFlow::Continue(())
    };
    copy(&source.location(), &Engine::Sqlite.home().location(), Options::default(), &mut watch).await.unwrap();
    let refused = refused.unwrap().unwrap_err();
    assert!(refused.contains("a copy that reads it") || refused.contains("a command that needs it to itself"), "{refused}");
    // And does right behind it.
    let server = source.server();
    server.join(NodeKind::Server, "1.0.0", "one").await.unwrap();
}

async fn an_older_schema_is_refused_and_left_as_it_is(engine: Engine) {
    let source = full(engine).await;
    let sql = "DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)";
    match source.location() {
        Location::Sqlite { folder } => rusqlite::Connection::open(folder.join("jeton.db")).unwrap().execute_batch(sql).unwrap(),
        Location::Postgres { .. } => source.place().execute(sql),
    }
    let destination = Engine::Sqlite.home();
    let error = whole(&source, &destination).await.unwrap_err();
    assert!(matches!(error, CopyError::Source(OpenError::OlderSchema { .. })), "{error}");
    assert!(!destination.folder().exists());
}

async fn a_destination_in_use_is_refused(engine: Engine) {
    let source = full(Engine::Sqlite).await;
    let other = full(Engine::Sqlite).await;
    let destination = engine.home();
    let mut second = None;
    let mut watch = |_: Step| {
        second.get_or_insert_with(|| whole_aside(&other, &destination));
        ControlFlow::Continue(())
    };
    copy(&source.location(), &destination.location(), Options::default(), &mut watch).await.unwrap();
    let second = second.unwrap().unwrap_err();
    assert!(matches!(second, CopyError::Destination(OpenError::InUse { .. })), "{second}");
}

/// On a thread of its own: the caller stands in a runtime.
fn whole_aside(from: &Home, to: &Home) -> Result<Report, CopyError> {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (from, to) = (from.location(), to.location());
    let run = || runtime().block_on(copy(&from, &to, Options::default(), &mut |_| ControlFlow::Continue(())));
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

async fn a_source_that_is_not_there_makes_no_destination(engine: Engine) {
    let (missing, destination) = (engine.home(), Engine::Sqlite.home());
    let error = whole(&missing, &destination).await.unwrap_err();
    assert!(matches!(error, CopyError::Source(OpenError::NoSuchFolder { .. } | OpenError::EmptyDatabase { .. })), "{error}");
    assert!(!destination.folder().exists());
}

async fn a_newer_schema_is_refused(engine: Engine) {
    let (newer, older) = (full(engine).await, full(Engine::Sqlite).await);
    let sql = "INSERT INTO migrations (version, name, applied_at) VALUES (999, 'from the future', 0)";
    match newer.location() {
        Location::Sqlite { folder } => rusqlite::Connection::open(folder.join("jeton.db")).unwrap().execute_batch(sql).unwrap(),
        Location::Postgres { .. } => newer.place().execute(sql),
    }
    let error = whole(&newer, &Engine::Sqlite.home()).await.unwrap_err();
    assert!(matches!(error, CopyError::Source(OpenError::TooNew { found: 999, .. })), "{error}");
    let error = whole(&older, &newer).await.unwrap_err();
    assert!(matches!(error, CopyError::Destination(OpenError::TooNew { found: 999, .. })), "{error}");
}

async fn bulk_rows_are_checked_and_whole(engine: Engine) {
    let World { home, store, realm } = World::new(engine).await;
    store.close().await;
    let mut bulk = Bulk::open(&home.location()).await.unwrap();
    bulk.drop_indexes().await.unwrap();
    let session = |user: UserId| {
        let change = crate::world::session(&user_of(realm, user));
        vec![
            Cell::Id(change.id.0),
            Cell::Id(realm.0),
            Cell::Id(user.0),
            Cell::Bytes(vec![7; 32]),
            Cell::Int(1),
            Cell::Int(1),
            Cell::Int(1),
            Cell::Int(NOW.as_millis()),
            Cell::Null,
            Cell::Null,
            Cell::Null,
        ]
    };
    let ann = user(realm, "ann");
    // Without the person neither this row nor the one before it is written.
    bulk.write("sessions", &[session(ann.id())]).await.unwrap_err();
    bulk.write("nothing", &[]).await.unwrap_err();
    bulk.write("sessions", &[vec![Cell::Int(1)]]).await.unwrap_err();
    bulk.make_indexes().await.unwrap();
    bulk.close().await.unwrap();
    let store: Store = home.server();
    store.commit(vec![Change::User(UserChange::Create(ann.clone()))]).await.unwrap();
    store.close().await;
    let mut bulk = Bulk::open(&home.location()).await.unwrap();
    let row = session(ann.id());
    let Cell::Id(first) = row[0] else { panic!("an id stands first") };
    bulk.write("sessions", &[row]).await.unwrap();
    bulk.close().await.unwrap();
    let store = home.server();
    let found = store.in_realm(realm).session(jeton_oauth::SessionId(first)).await.unwrap();
    assert_eq!(found.unwrap().session.user, ann.id());
    store.commit(vec![Change::Session(SessionChange::End { realm, id: jeton_oauth::SessionId(first) })]).await.unwrap();
}

fn user_of(realm: jeton_oauth::RealmId, id: UserId) -> jeton_oauth::model::User {
    let mut user = user(realm, "somebody");
    user.account.id = id;
    user
}
