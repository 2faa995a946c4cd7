//! How often, and how it ended.

use http::StatusCode;
use jeton_oauth::{Timestamp, activity::Grain, settings::SettingsPatch};
use jeton_store::Sums;
use serde_json::Value;

use crate::{
    admins::Admin,
    browser::Browser,
    failures,
    forms::{form_to, signed_in},
    grants::{approved_code, query, redemption, refresh},
    of_call, of_client,
    setup::SECRET,
    world::{Engine, World, cases},
};

cases![
    each_grant_is_counted_with_how_it_ended,
    a_realm_counts_what_its_clients_and_strangers_ask_for,
    sign_ins_on_the_page_are_counted_apart,
    an_hour_ends_with_its_clock_and_numbers_become_days_in_the_end,
    old_numbers_leave_after_a_year,
    a_secret_shows_from_where_it_was_used_in_the_last_hour,
    what_is_asked_for_wrongly_is_a_problem,
    numbers_that_could_not_be_written_are_written_later,
    a_removed_client_takes_its_numbers_along,
    a_password_asked_for_before_a_change_is_no_sign_in,
    a_refusal_after_the_proof_uses_the_secret_all_the_same,
    when_a_secret_was_used_last_is_said_at_once,
];

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn each_grant_is_counted_with_how_it_ended(engine: Engine) {
    let world = World::standard(engine).await;
    let code = approved_code(&world, "openid read").await;
    let tokens = world.token(&redemption(&code)).send().await.json();
    world.token(&refresh(tokens["refresh_token"].as_str().unwrap())).send().await;
    world.token(&CREDENTIALS).send().await;
    world.token(&CREDENTIALS).send().await;
    assert_eq!(world.token(&[("grant_type", "client_credentials"), ("scope", "nonsense")]).send().await.status, StatusCode::BAD_REQUEST);
    world.ann("read").await;
    assert!(world.is_active(tokens["access_token"].as_str().unwrap()).await);
    world.post("/acme/revoke").basic("web", SECRET).form(&[("token", "nobody's")]).send().await;
    world.get("/acme/userinfo").bearer(tokens["access_token"].as_str().unwrap()).send().await;
    world.count().await;

    let figures = of_client(&world, "web", "24h").await;
    for (call, expected) in [
        ("authorize", (1, 0)),
        ("authorization_code", (1, 0)),
        ("refresh_token", (1, 0)),
        ("client_credentials", (2, 1)),
        ("password", (1, 0)),
        ("introspection", (1, 0)),
        ("revocation", (1, 0)),
        ("userinfo", (1, 0)),
    ] {
        assert_eq!(of_call(&figures, call), expected, "{call}: {figures}");
    }
    let items = figures["items"].as_array().unwrap();
    assert_eq!((items.len(), items[23]["answered"].as_u64(), items[23]["refused"].as_u64()), (24, Some(9), Some(1)), "{figures}");
    assert_eq!(figures["reasons"][0]["reason"], "unknown_scope");
    world.count().await;
    assert_eq!(of_client(&world, "web", "24h").await["calls"], figures["calls"], "what is written is not written again");
}

async fn a_realm_counts_what_its_clients_and_strangers_ask_for(engine: Engine) {
    let world = World::standard(engine).await;
    world.token(&CREDENTIALS).send().await;
    world.post("/acme/token").basic("nobody", "x").form(&CREDENTIALS).send().await;
    world.count().await;
    for span in ["1h", "24h", "7d", "30d", "1y"] {
        let figures = of_realm(&world, span).await;
        assert_eq!(of_call(&figures, "client_credentials"), (1, 1), "{span}: {figures}");
        assert_eq!(figures["reasons"][0]["reason"], "unknown_client");
    }
    assert_eq!(of_call(&of_client(&world, "web", "24h").await, "client_credentials"), (1, 0));
}

