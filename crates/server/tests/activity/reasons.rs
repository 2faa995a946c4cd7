//! Why a call was refused: the true cause, in words, for whoever owns the application.

use http::StatusCode;
use jeton_oauth::{
    Seconds,
    model::ClientAuthMethod,
    settings::{SecondFactor, SettingsPatch},
};
use serde_json::json;

use crate::{
    admins::Admin,
    browser::Browser,
    failures,
    grants::{approved_code, query, redemption, refresh},
    of_call, of_client,
    setup::{NOW, PASSWORD, REDIRECT_URI, SECRET, Setup, secret},
    world::{Engine, World, cases},
};

cases![
    a_redirect_uri_is_compared_with_the_registered_one,
    a_removed_secret_is_told_from_a_wrong_one,
    an_ended_secret_and_the_wrong_method_are_told,
    a_disabled_client_and_a_missing_secret_are_told,
    codes_tell_what_is_wrong_with_them,
    refresh_tokens_tell_what_is_wrong_with_them,
    scopes_grants_and_passwords_are_told_and_no_account_is_given_away,
    a_right_password_that_is_not_enough_is_told_apart,
    a_refusal_that_travels_by_redirect_is_told_too,
    a_refusal_is_told_alike_wherever_it_travels,
    what_cannot_be_read_is_told_in_the_answers_own_words,
];

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

/// The newest refusal of `web`: reason and words.
async fn last(world: &World) -> (String, String) {
    // Later than what was told before.
    world.count().await;
    world.advance(1);
    let (reason, why, _) = failures(&of_client(world, "web", "24h").await).into_iter().next().unwrap();
    (reason, why)
}

async fn a_redirect_uri_is_compared_with_the_registered_one(engine: Engine) {
    let world = World::standard(engine).await;
    for (sent, words) in [
        ("https://app.example/callbac", "in its last character"),
        ("https://app.example/callback/", "by a slash at its end"),
        ("http://app.example/callback", "in its scheme"),
        ("https://evil.example/callback", "in its host"),
    ] {
        let changed: Vec<_> =
            query("openid").into_iter().map(|(name, value)| (name, if name == "redirect_uri" { sent } else { value })).collect();
        Browser::new(&world).authorize(&changed).await.page();
        let (reason, why) = last(&world).await;
        assert_eq!(
            (reason.as_str(), why),
            ("redirect_uri_not_registered", format!("The redirect URI differs from the registered one {words}."))
        );
        let figures = of_client(&world, "web", "24h").await;
        assert_eq!((&figures["failures"][0]["sent"], &figures["failures"][0]["registered"]), (&json!(sent), &json!(REDIRECT_URI)));
    }
}

async fn a_removed_secret_is_told_from_a_wrong_one(engine: Engine) {
    let world =
        World::start(engine, vec![Setup::new("acme", "standard").web(|web| web.secrets.push(secret(78, "another-secret-of-web", None)))])
            .await;
    let admin = Admin::owner(&world).await;
    let id = uuid::Uuid::from_u128(77);
    assert_eq!(admin.delete(&format!("/realms/acme/clients/web/secrets/{id}")).await.status, StatusCode::NO_CONTENT);
    let refused = world.token(&CREDENTIALS).peer("203.0.113.20").send().await;
    let told = refused.text();
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let (reason, why) = last(&world).await;
    assert_eq!(reason, "removed_secret");
    assert!(why.starts_with("The secret is the one that was removed on "), "{why}");
    assert_eq!(of_client(&world, "web", "24h").await["failures"][0]["address"], "203.0.113.20");

    let wrong = world.post("/acme/token").basic("web", "a secret that never was").form(&CREDENTIALS).send().await;
    assert_eq!(wrong.text(), told, "the caller hears the same");
    assert_eq!(last(&world).await.0, "wrong_secret");
    let figures = of_client(&world, "web", "24h").await;
    let counted = |reason: &str| {
        figures["reasons"].as_array().unwrap().iter().find(|one| one["reason"] == reason).map(|one| one["times"].as_u64().unwrap())
    };
    assert_eq!((counted("removed_secret"), counted("wrong_secret")), (Some(1), Some(1)));
    assert!(!figures.to_string().contains(SECRET));
}

