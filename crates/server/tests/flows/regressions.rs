//! What once went wrong, so that it does not again.

use std::time::Duration;

use http::{Method, StatusCode};
use jeton_oauth::{
    Change, Seconds, Timestamp,
    change::{AuditKind, ClientChange, RealmChange, UserChange},
    model::{ClientAuthMethod, PasswordHash},
    secret::SecretText,
    settings::SettingsPatch,
};
use jeton_server::password::PoolOptions;
use tokio::task::JoinSet;

use crate::{
    browser::{Browser, Landed},
    call::Answer,
    grants::{approved_code, query, redemption, refresh},
    setup::{NOW, PASSWORD, SECRET, Setup, client},
    world::{Engine, World, cases},
};

cases![
    a_not_before_from_elsewhere_is_not_outrun_by_refreshing,
    a_not_before_from_elsewhere_is_not_outrun_by_redeeming,
    a_password_changed_while_it_is_hashed_signs_nobody_in,
    parallel_first_sign_ins_upgrade_one_hash_and_all_succeed,
    an_account_under_siege_is_audited_once_a_window,
    a_password_that_was_not_checked_is_no_attempt,
    many_right_passwords_at_once_lock_nobody_out,
    parallel_wrong_passwords_are_compared_no_more_than_the_limit,
    tokens_of_a_removed_client_are_not_its_successors,
    an_epoch_that_is_raised_beside_a_server_is_noticed,
    what_was_revoked_after_a_backup_stays_dead_when_it_is_restored,
    a_request_without_a_token_is_told_no_error_code,
    a_refused_client_is_told_how_to_authenticate,
    a_posted_request_finds_the_session,
];

fn later(seconds: u32) -> Timestamp {
    NOW + Seconds(seconds)
}

/// Raises the not-before of everything that a token of `ann` depends on, one at a time.
fn raised(to: Timestamp) -> [Change; 3] {
    let setup = Setup::new("acme", "standard");
    let (realm, client, user) = (setup.id(), setup.clients[0].key, setup.users[0].id());
    [
        Change::Realm(RealmChange::RaiseNotBefore { realm, to }),
        Change::Client(ClientChange::RaiseNotBefore { realm, client, to }),
        Change::User(UserChange::RaiseNotBefore { realm, user, to }),
    ]
}

async fn a_not_before_from_elsewhere_is_not_outrun_by_refreshing(engine: Engine) {
    for change in raised(later(1)) {
        let world = World::standard(engine).await;
        let token = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
        world.home.open_beside().commit(vec![change.clone()]).await.unwrap();
        world.advance(2);
        let answer = world.token(&refresh(&token)).send().await;
        assert!(!answer.status.is_success(), "{change:?}: {}", answer.text());
        world.app.notice().await.unwrap();
        world.token(&refresh(&token)).send().await.refused(400, "invalid_grant");
    }
}

async fn a_not_before_from_elsewhere_is_not_outrun_by_redeeming(engine: Engine) {
    for change in raised(later(1)) {
        let world = World::standard(engine).await;
        let code = approved_code(&world, "read").await;
        world.home.open_beside().commit(vec![change.clone()]).await.unwrap();
        world.advance(2);
        let answer = world.token(&redemption(&code)).send().await;
        assert!(!answer.status.is_success(), "{change:?}: {}", answer.text());
        world.app.notice().await.unwrap();
        world.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
    }
}

/// Takes a thread half a second.
const DEAR: &str = "$argon2id$v=19$m=19456,t=40,p=1$c2FsdHNhbHRzYWx0c2FsdA$6T86E1F9scG2im1z6SzZT6AsMCjUpPwkmEYxAoNdAKk";

/// Keeps both hashing threads of the world at work, for longer than a store takes to write.
async fn occupied(world: &World) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for _ in 0..2 {
        let pool = world.app.passwords.clone();
        tasks.spawn(async move { drop(pool.verify(SecretText::new("x"), Some(PasswordHash(DEAR.into()))).await) });
    }
    while world.app.passwords.work().verifications < 2 {
        tokio::task::yield_now().await;
    }
    tasks
}

