//! What a guess at a password meets: one answer, equal work, and an end of guessing.

use http::StatusCode;
use jeton_oauth::{
    model::{AccountKind, PasswordHash, Status},
    secret::SecretText,
    settings::{GrantType, SettingsPatch},
};
use jeton_server::password::{PoolOptions, Work};
use tokio::task::JoinSet;

use crate::{
    browser::{Browser, Landed, form},
    call::Answer,
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    every_wrong_sign_in_is_one_answer_and_equal_work,
    every_wrong_sign_in_on_the_page_is_one_answer_and_equal_work,
    of_thirty_parallel_guesses_no_more_than_the_limit_are_hashed,
    page_and_grant_share_one_limit,
    a_window_later_the_right_password_is_right_again,
    a_right_password_gives_its_attempt_back,
    strangers_do_not_lock_a_known_device_out,
    a_known_device_guesses_no_more_than_others,
    guesses_are_counted_by_network_as_a_trusted_proxy_tells_it,
    who_is_no_trusted_proxy_changes_its_network_by_no_header,
    the_password_grant_is_off_unless_a_client_has_it,
    an_imported_hash_is_upgraded_at_sign_in,
    an_imported_hash_tells_by_its_work_of_nobody,
    a_kind_that_nobody_has_any_more_is_no_decoy,
    while_passwords_wait_other_endpoints_answer,
    a_verified_address_signs_in_and_another_does_not,
];

fn people() -> Setup {
    Setup::new("acme", "standard")
        .person("gon", |user| user.account.status = Status::Disabled)
        .person("bot", |user| user.account.kind = AccountKind::ApiUser)
        .person("nop", |user| user.password = None)
        .person("bob", |user| user.email = user.email.clone().map(|email| jeton_oauth::model::Email { verified: false, ..email }))
}

fn attempts(limit: u32) -> SettingsPatch {
    SettingsPatch { password_attempts: Some(limit), ..SettingsPatch::default() }
}

fn since(world: &World, before: Work) -> (u64, u64) {
    let now = world.app.passwords.work();
    (now.verifications - before.verifications, now.filled - before.filled)
}

async fn grant(world: &World, username: &str, password: &str) -> Answer {
    world.token(&[("grant_type", "password"), ("username", username), ("password", password)]).send().await
}

async fn grant_from(world: &World, peer: &str, username: &str, password: &str) -> Answer {
    world.token(&[("grant_type", "password"), ("username", username), ("password", password)]).peer(peer).send().await
}

async fn page(world: &World, username: &str, password: &str) -> Answer {
    world.post("/acme/sign-in").sent_by_our_page().form(&[("username", username), ("password", password)]).send().await
}

async fn every_wrong_sign_in_is_one_answer_and_equal_work(engine: Engine) {
    let world = World::start(engine, vec![people()]).await;
    let mut seen = Vec::new();
    for (username, password) in
        [("ann", "wrong"), ("nobody", PASSWORD), ("gon", PASSWORD), ("nop", PASSWORD), ("bob@example.com", PASSWORD), ("\u{1}", PASSWORD)]
    {
        let before = world.app.passwords.work();
        let answer = grant(&world, username, password).await;
        answer.refused(400, "invalid_grant");
        seen.push((username, answer.headers.clone(), answer.body.clone(), since(&world, before)));
    }
    for (username, headers, body, work) in &seen {
        assert_eq!((headers, body, work), (&seen[0].1, &seen[0].2, &seen[0].3), "{username}");
    }
    assert_eq!(seen[0].3.0, 1);
}

async fn every_wrong_sign_in_on_the_page_is_one_answer_and_equal_work(engine: Engine) {
    let world = World::start(engine, vec![people()]).await;
    let mut seen = Vec::new();
    for (username, password) in [("ann", "wrong"), ("who", PASSWORD), ("gon", PASSWORD), ("bot", PASSWORD), ("nop", PASSWORD)] {
        let before = world.app.passwords.work();
        let answer = page(&world, username, password).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (400, None), "{username}");
        seen.push((
            username,
            answer.headers.clone(),
            answer.page_text().replace(&format!("value=\"{username}\""), "value=\"NAME\""),
            since(&world, before),
        ));
    }
    for (username, headers, body, work) in &seen {
        assert_eq!((headers, body, work), (&seen[0].1, &seen[0].2, &seen[0].3), "{username}");
    }
    assert_eq!(grant(&world, "bot", PASSWORD).await.status, 200, "an API user has the grant, and no page");
}

