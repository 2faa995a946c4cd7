//! A PostgreSQL that goes away, has no connection left, or takes no writes: clients are told to come
//! back, public documents stay, and all goes on by itself.

use std::{sync::Arc, time::Duration};

use jeton_postgres_test::{Cluster, Place, Way};
use jeton_server::jobs::Jobs;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    call::Call,
    grants::refresh,
    setup::{PASSWORD, Setup},
    staleness::{believed, believing, refused_for_now},
    world::{Engine, Home, World, cases},
};

cases![
    a_database_that_is_gone_is_waited_for_and_found_again,
    a_database_without_a_connection_left_is_waited_for,
    a_database_that_takes_no_writes_any_more_is_waited_for,
    a_database_that_says_nothing_any_more_is_not_waited_for_without_end,
    public_documents_outlive_what_made_their_keys_stale,
    public_documents_of_realms_that_nobody_asked_for_yet_are_there_too,
];

/// A server and what somebody got from it while all was well.
struct Story {
    world: World,
    token: String,
    refresh_token: String,
    cookies: String,
}

impl Story {
    async fn on(place: Place) -> Self {
        Self::at(Home::at(place)).await
    }

    async fn at(home: Home) -> Self {
        let world = World::start_in(Arc::new(home), vec![Setup::new("acme", "standard")]).await;
        let (token, cookies) = believed(&world).await;
        let refresh_token = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
        for path in PUBLIC {
            assert_eq!(world.get(path).send().await.status, 200, "{path}");
        }
        Self { world, token, refresh_token, cookies }
    }

    /// What writes, and what believes.
    fn asks(&self) -> Vec<(&'static str, Call)> {
        let password = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)];
        let mut asks = believing(&self.world, &self.token, &self.cookies);
        asks.push(("a password", self.world.token(&password)));
        asks.push(("a refresh token", self.world.token(&refresh(&self.refresh_token))));
        asks
    }

    async fn is_out(&self) {
        for (name, call) in self.asks() {
            refused_for_now(name, &call.send().await);
        }
        assert_eq!(self.world.get("/health/ready").send().await.status, 503);
        assert!(self.world.app.notice().await.is_err());
        self.shows_public_documents().await;
    }

    async fn shows_public_documents(&self) {
        for path in PUBLIC {
            assert_eq!(self.world.get(path).send().await.status, 200, "{path}");
        }
    }

    async fn is_back(&self) {
        assert_eq!(self.world.get("/health/ready").send().await.status, 200);
        self.world.notice().await;
        for (name, call) in self.asks() {
            let answer = call.send().await;
            assert!(answer.status.as_u16() < 400, "{name}: {}", answer.text());
        }
    }
}

const PUBLIC: [&str; 4] =
    ["/acme/jwks", "/acme/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/acme", "/health/live"];

/// Runs SQL from elsewhere, then ends every session of the database.
fn alter(database: &str, sql: &str) {
    let elsewhere = Cluster::careless().place();
    elsewhere.execute(&format!("ALTER DATABASE {database} {sql}"));
    elsewhere.execute(&format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database}'"));
}

async fn a_database_that_is_gone_is_waited_for_and_found_again(_: Engine) {
    let story = Story::on(Cluster::careless().database("")).await;
    let database = story.world.home.place().database();
    alter(database, "ALLOW_CONNECTIONS false");
    story.is_out().await;
    // What needs no row is made all the same.
    assert_eq!(story.world.token(&[("grant_type", "client_credentials")]).send().await.status, 200);
    alter(database, "ALLOW_CONNECTIONS true");
    story.is_back().await;
}

async fn a_database_without_a_connection_left_is_waited_for(_: Engine) {
    let story = Story::on(Cluster::careless().place().for_role()).await;
    story.world.home.place().limit(0);
    story.is_out().await;
    story.world.home.place().limit(-1);
    story.is_back().await;
}

async fn a_database_that_takes_no_writes_any_more_is_waited_for(_: Engine) {
    let story = Story::on(Cluster::careless().database("")).await;
    let database = story.world.home.place().database();
    alter(database, "SET default_transaction_read_only = on");
    story.is_out().await;
    alter(database, "SET default_transaction_read_only = off");
    story.is_back().await;
}

/// A network that loses everything: nothing is refused, nothing is answered.
async fn a_database_that_says_nothing_any_more_is_not_waited_for_without_end(_: Engine) {
    let story = Story::at(Home::behind_a_passage(Cluster::careless().place())).await;
    story.world.home.passage().set(Way::Silent);
    let mut asking = JoinSet::new();
    // More than any queue lets through at a time.
    for _ in 0..100 {
        for (name, call) in story.asks() {
            asking.spawn(async move { (name, call.send().await) });
        }
    }
    let ready = story.world.get("/health/ready");
    let patience = Duration::from_secs(60);
    let (answers, ready) = timeout(patience, async { (asking.join_all().await, ready.send().await) }).await.expect("everybody is answered");
    for (name, answer) in answers {
        refused_for_now(name, &answer);
    }
    assert_eq!(ready.status, 503);
    assert!(story.world.app.notice().await.is_err());
    story.shows_public_documents().await;
    story.world.home.passage().set(Way::Open);
    story.is_back().await;
}

async fn public_documents_outlive_what_made_their_keys_stale(_: Engine) {
    let story = Story::on(Cluster::careless().database("")).await;
    let database = story.world.home.place().database();
    let realm = story.world.realm("acme").await.id();
    alter(database, "ALLOW_CONNECTIONS false");
    story.world.app.keys.forget(realm);
    story.shows_public_documents().await;
    // But nothing is signed with keys that may have been withdrawn.
    let answer = story.world.token(&[("grant_type", "client_credentials")]).send().await;
    answer.refused(503, "temporarily_unavailable");
    alter(database, "ALLOW_CONNECTIONS true");
    story.is_back().await;
}

async fn public_documents_of_realms_that_nobody_asked_for_yet_are_there_too(_: Engine) {
    let story = Story::on(Cluster::careless().database("")).await;
    let again = story.world.restart().await;
    let jobs = Jobs::spawn(&again.app);
    while !again.app.keys.remembers(Setup::new("acme", "standard").id()) {
        tokio::task::yield_now().await;
    }
    jobs.stop(&again.app).await;
    alter(again.home.place().database(), "ALLOW_CONNECTIONS false");
    for path in PUBLIC {
        assert_eq!(again.get(path).send().await.status, 200, "{path}");
    }
}