fn by_password(world: &World) -> tokio::task::JoinHandle<Answer> {
    tokio::spawn(world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)]).send())
}

async fn waiting(world: &World, passwords: usize) {
    while world.app.passwords.waiting() < passwords {
        tokio::task::yield_now().await;
    }
}

async fn a_password_changed_while_it_is_hashed_signs_nobody_in(engine: Engine) {
    let world = World::standard(engine).await;
    let ann = Setup::new("acme", "standard").users.remove(0);
    let other = world.app.passwords.hash(SecretText::new("another password")).await.unwrap();
    let busy = occupied(&world).await;
    let answer = by_password(&world);
    waiting(&world, 1).await;
    world
        .app
        .store
        .commit(vec![Change::User(UserChange::SetPassword { realm: ann.realm, user: ann.id(), to: other, at: NOW })])
        .await
        .unwrap();
    answer.await.unwrap().refused(400, "invalid_grant");
    busy.join_all().await;
}

async fn parallel_first_sign_ins_upgrade_one_hash_and_all_succeed(engine: Engine) {
    let mut setup = Setup::new("acme", "standard");
    // bcrypt, from elsewhere.
    setup.users[0].password = Some(PasswordHash("$2b$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e".into()));
    let world = World::start(engine, vec![setup]).await;
    let mut race = JoinSet::new();
    for _ in 0..8 {
        race.spawn(world.token(&[("grant_type", "password"), ("username", "ann"), ("password", "correct horse é")]).send());
    }
    for answer in race.join_all().await {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
}

async fn an_account_under_siege_is_audited_once_a_window(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { password_attempts: Some(2), ..SettingsPatch::default() }).await;
    let wrong = || world.token(&[("grant_type", "password"), ("username", "ann"), ("password", "wrong")]).send();
    for _ in 0..2 {
        wrong().await.refused(400, "invalid_grant");
    }
    for _ in 0..5 {
        assert_eq!(wrong().await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let realm = Setup::new("acme", "standard").id();
    let exceeded = || async {
        let events = world.app.store.in_realm(realm).audit(None, 100).await.unwrap();
        events.iter().filter(|event| event.kind == AuditKind::AttemptsExceeded).count()
    };
    assert_eq!(exceeded().await, 1);
    world.advance(3600);
    wrong().await.refused(400, "invalid_grant");
    wrong().await.refused(400, "invalid_grant");
    wrong().await;
    assert_eq!(exceeded().await, 2);
}

async fn a_password_that_was_not_checked_is_no_attempt(engine: Engine) {
    let setup = Setup::new("acme", "standard").settings(SettingsPatch { password_attempts: Some(1), ..SettingsPatch::default() });
    let world = World::with_pool(engine, setup, PoolOptions { threads: 2, queue: 0 }).await;
    // Nobody waits: both threads have work again as soon as they are done.
    let mut busy = JoinSet::new();
    for _ in 0..2 {
        let pool = world.app.passwords.clone();
        busy.spawn(async move {
            loop {
                drop(pool.verify(SecretText::new("x"), Some(PasswordHash(DEAR.into()))).await);
                tokio::task::yield_now().await;
            }
        });
    }
    while world.app.passwords.work().verifications < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        let answer = by_password(&world).await.unwrap();
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
    busy.shutdown().await;
    // A thread may be at its last one still, and this server lets nobody wait; an attempt would count for an hour.
    let right = async { while by_password(&world).await.unwrap().status != StatusCode::OK {} };
    tokio::time::timeout(Duration::from_secs(60), right).await.expect("a password that was not checked counted");
}

async fn many_right_passwords_at_once_lock_nobody_out(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { password_attempts: Some(3), ..SettingsPatch::default() }).await;
    let mut race = JoinSet::new();
    for _ in 0..12 {
        race.spawn(world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)]).send());
    }
    for answer in race.join_all().await {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
}

async fn parallel_wrong_passwords_are_compared_no_more_than_the_limit(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { password_attempts: Some(3), ..SettingsPatch::default() }).await;
    let mut race = JoinSet::new();
    for _ in 0..12 {
        race.spawn(world.token(&[("grant_type", "password"), ("username", "ann"), ("password", "wrong")]).send());
    }
    let statuses: Vec<_> = race.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 9, "{statuses:?}");
    assert_eq!(world.app.passwords.work().verifications, 3);
}