async fn an_ended_secret_and_the_wrong_method_are_told(engine: Engine) {
    let setup = Setup::new("acme", "standard").web(|web| web.secrets.push(secret(78, "a-secret-that-ends", Some(NOW + Seconds(10)))));
    let world = World::start(engine, vec![setup]).await;
    world.advance(20);
    assert_eq!(
        world.post("/acme/token").basic("web", "a-secret-that-ends").form(&CREDENTIALS).send().await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(last(&world).await, ("expired_secret".into(), "The secret is the one that ended on 15 January 2027.".into()));
    let body = [CREDENTIALS[0], ("client_id", "web"), ("client_secret", SECRET)];
    assert_eq!(world.post("/acme/token").form(&body).send().await.status, StatusCode::UNAUTHORIZED);
    let (reason, why) = last(&world).await;
    assert_eq!(reason, "other_auth_method");
    assert!(why.contains("client_secret_basic"), "{why}");
}

async fn a_disabled_client_and_a_missing_secret_are_told(engine: Engine) {
    let world = World::standard(engine).await;
    world.post("/acme/token").form(&[CREDENTIALS[0], ("client_id", "web")]).send().await;
    assert_eq!(last(&world).await.0, "secret_missing");
    let admin = Admin::owner(&world).await;
    assert_eq!(admin.post("/realms/acme/clients/web/disable", &json!({})).await.status, StatusCode::OK);
    world.token(&CREDENTIALS).send().await;
    assert_eq!(last(&world).await.0, "client_disabled");
}

async fn codes_tell_what_is_wrong_with_them(engine: Engine) {
    let world = World::standard(engine).await;
    let code = approved_code(&world, "read").await;
    let with = |name: &'static str, value: &'static str| -> Vec<(&str, &str)> {
        redemption(&code).into_iter().map(|(own, old)| (own, if own == name { value } else { old })).collect()
    };
    world.token(&with("code_verifier", "a-verifier-of-somebody-else-that-is-long-enough-0")).send().await;
    assert_eq!(last(&world).await.0, "verifier_wrong");
    world.token(&redemption(&code).into_iter().filter(|(name, _)| *name != "code_verifier").collect::<Vec<_>>()).send().await;
    assert_eq!(last(&world).await.0, "verifier_missing");
    world.token(&with("redirect_uri", "https://app.example/callbacks")).send().await;
    let (reason, why) = last(&world).await;
    assert_eq!(reason, "other_redirect_uri");
    assert!(why.contains("last character"), "{why}");
    world.token(&redemption(&code).into_iter().filter(|(name, _)| *name != "redirect_uri").collect::<Vec<_>>()).send().await;
    assert_eq!(last(&world).await, ("malformed".into(), "redirect_uri is missing: the authorization request named one".into()));
    world.token(&with("code", "nonsense")).send().await;
    assert_eq!(last(&world).await.0, "unknown_code");
    assert_eq!(world.token(&redemption(&code)).send().await.status, StatusCode::OK);
    world.token(&redemption(&code)).send().await;
    assert_eq!(last(&world).await.0, "code_used");
    let code = approved_code(&world, "read").await;
    world.advance(3600);
    world.token(&redemption(&code)).send().await;
    assert_eq!(last(&world).await.0, "code_expired");
    let figures = of_client(&world, "web", "24h").await;
    assert_eq!(of_call(&figures, "authorization_code"), (1, 7), "{figures}");
    assert!(!figures.to_string().contains(&code));
}

async fn refresh_tokens_tell_what_is_wrong_with_them(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let token = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    world.token(&refresh("nonsense")).send().await;
    assert_eq!(last(&world).await.0, "unknown_refresh_token");
    world.post("/acme/token").basic("other", SECRET).form(&refresh(&token)).send().await;
    world.count().await;
    assert_eq!(failures(&of_client(&world, "other", "24h").await)[0].0, "refresh_token_of_another");
    assert_eq!(world.token(&refresh(&token)).send().await.status, StatusCode::OK);
    world.advance(3600);
    world.token(&refresh(&token)).send().await;
    assert_eq!(last(&world).await.0, "refresh_token_used");
    let token = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    world.advance(400 * 86_400);
    world.token(&refresh(&token)).send().await;
    assert_eq!(last(&world).await.0, "refresh_token_expired");
}

async fn scopes_grants_and_passwords_are_told_and_no_account_is_given_away(engine: Engine) {
    let setup = Setup::new("acme", "standard").web(|web| {
        web.grant_types.retain(|grant| grant.as_str() != "refresh_token");
        web.scope = jeton_oauth::Scope::parse("read").unwrap();
    });
    let world = World::start(engine, vec![setup]).await;
    world.token(&[CREDENTIALS[0], ("scope", "refunds")]).send().await;
    assert_eq!(last(&world).await, ("unknown_scope".into(), "There is no scope refunds.".into()));
    world.token(&[CREDENTIALS[0], ("scope", "write")]).send().await;
    assert_eq!(last(&world).await, ("scope_not_allowed".into(), "The application may not have the scope write.".into()));
    world.token(&refresh("anything")).send().await;
    assert_eq!(last(&world).await, ("grant_not_allowed".into(), "The application may not use the grant refresh_token.".into()));
    world.token(&[CREDENTIALS[0], ("resource", "https://elsewhere.example")]).send().await;
    assert_eq!(last(&world).await.0, "resource_not_allowed");
    let sign_in = |name: &'static str| [("grant_type", "password"), ("username", name), ("password", "a wrong one"), ("scope", "read")];
    world.token(&sign_in("ann")).send().await;
    let of_somebody = last(&world).await;
    world.token(&sign_in("nobody-at-all")).send().await;
    assert_eq!(last(&world).await, of_somebody);
    assert_eq!(of_somebody.0, "wrong_password");
    assert_eq!(failures(&of_client(&world, "web", "24h").await)[0].2, 2, "the same again is a number");
}

async fn a_right_password_that_is_not_enough_is_told_apart(engine: Engine) {
    let settings = SettingsPatch { second_factor: Some(SecondFactor::Required), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", "read")]).send().await;
    assert_eq!(last(&world).await.0, "second_step_needed");
}

async fn a_refusal_that_travels_by_redirect_is_told_too(engine: Engine) {
    let world = World::standard(engine).await;
    let with = |extra: (&'static str, &'static str)| -> Vec<(&str, &str)> {
        query("openid").into_iter().filter(|(name, _)| *name != extra.0).chain([extra]).collect()
    };
    let browser = Browser::new(&world);
    browser.authorize(&with(("prompt", "none"))).await.parameters();
    assert_eq!(last(&world).await.0, "sign_in_needed");
    browser.authorize(&with(("scope", "openid refunds"))).await.parameters();
    browser.authorize(&with(("response_type", "token"))).await.parameters();
    let (reason, why) = last(&world).await;
    assert_eq!((reason.as_str(), why.as_str()), ("malformed", "response_type must be code"));
    let figures = of_client(&world, "web", "24h").await;
    assert_eq!(figures["failures"][0]["call"], "authorize");
}

async fn a_refusal_is_told_alike_wherever_it_travels(engine: Engine) {
    let setup = Setup::new("acme", "standard").web(|web| web.grant_types.retain(|grant| grant.as_str() != "authorization_code"));
    let world = World::start(engine, vec![setup]).await;
    let told = ("grant_not_allowed".to_owned(), "The application may not use the grant authorization_code.".to_owned());
    Browser::new(&world).authorize(&query("openid")).await.parameters();
    assert_eq!(last(&world).await, told);
    world.token(&redemption("a code")).send().await;
    assert_eq!(last(&world).await, told);

    let world = World::standard(engine).await;
    let garbled: Vec<_> =
        query("openid").into_iter().map(|(name, value)| (name, if name == "scope" { "a\u{22}b" } else { value })).collect();
    Browser::new(&world).authorize(&garbled).await.parameters();
    let (reason, by_redirect) = last(&world).await;
    assert_eq!(reason, "malformed");
    world.token(&[CREDENTIALS[0], ("scope", "a\u{22}b")]).send().await;
    assert_eq!(last(&world).await, (reason, by_redirect));
}

async fn what_cannot_be_read_is_told_in_the_answers_own_words(engine: Engine) {
    let world = World::standard(engine).await;
    world.token(&[("scope", "read")]).peer("192.0.2.9").send().await;
    let (reason, why) = last(&world).await;
    assert_eq!(reason, "malformed");
    assert!(why.contains("grant_type"), "{why}");
    let figures = of_client(&world, "web", "24h").await;
    assert_eq!((&figures["failures"][0]["call"], &figures["failures"][0]["address"]), (&json!("token"), &json!("192.0.2.9")));
}