async fn sign_ins_on_the_page_are_counted_apart(engine: Engine) {
    let world = World::standard(engine).await;
    let wrong = Browser::of(&world, "ann", "not her password");
    wrong.authorize(&query("openid")).await;
    Browser::new(&world).authorize(&query("openid")).await;
    world.ann("read").await;
    world.count().await;
    let (answered, refused) = of_call(&of_realm(&world, "1h").await, "sign_in");
    assert!(answered == 1 && refused >= 1, "{answered} {refused}");
}

async fn an_hour_ends_with_its_clock_and_numbers_become_days_in_the_end(engine: Engine) {
    let world = World::standard(engine).await;
    // 1,800,000,000 is on the hour.
    world.advance(3599);
    world.token(&CREDENTIALS).send().await;
    world.advance(1);
    world.token(&CREDENTIALS).send().await;
    world.token(&CREDENTIALS).send().await;
    world.count().await;
    let hours = |figures: &Value| -> Vec<u64> {
        figures["items"].as_array().unwrap().iter().map(|item| item["answered"].as_u64().unwrap()).filter(|times| *times > 0).collect()
    };
    assert_eq!(hours(&of_client(&world, "web", "24h").await), [1, 2]);
    for span in ["24h", "7d", "30d", "1y"] {
        assert_eq!(of_call(&of_client(&world, "web", span).await, "client_credentials"), (3, 0), "{span}");
    }
    world.advance(16 * 86_400);
    while world.app.store.fold_activity(world.clock.now(), 2).await.unwrap() {}
    for (span, expected) in [("24h", 0), ("7d", 0), ("30d", 3), ("1y", 3)] {
        assert_eq!(of_call(&of_client(&world, "web", span).await, "client_credentials"), (expected, 0), "{span}");
    }
    assert_eq!(hours(&of_client(&world, "web", "30d").await), [3], "they are one day's now");
}

async fn old_numbers_leave_after_a_year(engine: Engine) {
    let world = World::standard(engine).await;
    world.token(&CREDENTIALS).send().await;
    world.token(&[("grant_type", "client_credentials"), ("scope", "nonsense")]).send().await;
    world.count().await;
    world.advance(367 * 86_400);
    while world.app.store.fold_activity(world.clock.now(), 5).await.unwrap() {}
    let figures = of_client(&world, "web", "1y").await;
    assert!(figures["calls"].as_array().unwrap().is_empty() && figures["failures"].as_array().unwrap().is_empty(), "{figures}");
}

async fn a_secret_shows_from_where_it_was_used_in_the_last_hour(engine: Engine) {
    let world = World::standard(engine).await;
    for last in 1..=12 {
        world.advance(1);
        world.token(&CREDENTIALS).peer(&format!("192.0.2.{last}")).send().await;
        world.count().await;
    }
    let figures = of_client(&world, "web", "24h").await;
    let expected: Vec<String> = (5..=12).rev().map(|last| format!("192.0.2.{last}")).collect();
    assert_eq!(addresses(&figures), expected, "the latest eight");
    assert!(figures["secrets"][0]["last_used_at"].is_string(), "{figures}");
    world.advance(3601);
    let later = of_client(&world, "web", "24h").await;
    assert!(later["secrets"][0]["addresses"].as_array().unwrap().is_empty(), "{later}");
}

async fn what_is_asked_for_wrongly_is_a_problem(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    admin.get("/realms/acme/activity?span=2h").await.problem(400);
    admin.get("/realms/acme/activity?limit=2").await.problem(400);
    admin.get("/realms/nowhere/activity").await.problem(404);
    admin.get("/realms/acme/clients/nobody/activity").await.problem(404);
    let other = Admin::new(&world, jeton_oauth::manage::AdministratorRole::Auditor, &["admin"], "all").await;
    other.get("/realms/acme/activity").await.problem(404);
}

