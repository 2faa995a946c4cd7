//! A person approves, and the application redeems the code (RFC 6749 §4.1, RFC 7636).

use http::StatusCode;
use tokio::task::JoinSet;

use crate::{
    browser::{Browser, Landed, form},
    grants::{approved_code, query, redemption},
    setup::PASSWORD,
    world::{Engine, World, cases},
};

cases![
    an_approved_request_becomes_tokens,
    what_was_approved_once_is_not_asked_again,
    a_wrong_password_says_nothing_about_the_account,
    a_denial_goes_back_with_the_state,
    of_fifty_redemptions_one_wins_and_the_rest_revoke_it,
    an_unregistered_redirect_uri_is_never_followed,
    a_used_code_revokes_what_it_gave,
];

async fn an_approved_request_becomes_tokens(engine: Engine) {
    let world = World::standard(engine).await;
    let parameters = Browser::new(&world).authorize(&query("openid read")).await.parameters();
    assert_eq!(parameters["state"], "the state");
    assert_eq!(parameters["iss"], "http://127.0.0.1:8080/acme");
    let answer = world.token(&redemption(&parameters["code"])).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let body = answer.json();
    assert!(body["refresh_token"].is_string() && body["id_token"].is_string());
    let userinfo = world.get("/acme/userinfo").bearer(body["access_token"].as_str().unwrap()).send().await;
    assert_eq!(userinfo.json()["sub"], "sub-ann");
}

async fn what_was_approved_once_is_not_asked_again(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    browser.authorize(&query("openid read")).await.parameters();
    let again = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query("read")).finish();
    assert!(browser.get(&format!("/acme/authorize?{again}")).await.parameters().contains_key("code"));
    // More than was approved is asked for; and never without a page when none may be shown.
    let more = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query("read write")).finish();
    browser.get(&format!("/acme/authorize?{more}")).await.page();
    let refused = browser.get(&format!("/acme/authorize?{more}&prompt=none")).await.parameters();
    assert_eq!(refused["error"], "consent_required");
}

async fn a_wrong_password_says_nothing_about_the_account(engine: Engine) {
    let world = World::standard(engine).await;
    let mut pages = Vec::new();
    for (name, password) in [("ann", "wrong"), ("nobody", PASSWORD)] {
        let browser = Browser::new(&world);
        let page = browser.get("/acme/sign-in").await.page();
        let page = browser.submit(&form(&page).unwrap(), &[("username", name), ("password", password)]).await.page();
        assert_eq!(page.status, 400);
        pages.push(page.page_text().replace(name, "NAME"));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(world.app.passwords.work().verifications, 2);
}

async fn a_denial_goes_back_with_the_state(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query("read")).finish();
    let page = browser.get(&format!("/acme/authorize?{query}")).await.page();
    let page = browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    let parameters = browser.submit(&form(&page).unwrap(), &[("decision", "deny")]).await.parameters();
    assert_eq!((parameters["error"].as_str(), parameters["state"].as_str()), ("access_denied", "the state"));
    assert!(!parameters.contains_key("code"));
}

async fn of_fifty_redemptions_one_wins_and_the_rest_revoke_it(engine: Engine) {
    let world = World::standard(engine).await;
    let code = approved_code(&world, "read").await;
    let mut race = JoinSet::new();
    for _ in 0..50 {
        race.spawn(world.token(&redemption(&code)).send());
    }
    let answers = race.join_all().await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        lost.refused(400, "invalid_grant");
    }
    assert!(!world.is_active(won[0].json()["access_token"].as_str().unwrap()).await);
}

async fn an_unregistered_redirect_uri_is_never_followed(engine: Engine) {
    let world = World::standard(engine).await;
    for uri in [
        "https://app.example/callback/",
        "https://app.example/callback?x=1",
        "https://evil.example/callback",
        "https://app.example/Callback",
        "",
    ] {
        let mut query = query("read");
        query[2].1 = uri;
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        match Browser::new(&world).get(&format!("/acme/authorize?{query}")).await {
            // Left out, the only registered URI is meant: then the sign-in page comes.
            Landed::Page(page) => assert_eq!(page.status, if uri.is_empty() { 200 } else { 400 }, "{uri}"),
            Landed::Elsewhere(url) => panic!("{uri} led to {url}"),
        }
    }
}

async fn a_used_code_revokes_what_it_gave(engine: Engine) {
    let world = World::standard(engine).await;
    let code = approved_code(&world, "read").await;
    let tokens = world.token(&redemption(&code)).send().await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(world.is_active(access).await);
    world.advance(3_000);
    world.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
    assert!(!world.is_active(access).await);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).send().await.refused(400, "invalid_grant");
}
