//! Who may register applications, how many, and how long those that nobody uses stay.

use jeton_oauth::{
    Scope, Seconds,
    manage::{
        Actor, Desk,
        registration::{Lifetime, revoke_token},
    },
    model::{AccountKind, Role},
    settings::{Developers, SettingsPatch, WhoRegisters},
};
use jeton_server::{randomness::SystemRng, unused_registrations};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    browser::Browser,
    call::Answer,
    grants::CHALLENGE,
    registrations::{browser_client, by_token, clients, initial_token, open, read, register, registered, row, text},
    setup::{REDIRECT_URI, Setup},
    world::{Engine, World, cases},
};

cases![
    one_network_registers_a_hundred_in_a_day,
    parallel_registrations_keep_to_the_limit,
    an_initial_access_token_lets_in_as_often_as_it_says,
    initial_access_tokens_end,
    developers_register_what_belongs_to_them,
    what_nobody_uses_leaves,
];

async fn one_network_registers_a_hundred_in_a_day(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let from = |address: &str| world.post("/acme/register").peer(address).json(&browser_client()).send();
    for turn in 0..100 {
        let answer = from("203.0.113.7").await;
        assert_eq!(answer.status, 201, "{turn}: {}", answer.text());
    }
    world.advance(3600);
    let refused = from("203.0.113.7").await;
    refused.refused(429, "temporarily_unavailable");
    assert_eq!(refused.header("retry-after"), Some("82800"), "the rest of the day");
    assert_eq!(clients(&world).await, 101);
    assert_eq!(from("203.0.113.8").await.status, 201, "another network");
    world.advance(82_800);
    assert_eq!(from("203.0.113.7").await.status, 201, "the next day");
}

async fn parallel_registrations_keep_to_the_limit(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { registrations_per_network: Some(3), ..open() }).await;
    let mut running = JoinSet::new();
    for turn in 0..12 {
        // One customer has a whole /64.
        let call = world.post("/acme/register").peer(&format!("2001:db8::{turn:x}")).json(&browser_client());
        running.spawn(call.send());
    }
    let answers = running.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 9);
    // What was refused for what it says counts for nothing.
    for _ in 0..5 {
        world.post("/acme/register").peer("203.0.113.9").json(&json!({})).send().await.refused(400, "invalid_redirect_uri");
    }
    assert_eq!(world.post("/acme/register").peer("203.0.113.9").json(&browser_client()).send().await.status, 201);
}