async fn numbers_that_could_not_be_written_are_written_later(engine: Engine) {
    if !engine.is_shared() {
        return;
    }
    let world = World::standard(engine).await;
    let both = async |from: &str| {
        world.token(&CREDENTIALS).peer(from).send().await;
        world.token(&[CREDENTIALS[0], ("scope", "refunds")]).peer(from).send().await;
        world.count().await;
    };
    for (table, from) in [("activity", "192.0.2.1"), ("client_failures", "192.0.2.2"), ("secret_addresses", "192.0.2.3")] {
        world.home.execute(&format!("ALTER TABLE {table} RENAME TO away"));
        both(from).await;
        world.home.execute(&format!("ALTER TABLE away RENAME TO {table}"));
        world.advance(1);
    }
    both("192.0.2.4").await;
    let figures = of_client(&world, "web", "24h").await;
    assert_eq!(of_call(&figures, "client_credentials"), (4, 4), "{figures}");
    assert_eq!(failures(&figures).iter().map(|(reason, ..)| reason.as_str()).collect::<Vec<_>>(), ["unknown_scope"; 4]);
    assert_eq!(addresses(&figures), ["192.0.2.4", "192.0.2.3", "192.0.2.2", "192.0.2.1"]);
}

async fn a_removed_client_takes_its_numbers_along(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch::default()).await;
    let realm = world.realm("acme").await.id();
    let web = world.app.store.in_realm(realm).client("web").await.unwrap().unwrap().key;
    world.token(&CREDENTIALS).send().await;
    world.token(&[("grant_type", "client_credentials"), ("scope", "nonsense")]).send().await;
    world.count().await;
    assert_eq!(Admin::owner(&world).await.delete("/realms/acme/clients/web").await.status, StatusCode::NO_CONTENT);
    while world.app.store.clear_deleted(1).await.unwrap() {}
    let rows = world.app.store.in_realm(realm);
    let hours = Sums { grain: Grain::Hour, since: Timestamp::default(), millis: Grain::Hour.millis() };
    assert_eq!(rows.activity_of(web, hours).await.unwrap(), []);
    assert_eq!(rows.failures_of(web).await.unwrap(), []);
    assert!(!rows.activity(hours).await.unwrap().is_empty(), "the realm's stay");
}

async fn a_password_asked_for_before_a_change_is_no_sign_in(engine: Engine) {
    let settings = SettingsPatch { password_attempts: Some(3), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get("/acme/account/security").await.page();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let wrong = [("current", "not hers"), ("password", "a new password of hers")];
        statuses.push(ann.submit(&form_to(&page, "/security/password"), &wrong).await.page().status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 429, 429]);
    world.count().await;
    assert_eq!(of_call(&of_realm(&world, "1h").await, "sign_in"), (1, 0));
}

async fn a_refusal_after_the_proof_uses_the_secret_all_the_same(engine: Engine) {
    for path in ["/acme/introspect", "/acme/revoke"] {
        let world = World::standard(engine).await;
        let refused = world.post(path).basic("web", SECRET).peer("192.0.2.7").form(&[("nothing", "")]).send().await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
        world.count().await;
        let figures = of_client(&world, "web", "24h").await;
        assert_eq!(addresses(&figures), ["192.0.2.7"], "{path}: {figures}");
        assert!(figures["secrets"][0]["last_used_at"].is_string(), "{path}: {figures}");
        assert_eq!(failures(&figures)[0].0, "malformed", "{path}");
    }
}

async fn when_a_secret_was_used_last_is_said_at_once(engine: Engine) {
    let world = World::standard(engine).await;
    let mut before = Value::Null;
    for writes in [false, true, false, true] {
        world.advance(61);
        world.token(&CREDENTIALS).send().await;
        if writes {
            world.count().await;
        }
        let figures = of_client(&world, "web", "24h").await;
        let used = figures["secrets"][0]["last_used_at"].clone();
        assert!(used.is_string() && used != before, "{before} {used}");
        before = used;
    }
}

/// Those that used the secret, the latest first.
fn addresses(figures: &Value) -> Vec<String> {
    let all = figures["secrets"][0]["addresses"].as_array().unwrap();
    all.iter().map(|used| used["address"].as_str().unwrap().to_owned()).collect()
}

async fn of_realm(world: &World, span: &str) -> Value {
    let answer = Admin::owner(world).await.get(&format!("/realms/acme/activity?span={span}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}