async fn of_thirty_parallel_guesses_no_more_than_the_limit_are_hashed(engine: Engine) {
    for username in ["ann", "nobody"] {
        let world = World::with_settings(engine, attempts(10)).await;
        let mut race = JoinSet::new();
        for number in 0..30 {
            race.spawn(world.token(&[("grant_type", "password"), ("username", username), ("password", &format!("guess {number}"))]).send());
        }
        let answers = race.join_all().await;
        let with = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((with(StatusCode::BAD_REQUEST), with(StatusCode::TOO_MANY_REQUESTS)), (10, 20), "{username}");
        assert!(
            answers
                .iter()
                .filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS)
                .all(|answer| answer.header("retry-after") == Some("30"))
        );
        assert_eq!(world.app.passwords.work().verifications, 10, "{username}");
        assert_eq!(grant(&world, username, PASSWORD).await.status, 429, "not even the right one");
    }
}

async fn page_and_grant_share_one_limit(engine: Engine) {
    let world = World::with_settings(engine, attempts(4)).await;
    // However the name is written, it is one account's.
    for name in ["ann", "ANN", " Ann "] {
        grant(&world, name, "wrong").await.refused(400, "invalid_grant");
    }
    assert_eq!(page(&world, "ａｎｎ", "wrong").await.status, 400);
    let page = page(&world, "ann", PASSWORD).await;
    assert_eq!((page.status.as_u16(), page.header("set-cookie")), (429, None));
    assert_eq!(page.header("retry-after"), Some("30"));
    assert_eq!(grant(&world, "ann", PASSWORD).await.status, 429);
}

async fn a_window_later_the_right_password_is_right_again(engine: Engine) {
    let world = World::with_settings(engine, attempts(2)).await;
    for _ in 0..2 {
        grant_from(&world, "198.51.100.9", "ann", "wrong").await.refused(400, "invalid_grant");
    }
    world.advance(899);
    let waits = grant_from(&world, "198.51.100.9", "ann", PASSWORD).await;
    assert_eq!((waits.status.as_u16(), waits.header("retry-after")), (429, Some("1")));
    world.advance(1);
    assert_eq!(grant_from(&world, "198.51.100.9", "ann", PASSWORD).await.status, 200);
}

async fn a_right_password_gives_its_attempt_back(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { client_attempts: Some(2), ..attempts(2) }).await;
    let grant = async |password| grant_from(&world, "198.51.100.9", "ann", password).await;
    grant("wrong").await.refused(400, "invalid_grant");
    for _ in 0..4 {
        assert_eq!(grant(PASSWORD).await.status, 200);
    }
    grant("wrong").await.refused(400, "invalid_grant");
    assert_eq!(grant(PASSWORD).await.status, 429, "a wrong one was not forgotten");
}

async fn sign_in(browser: &Browser<'_>, username: &str, password: &str) -> u16 {
    let page = browser.get("/acme/sign-in").await.page();
    match browser.submit(&form(&page).unwrap(), &[("username", username), ("password", password)]).await {
        Landed::Page(page) => page.status.as_u16(),
        Landed::Elsewhere(url) => panic!("was sent to {url}"),
    }
}

async fn strangers_do_not_lock_a_known_device_out(engine: Engine) {
    let setup = people().settings(attempts(3)).person("eve", |_| {});
    let world = World::start(engine, vec![setup]).await;
    let (known, eve) = (Browser::new(&world), Browser::new(&world));
    assert_eq!((sign_in(&known, "ann", PASSWORD).await, sign_in(&eve, "eve", PASSWORD).await), (200, 200));
    for _ in 0..3 {
        assert_eq!(page(&world, "ann", "wrong").await.status, 400);
    }
    assert_eq!(sign_in(&eve, "ann", PASSWORD).await, 429, "a device of one account is no device of another");
    assert_eq!(sign_in(&Browser::new(&world), "ann", PASSWORD).await, 429);
    assert_eq!(sign_in(&known, "ann", PASSWORD).await, 200);
}