async fn an_initial_access_token_lets_in_as_often_as_it_says(engine: Engine) {
    let mut other = Setup::new("other", "standard");
    other.config.settings = by_token();
    let world = World::start(engine, vec![Setup::new("acme", "standard").settings(by_token()), other]).await;
    let nothing = register(&world, &browser_client()).await;
    assert_eq!((nothing.status.as_u16(), nothing.header("www-authenticate")), (401, Some("Bearer realm=\"acme\"")));
    let (_, token) = initial_token(&world, "acme", Lifetime { uses: Some(2), seconds: None }).await;
    let by = |token: &str, document: Value| world.post("/acme/register").bearer(token).json(&document).send();
    for wrong in ["x", "jtn_it_AAAA", &text(&world.ann("read").await, "access_token")] {
        by(wrong, browser_client()).await.refused(401, "invalid_token");
    }
    world.post("/other/register").bearer(&token).json(&browser_client()).send().await.refused(401, "invalid_token");
    // Credentials come first, and what is refused uses nothing up.
    world.post("/acme/register").body("text/plain", b"x").send().await.refused(401, "invalid_token");
    by(&token, json!({})).await.refused(400, "invalid_redirect_uri");
    let mut running = JoinSet::new();
    for _ in 0..8 {
        running.spawn(by(&token, json!({ "grant_types": ["client_credentials"], "scope": "read" })));
    }
    let answers = running.join_all().await;
    let winners: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(winners.len(), 2);
    answers.iter().filter(|answer| answer.status != 201).for_each(|answer| answer.refused(401, "invalid_token"));
    let client = winners[0].json();
    assert_eq!(client["response_types"], json!([]));
    let form = [("grant_type", "client_credentials")];
    let answer = world.post("/acme/token").basic(&text(&client, "client_id"), &text(&client, "client_secret")).form(&form).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn initial_access_tokens_end(engine: Engine) {
    let world = World::with_settings(engine, by_token()).await;
    let (_, short) = initial_token(&world, "acme", Lifetime { seconds: Some(Seconds(60)), uses: None }).await;
    let (long, text_of_long) = initial_token(&world, "acme", Lifetime::default()).await;
    let by = |token: &str| world.post("/acme/register").bearer(token).json(&browser_client()).send();
    assert_eq!(by(&short).await.status, 201);
    world.advance(60);
    by(&short).await.refused(401, "invalid_token");
    assert_eq!(by(&text_of_long).await.status, 201);
    let realm = world.realm("acme").await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
    let revoked = revoke_token(&long, &mut desk).unwrap();
    world.commit_all(revoked.changes).await;
    by(&text_of_long).await.refused(401, "invalid_token");
    // Ended ones are listed for a while, and leave.
    let rows = world.app.store.in_realm(realm.id());
    let all = || rows.initial_access_tokens(jeton_oauth::InitialAccessTokenId(uuid::Uuid::nil()), 10);
    assert_eq!(all().await.unwrap().len(), 1);
    world.advance(91 * 86_400);
    assert_eq!(world.app.store.sweep(world.app.now(), 100).await.unwrap().initial_access_tokens, 1);
    assert_eq!(all().await.unwrap().len(), 0);
}

async fn developers_register_what_belongs_to_them(engine: Engine) {
    let settings = SettingsPatch {
        registration: Some(WhoRegisters::Developers),
        developers: Some(Developers::Invited),
        applications_per_developer: Some(1),
        ..SettingsPatch::default()
    };
    let developer = Role { name: "developer".into(), permissions: Vec::new() };
    let setup = Setup::new("acme", "standard")
        .settings(settings)
        .web(|web| web.scope = web.scope.union(&Scope::parse("jeton:clients").unwrap()))
        .ann(|ann| ann.roles = vec![developer.clone()])
        .person("bob", |_| {})
        .person("robot", |robot| {
            robot.roles = vec![developer.clone()];
            robot.account.kind = AccountKind::ApiUser;
        });
    let world = World::start(engine, vec![setup]).await;
    let token = async |who: &str, scope: &str| {
        let form = [("grant_type", "password"), ("username", who), ("password", crate::setup::PASSWORD), ("scope", scope)];
        world.token(&form).send().await.member("access_token")
    };
    let by = |token: String| world.post("/acme/register").bearer(&token).json(&json!({ "grant_types": ["client_credentials"] })).send();
    by("x".into()).await.refused(401, "invalid_token");
    assert_eq!(register(&world, &browser_client()).await.status, 401);
    by(token("ann", "read").await).await.refused(403, "insufficient_scope");
    by(token("bob", "jeton:clients").await).await.refused(403, "access_denied");
    by(token("robot", "jeton:clients").await).await.refused(403, "access_denied");
    let made = by(token("ann", "jeton:clients").await).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let owner = row(&world, &made.member("client_id")).await.unwrap().owner;
    assert!(owner.is_some() && made.json().get("owner").is_none());
    // No more than one may own here, be it on pages or by this way.
    let more = by(token("ann", "jeton:clients").await).await;
    assert!(more.status == 409 && more.text().contains("as many as one may"), "{}", more.text());
    // The application's own token is nobody's.
    let form = [("grant_type", "client_credentials"), ("scope", "read jeton:clients")];
    by(world.token(&form).send().await.member("access_token")).await.refused(403, "insufficient_scope");
}

async fn what_nobody_uses_leaves(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { registration_unused_lifetime: Some(Seconds(86_400)), ..open() }).await;
    let document = json!({ "redirect_uris": [REDIRECT_URI], "scope": "openid read" });
    let (used, proven, idle) =
        (registered(&world, &document).await, registered(&world, &document).await, registered(&world, &document).await);
    // `web`, which an operator made, stays whatever happens.
    let id = text(&used, "client_id");
    let query = [
        ("client_id", id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    Browser::new(&world).authorize(&query).await.parameters();
    let look = async || while unused_registrations::step(&world.app, &*world.realm("acme").await).await.unwrap() {};
    look().await;
    assert_eq!(clients(&world).await, 4, "nobody leaves before a day is over");
    world.advance(86_000);
    let introspected =
        world.post("/acme/introspect").basic(&text(&proven, "client_id"), &text(&proven, "client_secret")).form(&[("token", "x")]).send();
    assert_eq!(introspected.await.status, 200);
    world.count().await;
    world.advance(500);
    look().await;
    assert_eq!(row(&world, &text(&idle, "client_id")).await, None);
    read(&world, &idle).await.refused(401, "invalid_token");
    assert_eq!((read(&world, &used).await.status.as_u16(), read(&world, &proven).await.status.as_u16()), (200, 200));
    // Whose only use was a proof long ago leaves later; who was approved stays.
    world.advance(2 * 86_400);
    look().await;
    world.advance(2 * 86_400);
    look().await;
    assert_eq!(row(&world, &text(&proven, "client_id")).await, None);
    assert!(row(&world, &id).await.is_some() && row(&world, "web").await.is_some());
}