async fn tokens_of_a_removed_client_are_not_its_successors(engine: Engine) {
    let realm = Setup::new("acme", "standard").id();
    let world =
        World::start(engine, vec![Setup::new("acme", "standard").client("robot", ClientAuthMethod::ClientSecretBasic, |_| {})]).await;
    let issue = || world.post("/acme/token").basic("robot", SECRET).form(&[("grant_type", "client_credentials")]).send();
    let token = issue().await.json()["access_token"].as_str().unwrap().to_owned();
    assert!(world.is_active(&token).await);
    let mut successor = client(realm, "robot", ClientAuthMethod::ClientSecretBasic);
    let removal = ClientChange::Delete { realm, client: successor.key };
    successor.key = jeton_oauth::ClientKey(uuid::Uuid::from_u128(4711));
    successor.created_at = later(1);
    world.app.store.commit(vec![Change::Client(removal), Change::Client(ClientChange::Create(successor))]).await.unwrap();
    world.advance(1);
    assert!(!world.is_active(&token).await);
    assert!(world.is_active(issue().await.json()["access_token"].as_str().unwrap()).await);
}

async fn what_was_revoked_after_a_backup_stays_dead_when_it_is_restored(engine: Engine) {
    let world = World::standard(engine).await;
    let token = world.token(&[("grant_type", "client_credentials")]).send().await.json()["access_token"].as_str().unwrap().to_owned();
    let browser = Browser::new(&world);
    browser.authorize(&query("read")).await.parameters();
    let cookies = browser.cookies();
    // The rows are those of a moment at which neither was revoked nor signed out.
    world.app.store.raise_epoch(later(1)).await.unwrap();
    let world = world.restart().await;
    world.advance(2);
    assert!(!world.is_active(&token).await);
    let list = world.get("/acme/account/tokens").header("cookie", &cookies).send().await;
    assert_eq!(list.status, StatusCode::UNAUTHORIZED);
}

async fn an_epoch_that_is_raised_beside_a_server_is_noticed(engine: Engine) {
    let world = World::standard(engine).await;
    let old = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    world.home.open_beside().raise_epoch(later(1)).await.unwrap();
    world.notice().await;
    world.advance(2);
    world.token(&[("grant_type", "refresh_token"), ("refresh_token", &old)]).send().await.refused(400, "invalid_grant");
    let new = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    let world = world.restart().await;
    assert!(world.is_active(&new).await, "what it issued since is of the epoch that the rows have");
}

async fn a_request_without_a_token_is_told_no_error_code(engine: Engine) {
    let world = World::standard(engine).await;
    let bare = world.get("/acme/userinfo").send().await;
    assert_eq!((bare.status, bare.header("www-authenticate")), (StatusCode::UNAUTHORIZED, Some("Bearer realm=\"acme\"")));
    let wrong = world.get("/acme/userinfo").bearer("wrong").send().await;
    assert!(wrong.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
}

async fn a_refused_client_is_told_how_to_authenticate(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/introspect", "/acme/revoke", "/acme/token"] {
        let answer = world.post(path).form(&[("token", "x"), ("grant_type", "client_credentials")]).send().await;
        answer.refused(401, "invalid_client");
        assert!(answer.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Basic ")), "{path}");
    }
}

async fn a_posted_request_finds_the_session(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    browser.authorize(&query("read")).await.parameters();
    // Another site's form: the browser keeps the cookie back, and sends it when it follows the redirect.
    let posted = world.post("/acme/authorize").form(&query("read")).header("sec-fetch-site", "cross-site").send().await;
    let followed = browser.one(Method::GET, posted.location(), None).await;
    assert!(followed.location().starts_with("https://app.example/callback?code="), "{}", followed.location());
    let unknown = world.post("/acme/authorize").form(&[("client_id", "nobody")]).send().await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    let Landed::Page(page) = Browser::new(&world).get(posted.location()).await else { panic!("nobody is signed in") };
    assert_eq!(page.status, StatusCode::OK);
}