async fn a_known_device_guesses_no_more_than_others(engine: Engine) {
    let world = World::with_settings(engine, attempts(3)).await;
    let known = Browser::new(&world);
    assert_eq!(sign_in(&known, "ann", PASSWORD).await, 200);
    for _ in 0..3 {
        assert_eq!(sign_in(&known, "ann", "wrong").await, 400);
    }
    assert_eq!(sign_in(&known, "ann", PASSWORD).await, 429);
}

/// A guess at another account each time, so that only the network's limit counts.
async fn guess_from(world: &World, peer: &str, forwarded: &str, username: &str) -> u16 {
    let form = [("grant_type", "password"), ("username", username), ("password", "wrong")];
    world.token(&form).peer(peer).header("x-forwarded-for", forwarded).send().await.status.as_u16()
}

fn of_one_network(limit: u32) -> SettingsPatch {
    SettingsPatch { network_attempts: Some(limit), ..SettingsPatch::default() }
}

async fn guesses_are_counted_by_network_as_a_trusted_proxy_tells_it(engine: Engine) {
    let world = World::with_settings(engine, of_one_network(2)).await;
    for name in ["one", "two"] {
        assert_eq!(guess_from(&world, "10.0.0.1", "203.0.113.5", name).await, 400);
    }
    assert_eq!(guess_from(&world, "10.0.0.1", "203.0.113.5", "three").await, 429);
    // By another proxy, and with a lie in front, it is the same network.
    assert_eq!(guess_from(&world, "10.0.0.2", "192.0.2.9, 203.0.113.5, 10.0.0.1", "four").await, 429);
    assert_eq!(guess_from(&world, "10.0.0.1", "203.0.113.6", "five").await, 400, "another person behind the proxy");
}

async fn who_is_no_trusted_proxy_changes_its_network_by_no_header(engine: Engine) {
    let world = World::with_settings(engine, of_one_network(2)).await;
    for (at, name) in ["one", "two"].into_iter().enumerate() {
        assert_eq!(guess_from(&world, "198.51.100.9", &format!("203.0.113.{at}"), name).await, 400);
    }
    assert_eq!(guess_from(&world, "198.51.100.9", "203.0.113.77", "three").await, 429);
}

async fn the_password_grant_is_off_unless_a_client_has_it(engine: Engine) {
    let setup = Setup::new("acme", "standard").web(|web| web.grant_types.retain(|grant| *grant != GrantType::Password));
    let world = World::start(engine, vec![setup]).await;
    grant(&world, "ann", PASSWORD).await.refused(400, "unauthorized_client");
    assert_eq!(world.app.passwords.work().verifications, 0);
}

async fn an_imported_hash_is_upgraded_at_sign_in(engine: Engine) {
    let imported = PasswordHash(bcrypt::hash(PASSWORD, 4).unwrap());
    let setup = Setup::new("acme", "standard").ann(|ann| ann.password = Some(imported.clone()));
    let (realm, ann) = (setup.id(), setup.users[0].id());
    let world = World::start(engine, vec![setup]).await;
    let stored = || async { world.app.store.in_realm(realm).user(ann).await.unwrap().unwrap().password.unwrap() };
    grant(&world, "ann", "wrong").await.refused(400, "invalid_grant");
    assert_eq!(stored().await, imported, "a wrong password changes nothing");
    assert_eq!(grant(&world, "ann", PASSWORD).await.status, 200);
    let upgraded = stored().await;
    assert!(upgraded.0.starts_with("$argon2id$"), "{}", upgraded.0);
    assert_eq!((sign_in(&Browser::new(&world), "ann", PASSWORD).await, stored().await == upgraded), (200, true));
}

/// How much a wrong password for `username` costs: Argon2's memory, and rounds of what came from elsewhere.
async fn cost_of(world: &World, username: &str) -> (u64, u64) {
    let before = world.app.passwords.work();
    grant(world, username, "wrong").await.refused(400, "invalid_grant");
    let after = world.app.passwords.work();
    assert_eq!((after.verifications - before.verifications, after.hashes), (1, before.hashes), "{username}");
    (after.filled - before.filled, after.rounds - before.rounds)
}

