//! `id_token_hint`: an application says whom it expects, and gets nobody else (OpenID Connect Core §3.1.2.1).

use jeton_oauth::{Seconds, model::ClientAuthMethod, settings::SettingsPatch};

use crate::{
    browser::{Browser, encoded, form},
    grants::{query, redemption},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    without_a_page_another_person_is_not_answered_for,
    with_pages_the_person_meant_is_asked_to_sign_in,
    an_id_token_that_ended_is_a_hint_all_the_same,
    what_is_no_id_token_of_the_application_names_nobody,
];

async fn two_people(engine: Engine) -> World {
    let lives = SettingsPatch { id_token_lifetime: Some(Seconds(60)), ..SettingsPatch::default() };
    let setup =
        Setup::new("acme", "standard").settings(lives).person("bob", |_| {}).client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    World::start(engine, vec![setup]).await
}

/// What is given to `web` for the person in front of the browser, who signs in and approves.
async fn tokens(world: &World, browser: &Browser<'_>) -> serde_json::Value {
    let back = browser.authorize(&query("openid")).await.parameters();
    world.token(&redemption(&back["code"])).send().await.json()
}

async fn id_token(world: &World, browser: &Browser<'_>) -> String {
    tokens(world, browser).await["id_token"].as_str().unwrap().to_owned()
}

fn with<'q>(hint: &'q str, more: &[(&'q str, &'q str)]) -> String {
    let query = [&query("openid")[..], &[("id_token_hint", hint)], more].concat();
    format!("/acme/authorize?{}", encoded(&query))
}

async fn without_a_page_another_person_is_not_answered_for(engine: Engine) {
    let world = two_people(engine).await;
    let (ann, bob) = (Browser::new(&world), Browser::of(&world, "bob", PASSWORD));
    let (of_ann, of_bob) = (id_token(&world, &ann).await, id_token(&world, &bob).await);
    world.advance(1);
    let silent = &[("prompt", "none")];
    let refused = ann.get(&with(&of_bob, silent)).await.parameters();
    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("login_required", "the state"));
    assert!(!refused.contains_key("code"));
    assert!(ann.get(&with(&of_ann, silent)).await.parameters().contains_key("code"));
    assert!(bob.get(&with(&of_bob, silent)).await.parameters().contains_key("code"));
    assert_eq!(Browser::new(&world).get(&with(&of_ann, silent)).await.parameters()["error"], "login_required", "nobody is signed in");
}

async fn with_pages_the_person_meant_is_asked_to_sign_in(engine: Engine) {
    let world = two_people(engine).await;
    let (browser, bob) = (Browser::new(&world), Browser::of(&world, "bob", PASSWORD));
    id_token(&world, &browser).await;
    let of_bob = id_token(&world, &bob).await;
    world.advance(1);
    let page = browser.get(&with(&of_bob, &[])).await.page();
    assert!(page.page_text().contains("value=\"bob\""), "whom the application means stands there: {}", page.text());
    let asked = form(&page).unwrap();
    // Another signs in: the application hears so, and nobody is asked in circles.
    let back = browser.submit(&asked, &[("username", "ann"), ("password", PASSWORD)]).await.parameters();
    assert_eq!((back["error"].as_str(), back.contains_key("code")), ("login_required", false));
    world.advance(1);
    let asked = form(&browser.get(&with(&of_bob, &[])).await.page()).unwrap();
    let back = browser.submit(&asked, &[("username", "bob"), ("password", PASSWORD)]).await.parameters();
    assert!(back.contains_key("code"), "bob approved before: {back:?}");
}

async fn an_id_token_that_ended_is_a_hint_all_the_same(engine: Engine) {
    let world = two_people(engine).await;
    let browser = Browser::new(&world);
    let old = id_token(&world, &browser).await;
    world.advance(3600);
    assert!(browser.get(&with(&old, &[("prompt", "none")])).await.parameters().contains_key("code"));
}

async fn what_is_no_id_token_of_the_application_names_nobody(engine: Engine) {
    let world = two_people(engine).await;
    let browser = Browser::new(&world);
    let own = tokens(&world, &browser).await;
    let hint = own["id_token"].as_str().unwrap();
    world.advance(1);
    let (signed, signature) = hint.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let payload =
        jeton_jose::base64url::encode(r#"{"iss":"http://127.0.0.1:8080/acme","sub":"sub-ann","aud":"web","iat":1,"exp":9999999999}"#);
    let none = jeton_jose::base64url::encode(r#"{"alg":"none","typ":"JWT"}"#);
    for foreign in [
        "x".to_owned(),
        "eyJ.x.y".to_owned(),
        format!("{header}.{payload}.{signature}"),
        format!("{none}.{payload}."),
        own["access_token"].as_str().unwrap().to_owned(),
        own["refresh_token"].as_str().unwrap().to_owned(),
    ] {
        let refused = browser.get(&with(&foreign, &[("prompt", "none")])).await.parameters();
        assert_eq!((refused["error"].as_str(), refused.contains_key("code")), ("login_required", false), "{foreign}");
        let back = browser.get(&with(&foreign, &[])).await.parameters();
        assert!(back.contains_key("code"), "whoever sees pages sees who is signed in: {foreign} {back:?}");
    }
    // What another application was given says nothing to this one.
    let query = [&[("client_id", "other")], &query("openid")[1..], &[("id_token_hint", hint), ("prompt", "none")]].concat();
    let refused = browser.get(&format!("/acme/authorize?{}", encoded(&query))).await.parameters();
    assert_eq!(refused["error"], "login_required");
}