fn moved_in() -> Setup {
    let bcrypt = PasswordHash(bcrypt::hash(PASSWORD, 4).unwrap());
    // phpass: WordPress, from `correct horse é`.
    let phpass = PasswordHash("$P$52l0lArGJEkUh9XCwQY/JcCqLWcykj0".into());
    Setup::new("acme", "standard")
        .ann(|ann| ann.password = Some(bcrypt.clone()))
        .person("bob", |bob| bob.password = Some(bcrypt))
        .person("wpa", |wpa| wpa.password = Some(phpass))
        .person("nop", |nop| nop.password = None)
}

async fn an_imported_hash_tells_by_its_work_of_nobody(engine: Engine) {
    let generous = SettingsPatch { network_attempts: Some(1_000_000), client_attempts: Some(1_000_000), ..attempts(1_000_000) };
    let world = World::start(engine, vec![moved_in().settings(generous)]).await;
    let (bcrypt, phpass) = ((0, 16), (0, 128));
    assert_eq!((cost_of(&world, "ann").await, cost_of(&world, "wpa").await), (bcrypt, phpass));
    let mut seen = std::collections::BTreeMap::<_, u32>::new();
    for number in 0..80 {
        let name = format!("nobody{number}");
        let cost = cost_of(&world, &name).await;
        if number < 5 {
            assert_eq!(cost_of(&world, &name.to_uppercase()).await, cost, "a name costs the same every time, {name}");
        }
        *seen.entry(cost).or_default() += 1;
    }
    let ours = (19_456 * 2, 0);
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), [bcrypt, phpass, ours], "{seen:?}");
    assert!([bcrypt, phpass, ours].contains(&cost_of(&world, "nop").await), "somebody without a password");
}

async fn a_kind_that_nobody_has_any_more_is_no_decoy(engine: Engine) {
    let bcrypt = PasswordHash(bcrypt::hash(PASSWORD, 4).unwrap());
    let world = World::start(engine, vec![Setup::new("acme", "standard").ann(|ann| ann.password = Some(bcrypt))]).await;
    assert_eq!(cost_of(&world, "nobody").await, (0, 16), "all people have bcrypt");
    assert_eq!(grant(&world, "ann", PASSWORD).await.status, 200);
    world.advance(61);
    assert_eq!((cost_of(&world, "ann").await, cost_of(&world, "nobody").await), ((19_456 * 2, 0), (19_456 * 2, 0)));
}

async fn while_passwords_wait_other_endpoints_answer(engine: Engine) {
    let world = World::with_pool(engine, Setup::new("acme", "standard"), PoolOptions { threads: 1, queue: 8 }).await;
    // Long enough that all below is over before the last of them.
    let dear = PasswordHash(bcrypt::hash("x", 14).unwrap());
    let mut waiting = JoinSet::new();
    for _ in 0..9 {
        let (pool, dear) = (world.app.passwords.clone(), dear.clone());
        waiting.spawn(async move { pool.verify(SecretText::new("y"), Some(dear)).await });
    }
    while world.app.passwords.waiting() < 8 {
        tokio::task::yield_now().await;
    }
    let refused = grant(&world, "ann", PASSWORD).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().unwrap() >= 1));
    let page = page(&world, "ann", PASSWORD).await;
    assert_eq!((page.status.as_u16(), page.header("retry-after").is_some()), (429, true));
    assert_eq!(world.post("/acme/token").basic("web", SECRET).form(&[("grant_type", "client_credentials")]).send().await.status, 200);
    assert_eq!(world.get("/acme/jwks").send().await.status, 200);
    assert!(world.app.passwords.waiting() > 0, "they waited all the while");
}

async fn a_verified_address_signs_in_and_another_does_not(engine: Engine) {
    let world = World::start(engine, vec![people()]).await;
    assert_eq!(grant(&world, "Ann@Example.com", PASSWORD).await.status, 200);
    grant(&world, "bob@example.com", PASSWORD).await.refused(400, "invalid_grant");
    assert_eq!(grant(&world, "bob", PASSWORD).await.status, 200);
}
